import { PREBUILT } from '../environments/parser-files';
import type { QualysSettings } from '../environments/qualys';
import type { Environment } from '../environments/schema';
import { qualysBuckets } from './qualys-names';

/**
 * What the service accounts of the workflows may do to the pipeline of Google Cloud: what the Terraform provider asks of
 * each API ("IAM permissions reference", docs.cloud.google.com/iam/docs/permissions-reference). Roles that Google defines
 * give more: logging.viewer reads logs, secretmanager.admin secrets, storage.admin objects.
 */
export interface GooglePermission {
  readonly why: string;
  readonly permissions: readonly string[];
  readonly project: string;
}

/** A role that Google defines: where a condition is needed, or where the permissions are too many to be listed. */
export interface GoogleRole {
  readonly name: string;
  readonly why: string;
  readonly role: string;
  readonly project: string;
  /** In CEL. */
  readonly condition?: string;
}

export interface GooglePermissions {
  readonly read: readonly GooglePermission[];
  readonly write: readonly GooglePermission[];
  /** What `status` asks for. */
  readonly watch: readonly GooglePermission[];
  readonly watchRoles: readonly GoogleRole[];
  readonly readRoles: readonly GoogleRole[];
  readonly writeRoles: readonly GoogleRole[];
}

/** Permissions on qualys-secops. */
export function qualysPermissions(environment: Environment, settings: QualysSettings): GooglePermissions {
  return {
    read: [...READ.map((one) => ({ ...one, project: settings.project })), ...readOptions(settings)],
    write: [
      ...WRITE.map((one) => ({ ...one, project: settings.project })),
      ...(environment.protected ? [] : DESTROY.map((one) => ({ ...one, project: settings.project }))),
      ...writeOptions(settings),
    ],
    watch: [...WATCH.map((one) => ({ ...one, project: settings.project })), ...watchOptions(settings)],
    watchRoles: [
      {
        name: 'reads-cursor',
        why: 'Where each feed stands, and whether Qualys has rejected the credentials.',
        role: 'roles/storage.objectViewer',
        project: settings.project,
        condition: ofBucket(qualysBuckets(environment.environment, settings).state),
      },
    ],
    readRoles: [bundleRole(environment, settings, 'reads-bundle', 'roles/storage.objectViewer')],
    writeRoles: [
      bundleRole(environment, settings, 'writes-bundle', 'roles/storage.objectUser'),
      {
        name: 'grants-to-builds',
        why: 'The account that builds the function gets its roles in the project: these, and no others can be granted.',
        role: 'roles/resourcemanager.projectIamAdmin',
        project: settings.project,
        condition: `api.getAttribute("iam.googleapis.com/modifiedGrantsByRole", []).hasOnly(${JSON.stringify(BUILD_ROLES)})`,
      },
      ...(settings.egress === 'static'
        ? [
            {
              name: 'sets-up-egress',
              why: 'Network, subnetwork, router and address of the calls to Qualys.',
              role: 'roles/compute.networkAdmin',
              project: settings.project,
            },
          ]
        : []),
    ],
  };
}

/** Roles that stacks/qualys-secops.ts grants in the project. */
export const BUILD_ROLES = ['roles/logging.logWriter', 'roles/artifactregistry.writer', 'roles/storage.objectViewer'];

const READ = [
  {
    why: 'Roles in the project.',
    permissions: ['resourcemanager.projects.get', 'resourcemanager.projects.getIamPolicy'],
  },
  { why: 'APIs that are on.', permissions: ['serviceusage.services.get', 'serviceusage.services.list'] },
  { why: 'Settings of the buckets; no object.', permissions: ['storage.buckets.get', 'storage.buckets.getIamPolicy'] },
  { why: 'The service accounts.', permissions: ['iam.serviceAccounts.get'] },
  {
    why: 'The secrets and who may read them; not their values: versions are write-only, so that no plan reads one.',
    permissions: ['secretmanager.secrets.get', 'secretmanager.secrets.getIamPolicy', 'secretmanager.versions.get'],
  },
  {
    why: 'The function, and who may call it.',
    permissions: ['cloudfunctions.functions.get', 'run.services.getIamPolicy'],
  },
  { why: 'The schedule.', permissions: ['cloudscheduler.jobs.get'] },
  { why: 'Metrics made of log entries; no entry.', permissions: ['logging.logMetrics.get'] },
  {
    why: 'Alarms, whom they tell, and the dashboard.',
    permissions: ['monitoring.alertPolicies.get', 'monitoring.dashboards.get', 'monitoring.notificationChannels.get'],
  },
] as const;

const WRITE = [
  { why: 'Turns APIs on.', permissions: ['serviceusage.services.enable'] },
  {
    why: 'Makes the buckets and sets them up.',
    permissions: ['storage.buckets.create', 'storage.buckets.setIamPolicy', 'storage.buckets.update'],
  },
  {
    why: 'Makes the service accounts, and lets function and schedule run as them.',
    permissions: [
      ...['iam.serviceAccounts.actAs', 'iam.serviceAccounts.create', 'iam.serviceAccounts.delete'],
      'iam.serviceAccounts.update',
    ],
  },
  {
    why: 'Makes the secrets and their first versions; reads none.',
    permissions: [
      ...['secretmanager.secrets.create', 'secretmanager.secrets.setIamPolicy', 'secretmanager.secrets.update'],
      ...['secretmanager.versions.add', 'secretmanager.versions.disable', 'secretmanager.versions.enable'],
    ],
  },
  {
    why: 'Makes the function, and says who may call it.',
    permissions: [
      ...[
        'cloudfunctions.functions.create',
        'cloudfunctions.functions.delete',
        'cloudfunctions.functions.sourceCodeSet',
      ],
      ...['cloudfunctions.functions.update', 'cloudfunctions.operations.get', 'run.services.setIamPolicy'],
    ],
  },
  {
    why: 'Makes the schedule.',
    permissions: ['cloudscheduler.jobs.create', 'cloudscheduler.jobs.delete', 'cloudscheduler.jobs.update'],
  },
  {
    why: 'Makes the metrics.',
    permissions: ['logging.logMetrics.create', 'logging.logMetrics.delete', 'logging.logMetrics.update'],
  },
  {
    why: 'Makes the alarms, whom they tell, and the dashboard.',
    permissions: ['alertPolicies', 'dashboards', 'notificationChannels'].flatMap((kind) =>
      ['create', 'delete', 'update'].map((verb) => `monitoring.${kind}.${verb}`),
    ),
  },
] as const;

const DESTROY = [
  {
    why: 'Not in a protected environment: buckets are emptied, unread, and go, and the secrets with them.',
    permissions: [
      ...['secretmanager.secrets.delete', 'secretmanager.versions.destroy', 'storage.buckets.delete'],
      ...['storage.objects.delete', 'storage.objects.list'],
    ],
  },
] as const;

const WATCH = [
  { why: 'How the last runs ended: log entries of the project.', permissions: ['logging.logEntries.list'] },
  { why: 'Whether the schedule is on.', permissions: ['cloudscheduler.jobs.get'] },
  { why: 'What lies in the logs bucket: names and sizes, no content.', permissions: ['storage.objects.list'] },
] as const;

function watchOptions({ project, secops }: QualysSettings): GooglePermission[] {
  if (secops === undefined) return [];
  return [
    {
      why: 'State of the feed of SecOps, and which parsers are active.',
      permissions: ['chronicle.feeds.list', 'chronicle.parserExtensions.list', 'chronicle.parsers.list'],
      project: secops.project ?? project,
    },
  ];
}

/** What only some settings need, each in the project where it is. */
function readOptions({ project, egress, storage, secops }: QualysSettings): GooglePermission[] {
  return [
    ...(secops
      ? [{ why: 'The feed of SecOps.', permissions: ['chronicle.feeds.get'], project: secops.project ?? project }]
      : []),
    ...parserPermissions(secops, project, 'get', 'Parsers of SecOps.'),
    ...(storage.kmsKey
      ? [
          {
            why: 'Who may use the key of the buckets.',
            permissions: ['cloudkms.cryptoKeys.getIamPolicy'],
            project: projectOf(storage.kmsKey),
          },
        ]
      : []),
    ...(egress === 'static'
      ? [
          {
            why: 'Network and address of the calls to Qualys.',
            permissions: ['addresses', 'networks', 'routers', 'subnetworks'].map((kind) => `compute.${kind}.get`),
            project,
          },
        ]
      : []),
  ];
}

function writeOptions({ project, storage, secops }: QualysSettings): GooglePermission[] {
  return [
    ...(secops
      ? [
          {
            why: 'Makes the feed of SecOps.',
            permissions: ['create', 'delete', 'update'].map((verb) => `chronicle.feeds.${verb}`),
            project: secops.project ?? project,
          },
        ]
      : []),
    ...parserPermissions(secops, project, 'create', 'Makes parsers in SecOps; neither activates nor deletes one.'),
    ...(storage.kmsKey
      ? [
          {
            why: 'Lets Cloud Storage use the key of the buckets.',
            permissions: ['cloudkms.cryptoKeys.setIamPolicy'],
            project: projectOf(storage.kmsKey),
          },
        ]
      : []),
  ];
}

/** On the parsers and extensions that the settings choose, if they choose any. */
function parserPermissions(
  secops: QualysSettings['secops'],
  project: string,
  verb: 'get' | 'create',
  why: string,
): GooglePermission[] {
  const chosen = Object.values(secops?.parsers ?? {});
  const permissions = [
    ...(chosen.some(({ parser }) => parser !== PREBUILT) ? [`chronicle.parsers.${verb}`] : []),
    ...(chosen.some(({ extension }) => extension !== undefined) ? [`chronicle.parserExtensions.${verb}`] : []),
  ];
  return permissions.length === 0 ? [] : [{ why, permissions, project: secops?.project ?? project }];
}

/** The bundle of the function is an object that a plan looks at, and the only one. */
function bundleRole(environment: Environment, settings: QualysSettings, name: string, role: string): GoogleRole {
  const { code } = qualysBuckets(environment.environment, settings);
  return {
    name,
    why: 'The bundle of the function, in a bucket of its own.',
    role,
    project: settings.project,
    condition: ofBucket(code),
  };
}

/** Holds for the objects of one bucket; in CEL. */
function ofBucket(bucket: string): string {
  return `resource.name.startsWith("projects/_/buckets/${bucket}/objects/")`;
}

/** Project of a key: `projects/<project>/…`. */
function projectOf(kmsKey: string): string {
  return kmsKey.split('/')[1] ?? '';
}
