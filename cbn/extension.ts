import { type PendingProblem, prefixPaths, quote, type UdmProblem } from './udm/problem';
import { type FieldEntry, fieldsOf } from './udm/schema';

/** What a parser or an extension put out, before it is rendered. */
export interface OutputData {
  readonly kind: 'event' | 'entity';
  /** As under `event.idm.read_only_udm` or `event.idm.entity`. */
  readonly data: unknown;
}

export interface ExtensionOptions {
  /**
   * What becomes of the parser's values in a repeated field that the extension sets. Snippets replace them; mappings
   * without code choose (`append_repeated_fields`).
   */
  readonly repeatedFields: 'replace' | 'append';
}

export const DEFAULT_EXTENSION_OPTIONS: ExtensionOptions = { repeatedFields: 'replace' };

export interface Extended {
  readonly outputs: readonly OutputData[];
  readonly problems: readonly UdmProblem[];
}

type Data = Readonly<Record<string, unknown>>;

/**
 * Merges what an extension put out over what the parser put out of the same log
 * (docs.cloud.google.com/chronicle/docs/event-processing/using-parser-extensions): scalars overwrite, repeated fields are
 * replaced or appended to, the keys of `additional.fields` are united, empty text, 0 and false remove. Render the result:
 * it has to be valid for its own type. Neither input is changed.
 */
export function applyExtension(
  parser: readonly OutputData[],
  extension: readonly OutputData[],
  options: Partial<ExtensionOptions> = {},
): Extended {
  const [base, ...others] = parser;
  const [first, ...rest] = extension;
  if (!first) return { outputs: parser, problems: [] };
  const problems: PendingProblem[] = [];
  if (!base)
    return refuse(parser, 'extension-no-event', 'the parser made no event of this log: an extension cannot make one');
  if (others.length > 0)
    return refuse(
      parser,
      'extension-several-events',
      `the parser made ${parser.length} events of this log: extensions work on logs of one event`,
    );
  const stranger = extension.find(({ kind }) => kind !== base.kind);
  if (stranger)
    return refuse(
      parser,
      'extension-other-kind',
      `the extension sets an ${stranger.kind}, the parser made an ${base.kind}`,
      `set event.idm.${base.kind === 'event' ? 'read_only_udm' : 'entity'} in the extension`,
    );
  if (rest.length > 0)
    problems.push({
      path: '',
      severity: 'warning',
      code: 'extension-events-collapse',
      message: `the extension puts ${extension.length} events out: their fields go into the one event of the log`,
      fix: 'put one event out',
    });
  const root = base.kind === 'event' ? 'UDM' : 'Entity';
  const whole = rest.reduce<unknown>(
    (data, each) => mergeMessage(root, data, each.data, { repeated: 'append', removes: false, problems }),
    first.data,
  );
  const repeated = options.repeatedFields ?? DEFAULT_EXTENSION_OPTIONS.repeatedFields;
  const data = mergeMessage(root, base.data, whole, { repeated, removes: true, problems });
  return { outputs: [{ kind: base.kind, data }], problems };
}

function refuse(outputs: readonly OutputData[], code: string, message: string, fix?: string): Extended {
  return { outputs, problems: [{ path: '', severity: 'error', code, message, ...(fix !== undefined && { fix }) }] };
}

interface Merge {
  readonly repeated: 'replace' | 'append';
  /** Whether zeros remove what is there. */
  readonly removes: boolean;
  readonly problems: PendingProblem[];
}

const schemas = new Map<string, ReadonlyMap<string, FieldEntry>>();

function fieldsByName(message: string): ReadonlyMap<string, FieldEntry> {
  const known = schemas.get(message) ?? new Map((fieldsOf(message) ?? []).map((field) => [field.name, field]));
  schemas.set(message, known);
  return known;
}

function mergeMessage(message: string, under: unknown, over: unknown, merge: Merge): unknown {
  if (!isData(under) || !isData(over)) return isData(under) && isNone(over) ? under : over;
  const fields = fieldsByName(message);
  const merged: Record<string, unknown> = { ...under };
  for (const [name, value] of Object.entries(over)) {
    const before = merge.problems.length;
    const result = mergeField(fields.get(name), name, under[name], value, merge);
    if (merge.problems.length > before) prefixPaths(merge.problems, before, name);
    if (result === undefined) delete merged[name];
    else merged[name] = result;
  }
  return merged;
}

function mergeField(field: FieldEntry | undefined, name: string, under: unknown, over: unknown, merge: Merge): unknown {
  if (over === undefined || over === null) return under;
  // Rendering tells of a field that is none.
  if (!field) return over;
  if (field.multiplicity === 'repeated') return mergeList(field, under, over, merge);
  if (field.type === 'struct') return uniteEntries(under, over);
  if (isMessage(field)) return mergeMessage(field.type, under, over, merge);
  // Where the definition says optional, a zero is a value like others.
  if (!merge.removes || field.multiplicity === 'optional' || !isNone(over)) return over;
  if (name !== 'hostname' || isNone(under ?? '')) return undefined;
  merge.problems.push({
    path: '',
    severity: 'warning',
    code: 'extension-hostname',
    message: `an extension cannot remove a hostname: ${quote(under)} stays`,
  });
  return under;
}

function mergeList(field: FieldEntry, under: unknown, over: unknown, merge: Merge): unknown {
  if (isNone(over)) return merge.removes ? undefined : under;
  const [had, sets] = [listOf(under), listOf(over)];
  if (merge.repeated === 'append') return [...had, ...sets];
  if (had.length > 0 && isMessage(field))
    merge.problems.push({
      path: '',
      severity: 'warning',
      code: 'extension-replaces-list',
      message: `the extension's ${sets.length} ${field.type} replace the ${had.length} of the parser, with all they hold`,
      fix: `set the parser's values in the extension, too`,
    });
  return sets;
}

/** `additional.fields` as a set of keys: those of both, the later's value where both have one. */
function uniteEntries(under: unknown, over: unknown): unknown {
  if (!isData(over)) return isNone(over) ? under : over;
  if (!isData(under)) return over;
  const entries = new Map<unknown, unknown>();
  for (const entry of [...entriesOf(under.fields), ...entriesOf(over.fields)]) {
    const key = isData(entry) ? entry.key : entry;
    // A key that is set again moves to the end.
    entries.delete(key);
    entries.set(key, entry);
  }
  return { ...under, ...over, fields: [...entries.values()] };
}

function entriesOf(fields: unknown): unknown[] {
  if (isData(fields) && typeof fields.key !== 'string')
    return Object.entries(fields).map(([key, value]) => ({ key, value }));
  return listOf(fields);
}

function listOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined || value === null || value === '' ? [] : [value];
}

function isMessage({ type }: FieldEntry): boolean {
  return fieldsByName(type).size > 0;
}

/** The zero of a scalar: an extension that writes it removes the field. */
function isNone(value: unknown): boolean {
  return value === '' || value === 0 || value === 0n || value === false;
}

function isData(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}
