import type { AwsAccount } from './account';

/** One statement of an IAM, bucket, queue, topic or key policy. */
export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: '*' | { readonly Service: string } | { readonly AWS: string } | { readonly Federated: string };
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** A policy document as JSON text. */
export function policyDocument(...statements: readonly PolicyStatement[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

/** Refuses plain http to a resource (Security Hub S3.5; the same for queues and topics). */
export function denyInsecureTransport(
  action: 's3:*' | 'sqs:*' | 'sns:Publish',
  resources: readonly string[],
): PolicyStatement {
  return {
    Sid: 'DenyInsecureTransport',
    Effect: 'Deny',
    Principal: '*',
    Action: action,
    Resource: resources,
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
}

/** Lets the account's IAM policies say who may use and change a key; without it nobody could change the key any more. */
export function accountAdministers(account: AwsAccount): PolicyStatement {
  return {
    Sid: 'EnableRootAccountIAM',
    Effect: 'Allow',
    Principal: { AWS: account.rootArn() },
    Action: 'kms:*',
    Resource: '*',
  };
}
