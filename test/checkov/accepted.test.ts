import { type AcceptedFinding, findingsIn, judge } from './accepted';

const SOURCE = `import { S3BucketLoggingA } from '@cdktf/provider-aws/lib/s3-bucket-logging';
import { S3Bucket, type S3BucketConfig } from '@cdktf/provider-aws/lib/s3-bucket';

    // Why, not what.
    // checkov:skip=CKV_AWS_144: Nothing here is an archive,
    // and none is needed.
    // checkov:skip=CKV2_AWS_62(access-logs): Nobody waits for access logs.
    const bucket = new S3Bucket(this, 'bucket', {});
    new S3BucketLoggingA(this, 'logging', {});
`;

const replication: AcceptedFinding = {
  check: 'CKV_AWS_144',
  type: 'aws_s3_bucket',
  name: '',
  reason: 'Nothing here is an archive, and none is needed.',
};
const notification: AcceptedFinding = {
  check: 'CKV2_AWS_62',
  type: 'aws_s3_bucket',
  name: 'access-logs',
  reason: 'Nobody waits for access logs.',
};

test('a reason holds for the resource below it, over all its lines, and names the part of the resource', () => {
  expect(findingsIn(SOURCE)).toEqual([replication, notification]);
});

test('a reason above something else than a resource is an error', () => {
  expect(() => findingsIn('// checkov:skip=CKV_AWS_144: Moved away from its bucket.\nconst name = 1;')).toThrow(
    'checkov:skip=CKV_AWS_144 stands above no resource: const name = 1;',
  );
});

test('a failed check is named unless the check, the type and the name all match a reason', () => {
  const failed = [
    { check: 'CKV_AWS_144', resource: 'aws_s3_bucket.logs_bucket_1' },
    { check: 'CKV2_AWS_62', resource: 'aws_s3_bucket.access-logs_bucket_2' },
    { check: 'CKV2_AWS_62', resource: 'aws_s3_bucket.logs_bucket_1' },
    { check: 'CKV_AWS_144', resource: 'aws_sqs_queue.access-logs_3' },
    { check: 'CKV_AWS_18', resource: 'aws_s3_bucket.access-logs_bucket_2' },
  ];
  expect(judge(failed, [replication, notification])).toEqual({
    withoutReason: [
      'CKV2_AWS_62 aws_s3_bucket.logs_bucket_1',
      'CKV_AWS_144 aws_sqs_queue.access-logs_3',
      'CKV_AWS_18 aws_s3_bucket.access-logs_bucket_2',
    ],
    withoutFinding: [],
  });
});

test('a reason for which nothing fails is named', () => {
  const failed = [{ check: 'CKV_AWS_144', resource: 'aws_s3_bucket.logs_bucket_1' }];
  expect(judge(failed, [replication, notification]).withoutFinding).toEqual(['CKV2_AWS_62 aws_s3_bucket access-logs']);
});
