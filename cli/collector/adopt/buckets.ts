import { UserError } from '../../../environments/user-error';
import { objectPrefix, stateObject } from '../../../functions/qualys/contract';
import { settleAll } from '../../adopt/adopt';
import { type Finding, importable } from '../../adopt/finding';
import { type GoogleApi, GoogleApiError, requestJson } from '../../google-api';
import { readObject } from '../../google-storage';
import { listAll } from './api';
import { isOurs, type Labelled } from './labels';
import { looksLikeQualys, type Sighting } from './similar';
import type { AdoptTarget, BucketKind, CollectorParts } from './target';

/** A bucket, as far as it is looked at (cloud.google.com/storage/docs/json_api/v1/buckets). */
interface Bucket extends Labelled {
  readonly name: string;
  /** In capitals: `EUROPE-WEST3`, `EU`. */
  readonly location: string;
  /** `region`, `dual-region` or `multi-region`. */
  readonly locationType?: string;
  readonly customPlacementConfig?: { readonly dataLocations?: readonly string[] };
  readonly retentionPolicy?: { readonly isLocked?: boolean };
  readonly objectRetention?: { readonly mode?: string };
  readonly hierarchicalNamespace?: { readonly enabled?: boolean };
  readonly iamConfiguration?: { readonly uniformBucketLevelAccess?: { readonly enabled?: boolean } };
  readonly lifecycle?: { readonly rule?: readonly unknown[] };
}

const KINDS: readonly BucketKind[] = ['logs', 'state', 'code'];

/**
 * The stack's three buckets. The project's own are listed: names are global, so that one may exist elsewhere.
 * @throws UserError for a bucket that Terraform could not take in, or would make anew
 */
export async function findBuckets(api: GoogleApi, target: AdoptTarget): Promise<Sighting> {
  const { project } = target;
  const existing = await listAll<Bucket>(
    api,
    {
      service: 'storage',
      path: '/storage/v1/b',
      query: { project, maxResults: '1000' },
      purpose: `list the buckets of the project ${project}`,
      needs: `roles/storage.bucketViewer on the project ${project}`,
    },
    'items',
  );
  const findings = await settleAll(KINDS.map((kind) => findBucket(api, target, existing, kind)));
  const ours = KINDS.map((kind) => target.buckets[kind].name);
  return {
    findings,
    similar: findings[0]?.exists
      ? []
      : existing
          .filter(({ name }) => looksLikeQualys(name) && !ours.includes(name))
          .map(({ name, location }) => ({
            thing: 'bucket',
            name: `${name} (${location})`,
            setting: 'qualys.buckets.logs',
          })),
  };
}

async function findBucket(
  api: GoogleApi,
  target: AdoptTarget,
  existing: readonly Bucket[],
  kind: BucketKind,
): Promise<Finding> {
  const { name } = target.buckets[kind];
  const bucket = existing.find((other) => other.name === name);
  if (bucket === undefined) await refuseForeign(api, target, kind);
  else refuseReplacement(bucket, target, kind);
  const warnings =
    bucket === undefined
      ? []
      : [...changesOf(bucket), ...(kind === 'logs' ? await objectsWithoutStates(api, target) : [])];
  return importable(`${kind} bucket`, name, kind, bucket && name, warnings);
}

/** @throws UserError when another project has a bucket of the name */
async function refuseForeign(api: GoogleApi, { project, buckets }: AdoptTarget, kind: BucketKind): Promise<void> {
  const { name } = buckets[kind];
  try {
    await api.request({
      service: 'storage',
      method: 'GET',
      path: `/storage/v1/b/${encodeURIComponent(name)}`,
      query: { fields: 'name' },
      repeatable: true,
      purpose: `look for the bucket ${name}`,
      needs: `roles/storage.bucketViewer on the project ${project}`,
    });
  } catch (error) {
    if (!(error instanceof GoogleApiError) || (error.status !== 403 && error.status !== 404)) throw error;
    if (error.status === 404) return;
  }
  throw new UserError(
    `The bucket ${name} belongs to another project than ${project}, and no two buckets of Cloud Storage can have one ` +
      `name. Choose another name (qualys.buckets.${kind}), or the project of that bucket (qualys.project).`,
  );
}

/**
 * What Terraform's provider cannot change in place (google_storage_bucket, arguments that force a new resource).
 * @throws UserError for a bucket that has any of it
 */
function refuseReplacement(bucket: Bucket, { buckets }: AdoptTarget, kind: BucketKind): void {
  const wanted = buckets[kind].location;
  const { location, locationType = 'region' } = bucket;
  const regions = bucket.customPlacementConfig?.dataLocations ?? [];
  const reasons = [
    ...(location === wanted
      ? []
      : [
          `it is in ${location} (${locationType}), the stack's are in ${wanted}; with qualys.storage.location: ` +
            `${location} all three are there`,
        ]),
    ...(regions.length > 0 ? [`it is a dual-region of ${regions.join(' and ')}, which the file cannot say`] : []),
    ...(bucket.retentionPolicy?.isLocked ? ['its retention policy is locked'] : []),
    ...(bucket.objectRetention?.mode === 'Enabled' ? ['its objects can have retention times of their own'] : []),
    ...(bucket.hierarchicalNamespace?.enabled ? ['it has a hierarchical namespace'] : []),
  ];
  if (reasons.length === 0) return;
  throw new UserError(
    `The bucket ${bucket.name} cannot be taken in: a deploy would delete it, with all that it holds, and make it anew, ` +
      `since\n${reasons.map((reason) => `- ${reason}`).join('\n')}\n` +
      `To leave it as it is, choose another name (qualys.buckets.${kind}).`,
  );
}

/** What a deploy takes from a bucket that the stack has not made. */
function changesOf(bucket: Bucket): string[] {
  if (isOurs(bucket)) return [];
  const { name, lifecycle, iamConfiguration } = bucket;
  const rules = lifecycle?.rule?.length ?? 0;
  return [
    ...(rules > 0 ? [`A deploy replaces the lifecycle rules (${rules}) of the bucket ${name}.`] : []),
    ...(iamConfiguration?.uniformBucketLevelAccess?.enabled
      ? []
      : [`A deploy turns the ACLs of the bucket ${name} off: who reads or writes by one needs a role on the bucket.`]),
  ];
}

/** A collector does not take a folder with objects for a first run: its state might be lost. */
async function objectsWithoutStates(api: GoogleApi, { collectors }: AdoptTarget): Promise<string[]> {
  return (await settleAll(collectors.map((collector) => objectsWithoutState(api, collector)))).flat();
}

async function objectsWithoutState(
  api: GoogleApi,
  { feed, logsBucket, stateBucket }: CollectorParts,
): Promise<string[]> {
  const prefix = objectPrefix(feed);
  const { content } = await requestJson<{ items?: unknown[] }>(api, {
    service: 'storage',
    method: 'GET',
    path: `/storage/v1/b/${encodeURIComponent(logsBucket)}/o`,
    query: { prefix, maxResults: '1', fields: 'items(name)' },
    repeatable: true,
    purpose: `look for objects at gs://${logsBucket}/${prefix}`,
    needs: `roles/storage.objectViewer on the bucket ${logsBucket}`,
  });
  if ((content.items ?? []).length === 0) return [];
  if ((await readObject(api, stateBucket, stateObject(feed))) !== undefined) return [];
  return [
    `gs://${logsBucket}/${prefix} holds objects, and the collector has no state yet (gs://${stateBucket}/` +
      `${stateObject(feed)}): its first run would stop with state_lost. Move them to another bucket before the deploy.`,
  ];
}
