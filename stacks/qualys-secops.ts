import { DataGoogleStorageProjectServiceAccount } from '@cdktf/provider-google/lib/data-google-storage-project-service-account';
import { KmsCryptoKeyIamMember } from '@cdktf/provider-google/lib/kms-crypto-key-iam-member';
import { ProjectIamMember } from '@cdktf/provider-google/lib/project-iam-member';
import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { ServiceAccount } from '@cdktf/provider-google/lib/service-account';
import { type ITerraformDependable, TerraformOutput, TerraformVariable } from 'cdktf';
import type { Construct } from 'constructs';
import { ApiSecret } from '../constructs/google/api-secret';
import { CollectorFunction, type MountedSecret } from '../constructs/google/collector-function';
import { EnabledApis } from '../constructs/google/enabled-apis';
import { bundleFunction } from '../constructs/google/function-bundle';
import { NotificationChannels } from '../constructs/google/notification-channels';
import { PrivateBucket } from '../constructs/google/private-bucket';
import { Schedule } from '../constructs/google/schedule';
import { SecopsFeed } from '../constructs/google/secops-feed';
import { SettledGrants } from '../constructs/google/settled-grants';
import { StaticEgress } from '../constructs/google/static-egress';
import { ImportBlock } from '../constructs/import-block';
import { days, seconds } from '../environments/duration';
import type { Notifications } from '../environments/notifications';
import type { QualysSettings } from '../environments/qualys';
import { projectRoot } from '../environments/root';
import type { Environment } from '../environments/schema';
import type { SecopsSettings } from '../environments/secops';
import {
  CACHE_PREFIX,
  ENTRY_POINT,
  ENVIRONMENT,
  type FeedName,
  LOG_TYPES,
  NODE_OPTIONS,
  objectPrefix,
  PLACEHOLDER_SECRET,
} from '../functions/qualys/contract';
import { runbookAddress } from './alarm-runbooks';
import { CollectorWatch } from './collector-watch';
import type { QualysSecopsOutputs } from './outputs';
import { PipelineStack } from './pipeline-stack';
import { type CollectedFeed, collectedFeeds } from './qualys-feeds';
import { feedKey, qualysBuckets } from './qualys-names';
import { longestGapSeconds } from './schedule-gap';
import { addSecopsParsers } from './secops-parsers';

/** APIs of everything below; others come with what uses them. */
const APIS = [
  ...['artifactregistry', 'cloudbuild', 'cloudfunctions', 'cloudscheduler', 'iam'],
  ...['logging', 'monitoring', 'run', 'secretmanager', 'storage'],
];

/** Seconds until a new grant holds for a build; the provider's own example of a function waits so long. */
const SETTLING_SECONDS = 60;

/** Major version of Node.js in the cloud. */
const NODE_MAJOR = 22;

/** Days after which a version of the cache is removed that another has replaced. */
const CACHE_VERSION_DAYS = 1;

/** Qualys → Cloud Function → Cloud Storage → Google SecOps. */
export class QualysSecopsStack extends PipelineStack {
  private readonly name: string;
  private readonly apis: ITerraformDependable[];
  private readonly feeds: readonly CollectedFeed[];

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
    this.apis = new EnabledApis(this, 'apis', { apis: [...APIS, ...furtherApis(settings)] }).enabled;

    this.feeds = collectedFeeds(settings);
    const buckets = this.createBuckets();
    const secrets = this.createSecrets();
    const build = this.createBuildAccount(buckets.code);
    const egress = settings.egress === 'static' ? this.createEgress() : undefined;
    const invoker = this.createAccount('invoker', 'Calls the Qualys collectors');
    const feedReads = settings.secops && this.letFeedsRead(settings.secops, buckets.logs);
    const channels = this.createChannels(environment.notifications);
    for (const collected of this.feeds) {
      const collector = this.createFunction(collected, buckets, secrets, build, egress);
      const schedule = this.callOnSchedule(collected, collector, invoker);
      const uri = `gs://${buckets.logs.name}/${objectPrefix(collected.name)}`;
      const feed = settings.secops && feedReads && this.createFeed(collected, settings.secops, uri, feedReads);
      this.watch(collected, channels, environment.notifications);
      this.outputFeed(collected, { uri, url: collector.uri, schedule: schedule.name, feed: feed?.name });
    }
    if (settings.secops)
      addSecopsParsers(this, settings.secops.project ?? settings.project, settings.secops, this.apis);

    this.output('logs_bucket', buckets.logs.name);
    this.output('state_bucket', buckets.state.name);
    if (egress) this.output('egress_address', egress.address);
  }

  /** Three buckets, three rights: logs are created and read, state is rewritten, code is nothing to the running function. */
  private createBuckets() {
    const { region, retention, storage, import: existing } = this.settings;
    const buckets = qualysBuckets(this.environmentName, this.settings);
    const { kmsKey, storageClass, autoclass, softDelete, minimumRetention } = storage;
    const shared = {
      location: storage.location ?? region,
      kmsKey,
      dependsOn: [...this.apis, ...(kmsKey === undefined ? [] : [this.letStorageUse(kmsKey)])],
    };
    const named = (kind: keyof typeof buckets) => ({
      ...shared,
      name: buckets[kind],
      importId: existing?.[kind],
    });
    return {
      logs: new PrivateBucket(this, 'logs', {
        ...named('logs'),
        storageClass,
        autoclass,
        softDeleteSeconds: seconds(softDelete),
        minimumRetentionSeconds: minimumRetention && seconds(minimumRetention),
        expiration: { days: days(retention), prefixes: this.feeds.map(({ name }) => objectPrefix(name)) },
      }),
      state: new PrivateBucket(this, 'state', {
        ...named('state'),
        versioning: true,
        ...(this.feeds.some(({ sweeps }) => sweeps) && {
          superseded: { days: CACHE_VERSION_DAYS, prefixes: [CACHE_PREFIX] },
        }),
      }),
      code: new PrivateBucket(this, 'code', named('code')),
    };
  }

  /** Cloud Storage encrypts as its own account of the project. */
  private letStorageUse(kmsKey: string): ITerraformDependable {
    const { project } = this.settings;
    const storage = new DataGoogleStorageProjectServiceAccount(this, 'storage-account', {
      project,
      dependsOn: this.apis,
    });
    return new KmsCryptoKeyIamMember(this, 'storage-encrypts', {
      cryptoKeyId: kmsKey,
      role: 'roles/cloudkms.cryptoKeyEncrypterDecrypter',
      member: storage.member,
    });
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
      name: this.settings.names[kind] ?? `${this.name}-${kind}`,
      importId: this.settings.import?.[kind],
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

  private createFunction(
    { name, what, variables, budgetSeconds, timeoutSeconds }: CollectedFeed,
    { logs, state, code }: ReturnType<QualysSecopsStack['createBuckets']>,
    { username, password }: Record<'username' | 'password', ApiSecret>,
    build: { account: ServiceAccount; grants: ITerraformDependable[] },
    egress: StaticEgress | undefined,
  ): CollectorFunction {
    const runtime = this.createAccount(name, `Collects Qualys ${name}`);
    const secrets: MountedSecret[] = [
      { secret: username, environmentVariable: ENVIRONMENT.usernameFile },
      { secret: password, environmentVariable: ENVIRONMENT.passwordFile },
    ];
    const grants = [
      logs.grant(`${name}-creates`, 'roles/storage.objectCreator', runtime.member),
      logs.grant(`${name}-reads`, 'roles/storage.objectViewer', runtime.member),
      state.grant(`${name}-uses`, 'roles/storage.objectUser', runtime.member),
      ...secrets.map(({ secret }) => secret.grantAccess(`${name}-reads`, runtime.member)),
    ];
    const { settled } = new SettledGrants(this, `${name}-grants`, {
      grants: [...build.grants, ...grants],
      seconds: SETTLING_SECONDS,
    });
    return new CollectorFunction(this, name, {
      name: this.functionName(name),
      project: this.settings.project,
      location: this.settings.region,
      description: `Collects Qualys ${what} for Google SecOps`,
      bundle: bundleFunction({ root: projectRoot, entry: 'functions/qualys/main.ts', nodeMajor: NODE_MAJOR }),
      codeBucket: code.name,
      entryPoint: ENTRY_POINT,
      runtime: `nodejs${NODE_MAJOR}`,
      runtimeAccount: runtime,
      buildAccount: build.account,
      environment: {
        [ENVIRONMENT.feed]: name,
        [ENVIRONMENT.apiUrl]: this.settings.apiUrl,
        [ENVIRONMENT.logsBucket]: logs.name,
        [ENVIRONMENT.stateBucket]: state.name,
        ...variables,
        [ENVIRONMENT.reserveCallsPercent]: String(Number.parseInt(this.settings.reserveCalls, 10)),
        [ENVIRONMENT.timeBudgetSeconds]: String(budgetSeconds),
        NODE_OPTIONS,
      },
      secrets,
      timeoutSeconds,
      memory: '512Mi',
      egress,
      importId: this.settings.import?.[feedKey(name, 'function')],
      dependsOn: [...this.apis, username.filled, password.filled, settled, ...(egress ? [egress.ready] : [])],
    });
  }

  private functionName(feed: FeedName): string {
    return this.settings.names[feedKey(feed, 'function')] ?? `${this.name}-${feed}`;
  }

  private createEgress(): StaticEgress {
    const { region } = this.settings;
    return new StaticEgress(this, 'egress', { name: `${this.name}-egress`, region, dependsOn: this.apis });
  }

  private callOnSchedule(
    { name, schedule, attemptDeadlineSeconds }: CollectedFeed,
    collector: CollectorFunction,
    invoker: ServiceAccount,
  ): Schedule {
    const { settings } = this;
    return new Schedule(this, `${name}-schedule`, {
      name: settings.names[feedKey(name, 'schedule')] ?? `${this.name}-${name}`,
      region: settings.region,
      description: `Collects Qualys ${name}`,
      schedule,
      timeZone: settings.timeZone,
      uri: collector.uri,
      invoker,
      attemptDeadlineSeconds,
      dependsOn: [...this.apis, collector.grantInvoke('invoker', invoker.member)],
      importId: settings.import?.[feedKey(name, 'schedule')],
    });
  }

  /** SecOps validates a feed when it is made: the account that it reads with has its roles before. */
  private letFeedsRead({ feedServiceAccount, sourceDeletion }: SecopsSettings, logs: PrivateBucket): SettledGrants {
    const member = `serviceAccount:${feedServiceAccount}`;
    // "Configure a Google Cloud Storage V2 feed": the legacy roles also let it look at the bucket itself.
    const bucketRole = sourceDeletion === 'never' ? 'legacyBucketReader' : 'legacyBucketWriter';
    return new SettledGrants(this, 'feed-grants', {
      grants: [
        logs.grant('feed-reads', 'roles/storage.objectViewer', member),
        logs.grant('feed-looks', `roles/storage.${bucketRole}`, member),
      ],
      seconds: SETTLING_SECONDS,
    });
  }

  private createFeed(
    { name }: CollectedFeed,
    secops: SecopsSettings,
    bucketUri: string,
    { settled }: SettledGrants,
  ): SecopsFeed {
    return new SecopsFeed(this, name === 'alerts' ? 'secops-feed' : `secops-feed-${name}`, {
      project: secops.project ?? this.settings.project,
      location: secops.location,
      instance: secops.instance,
      displayName: `${this.name}-${name}`,
      logType: LOG_TYPES[name],
      bucketUri,
      namespace: secops.namespace,
      labels: secops.labels,
      sourceDeletion: secops.sourceDeletion,
      maxLookbackDays: days(secops.maxLookback),
      importId: this.settings.import?.[feedKey(name, 'feed')],
      dependsOn: [...this.apis, settled],
    });
  }

  private createChannels(notifications: Notifications | undefined): NotificationChannels {
    return new NotificationChannels(this, 'notifications', {
      emails: notifications?.emails ?? [],
      pagerduty: notifications?.pagerduty
        ? { key: this.pagerdutyKey(), version: notifications.pagerdutyKeyVersion }
        : undefined,
      dependsOn: this.apis,
    });
  }

  /** Somebody is told when a feed stops, at any place on its way. */
  private watch(
    { name, schedule, lagSeconds, sweeps }: CollectedFeed,
    channels: NotificationChannels,
    notifications: Notifications | undefined,
  ): void {
    const { alarms, secops, timeZone, project } = this.settings;
    // SecOps reports what it ingests into the project that it is linked to, and into no other.
    const isLinked = secops !== undefined && (secops.project ?? project) === project;
    new CollectorWatch(this, `${name}-watch`, {
      name: this.functionName(name),
      feed: name,
      sweeps,
      scheduleGapSeconds: longestGapSeconds(schedule, timeZone),
      missedRuns: alarms.missedRuns,
      lagSeconds,
      ingestion: isLinked ? { logType: LOG_TYPES[name], silenceSeconds: seconds(alarms.secopsSilence) } : undefined,
      channels: channels.names,
      runbook: runbookAddress(notifications),
      dependsOn: this.apis,
    });
  }

  private outputFeed(
    { name }: CollectedFeed,
    { uri, url, schedule, feed }: { uri: string; url: string; schedule: string; feed: string | undefined },
  ): void {
    if (name === 'alerts') {
      this.output('alerts_uri', uri);
      this.output('function_url', url);
      this.output('schedule', schedule);
      if (feed) this.output('feed', feed);
      return;
    }
    this.output(`${name}_uri`, uri);
    this.output(`${name}_function_url`, url);
    this.output(`${name}_schedule`, schedule);
    if (feed) this.output(`${name}_feed`, feed);
  }

  private pagerdutyKey(): string {
    const variable = new TerraformVariable(this, 'pagerduty_key', {
      type: 'string',
      sensitive: true,
      default: PLACEHOLDER_SECRET,
      description:
        'Integration key of the PagerDuty service; read when the channel is made, and when its version is raised.',
    });
    variable.addOverride('ephemeral', true);
    return variable.stringValue;
  }

  private createAccount(kind: keyof QualysSettings['serviceAccounts'], displayName: string): ServiceAccount {
    const account = new ServiceAccount(this, `${kind}-account`, {
      accountId: this.settings.serviceAccounts[kind] ?? `${this.name}-${kind}`,
      displayName,
      dependsOn: this.apis,
    });
    const importId = this.settings.import?.[`${kind}Account`];
    if (importId) new ImportBlock(account, importId);
    return account;
  }

  private output(name: keyof QualysSecopsOutputs, value: string): void {
    new TerraformOutput(this, name, { value });
  }
}

/** APIs of what only some settings use. SecOps' own is on in the project that its instance is linked to. */
function furtherApis({ egress, storage, secops, project }: QualysSettings): string[] {
  return [
    ...(egress === 'static' ? ['compute'] : []),
    ...(storage.kmsKey === undefined ? [] : ['cloudkms']),
    ...(secops !== undefined && (secops.project ?? project) === project ? ['chronicle'] : []),
  ];
}
