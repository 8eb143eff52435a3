import { createHash } from 'node:crypto';
import { isRecord } from './record';
import type { OutputChange, ResourceChange, Value } from './report';

/**
 * Says in hexadecimal digits what the changes say (SHA-256): equal for the same changes in any order, with any secrets and
 * with whatever the provider will compute, and different for any other difference that a reviewer can see.
 */
export function digestOf(changes: readonly ResourceChange[], outputs: readonly OutputChange[]): string {
  return createHash('sha256').update(canonical(changes, outputs)).digest('hex');
}

/** What a digest is made of. Its first line is the version of the form: another form makes every review stale. */
export function canonical(changes: readonly ResourceChange[], outputs: readonly OutputChange[]): string {
  const lines = [...changes.map(canonicalChange), ...outputs.map(canonicalOutput)].sort();
  return ['tributary-plan 1', ...lines].join('\n');
}

function canonicalChange(change: ResourceChange): string {
  const { address, type, action, createBeforeDestroy = false, movedFrom = null, importId = null } = change;
  const attributes = change.attributes
    .filter(({ isComputed }) => !isComputed)
    .map(({ path, before, after, forcesReplacement = false }) =>
      JSON.stringify([path, canonicalValue(before), canonicalValue(after), forcesReplacement]),
    )
    .sort();
  return JSON.stringify(['resource', address, type, action, createBeforeDestroy, movedFrom, importId, attributes]);
}

function canonicalOutput({ name, action, before, after }: OutputChange): string {
  return JSON.stringify(['output', name, action, canonicalValue(before), canonicalValue(after)]);
}

function canonicalValue(value: Value): unknown {
  return value.kind === 'known' ? ['known', sorted(value.value)] : [value.kind];
}

/** With the keys of each object in order. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  );
}
