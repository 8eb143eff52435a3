import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment';
import { Construct } from 'constructs';
import type { AwsAccount } from './account';
import { policyDocument } from './policy';

export interface ReaderRoleProps {
  readonly account: AwsAccount;
  readonly name: string;
  /** AWS account of the reader. */
  readonly readerAccountId: string;
  /** What the reader must present: without it anybody who knows the role could have it read for him. */
  readonly externalId: string;
  readonly bucketName: string;
  readonly queueArn: string;
  readonly kmsKeyArn: string;
}

/**
 * The role that Cortex assumes: it may read the log files, take their announcements off the queue and decrypt with the
 * one key. SecurityAudit is attached as Cortex's guide asks ("Create an assumed role").
 */
export class ReaderRole extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, props: ReaderRoleProps) {
    super(scope, id);
    const role = new IamRole(this, 'role', {
      name: props.name,
      description: 'Assumed by Cortex XDR to read CloudTrail log files',
      assumeRolePolicy: trustPolicy(props),
      maxSessionDuration: 3_600,
    });
    new IamRolePolicy(this, 'policy', { name: 'read-log-files', role: role.name, policy: readPolicy(props) });
    new IamRolePolicyAttachment(this, 'security-audit', {
      role: role.name,
      policyArn: props.account.managedPolicyArn('SecurityAudit'),
    });
    this.arn = role.arn;
  }
}

function trustPolicy({ account, readerAccountId, externalId }: ReaderRoleProps): string {
  return policyDocument({
    Sid: 'AllowReaderWithExternalId',
    Effect: 'Allow',
    Principal: { AWS: account.rootArn(readerAccountId) },
    Action: 'sts:AssumeRole',
    Condition: { StringEquals: { 'sts:ExternalId': externalId } },
  });
}

function readPolicy({ account, bucketName, queueArn, kmsKeyArn }: ReaderRoleProps): string {
  return policyDocument(
    {
      Sid: 'ReadLogs',
      Effect: 'Allow',
      Action: 's3:GetObject',
      Resource: `${account.bucketArn(bucketName)}/*`,
    },
    {
      Sid: 'TakeAnnouncements',
      Effect: 'Allow',
      Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility'],
      Resource: queueArn,
    },
    { Sid: 'Decrypt', Effect: 'Allow', Action: 'kms:Decrypt', Resource: kmsKeyArn },
  );
}
