import type { Construct } from 'constructs';
import type { AwsAccount } from './account';
import { PrivateBucket } from './private-bucket';

export interface StateBucketProps {
  readonly account: AwsAccount;
  readonly name: string;
  /** Days for which an overwritten state can be had back. */
  readonly supersededDays: number;
}

/**
 * The bucket of Terraform's state. It has S3's own key: the backend's `encrypt` asks for that in every request, whatever
 * the bucket's default is.
 */
export class StateBucket extends PrivateBucket {
  constructor(scope: Construct, id: string, props: StateBucketProps) {
    super(scope, id, { ...props, writers: [] });
  }
}
