import type { SynthesizedStack } from '../synthesized';
import { backendOf } from './document';
import type { SecretFacts, StoreFacts } from './facts';
import { listed } from './words';

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
    kind: 'Terraform state',
    name,
    holds: inState.length === 0 ? 'how the stack was deployed, no secret' : `secrets in clear: ${listed(inState)}`,
    settings: [],
    ...placeOf(stack),
  };
}

function placeOf(stack: SynthesizedStack): Pick<StoreFacts, 'place' | 'encryption' | 'retention' | 'elsewhere'> {
  const [kind, { bucket, region }] = backendOf(stack);
  if (kind === 'gcs')
    return {
      place: 'Google Cloud, where its bucket is',
      encryption: "that of the bucket, or Google's own key",
      retention: RETENTION,
      elsewhere: `Who may use the bucket ${bucket} reads and writes it: its own IAM policy says who.`,
    };
  if (kind === 's3')
    return {
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
