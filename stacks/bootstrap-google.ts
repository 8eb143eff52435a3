import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { type ITerraformDependable, TerraformOutput } from 'cdktf';
import type { Construct } from 'constructs';
import { EnabledApis } from '../constructs/google/enabled-apis';
import { GithubIdentity } from '../constructs/google/github-identity';
import { PrivateBucket } from '../constructs/google/private-bucket';
import { type CustomRole, WorkflowAccount } from '../constructs/google/workflow-account';
import type { BootstrapSettings } from '../environments/bootstrap';
import type { Environment } from '../environments/schema';
import { bootstrapEnvironment, STATE_VERSION_DAYS, stateStacks } from './bootstrap-state';
import { GITHUB_ISSUER, type GithubTrust, githubTrust } from './github-trust';
import { type GooglePermission, type GoogleRole, qualysPermissions } from './google-permissions';
import type { BootstrapGoogleOutputs } from './outputs';
import { PipelineStack } from './pipeline-stack';

/** APIs of what is made here, and those by which tokens are exchanged. */
const APIS = ['cloudresourcemanager', 'iam', 'iamcredentials', 'serviceusage', 'storage', 'sts'];

type GoogleSettings = NonNullable<BootstrapSettings['google']>;

/**
 * Google Cloud for the workflows of GitHub: the state bucket, an account that plans and one that deploys, and with the
 * collector one that watches: what it reads, nobody who can only open a pull request is to see.
 */
export class BootstrapGoogleStack extends PipelineStack {
  private readonly apis: ITerraformDependable[];
  private readonly trust: GithubTrust;

  constructor(
    scope: Construct,
    private readonly environment: Environment,
    private readonly settings: BootstrapSettings,
    private readonly google: GoogleSettings,
  ) {
    super(scope, bootstrapEnvironment(environment, settings), 'bootstrap', 'google', 'google');
    // As an override: cdktf rewrites the names inside a provider's maps, cost-center to cost_center.
    new GoogleProvider(this, 'google', { project: google.project }).addOverride('default_labels', this.labels);
    this.apis = new EnabledApis(this, 'apis', { apis: APIS }).enabled;
    this.trust = githubTrust(environment, settings);

    const stateBucket = this.stateBucket();
    const { pool, provider } = this.identity();
    const pipeline = environment.qualys && qualysPermissions(environment, environment.qualys);
    const read = inEachProject([...(pipeline?.read ?? []), ...this.readBootstrap()]);
    const planner = this.account('plan', 'Plans for workflows of GitHub', pool, {
      subjects: this.trust.plan,
      permissions: read,
      roles: pipeline?.readRoles ?? [],
    });
    const watcher =
      pipeline &&
      this.account('watch', 'Watches for workflows of GitHub', pool, {
        subjects: { environment: this.trust.plan.watch },
        permissions: pipeline.watch,
        roles: pipeline.watchRoles,
      });
    const deployer = this.account('deploy', 'Deploys for workflows of GitHub', pool, {
      subjects: { environment: this.trust.deploy },
      permissions: [...read, ...inEachProject(pipeline?.write ?? [])],
      roles: pipeline?.writeRoles ?? [],
    });
    if (stateBucket !== undefined) {
      const every = [...this.statePrefixes('pipelines'), ...this.statePrefixes('bootstrap')];
      for (const account of [planner, deployer]) {
        // It lists names, and gives no object: listing is asked of the bucket, where no condition on objects holds.
        account.grantOnBucket('finds-state', stateBucket, 'roles/storage.legacyBucketReader');
        account.grantOnBucket('reads-state', stateBucket, 'roles/storage.objectViewer', startsWith(every));
      }
      const locks = this.statePrefixes('bootstrap').map((prefix) => `${prefix}default.tflock`);
      const written = startsWith([...this.statePrefixes('pipelines'), ...locks]);
      deployer.grantOnBucket('writes-state', stateBucket, 'roles/storage.objectUser', written);
    }

    this.output('GOOGLE_WORKLOAD_IDENTITY_PROVIDER', provider);
    this.output('GOOGLE_PLAN_SERVICE_ACCOUNT', planner.email);
    this.output('GOOGLE_DEPLOY_SERVICE_ACCOUNT', deployer.email);
    if (watcher !== undefined) this.output('GOOGLE_WATCH_SERVICE_ACCOUNT', watcher.email);
  }

  /** Name of the bucket, as a reference where it is made here; undefined with the state elsewhere. */
  private stateBucket(): string | undefined {
    const { backend, qualys } = this.environment;
    if (backend.gcs === undefined || this.settings.stateBucket === 'existing') return backend.gcs?.bucket;
    return new PrivateBucket(this, 'state', {
      name: backend.gcs.bucket,
      location: this.google.location ?? qualys?.region ?? '',
      versioning: true,
      supersededDays: STATE_VERSION_DAYS,
      dependsOn: this.apis,
    }).name;
  }

  /** Pool and provider, as full names. */
  private identity(): { pool: string; provider: string } {
    const { identityProvider } = this.google;
    if (identityProvider !== 'create')
      return { pool: identityProvider.replace(/\/providers\/.*$/, ''), provider: identityProvider };
    return new GithubIdentity(this, 'github', {
      pool: `github-${this.environmentName}`,
      issuer: GITHUB_ISSUER,
      subjects: Object.values(this.trust.plan),
      subjectOnRef: { subject: this.trust.deploy, ref: this.trust.deployRef },
      dependsOn: this.apis,
    });
  }

  /** Both accounts look at this stack, too, so that drift of it is seen; neither may change it, or it could trust anybody. */
  private readBootstrap(): GooglePermission[] {
    const { project } = this.google;
    return [
      {
        why: 'Settings of the state bucket, and APIs that are on.',
        permissions: [
          ...['serviceusage.services.get', 'serviceusage.services.list'],
          ...['storage.buckets.get', 'storage.buckets.getIamPolicy'],
        ],
        project,
      },
      {
        why: 'Whom these accounts trust, and what they may do.',
        permissions: [
          ...['iam.serviceAccounts.get', 'iam.serviceAccounts.getIamPolicy'],
          ...['iam.workloadIdentityPoolProviders.get', 'iam.workloadIdentityPools.get'],
        ],
        project,
      },
    ];
  }

  private account(
    kind: 'plan' | 'deploy' | 'watch',
    displayName: string,
    pool: string,
    props: {
      subjects: Readonly<Record<string, string>>;
      permissions: readonly GooglePermission[];
      roles: readonly GoogleRole[];
    },
  ): WorkflowAccount {
    return new WorkflowAccount(this, kind, {
      accountId: `${this.environmentName}-ci-${kind}`,
      displayName,
      pool,
      subjects: props.subjects,
      customRoles: customRoles(`tributary_${this.environmentName.replaceAll('-', '_')}_${kind}`, props.permissions),
      roles: props.roles,
      dependsOn: this.apis,
    });
  }

  /** Starts of the names of state objects, which the backend calls `<prefix>/<stack>/default.tfstate` and `.tflock`. */
  private statePrefixes(of: 'pipelines' | 'bootstrap'): string[] {
    const { bucket = '', prefix = '' } = this.environment.backend.gcs ?? {};
    return stateStacks(this.environment)[of].map(
      (stack) =>
        `projects/_/buckets/${bucket}/objects/${prefix}/${stack.endsWith('*') ? stack.slice(0, -1) : `${stack}/`}`,
    );
  }

  private output(name: keyof BootstrapGoogleOutputs, value: string): void {
    new TerraformOutput(this, name, { value });
  }
}

/** What a plan of the bootstrap stack asks for in each project in which it makes a custom role and grants it. */
const OF_EACH_PROJECT = ['iam.roles.get', 'resourcemanager.projects.get', 'resourcemanager.projects.getIamPolicy'];

function inEachProject(permissions: readonly GooglePermission[]): GooglePermission[] {
  return permissions.map((one) => ({ ...one, permissions: [...OF_EACH_PROJECT, ...one.permissions] }));
}

/** One role in each project. */
function customRoles(roleId: string, permissions: readonly GooglePermission[]): CustomRole[] {
  const projects = [...new Set(permissions.map(({ project }) => project))];
  return projects.map((project) => ({
    project,
    roleId,
    permissions: [
      ...new Set(permissions.filter((one) => one.project === project).flatMap((one) => one.permissions)),
    ].sort(),
  }));
}

/** A condition on the name of an object, in CEL, which takes at most twelve logical operators in a condition of IAM. */
function startsWith(prefixes: readonly string[]): string {
  return prefixes.map((prefix) => `resource.name.startsWith(${JSON.stringify(prefix)})`).join(' || ');
}
