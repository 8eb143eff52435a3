import {
  GetBucketLocationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetPublicAccessBlockCommand,
  type PublicAccessBlockConfiguration,
} from '@aws-sdk/client-s3';
import { type Aws, AwsError, findInAws } from '../../aws';
import type { CloudtrailTarget } from '../target';
import {
  attempt,
  bucketFix,
  type Check,
  type CheckGroup,
  deployFix,
  missingGroup,
  ok,
  okUnless,
  problem,
} from './check';
import { statementsOf } from './policy';
import { judgeRequests, judgeTlsOnly, type NamedRequest } from './policy-checks';

/** What S3 answers to a request in another region than the bucket's (S3 API reference, "Error responses"). */
const ELSEWHERE = /^(PermanentRedirect|AuthorizationHeaderMalformed|IllegalLocationConstraintException)$/;

/** The bucket of the log files. */
export async function checkBucket(target: CloudtrailTarget, aws: Aws): Promise<CheckGroup> {
  const title = `Bucket ${target.bucket.name}`;
  let missing = false;
  const region = await attempt('region', async () => {
    const found = await readRegion(target, aws);
    missing = found === undefined;
    return found === undefined ? [] : [judgeRegion(found, target)];
  });
  if (missing) return target.trail === undefined ? foreignBucketMissing(title) : missingGroup(title, target);
  const others = await Promise.all([
    attempt('public access', async () => [await checkPublicAccess(target, aws)]),
    attempt('ownership', async () => [await checkOwnership(target, aws)]),
    attempt('policy', () => checkPolicy(target, aws)),
  ]);
  return { title, checks: [...region, ...others.flat()] };
}

/** Deploying makes no bucket for a trail that exists. */
function foreignBucketMissing(title: string): CheckGroup {
  const fix = { what: 'Name the bucket of the existing trail in cloudtrail.existing.bucket of the environment file.' };
  return { title, checks: [problem('exists', 'it is not there', fix)] };
}

async function readRegion(target: CloudtrailTarget, aws: Aws): Promise<string | undefined> {
  try {
    const answer = await ask(target, 'GetBucketLocation', ['NoSuchBucket', 'NotFound'], (Bucket) =>
      aws.s3.send(new GetBucketLocationCommand({ Bucket })),
    );
    // Buckets in us-east-1 have no constraint, and old ones in eu-west-1 have EU (S3 API reference, "GetBucketLocation").
    return answer && (answer.LocationConstraint || 'us-east-1').replace(/^EU$/, 'eu-west-1');
  } catch (error) {
    if (error instanceof AwsError && ELSEWHERE.test(error.code)) return 'another region';
    throw error;
  }
}

function judgeRegion(region: string, target: CloudtrailTarget): Check {
  if (region === target.region) return ok('region', region);
  return problem(
    'region',
    `the bucket is in ${region}, the queue in ${target.region}: S3 and Cortex support one region only`,
    { what: "Set cloudtrail.region in the environment file to the bucket's region, and deploy." },
  );
}

const FLAGS = ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'] as const;

async function checkPublicAccess(target: CloudtrailTarget, aws: Aws): Promise<Check> {
  const answer = await ask(
    target,
    'GetPublicAccessBlock',
    ['NoSuchPublicAccessBlockConfiguration'],
    (Bucket) => aws.s3.send(new GetPublicAccessBlockCommand({ Bucket })),
    's3:GetBucketPublicAccessBlock',
  );
  const block: PublicAccessBlockConfiguration = answer?.PublicAccessBlockConfiguration ?? {};
  const open = FLAGS.filter((flag) => block[flag] !== true);
  return okUnless(
    open.length === 0 ? [] : [`not set: ${open.join(', ')}`],
    'public access',
    'blocked',
    bucketFix(
      target,
      `aws s3api put-public-access-block --bucket ${target.bucket.name} ` +
        `--public-access-block-configuration ${FLAGS.map((flag) => `${flag}=true`).join(',')}`,
    ),
  );
}

/** Objects would else belong to CloudTrail, and Cortex could not read them. */
async function checkOwnership(target: CloudtrailTarget, aws: Aws): Promise<Check> {
  const answer = await ask(target, 'GetBucketOwnershipControls', ['OwnershipControlsNotFoundError'], (Bucket) =>
    aws.s3.send(new GetBucketOwnershipControlsCommand({ Bucket })),
  );
  const found = answer?.OwnershipControls?.Rules?.[0]?.ObjectOwnership ?? 'not set';
  if (found === 'BucketOwnerEnforced') return ok('ownership', found);
  return problem(
    'ownership',
    `${found}, instead of BucketOwnerEnforced: log files belong to CloudTrail, and Cortex cannot read them`,
    bucketFix(
      target,
      `aws s3api put-bucket-ownership-controls --bucket ${target.bucket.name} ` +
        "--ownership-controls 'Rules=[{ObjectOwnership=BucketOwnerEnforced}]'",
    ),
  );
}

async function checkPolicy(target: CloudtrailTarget, aws: Aws): Promise<readonly Check[]> {
  const answer = await ask(target, 'GetBucketPolicy', ['NoSuchBucketPolicy'], (Bucket) =>
    aws.s3.send(new GetBucketPolicyCommand({ Bucket })),
  );
  const statements = statementsOf(answer?.Policy);
  const { bucket } = target;
  const fix = bucketFix(target, `aws s3api get-bucket-policy --bucket ${bucket.name}`);
  return [
    judgeTlsOnly(statements, 's3:GetObject', `${bucket.arn}/any`, fix),
    // The owner of an existing trail answers for its way into the bucket.
    ...(target.trail === undefined
      ? []
      : [
          judgeRequests(
            'CloudTrail',
            statements,
            trailRequests(target, target.trail.arn),
            'this trail may write',
            deployFix(target),
          ),
        ]),
  ];
}

/** AWS CloudTrail user guide, "Amazon S3 bucket policy for CloudTrail". */
function trailRequests({ bucket, keyPrefix }: CloudtrailTarget, trailArn: string) {
  const [account] = trailArn.split(':').slice(4);
  const write = (who: string, arn: string): NamedRequest => ({
    who,
    service: 'cloudtrail.amazonaws.com',
    action: 's3:PutObject',
    resource: `${bucket.arn}/${keyPrefix}AWSLogs/${account}/CloudTrail/any.json.gz`,
    context: { 'aws:SourceArn': arn, 's3:x-amz-acl': 'bucket-owner-full-control', 'aws:SecureTransport': 'true' },
  });
  const own = write('this trail', trailArn);
  return {
    wanted: [{ ...own, action: 's3:GetBucketAcl', resource: bucket.arn }, own],
    unwanted: [write('other trails', `${trailArn}-other`)],
  };
}

function ask<T>(
  { bucket }: CloudtrailTarget,
  operation: string,
  missing: readonly string[],
  request: (bucket: string) => Promise<T>,
  permission = `s3:${operation}`,
): Promise<T | undefined> {
  return findInAws(missing, `read the bucket ${bucket.name} (${operation})`, `${permission} on ${bucket.arn}`, () =>
    request(bucket.name),
  );
}
