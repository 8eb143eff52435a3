import { DescribeTrailsCommand, type Trail } from '@aws-sdk/client-cloudtrail';
import { type Aws, askAws } from '../../aws';

/** Every trail that logs in the region of the clients: also those of other home regions, and of the organization. */
export async function listTrails(aws: Aws): Promise<Trail[]> {
  const { trailList = [] } = await askAws('list the trails', 'cloudtrail:DescribeTrails', () =>
    aws.cloudtrail.send(new DescribeTrailsCommand({ includeShadowTrails: true })),
  );
  return trailList;
}

/** Where a trail writes: its bucket, and its prefix if it has one. */
export function placeOf({ S3BucketName, S3KeyPrefix }: Trail): string {
  return [S3BucketName, S3KeyPrefix].filter(Boolean).join('/');
}
