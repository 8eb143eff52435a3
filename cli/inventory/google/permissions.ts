import { actionsInWords, type Purpose } from '../actions-in-words';
import type { Grant, Use } from '../facts';

/** Permissions by what they are for and about: the part of a resource's name within its project (IAM permissions reference). */
const USES: Readonly<Record<string, readonly [within: string, uses: Readonly<Partial<Record<Use, RegExp>>>]>> = {
  storage: [
    'buckets/*',
    {
      read: /^storage\.objects\.get$/,
      write: /^storage\.objects\.create$/,
      delete: /^storage\.objects\.(delete|update)$/,
      administer: /^storage\.buckets\.(delete|setIamPolicy|update)$|^storage\.objects\.setIamPolicy$/,
    },
  ],
  secretmanager: ['secrets/*', { read: /^secretmanager\.versions\.access$/ }],
  cloudkms: [
    'locations/*/keyRings/*',
    {
      read: /^cloudkms\.cryptoKeyVersions\.useToDecrypt$/,
      write: /^cloudkms\.cryptoKeyVersions\.useToEncrypt$/,
      administer: /^cloudkms\.cryptoKeys\.(setIamPolicy|update)$|^cloudkms\.cryptoKeyVersions\.destroy$/,
    },
  ],
  chronicle: [
    'locations/*/instances/*',
    { administer: /^chronicle\.(feeds|parsers|parserExtensions)\.(create|delete|update)$/ },
  ],
};

/** What the permissions of a custom role that is granted on a project reach, and by which of them. */
export function reachOfPermissions(
  permissions: readonly string[],
  project: string,
): Required<Pick<Grant, 'reach' | 'parts'>> {
  const parts = Object.values(USES).flatMap(([within, uses]) =>
    (Object.entries(uses) as [Use, RegExp][]).flatMap(([use, names]) => {
      const may = permissions.filter((one) => names.test(one));
      return may.length === 0 ? [] : [{ use, pattern: `projects/${project}/${within}`, may }];
    }),
  );
  const reach: Partial<Record<Use, string[]>> = {};
  for (const { use, pattern } of parts) reach[use] = [...(reach[use] ?? []), pattern];
  return { reach, parts };
}

/** Permissions in words, counted where they are many. */
export function describePermissions(permissions: readonly string[]): string[] {
  return actionsInWords(permissions, purposesOf, (one) => one);
}

function purposesOf(permission: string): Purpose[] {
  const [, uses] = USES[permission.split('.')[0] ?? ''] ?? ['', {}];
  const known = (Object.entries(uses) as [Exclude<Use, 'assume'>, RegExp][]).filter(([, one]) => one.test(permission));
  if (known.length > 0) return known.map(([use]) => use);
  if (permission === 'secretmanager.versions.add') return ['write'];
  if (/^logging\.(logEntries|privateLogEntries)\.list$/.test(permission)) return ['read'];
  return [/\.(get|list)(IamPolicy)?$/.test(permission) ? 'look' : 'administer'];
}
