/**
 * Regions by vendor: a misspelt one is told before anything is planned. A region that opens later is added here.
 */

/** Google Cloud regions (https://cloud.google.com/about/locations, 2026). */
export const GOOGLE_REGIONS = [
  'africa-south1',
  ...['asia-east1', 'asia-east2', 'asia-northeast1', 'asia-northeast2', 'asia-northeast3'],
  ...['asia-south1', 'asia-south2', 'asia-southeast1', 'asia-southeast2'],
  ...['australia-southeast1', 'australia-southeast2'],
  ...['europe-central2', 'europe-north1', 'europe-north2', 'europe-southwest1'],
  ...['europe-west1', 'europe-west2', 'europe-west3', 'europe-west4', 'europe-west6'],
  ...['europe-west8', 'europe-west9', 'europe-west10', 'europe-west12'],
  ...['me-central1', 'me-central2', 'me-west1'],
  ...['northamerica-northeast1', 'northamerica-northeast2', 'northamerica-south1'],
  ...['southamerica-east1', 'southamerica-west1'],
  ...['us-central1', 'us-east1', 'us-east4', 'us-east5', 'us-south1', 'us-west1', 'us-west2', 'us-west3', 'us-west4'],
] as const;

/** Regions of Google SecOps ("Feed management API", docs.cloud.google.com/chronicle, 2026-03). */
export const SECOPS_REGIONS = [
  ...['us', 'europe', 'europe-west2', 'europe-west3', 'europe-west6', 'europe-west9', 'europe-west12'],
  ...['europe-central2', 'asia-south1', 'asia-southeast1', 'asia-southeast2', 'asia-northeast1'],
  ...['australia-southeast1', 'me-west1', 'me-central1', 'me-central2', 'northamerica-northeast2'],
  ...['southamerica-east1', 'africa-south1'],
] as const;

/** AWS regions of the three public partitions (https://docs.aws.amazon.com/global-infrastructure/, 2026). */
export const AWS_REGIONS = [
  ...['af-south-1', 'ap-east-1', 'ap-east-2', 'ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3'],
  ...['ap-south-1', 'ap-south-2', 'ap-southeast-1', 'ap-southeast-2', 'ap-southeast-3', 'ap-southeast-4'],
  ...['ap-southeast-5', 'ap-southeast-6', 'ap-southeast-7', 'ca-central-1', 'ca-west-1'],
  ...['eu-central-1', 'eu-central-2', 'eu-north-1', 'eu-south-1', 'eu-south-2', 'eu-west-1', 'eu-west-2', 'eu-west-3'],
  ...['il-central-1', 'me-central-1', 'me-south-1', 'mx-central-1', 'sa-east-1'],
  ...['us-east-1', 'us-east-2', 'us-west-1', 'us-west-2'],
  ...['us-gov-east-1', 'us-gov-west-1', 'cn-north-1', 'cn-northwest-1'],
] as const;
