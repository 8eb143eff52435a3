import { randomUUID } from 'node:crypto';
import type { ProviderRun, ResourceRules } from './rules';
import type { Block } from './schema';
import type { ProviderStore } from './store';
import { stored } from './stored';
import { isKnown, isObject, UNKNOWN, type Value, type Values } from './values';

/** One type of resource, as the pages of the provider 7.45.0 tell it. */
interface GoogleType {
  /** The id, which imports take: attributes in braces. */
  readonly id: string;
  /** Arguments whose change makes the resource anew, beside the project. */
  readonly replacedBy: readonly string[];
  /** Computed attributes that are not simply empty. */
  computed?(values: Values, run: GoogleRun): Values;
  /** Making one that exists already is no error. */
  readonly isShared?: boolean;
}

interface GoogleRun extends ProviderRun {
  readonly projectNumber: string;
}

/** A member of a role on something: all of it makes another grant. */
function grant(id: string, ...replacedBy: string[]): GoogleType {
  return {
    id: `${id}/{role}/{member}`,
    replacedBy: [...replacedBy, 'role', 'member'],
    computed: () => ({ etag: 'BwYfYyAAAAA=' }),
    isShared: true,
  };
}

const TYPES: Record<string, GoogleType> = {
  google_chronicle_feed: {
    id: '{name}',
    replacedBy: ['location', 'instance', 'feed'],
    computed: ({ project, location, instance }) => {
      const uid = randomUUID();
      const name = `projects/${project}/locations/${location}/instances/${instance}/feeds/${uid}`;
      return { uid, feed: uid, name, state: 'ACTIVE' };
    },
  },
  google_chronicle_parser: {
    id: '{name}',
    replacedBy: [
      ...['location', 'instance', 'logtype', 'cbn', 'low_code'],
      ...['validated_on_empty_logs', 'validation_skipped'],
    ],
    computed: ({ project, location, instance, logtype }) => {
      const parser = `pa_${randomUUID()}`;
      const name = `projects/${project}/locations/${location}/instances/${instance}/logTypes/${logtype}/parsers/${parser}`;
      return { parser, name, state: 'INACTIVE', type: 'CUSTOM', validation_stage: 'NEW' };
    },
  },
  google_chronicle_parser_extension: {
    id: '{name}',
    replacedBy: [
      ...['location', 'instance', 'log_type', 'cbn_snippet', 'field_extractors', 'dynamic_parsing', 'log'],
      'validation_skipped',
    ],
    computed: ({ project, location, instance, log_type: type }) => {
      const parserextension = `pe_${randomUUID()}`;
      const parent = `projects/${project}/locations/${location}/instances/${instance}/logTypes/${type}`;
      return { parserextension, name: `${parent}/parserExtensions/${parserextension}`, state: 'NEW' };
    },
  },
  google_cloud_run_v2_service_iam_member: grant(
    'projects/{project}/locations/{location}/services/{name}',
    'location',
    'name',
  ),
  google_cloud_scheduler_job: {
    id: 'projects/{project}/locations/{region}/jobs/{name}',
    replacedBy: ['name', 'region'],
    computed: () => ({ state: 'ENABLED' }),
  },
  google_cloudfunctions2_function: {
    id: 'projects/{project}/locations/{location}/functions/{name}',
    replacedBy: ['name', 'location'],
    computed: ({ name, location, project }, { projectNumber }) => {
      const uri = `https://${name}-${projectNumber}.${location}.run.app`;
      return {
        environment: 'GEN_2',
        state: 'ACTIVE',
        update_time: new Date().toISOString(),
        url: `https://${location}-${project}.cloudfunctions.net/${name}`,
        'service_config.uri': uri,
        'service_config.gcf_uri': uri,
        'service_config.service': `projects/${project}/locations/${location}/services/${name}`,
        'build_config.build': `projects/${projectNumber}/locations/${location}/builds/${randomUUID()}`,
      };
    },
  },
  google_kms_crypto_key_iam_member: grant('{crypto_key_id}', 'crypto_key_id'),
  google_logging_metric: { id: '{name}', replacedBy: ['name'] },
  google_monitoring_alert_policy: { id: '{name}', replacedBy: [], computed: numbered('alertPolicies') },
  google_monitoring_dashboard: {
    id: 'projects/{number}/dashboards/{uid}',
    replacedBy: [],
    computed: (_values, { projectNumber }) => ({ number: projectNumber, uid: randomUUID() }),
  },
  google_monitoring_notification_channel: {
    id: '{name}',
    replacedBy: ['type'],
    computed: numbered('notificationChannels'),
  },
  google_project_iam_member: grant('{project}'),
  google_project_service: { id: '{project}/{service}', replacedBy: ['service'], isShared: true },
  google_secret_manager_secret: {
    id: 'projects/{project}/secrets/{secret_id}',
    replacedBy: ['secret_id', 'replication'],
    computed: ({ secret_id }, { projectNumber }) => ({ name: `projects/${projectNumber}/secrets/${secret_id}` }),
  },
  google_secret_manager_secret_iam_member: grant('{secret_id}', 'secret_id'),
  google_secret_manager_secret_version: {
    id: '{name}',
    replacedBy: ['secret', 'secret_data', 'secret_data_wo_version', 'is_secret_data_base64'],
    computed: ({ secret }, run) => {
      const version = String(run.nextNumber());
      return { version, name: `${secret}/versions/${version}` };
    },
  },
  google_service_account: {
    id: 'projects/{project}/serviceAccounts/{email}',
    replacedBy: ['account_id'],
    computed: ({ account_id, project }, run) => {
      const email = `${account_id}@${project}.iam.gserviceaccount.com`;
      const unique_id = `1${String(run.nextNumber()).padStart(20, '0')}`;
      return {
        email,
        unique_id,
        member: `serviceAccount:${email}`,
        name: `projects/${project}/serviceAccounts/${email}`,
      };
    },
  },
  google_storage_bucket: {
    id: '{name}',
    replacedBy: ['name', 'location', 'enable_object_retention', 'hierarchical_namespace'],
    computed: ({ name }, { projectNumber }) => ({
      project_number: Number(projectNumber),
      public_access_prevention: 'inherited',
      rpo: 'DEFAULT',
      self_link: `https://www.googleapis.com/storage/v1/b/${name}`,
      time_created: new Date().toISOString(),
      updated: new Date().toISOString(),
      url: `gs://${name}`,
    }),
  },
  google_storage_bucket_iam_member: grant('b/{bucket}', 'bucket'),
  google_storage_bucket_object: {
    id: '{bucket}-{name}',
    replacedBy: ['bucket', 'name', 'source', 'content', 'content_type'],
    computed: ({ bucket, name }, run) => ({
      generation: run.nextNumber(),
      output_name: name ?? null,
      self_link: `https://www.googleapis.com/storage/v1/b/${bucket}/o/${encodeURIComponent(String(name))}`,
    }),
  },
};

function numbered(collection: string): GoogleType['computed'] {
  return ({ project }, run) => ({ name: `projects/${project}/${collection}/${run.nextNumber()}` });
}

/** Everything is in the store. `projectNumber`: of every project. */
export function googleRules(
  store: ProviderStore,
  resources: Readonly<Record<string, Block>>,
  projectNumber: string,
): Record<string, ResourceRules> {
  const rulesOf = ([type, { attributes = {} }]: [string, Block]): [string, ResourceRules] => {
    const known = TYPES[type];
    if (known === undefined) throw new Error(`${type} is in schemas/google.json, but not in TYPES`);
    const rules: ResourceRules = {
      replacedBy: ['project', ...known.replacedBy],
      planned: (config, run) => ({
        ...(attributes.project?.computed && isKnown(config.project) && projectOf(config, run)),
        ...(attributes.terraform_labels && labelsOf(config, run)),
      }),
      computed(values, run, prior) {
        const made = known.computed?.(values, { ...run, projectNumber }) ?? {};
        const id = known.id.replaceAll(/\{(\w+)\}/g, (_, name) => String(made[name] ?? values[name]));
        return { id: prior?.id ?? id, ...made };
      },
      keeper: stored(store, type, known.isShared ?? false),
    };
    return [type, rules];
  };
  return Object.fromEntries(Object.entries(resources).map(rulesOf));
}

function projectOf(config: Values, run: ProviderRun): Values {
  const project = config.project ?? run.config.project ?? null;
  return project === null ? {} : { project };
}

/** Labels of the resource over those of the provider block, with the one that marks what Terraform has made. */
function labelsOf({ labels = null }: Values, { config }: ProviderRun): Values {
  if (!isKnown(labels)) return { effective_labels: UNKNOWN, terraform_labels: UNKNOWN };
  const all = { ...objectOf(config.default_labels), 'goog-terraform-provisioned': 'true', ...objectOf(labels) };
  return { effective_labels: all, terraform_labels: all };
}

function objectOf(value: Value | undefined): Values {
  return isObject(value) ? value : {};
}

/** Data sources, by type. */
export function googleData(projectNumber: string): Record<string, (config: Values, run: ProviderRun) => Values> {
  return {
    google_storage_project_service_account: (config, run) => {
      const email = `service-${projectNumber}@gs-project-accounts.iam.gserviceaccount.com`;
      return {
        ...config,
        ...projectOf(config, run),
        email_address: email,
        id: email,
        member: `serviceAccount:${email}`,
      };
    },
  };
}
