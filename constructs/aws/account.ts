/**
 * One AWS account in one region. ARNs are built from names, never taken from resources: trail, bucket policy and key
 * policy name each other, and references would make a cycle.
 */
export class AwsAccount {
  /** `aws`, `aws-us-gov` or `aws-cn`. */
  readonly partition: string;

  constructor(
    readonly id: string,
    readonly region: string,
  ) {
    this.partition = partitionOf(region);
  }

  /** ARN of a regional resource of this account, such as `arn('sqs', 'name')`. */
  arn(service: string, resource: string): string {
    return `arn:${this.partition}:${service}:${this.region}:${this.id}:${resource}`;
  }

  /** ARN of a bucket; bucket ARNs carry neither region nor account. */
  bucketArn(name: string): string {
    return `arn:${this.partition}:s3:::${name}`;
  }

  /** ARN that stands for every principal of an account of the same partition. */
  rootArn(accountId = this.id): string {
    return `arn:${this.partition}:iam::${accountId}:root`;
  }

  /** ARN of a role without a path. */
  roleArn(name: string): string {
    return `arn:${this.partition}:iam::${this.id}:role/${name}`;
  }

  /** ARN of a policy of the account, without a path. */
  policyArn(name: string): string {
    return `arn:${this.partition}:iam::${this.id}:policy/${name}`;
  }

  /** ARN of the provider of an issuer of OIDC tokens. */
  oidcProviderArn(host: string): string {
    return `arn:${this.partition}:iam::${this.id}:oidc-provider/${host}`;
  }

  /** ARN of a policy that AWS manages. */
  managedPolicyArn(name: string): string {
    return `arn:${this.partition}:iam::aws:policy/${name}`;
  }
}

function partitionOf(region: string): string {
  if (region.startsWith('us-gov-')) return 'aws-us-gov';
  if (region.startsWith('cn-')) return 'aws-cn';
  return 'aws';
}
