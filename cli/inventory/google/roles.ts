import type { Use } from '../facts';

interface Role {
  readonly may: string;
  readonly uses: readonly Use[];
  /** What it is about, where it is granted on a whole project: the part of a resource's name before its own. */
  readonly within?: 'buckets' | 'secrets';
}

/**
 * What the predefined roles allow ("IAM roles for Cloud Storage", docs.cloud.google.com/storage/docs/access-control/iam-roles;
 * "Roles and permissions", docs.cloud.google.com/iam/docs/roles-permissions).
 */
const ROLES: Readonly<Record<string, Role>> = {
  'roles/storage.objectCreator': {
    may: 'create objects, not read, replace or delete them',
    uses: ['write'],
    within: 'buckets',
  },
  'roles/storage.objectViewer': { may: 'read and list objects', uses: ['read'], within: 'buckets' },
  'roles/storage.objectUser': {
    may: 'read, list, create, replace and delete objects',
    uses: ['read', 'write', 'delete'],
    within: 'buckets',
  },
  'roles/storage.legacyBucketReader': { may: 'list objects and see how the bucket is set up', uses: [] },
  'roles/storage.legacyBucketWriter': {
    may: 'list, create, replace and delete objects, and see how the bucket is set up',
    uses: ['write', 'delete'],
  },
  'roles/secretmanager.secretAccessor': { may: 'read the value', uses: ['read'], within: 'secrets' },
  'roles/cloudkms.cryptoKeyEncrypterDecrypter': { may: 'encrypt and decrypt', uses: ['read', 'write'] },
  'roles/iam.workloadIdentityUser': { may: 'act as it', uses: ['assume'] },
  'roles/resourcemanager.projectIamAdmin': {
    may: 'say who has which role in the project',
    uses: ['administer'],
    within: 'buckets',
  },
  'roles/compute.networkAdmin': { may: 'set up networks, routers and addresses', uses: [] },
  'roles/run.invoker': { may: 'call it', uses: [] },
  'roles/logging.logWriter': { may: 'write log lines', uses: [] },
  'roles/artifactregistry.writer': { may: 'read and write images and packages', uses: [] },
};

/** What a role allows; undefined for one that is not known here. */
export function findRole(name: string): Role | undefined {
  return Object.hasOwn(ROLES, name) ? ROLES[name] : undefined;
}
