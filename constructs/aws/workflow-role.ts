import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment';
import { Construct } from 'constructs';
import type { AwsAccount } from './account';
import { AWS_AUDIENCE, type GithubProvider } from './github-provider';
import { type PolicyStatement, policyDocument } from './policy';

export interface WorkflowRoleProps {
  readonly account: AwsAccount;
  readonly name: string;
  readonly description: string;
  readonly provider: GithubProvider;
  /** Subjects that may assume it, each whole. */
  readonly subjects: readonly string[];
  /** Ref that the workflow must run on beside that. Default: any. */
  readonly ref?: string;
  /** ARN of a policy that it shares with other roles. */
  readonly sharedPolicyArn: string;
  /** What it may do beside that. Default: nothing. */
  readonly statements?: readonly PolicyStatement[];
}

/** A role that jobs of GitHub's workflows assume with their OIDC token. */
export class WorkflowRole extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, props: WorkflowRoleProps) {
    super(scope, id);
    const role = new IamRole(this, 'role', {
      name: props.name,
      description: props.description,
      assumeRolePolicy: trustPolicy(props),
      maxSessionDuration: 3_600,
    });
    new IamRolePolicyAttachment(this, 'shared-policy', { role: role.name, policyArn: props.sharedPolicyArn });
    if (props.statements)
      new IamRolePolicy(this, 'policy', {
        name: 'workflow',
        role: role.name,
        policy: policyDocument(...props.statements),
      });
    this.arn = role.arn;
  }
}

function trustPolicy({ account, provider, subjects: [subject = '', ...others], ref }: WorkflowRoleProps): string {
  const { host } = provider;
  return policyDocument({
    Sid: 'AllowGithubWorkflow',
    Effect: 'Allow',
    Principal: { Federated: provider.arn },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: {
      StringEquals: {
        [`${host}:aud`]: AWS_AUDIENCE,
        // A list of one would be another text than AWS gives back.
        [`${host}:sub`]: others.length === 0 ? subject : [subject, ...others],
        // STS knows claims beside aud and sub since January 2026, in the commercial partition only.
        ...(ref !== undefined && account.partition === 'aws' && { [`${host}:ref`]: ref }),
      },
    },
  });
}
