import type { Environment } from '../../environments/schema';
import { parseEnvironment } from '../synthesize';

export const REPOSITORY = 'acme@12345678/tributary@987654321';

const S3 = 's3: { bucket: acme-state, region: eu-west-1 }';
const GCS = 'gcs: { bucket: acme-state, prefix: team/tributary }';
const AWS = 'aws: { account: "111122223333" }';
const GOOGLE = 'google: { project: acme-ci, location: EU }';
const CLOUDTRAIL = `cloudtrail:
  account: "111122223333"
  region: eu-west-1
  trail: create
  cortex: { externalId: an-id }`;
const QUALYS = `qualys:
  project: acme-secops
  region: europe-west3
  apiUrl: qualysapi.qualys.eu`;
const CLOUDFLARE = `cloudflare:
  account: { id: 0123456789abcdef0123456789abcdef, datasets: [gateway_dns] }
  taegis: { default: { url: "https://taegis.example.com/x" } }`;

interface Option {
  readonly backend: string;
  /** Of the section bootstrap, as YAML; one a line. */
  readonly settings: readonly string[];
  /** Sections of the pipelines, as YAML. */
  readonly pipelines: readonly string[];
  readonly isProtected?: boolean;
}

/** Every setting of the section, in each cloud, and what it is narrowed to. */
const OPTIONS: Record<string, Option> = {
  'AWS alone': { backend: S3, settings: [AWS], pipelines: [CLOUDTRAIL] },
  'AWS, protected': { backend: S3, settings: [AWS], pipelines: [CLOUDTRAIL], isProtected: true },
  'AWS, what is there is taken': {
    backend: S3,
    settings: ['stateBucket: existing', 'aws: { account: "111122223333", oidcProvider: existing }'],
    pipelines: [CLOUDTRAIL],
  },
  'AWS, before the move': { backend: S3, settings: ['state: local', AWS], pipelines: [CLOUDTRAIL] },
  'AWS, everything of the trail': {
    backend: S3,
    settings: [AWS],
    pipelines: [
      `${CLOUDTRAIL}
  organization: { id: o-abc1234567, managementAccount: "444455556666" }
  objectLock: { mode: governance, retention: 30d }
  accessLogs: create
  names: { trail: t-1, bucket: acme-logs, key: k/1, queue: q-1, role: r-1 }`,
      CLOUDFLARE,
    ],
  },
  'AWS, longest names': {
    backend: `s3: { bucket: ${'b'.repeat(63)}, region: ap-southeast-1, prefix: ${'p'.repeat(60)} }`,
    settings: ['githubEnvironment: an-environment', AWS, GOOGLE],
    pipelines: [
      `cloudtrail:
  account: "111122223333"
  region: ap-southeast-1
  trail: create
  organization: { id: o-abc1234567, managementAccount: "444455556666" }
  objectLock: { mode: governance, retention: 30d }
  accessLogs: create
  names: { trail: ${'t'.repeat(128)}, bucket: ${'l'.repeat(56)}, key: ${'k'.repeat(250)}, queue: ${'q'.repeat(67)}, role: ${'r'.repeat(64)} }
  cortex: { externalId: an-id }`,
      QUALYS,
      CLOUDFLARE,
    ],
  },
  'AWS, existing trail with a topic': {
    backend: S3,
    settings: [AWS],
    pipelines: [
      `cloudtrail:
  account: "111122223333"
  region: eu-west-1
  trail: existing
  existing: { bucket: acme-logs, topic: "arn:aws:sns:eu-west-1:444455556666:log-files" }
  kmsKey: "arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-0a1b-4c3d-8e4f-0a1b2c3d4e5f"
  cortex: { externalId: an-id }`,
    ],
  },
  'AWS, existing trail with our notification': {
    backend: S3,
    settings: [AWS],
    pipelines: [
      `cloudtrail:
  account: "111122223333"
  region: eu-west-1
  trail: existing
  existing: { bucket: acme-logs, notification: own }
  cortex: { externalId: an-id }`,
    ],
  },
  'AWS, GovCloud': {
    backend: 's3: { bucket: acme-state, region: us-gov-west-1 }',
    settings: [AWS],
    pipelines: [
      `cloudtrail:
  account: "111122223333"
  region: us-gov-west-1
  trail: create
  cortex: { externalId: an-id, accountId: "999988887777" }`,
    ],
  },
  'AWS, for the state only': { backend: S3, settings: [AWS], pipelines: [CLOUDFLARE] },
  'Google Cloud alone': { backend: GCS, settings: [GOOGLE], pipelines: [QUALYS] },
  'Google Cloud, protected': { backend: GCS, settings: [GOOGLE], pipelines: [QUALYS], isProtected: true },
  'Google Cloud, what is there is taken': {
    backend: GCS,
    settings: [
      'stateBucket: existing',
      'google: { project: acme-ci, identityProvider: projects/1234567890/locations/global/workloadIdentityPools/ci-pool/providers/github }',
    ],
    pipelines: [QUALYS],
  },
  'Google Cloud, everything of the collector': {
    backend: GCS,
    settings: ['google: { project: acme-secops }'],
    pipelines: [
      `${QUALYS}
  buckets: { code: acme-code }
  egress: static
  storage: { kmsKey: projects/acme-keys/locations/europe-west3/keyRings/logs/cryptoKeys/qualys }
  secops: { location: europe, instance: 3d0c6a52-9b1e-4f7a-8c2d-5e6f7a8b9c0d, feedServiceAccount: feeds@x.iam.gserviceaccount.com, project: acme-chronicle }`,
    ],
  },
  'both clouds, other branch and environment': {
    backend: GCS,
    settings: ['branch: release/v1', 'githubEnvironment: Production', AWS, GOOGLE],
    pipelines: [CLOUDTRAIL, QUALYS, CLOUDFLARE],
  },
};

export const BOOTSTRAP_OPTIONS: readonly string[] = Object.keys(OPTIONS);

export function bootstrapText(name: string): string {
  const { backend = '', settings = [], pipelines = [], isProtected = false } = OPTIONS[name] ?? {};
  return `environment: test
protected: ${isProtected}
backend: { ${backend} }
bootstrap:
${[`repository: ${REPOSITORY}`, ...settings].map((line) => `  ${line}`).join('\n')}
${pipelines.join('\n')}
`;
}

export function bootstrapEnvironment(name: string): Environment {
  return parseEnvironment('test', bootstrapText(name));
}
