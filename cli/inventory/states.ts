import type { SynthesizedStack } from '../synthesized';
import { backendOf } from './document';
import type { Grant, SecretFacts, StoreFacts } from './facts';
import { listed } from './words';

export const STATE_KIND = 'Terraform state';

/** What every state store has in common. */
const RETENTION = 'as long as the stack exists; older versions as its bucket keeps them';

/** The address of a stack's state, such as `gs://bucket/prefix/default.tfstate`. */
export function stateName(stack: SynthesizedStack): string {
  const [kind, args] = backendOf(stack);
  if (kind === 'gcs') return `gs://${args.bucket}/${args.prefix}/default.tfstate`;
  if (kind === 's3') return `s3://${args.bucket}/${args.key}`;
  if (kind === 'local') return String(args.path).replace(/^(\.\.\/)+/, '');
  throw new Error(`${stack.name}: the backend ${kind} is not known here`);
}

/**
 * Where the state of a stack lies.
 * @param secrets the stack's, of which some are in the state in clear
 */
export function stateStore(stack: SynthesizedStack, secrets: readonly SecretFacts[]): StoreFacts {
  const name = stateName(stack);
  const inState = secrets.filter((secret) => secret.inState).map((secret) => secret.name);
  return {
    id: name,
    stack: stack.name,
    kind: STATE_KIND,
    name,
    holds: inState.length === 0 ? 'how the stack was deployed, no secret' : `secrets in clear: ${listed(inState)}`,
    settings: [],
    ...placeOf(stack),
  };
}

function placeOf(
  stack: SynthesizedStack,
): Pick<StoreFacts, 'place' | 'encryption' | 'retention' | 'elsewhere' | 'within'> {
  const [kind, { bucket, region, prefix, key }] = backendOf(stack);
  if (kind === 'gcs')
    return {
      within: { cloud: 'google', bucket: String(bucket), object: `${prefix}/default.tfstate` },
      place: 'Google Cloud, where its bucket is',
      encryption: "that of the bucket, or Google's own key",
      retention: RETENTION,
      elsewhere: `Who may use the bucket ${bucket} reads and writes it: its own IAM policy says who.`,
    };
  if (kind === 's3')
    return {
      within: { cloud: 'aws', bucket: String(bucket), object: String(key) },
      place: `AWS, ${region}`,
      encryption: "that of the bucket, or S3's own key",
      retention: RETENTION,
      elsewhere: `Who may use the bucket ${bucket} reads and writes it: its own policy says who.`,
    };
  return {
    place: 'the checkout that it was deployed from',
    encryption: 'none but that of the disk',
    retention: 'until somebody deletes the file',
    elsewhere: 'Who may read the file reads it.',
  };
}

/** The states in what the stacks say of their buckets, and the buckets with what lies in them. */
export function statesInBuckets(stores: readonly StoreFacts[], grants: readonly Grant[]): StoreFacts[] {
  const resources = [...stores.map(({ id }) => id), ...grants.flatMap((grant) => grant.resources)];
  const found = stores.map((store): StoreFacts => {
    if (store.within === undefined) return store;
    const { cloud, bucket, object } = store.within;
    const id = resources.map((one) => bucketId(cloud, one)).find((one) => one?.endsWith(`${BEFORE[cloud]}${bucket}`));
    if (id === undefined) return store;
    const reachedAs = cloud === 'aws' ? `${id}/${object}` : `${id}/objects/${object}`;
    const made = stores.find((one) => one.id === id && one.address !== undefined);
    if (made === undefined) return { ...store, reachedAs };
    const { elsewhere: _, ...rest } = store;
    return { ...rest, reachedAs, place: made.place, encryption: made.encryption, ...(made.key && { key: made.key }) };
  });
  const states = [...found, ...foreignBuckets(found)];
  return states.map((store) => {
    const held = states.filter(({ reachedAs }) => reachedAs?.startsWith(`${store.id}/`)).map(({ stack }) => stack);
    return held.length === 0 ? store : { ...store, holds: `states of Terraform, of the stacks ${listed(held)}` };
  });
}

/** What comes before the name of a bucket in its id. */
const BEFORE = { aws: ':::', google: '/buckets/' } as const;

/** Id of the bucket of a resource; undefined for anything else, and for a pattern of buckets. */
function bucketId(cloud: 'aws' | 'google', resource: string): string | undefined {
  const pattern = cloud === 'aws' ? /^arn:[\w-]+:s3:::[^/*?]+(?=\/|$)/ : /^projects\/[^/*?]+\/buckets\/[^/*?]+(?=\/|$)/;
  return pattern.exec(resource)?.[0];
}

/** Buckets of Cloud Storage that states lie in, that grants name, and that no stack makes. */
function foreignBuckets(stores: readonly StoreFacts[]): StoreFacts[] {
  const known = new Set(stores.map(({ id }) => id));
  const found = new Map<string, StoreFacts>();
  for (const { reachedAs = '', within, stack } of stores) {
    const id = within?.cloud === 'google' ? bucketId('google', reachedAs) : undefined;
    if (id === undefined || within === undefined || known.has(id) || found.has(id)) continue;
    found.set(id, {
      ...{ id, stack, kind: 'Cloud Storage bucket', name: within.bucket, holds: '', settings: [] },
      ...{ place: 'not known here', encryption: 'not known here', retention: 'not known here' },
      elsewhere: 'No stack makes it: its own IAM policy says who else may use it.',
    });
  }
  return [...found.values()];
}
