import {
  GetBucketNotificationConfigurationCommand,
  HeadBucketCommand,
  type NotificationConfiguration,
} from '@aws-sdk/client-s3';
import { UserError } from '../../../environments/user-error';
import { type Aws, askAws } from '../../aws';
import type { CloudtrailTarget } from '../target';

/** The parts of an SDK error that a HEAD request leaves: it has no body, and so no code. */
interface HeadError {
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: { readonly headers?: Record<string, string> };
}

/**
 * Whether there is a bucket of a name, in the pipeline's account and region.
 * @throws UserError when it is in another region, or another account's
 */
export async function bucketExists(aws: Aws, name: string, target: CloudtrailTarget): Promise<boolean> {
  const { account, region, partition } = target;
  const found = await askAws(
    `look for the bucket ${name}`,
    `s3:ListBucket on arn:${partition}:s3:::${name}`,
    async () => {
      try {
        const { BucketRegion } = await aws.s3.send(
          new HeadBucketCommand({ Bucket: name, ExpectedBucketOwner: account }),
        );
        return BucketRegion ?? region;
      } catch (error) {
        const { $metadata, $response } = error as HeadError;
        const status = $metadata?.httpStatusCode;
        if (status === 404) return undefined;
        if (status === 403) return 'forbidden';
        const elsewhere = $response?.headers?.['x-amz-bucket-region'];
        if ((status === 301 || status === 400) && elsewhere !== undefined) return elsewhere;
        throw error;
      }
    },
  );
  if (found === 'forbidden')
    throw new UserError(
      `The bucket ${name} belongs to another account than ${account}, or these credentials lack s3:ListBucket on it.\n` +
        'The pipeline must be in the account of its bucket: only from there can the bucket notify. Use an environment of ' +
        'that account (cloudtrail.account), or with trail: create another name (cloudtrail.names.bucket).',
    );
  if (found !== undefined && found !== region)
    throw new UserError(
      `The bucket ${name} is in ${found}; the pipeline is in ${region} (cloudtrail.region).\n` +
        'Cortex supports bucket and queue in one region only: set cloudtrail.region to that of the bucket.',
    );
  return found !== undefined;
}

/** Whom a bucket of the pipeline's account notifies of its objects. */
export function readNotification(
  aws: Aws,
  name: string,
  { account, partition }: CloudtrailTarget,
): Promise<NotificationConfiguration> {
  return askAws(
    `read the notification of the bucket ${name}`,
    `s3:GetBucketNotification on arn:${partition}:s3:::${name}`,
    () => aws.s3.send(new GetBucketNotificationConfigurationCommand({ Bucket: name, ExpectedBucketOwner: account })),
  );
}
