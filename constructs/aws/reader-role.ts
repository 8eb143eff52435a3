import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment';
import { Construct } from 'constructs';
import { ImportBlock } from '../import-block';
import type { AwsAccount } from './account';
import { type PolicyStatement, policyDocument } from './policy';

export interface ReaderRoleProps {
  readonly account: AwsAccount;
  readonly name: string;
  /** AWS account of the reader. */
  readonly readerAccountId: string;
  /**
   * What the reader must present, one of these: without it anybody who knows the role could have it read for him. More
   * than one only while it is changed.
   */
  readonly externalIds: readonly string[];
  readonly bucketName: string;
  readonly queueArn: string;
  /** Key of the objects or of the messages; undefined where there is none. */
  readonly kmsKeyArn?: string;
  /** Attach AWS's managed policy SecurityAudit: Cortex XDR's guide asks for it ("Create an assumed role"). */
  readonly securityAudit: boolean;
  /** Name of an existing role. */
  readonly importId?: string;
}

/**
 * The role that Cortex assumes: it may read the log files, take their announcements off the queue and decrypt with the
 * one key.
 */
export class ReaderRole extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, props: ReaderRoleProps) {
    super(scope, id);
    // checkov:skip=CKV_AWS_61: Cortex names its account and no role of it; whoever assumes this one must present the
    // external id.
    const role = new IamRole(this, 'role', {
      name: props.name,
      description: 'Assumed by Cortex XDR to read CloudTrail log files',
      assumeRolePolicy: trustPolicy(props),
      maxSessionDuration: 3_600,
    });
    if (props.importId) new ImportBlock(role, props.importId);
    new IamRolePolicy(this, 'policy', { name: 'read-log-files', role: role.name, policy: readPolicy(props) });
    if (props.securityAudit)
      new IamRolePolicyAttachment(this, 'security-audit', {
        role: role.name,
        policyArn: props.account.managedPolicyArn('SecurityAudit'),
      });
    this.arn = role.arn;
  }
}

function trustPolicy({ account, readerAccountId, externalIds: [externalId = '', ...others] }: ReaderRoleProps): string {
  return policyDocument({
    Sid: 'AllowReaderWithExternalId',
    Effect: 'Allow',
    Principal: { AWS: account.rootArn(readerAccountId) },
    Action: 'sts:AssumeRole',
    // A list of one would be another text than AWS gives back.
    Condition: { StringEquals: { 'sts:ExternalId': others.length === 0 ? externalId : [externalId, ...others] } },
  });
}

function readPolicy({ account, bucketName, queueArn, kmsKeyArn }: ReaderRoleProps): string {
  const decrypt: PolicyStatement[] =
    kmsKeyArn === undefined ? [] : [{ Sid: 'Decrypt', Effect: 'Allow', Action: 'kms:Decrypt', Resource: kmsKeyArn }];
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
    ...decrypt,
  );
}
