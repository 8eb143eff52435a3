import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { UserError } from '../environments/user-error';

/** What may stand in a client's configuration beside the region. */
export interface AwsClientOptions {
  readonly region: string;
  readonly credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  /** Milliseconds of silence that end a request; the SDK by itself waits for ever. Default: 30,000. */
  readonly timeoutMs?: number;
  /** Times that a request is sent at most, when there is no answer. Default: 3. */
  readonly attempts?: number;
}

const TIMEOUT_MS = 30_000;
const ATTEMPTS = 3;

/** Clients of one region, with the operator's credentials as Terraform and the AWS CLI find them. */
export class Aws {
  readonly sts: STSClient;
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly sns: SNSClient;
  readonly iam: IAMClient;
  readonly kms: KMSClient;
  readonly cloudtrail: CloudTrailClient;
  readonly cloudwatch: CloudWatchClient;

  constructor({ timeoutMs = TIMEOUT_MS, attempts = ATTEMPTS, ...options }: AwsClientOptions) {
    const requestHandler = { connectionTimeout: timeoutMs, socketTimeout: timeoutMs, ...trust() };
    const client = { ...options, requestHandler, maxAttempts: attempts };
    this.sts = new STSClient(client);
    this.s3 = new S3Client({ ...client, forcePathStyle: process.env.AWS_ENDPOINT_URL !== undefined });
    // The queue's URL may name another host than the endpoint; the endpoint is where AWS is.
    this.sqs = new SQSClient({ ...client, useQueueUrlAsEndpoint: false });
    this.sns = new SNSClient(client);
    this.iam = new IAMClient(client);
    this.kms = new KMSClient(client);
    this.cloudtrail = new CloudTrailClient(client);
    this.cloudwatch = new CloudWatchClient(client);
  }
}

/** The SDK for JavaScript does not read AWS_CA_BUNDLE, which Terraform and the AWS CLI do. */
function trust() {
  const bundle = process.env.AWS_CA_BUNDLE;
  if (!bundle) return {};
  try {
    return { httpsAgent: new Agent({ ca: readFileSync(bundle, 'utf8') }) };
  } catch (error) {
    throw new UserError(`AWS_CA_BUNDLE names ${bundle}, which cannot be read: ${(error as Error).message}`);
  }
}

/**
 * Clients for an account.
 * @throws UserError without usable credentials, and when they are another account's
 */
export async function connectAws(
  account: string,
  region: string,
  options: Pick<AwsClientOptions, 'timeoutMs'> = {},
): Promise<Aws> {
  const aws = new Aws({ ...options, region });
  const identity = await askAws('tell whose credentials these are', 'sts:GetCallerIdentity', () =>
    aws.sts.send(new GetCallerIdentityCommand({})),
  );
  if (identity.Account !== account)
    throw new UserError(
      `These AWS credentials are of account ${identity.Account} (${identity.Arn}); the environment is in ${account}.\n` +
        'Choose the credentials of that account: AWS_PROFILE, aws sso login, or the variables AWS_ACCESS_KEY_ID, ' +
        'AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN.',
    );
  return aws;
}

/** AWS refused, or gave no answer. */
export class AwsError extends UserError {
  /** @param code of AWS, such as `AccessDenied`, or of the SDK */
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/**
 * One request to AWS, with its failure in words for people.
 * @param purpose what it is for, with the resource, after "could not": `read the queue prod-cloudtrail-cortex`
 * @param needs what the caller needs in IAM: `sqs:GetQueueAttributes on the queue`
 * @throws AwsError
 */
export async function askAws<T>(purpose: string, needs: string, request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    const { name: code, message } = error as Error;
    throw new AwsError(code, `Could not ${purpose}: ${describeFailure(code, message, needs)}`);
  }
}

/** Like {@link askAws}; undefined for one of the given codes: what was asked for is not there. */
export async function findInAws<T>(
  missing: readonly string[],
  purpose: string,
  needs: string,
  request: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await askAws(purpose, needs, request);
  } catch (error) {
    if (error instanceof AwsError && missing.includes(error.code)) return undefined;
    throw error;
  }
}

function describeFailure(code: string, message: string, needs: string): string {
  if (code === 'CredentialsProviderError')
    return (
      `no usable AWS credentials were found (${message}).\n` +
      'Set AWS_PROFILE, run aws sso login, or set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN.'
    );
  if (
    /^(ExpiredToken|ExpiredTokenException|InvalidClientTokenId|UnrecognizedClientException|SignatureDoesNotMatch)$/.test(
      code,
    )
  )
    return `AWS does not take these credentials (${code}). Log in again: aws sso login, or new values of AWS_*.`;
  if (/AccessDenied|AuthorizationError|UnauthorizedOperation|^403$/.test(code))
    return `AWS refuses it (${code}). It needs ${needs}.\n${message}`;
  // The SDK's message is of its own parts.
  if (code === 'TimeoutError') return 'AWS did not answer in time. Check the network.';
  return `${code}: ${message}`;
}
