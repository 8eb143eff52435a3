import { ProjectIamMember } from '@cdktf/provider-google/lib/project-iam-member';
import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { ServiceAccount } from '@cdktf/provider-google/lib/service-account';
import { type ITerraformDependable, TerraformOutput, TerraformVariable } from 'cdktf';
import type { Construct } from 'constructs';
import { ApiSecret } from '../constructs/google/api-secret';
import { CollectorFunction, type MountedSecret } from '../constructs/google/collector-function';
import { EnabledApis } from '../constructs/google/enabled-apis';
import { bundleFunction } from '../constructs/google/function-bundle';
import { PrivateBucket } from '../constructs/google/private-bucket';
import { Schedule } from '../constructs/google/schedule';
import { days, seconds } from '../environments/duration';
import type { QualysSettings } from '../environments/qualys';
import { projectRoot } from '../environments/root';
import type { Environment } from '../environments/schema';
import { ENTRY_POINT, ENVIRONMENT, NODE_OPTIONS, PLACEHOLDER_SECRET } from '../functions/qualys/contract';
import type { QualysSecopsOutputs } from './outputs';
import { PipelineStack } from './pipeline-stack';

/** APIs of everything below; chronicle and monitoring come with what uses them. */
const APIS = [
  ...['artifactregistry', 'cloudbuild', 'cloudfunctions', 'cloudscheduler', 'iam'],
  ...['logging', 'run', 'secretmanager', 'storage'],
];

/** Major version of Node.js in the cloud. */
const NODE_MAJOR = 22;

/**
 * Seconds of a run, each inside the next: the collector begins no further page after its budget (the last one may take
 * 120 s more, then it is stored), Cloud Functions ends the request at its timeout, Cloud Scheduler waits longest.
 */
const TIME_BUDGET_SECONDS = 390;
const TIMEOUT_SECONDS = 540;
const ATTEMPT_DEADLINE_SECONDS = 600;

/** Qualys → Cloud Function → Cloud Storage → Google SecOps. */
export class QualysSecopsStack extends PipelineStack {
  private readonly name: string;
  private readonly apis: ITerraformDependable[];

  constructor(
    scope: Construct,
    environment: Environment,
    private readonly settings: QualysSettings,
  ) {
    super(scope, environment, 'qualys-secops', 'google');
    this.name = `${environment.environment}-qualys`;
    // As an override: cdktf rewrites the names inside a provider's maps, cost-center to cost_center.
    new GoogleProvider(this, 'google', { project: settings.project, region: settings.region }).addOverride(
      'default_labels',
      this.labels,
    );
    this.apis = new EnabledApis(this, 'apis', { apis: APIS }).enabled;

    const buckets = this.createBuckets();
    const secrets = this.createSecrets();
    const build = this.createBuildAccount(buckets.code);
    const alerts = this.createAlertsFunction(buckets, secrets, build);
    this.callOnSchedule(alerts);

    this.output('alerts_uri', `gs://${buckets.logs.name}/alerts/`);
    this.output('function_url', alerts.uri);
    this.output('logs_bucket', buckets.logs.name);
    this.output('state_bucket', buckets.state.name);
  }

  /** Three buckets, three rights: logs are created and read, state is rewritten, code is nothing to the running function. */
  private createBuckets() {
    const { buckets, project, region: location, retention } = this.settings;
    const name = (kind: keyof typeof buckets) => buckets[kind] ?? `${project}-${this.name}-${kind}`;
    const shared = { location, dependsOn: this.apis };
    return {
      logs: new PrivateBucket(this, 'logs', { ...shared, name: name('logs'), retentionDays: days(retention) }),
      state: new PrivateBucket(this, 'state', { ...shared, name: name('state'), versioning: true }),
      code: new PrivateBucket(this, 'code', { ...shared, name: name('code') }),
    };
  }

  private createSecrets(): Record<'username' | 'password', ApiSecret> {
    return { username: this.createSecret('username'), password: this.createSecret('password') };
  }

  /** The variable is ephemeral: neither plan nor state holds it, and it is needed only when the secret is first made. */
  private createSecret(kind: 'username' | 'password'): ApiSecret {
    const variable = new TerraformVariable(this, `qualys_${kind}`, {
      type: 'string',
      sensitive: true,
      default: PLACEHOLDER_SECRET,
      description: `${kind === 'username' ? 'Name' : 'Password'} of the Qualys API user; read when the secret is first made.`,
    });
    variable.addOverride('ephemeral', true);
    return new ApiSecret(this, kind, {
      name: `${this.name}-${kind}`,
      initialValue: variable.stringValue,
      dependsOn: this.apis,
    });
  }

  /** Builds the function: may write logs and images, and read the code; not the logs that the function collects. */
  private createBuildAccount(code: PrivateBucket): { account: ServiceAccount; grants: ITerraformDependable[] } {
    const account = this.createAccount('build', 'Builds the Qualys collectors');
    const onProject = (id: string, role: string, condition?: { title: string; expression: string }) =>
      new ProjectIamMember(this, id, { project: this.settings.project, role, member: account.member, condition });
    const grants = [
      onProject('build-writes-logs', 'roles/logging.logWriter'),
      onProject('build-writes-images', 'roles/artifactregistry.writer'),
      // Cloud Functions copies the source to a bucket of its own, whose name holds the project's number.
      onProject('build-reads-staging', 'roles/storage.objectViewer', {
        title: 'function-sources-only',
        expression: 'resource.name.startsWith("projects/_/buckets/gcf-v2-sources-")',
      }),
      code.grant('build-reads', 'roles/storage.objectViewer', account.member),
    ];
    return { account, grants };
  }

  private createAlertsFunction(
    { logs, state, code }: ReturnType<QualysSecopsStack['createBuckets']>,
    { username, password }: Record<'username' | 'password', ApiSecret>,
    build: { account: ServiceAccount; grants: ITerraformDependable[] },
  ): CollectorFunction {
    const runtime = this.createAccount('alerts', 'Collects Qualys alerts');
    const secrets: MountedSecret[] = [
      { secret: username, environmentVariable: ENVIRONMENT.usernameFile },
      { secret: password, environmentVariable: ENVIRONMENT.passwordFile },
    ];
    const grants = [
      logs.grant('alerts-creates', 'roles/storage.objectCreator', runtime.member),
      logs.grant('alerts-reads', 'roles/storage.objectViewer', runtime.member),
      state.grant('alerts-uses', 'roles/storage.objectUser', runtime.member),
      ...secrets.map(({ secret }) => secret.grantAccess('alerts-reads', runtime.member)),
    ];
    return new CollectorFunction(this, 'alerts', {
      name: `${this.name}-alerts`,
      project: this.settings.project,
      location: this.settings.region,
      description: 'Collects Qualys Continuous Monitoring alerts for Google SecOps',
      bundle: bundleFunction({ root: projectRoot, entry: 'functions/qualys/main.ts', nodeMajor: NODE_MAJOR }),
      codeBucket: code.name,
      entryPoint: ENTRY_POINT,
      runtime: `nodejs${NODE_MAJOR}`,
      runtimeAccount: runtime,
      buildAccount: build.account,
      environment: {
        [ENVIRONMENT.feed]: 'alerts',
        [ENVIRONMENT.apiUrl]: this.settings.apiUrl,
        [ENVIRONMENT.logsBucket]: logs.name,
        [ENVIRONMENT.stateBucket]: state.name,
        [ENVIRONMENT.initialLookbackSeconds]: String(seconds(this.settings.alerts.initialLookback)),
        [ENVIRONMENT.settlingSeconds]: String(seconds(this.settings.alerts.settling)),
        [ENVIRONMENT.reserveCallsPercent]: String(Number.parseInt(this.settings.reserveCalls, 10)),
        [ENVIRONMENT.timeBudgetSeconds]: String(TIME_BUDGET_SECONDS),
        NODE_OPTIONS,
      },
      secrets,
      timeoutSeconds: TIMEOUT_SECONDS,
      memory: '512Mi',
      dependsOn: [...this.apis, username.filled, password.filled, ...build.grants, ...grants],
    });
  }

  private callOnSchedule(alerts: CollectorFunction): void {
    const invoker = this.createAccount('invoker', 'Calls the Qualys collectors');
    new Schedule(this, 'alerts-schedule', {
      name: `${this.name}-alerts`,
      region: this.settings.region,
      description: 'Collects Qualys alerts',
      schedule: this.settings.alerts.schedule,
      timeZone: this.settings.timeZone,
      uri: alerts.uri,
      invoker,
      attemptDeadlineSeconds: ATTEMPT_DEADLINE_SECONDS,
      dependsOn: [...this.apis, alerts.grantInvoke('invoker', invoker.member)],
    });
  }

  private createAccount(kind: keyof QualysSettings['serviceAccounts'], displayName: string): ServiceAccount {
    return new ServiceAccount(this, `${kind}-account`, {
      accountId: this.settings.serviceAccounts[kind] ?? `${this.name}-${kind}`,
      displayName,
      dependsOn: this.apis,
    });
  }

  private output(name: keyof QualysSecopsOutputs, value: string): void {
    new TerraformOutput(this, name, { value });
  }
}
