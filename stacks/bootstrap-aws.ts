import { IamPolicy } from '@cdktf/provider-aws/lib/iam-policy';
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { TerraformOutput } from 'cdktf';
import type { Construct } from 'constructs';
import { AwsAccount } from '../constructs/aws/account';
import { GithubProvider } from '../constructs/aws/github-provider';
import { policyDocument } from '../constructs/aws/policy';
import { StateBucket } from '../constructs/aws/state-bucket';
import { WorkflowRole } from '../constructs/aws/workflow-role';
import type { BootstrapSettings } from '../environments/bootstrap';
import type { Environment } from '../environments/schema';
import { type AwsPermission, BUCKET_READS, cloudtrailPermissions, ROLE_READS, statementsOf } from './aws-permissions';
import { bootstrapEnvironment, STATE_VERSION_DAYS, stateStacks } from './bootstrap-state';
import { GITHUB_ISSUER, githubTrust } from './github-trust';
import type { BootstrapAwsOutputs } from './outputs';
import { PipelineStack } from './pipeline-stack';

/** AWS for the workflows of GitHub: the state bucket, and a role that plans and one that deploys. */
export class BootstrapAwsStack extends PipelineStack {
  private readonly account: AwsAccount;

  constructor(
    scope: Construct,
    private readonly environment: Environment,
    private readonly settings: BootstrapSettings,
    { account, oidcProvider }: NonNullable<BootstrapSettings['aws']>,
  ) {
    super(scope, bootstrapEnvironment(environment, settings), 'bootstrap', 'aws', 'aws');
    const { cloudtrail } = environment;
    const region = environment.backend.s3?.region ?? cloudtrail?.region ?? '';
    this.account = new AwsAccount(account, region);
    new AwsProvider(this, 'aws', { region, allowedAccountIds: [account], defaultTags: [{ tags: this.labels }] });

    if (environment.backend.s3 && settings.stateBucket === 'create')
      new StateBucket(this, 'state', {
        account: this.account,
        name: environment.backend.s3.bucket,
        supersededDays: STATE_VERSION_DAYS,
      });
    const create = oidcProvider === 'create';
    const provider = new GithubProvider(this, 'github', { account: this.account, issuer: GITHUB_ISSUER, create });
    const pipeline = cloudtrail && cloudtrailPermissions(environment, cloudtrail);
    const read = [...(pipeline?.read ?? []), ...this.readBootstrap(provider, create), ...this.readState()];
    // Not inline in each: the inline policies of a role have 10,240 characters together (IAM user guide, "IAM quotas").
    const { arn: sharedPolicyArn } = new IamPolicy(this, 'read', {
      name: `${this.environmentName}-ci-read`,
      description: 'What workflows of GitHub look at to plan',
      policy: policyDocument(...statementsOf(read)),
    });
    const { plan, deploy, deployRef } = githubTrust(environment, settings);
    const planner = new WorkflowRole(this, 'plan', {
      account: this.account,
      name: this.roleName('plan'),
      description: 'Assumed by workflows of GitHub to plan: reads, and changes nothing',
      provider,
      subjects: Object.values(plan),
      sharedPolicyArn,
    });
    const deployer = new WorkflowRole(this, 'deploy', {
      account: this.account,
      name: this.roleName('deploy'),
      description: 'Assumed by workflows of GitHub to deploy',
      provider,
      subjects: [deploy],
      ref: deployRef,
      sharedPolicyArn,
      statements: statementsOf([...(pipeline?.write ?? []), ...this.writeState()]),
    });

    this.output('AWS_REGION', cloudtrail?.region ?? region);
    this.output('AWS_PLAN_ROLE', planner.arn);
    this.output('AWS_DEPLOY_ROLE', deployer.arn);
  }

  private roleName(kind: 'plan' | 'deploy'): string {
    return `${this.environmentName}-ci-${kind}`;
  }

  /** Both roles look at this stack, too, so that drift of it is seen; neither may change it, or it could trust anybody. */
  private readBootstrap(provider: GithubProvider, isOwnProvider: boolean): AwsPermission[] {
    const { s3 } = this.environment.backend;
    return [
      {
        name: 'ReadWorkflowRoles',
        why: 'Whom these two roles trust, and what they may do.',
        actions: ROLE_READS,
        on: [this.account.roleArn(this.roleName('plan')), this.account.roleArn(this.roleName('deploy'))],
      },
      {
        name: 'ReadSharedPolicy',
        why: 'This policy itself.',
        actions: ['iam:GetPolicy', 'iam:GetPolicyVersion'],
        on: [this.account.policyArn(`${this.environmentName}-ci-read`)],
      },
      {
        name: 'ReadOidcProvider',
        why: 'Settings of the provider of GitHub.',
        actions: ['iam:GetOpenIDConnectProvider', 'iam:ListOpenIDConnectProviderTags'],
        on: isOwnProvider ? [this.account.oidcProviderArn(provider.host)] : [],
      },
      {
        name: 'ReadStateBucket',
        why: 'Settings of the state bucket.',
        actions: BUCKET_READS,
        on: s3 && this.settings.stateBucket === 'create' ? [this.account.bucketArn(s3.bucket)] : [],
      },
    ];
  }

  /** Terraform, "Backend Type: s3", permissions. */
  private readState(): AwsPermission[] {
    const { s3 } = this.environment.backend;
    if (s3 === undefined) return [];
    return [
      {
        name: 'FindState',
        why: 'Terraform looks for workspaces.',
        actions: ['s3:ListBucket'],
        on: [this.account.bucketArn(s3.bucket)],
      },
      {
        name: 'ReadState',
        why: 'States of this environment, those of the bootstrap stacks included.',
        actions: ['s3:GetObject'],
        on: [...this.states('pipelines'), ...this.states('bootstrap')],
      },
    ];
  }

  private writeState(): AwsPermission[] {
    if (this.environment.backend.s3 === undefined) return [];
    const locks = [...this.states('pipelines'), ...this.states('bootstrap')].map((state) => `${state}.tflock`);
    return [
      { name: 'WriteState', why: 'States of the pipelines.', actions: ['s3:PutObject'], on: this.states('pipelines') },
      {
        name: 'LockState',
        why: 'The lock file beside a state.',
        actions: ['s3:DeleteObject', 's3:GetObject', 's3:PutObject'],
        on: locks,
      },
    ];
  }

  /** ARNs of state objects; stacks whose number a setting makes share a beginning. */
  private states(of: 'pipelines' | 'bootstrap'): string[] {
    const { bucket = '', prefix = '' } = this.environment.backend.s3 ?? {};
    return stateStacks(this.environment)[of].map(
      (stack) => `${this.account.bucketArn(bucket)}/${prefix}/${stack}.tfstate`,
    );
  }

  private output(name: keyof BootstrapAwsOutputs, value: string): void {
    new TerraformOutput(this, name, { value });
  }
}
