import { GetBucketLifecycleConfigurationCommand, type LifecycleRule } from '@aws-sdk/client-s3';
import { type Aws, AwsError, askAws } from '../../aws';
import type { CloudtrailTarget } from '../target';

/**
 * After how many days the bucket removes log files: the fewest of its lifecycle rules; undefined when none removes any,
 * or when the rules cannot be read (s3:GetLifecycleConfiguration): the answer is worth a warning only.
 */
export async function expiryDays({ s3 }: Aws, target: CloudtrailTarget): Promise<number | undefined> {
  try {
    const { Rules: rules = [] } = await askAws(
      `read the lifecycle of ${target.bucket.name}`,
      's3:GetLifecycleConfiguration',
      () => s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket: target.bucket.name })),
    );
    const days = rules.flatMap((rule) => expiryOf(rule, `${target.keyPrefix}AWSLogs/`) ?? []);
    return days.length > 0 ? Math.min(...days) : undefined;
  } catch (error) {
    if (error instanceof AwsError) return undefined;
    throw error;
  }
}

/** CloudTrail puts no tags on its files: a rule that asks for one leaves them alone. */
function expiryOf({ Status, Filter, Prefix, Expiration }: LifecycleRule, folder: string): number | undefined {
  const { Tag, And } = Filter ?? {};
  if (Status !== 'Enabled' || Tag !== undefined || (And?.Tags ?? []).length > 0) return undefined;
  const prefix = And?.Prefix ?? Filter?.Prefix ?? Prefix ?? '';
  return folder.startsWith(prefix) || prefix.startsWith(folder) ? Expiration?.Days : undefined;
}
