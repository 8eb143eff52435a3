import { isDeepStrictEqual } from 'node:util';
import { effectOf } from './kinds';
import { readable } from './parser-code';
import { formatPath } from './path';
import { byAddress } from './read-plan';
import { isRecord } from './record';
import type { AttributeChange, OutputChange, ResourceChange, StackReport, Value } from './report';
import { differences } from './walk';
import { warningsOf } from './warnings';

type Block = Readonly<Record<string, unknown>>;

/** Parts of a stack that are told of in a line each. */
const SETTINGS = ['terraform', 'provider', 'variable', 'data', 'locals', 'module', 'check', 'ephemeral'] as const;

/**
 * What differs between two synthesized stacks (`cdk.tf.json`), without asking Terraform: expressions stand as they are
 * written, and whether an update makes a resource anew is not known.
 * @param before `undefined`: the stack is new
 * @param after `undefined`: there is no such stack any more
 */
export function offlineReport(stack: string, before: unknown, after: unknown): StackReport {
  const [old, now] = [before, after].map((document) => (isRecord(document) ? document : {})) as [Block, Block];
  const changes = byAddress(resourceChanges(old, now));
  const outputs = outputChanges(old, now);
  return {
    stack,
    kind: 'offline',
    changes,
    drift: [],
    outputs,
    warnings: [
      ...(before === undefined ? ['The stack is new.'] : []),
      ...(after === undefined
        ? ['There is no such stack any more: what it has deployed stays until it is destroyed.']
        : []),
      ...(before === undefined || after === undefined ? [] : settingWarnings(old, now)),
      ...warningsOf(changes, outputs),
    ],
  };
}

function resourceChanges(old: Block, now: Block): ResourceChange[] {
  const [before, after] = [resourcesOf(old), resourcesOf(now)];
  const imports = new Map(blocksOf(now.import).map(({ to, id }) => [reference(to), String(id)]));
  const moves = new Map(blocksOf(now.moved).map(({ from, to }) => [reference(to), reference(from)]));
  const movedAway = new Set([...moves].filter(([to]) => after.has(to)).map(([, from]) => from));
  const removed = new Set(
    blocksOf(now.removed)
      .filter(({ lifecycle }) => blocksOf(lifecycle).some(({ destroy }) => destroy === false))
      .map(({ from }) => reference(from)),
  );
  const deleted = [...before]
    .filter(([address]) => !after.has(address) && !movedAway.has(address))
    .map(
      ([address, { type }]): ResourceChange => ({
        address,
        type,
        action: removed.has(address) ? 'forget' : effectOf(type, 'delete'),
        attributes: [],
      }),
    );
  const others = [...after].flatMap(([address, { type, config }]): ResourceChange[] => {
    const from = before.has(address) ? undefined : moves.get(address);
    const previous = before.get(from ?? address);
    const attributes = attributeChanges(previous?.config ?? null, config, type);
    const movedFrom = previous && from;
    const importId = previous === undefined ? imports.get(address) : undefined;
    const isSame = previous !== undefined && attributes.length === 0;
    if (isSame && movedFrom === undefined) return [];
    return [
      {
        address,
        type,
        action: isSame ? 'none' : previous || importId !== undefined ? 'update' : 'create',
        ...(movedFrom !== undefined && { movedFrom }),
        ...(importId !== undefined && { importId }),
        attributes,
      },
    ];
  });
  return [...deleted, ...others];
}

function resourcesOf(document: Block): Map<string, { readonly type: string; readonly config: Block }> {
  return new Map(
    Object.entries(withoutMetadata(document.resource)).flatMap(([type, named]) =>
      Object.entries(withoutMetadata(named)).map(
        ([name, config]) => [`${type}.${name}`, { type, config: withoutMetadata(config) }] as const,
      ),
    ),
  );
}

/** @param type of the resource, if it is one */
function attributeChanges(before: Block | null, after: Block, type = ''): AttributeChange[] {
  return differences({ before, after })
    .map((difference) => readable(type, difference))
    .map(({ path, before, after }) => ({ path: formatPath(path), before: shown(before), after: shown(after) }))
    .sort((one, other) => (one.path < other.path ? -1 : 1));
}

function outputChanges(old: Block, now: Block): OutputChange[] {
  const [before, after] = [withoutMetadata(old.output), withoutMetadata(now.output)];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].sort().flatMap((name): OutputChange[] => {
    const [from, to] = [before[name], after[name]];
    if (isDeepStrictEqual(outputValue(from), outputValue(to))) return [];
    const action = from === undefined ? 'create' : to === undefined ? 'delete' : 'update';
    return [{ name, action, before: shown(outputValue(from)), after: shown(outputValue(to)) }];
  });
}

function outputValue(output: unknown): unknown {
  return isRecord(output) ? (output.value ?? null) : null;
}

/** `provider.aws[0].region: "eu-west-1" → "eu-central-1"` is a sentence of its own: it may mean another account or state. */
function settingWarnings(old: Block, now: Block): string[] {
  return SETTINGS.flatMap((part) => {
    const changed = attributeChanges(withoutMetadata(old[part]), withoutMetadata(now[part]));
    if (changed.length === 0) return [];
    const paths = changed.slice(0, 5).map(({ path }) => `${part}.${path}`);
    const more = changed.length > paths.length ? ` and ${changed.length - paths.length} more` : '';
    return [`Settings of the stack change: ${paths.join(', ')}${more}.${NOTES[part] ?? ''}`];
  });
}

const NOTES: Partial<Record<(typeof SETTINGS)[number], string>> = {
  terraform: ' With another backend, the state must be moved first (terraform init -migrate-state).',
};

/** cdktf writes its own remarks as `//`. */
function withoutMetadata(block: unknown): Block {
  if (!isRecord(block)) return {};
  const { '//': _, ...rest } = block;
  return rest;
}

function blocksOf(value: unknown): Block[] {
  return (Array.isArray(value) ? value : [value]).filter(isRecord);
}

/** `${aws_s3_bucket.logs}` and `aws_s3_bucket.logs` are the same. */
function reference(text: unknown): string {
  return String(text).replace(/^\$\{(.*)\}$/, '$1');
}

function shown(value: unknown): Value {
  return value === null || value === undefined ? { kind: 'absent' } : { kind: 'known', value };
}
