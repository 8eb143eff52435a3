import { actionsInWords, type Purpose } from '../actions-in-words';
import type { Reach, Use } from '../facts';

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
  chronicle: ['locations/*/instances/*', { administer: /^chronicle\.feeds\.(create|delete|update)$/ }],
};

/** What the permissions of a custom role that is granted on a project reach. */
export function reachOfPermissions(permissions: readonly string[], project: string): Reach {
  const reach: Partial<Record<Use, string[]>> = {};
  for (const [within, uses] of Object.values(USES))
    for (const [use, pattern] of Object.entries(uses) as [Use, RegExp][])
      if (permissions.some((one) => pattern.test(one)))
        reach[use] = [...(reach[use] ?? []), `projects/${project}/${within}`];
  return reach;
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
  return [/\.(get|list)(IamPolicy)?$/.test(permission) ? 'look' : 'administer'];
}
