import { type Convert, isRecord, type Run, tell, tellEmpty, tellType } from './convert';
import { prefixPaths, quote } from './problem';
import { SCALARS } from './scalars';
import { nearest } from './suggest';

/** Levels that protobuf reads; deeper data is refused. */
export const MOST_DEPTH = 100;

const ENTRY_FIX = 'build {key, value.string_value} and merge it into additional.fields';

/**
 * A `google.protobuf.Struct` as an object. Parsers build it of entries: `fields` is a list of `{key, value}`, one such, or
 * an object of values by key; a value is `string_value`, `number_value`, `bool_value`, `null_value`, `list_value.values`
 * or `struct_value.fields`.
 */
export function struct(value: unknown, run: Run): unknown {
  if (value === '') return tellEmpty(run, 'entries');
  if (!isRecord(value)) return tellType(run, 'entries under fields', value, ENTRY_FIX);
  if (run.depth >= MOST_DEPTH) return tellType(run, `at most ${MOST_DEPTH} levels`, value);
  run.depth++;
  const object: Record<string, unknown> = {};
  for (const name in value) {
    const part = value[name];
    const before = run.problems.length;
    if (name === 'fields') addFields(object, part, run);
    else tell(run, 'error', 'udm-unknown-field', `google.protobuf.Struct has no field ${name}`, ENTRY_FIX);
    if (run.problems.length > before) prefixPaths(run.problems, before, name);
  }
  run.depth--;
  return object;
}

function addFields(object: Record<string, unknown>, fields: unknown, run: Run): void {
  if (Array.isArray(fields))
    for (let index = 0; index < fields.length; index++) {
      const before = run.problems.length;
      addEntry(object, fields[index], run);
      if (run.problems.length > before) prefixPaths(run.problems, before, `[${index}]`);
    }
  else if (isRecord(fields) && typeof fields.key !== 'string')
    for (const [key, value] of Object.entries(fields)) {
      const before = run.problems.length;
      setValue(object, key, value, run);
      if (run.problems.length > before) prefixPaths(run.problems, before, key);
    }
  else addEntry(object, fields, run);
}

function addEntry(object: Record<string, unknown>, entry: unknown, run: Run): void {
  if (!isRecord(entry)) {
    if (entry === '') tellEmpty(run, 'an entry');
    else tellType(run, 'an entry {key, value}', entry, ENTRY_FIX);
    return;
  }
  let key: unknown = '';
  let value: unknown;
  for (const name in entry) {
    const part = entry[name];
    const before = run.problems.length;
    if (name === 'key') key = SCALARS.string.convert(part, run) ?? '';
    else if (name === 'value') value = part;
    else tell(run, 'error', 'udm-unknown-field', `an entry of additional.fields has no field ${name}`, ENTRY_FIX);
    if (run.problems.length > before) prefixPaths(run.problems, before, name);
  }
  const before = run.problems.length;
  setValue(object, String(key), value, run);
  if (run.problems.length > before) prefixPaths(run.problems, before, 'value');
}

function setValue(object: Record<string, unknown>, key: string, value: unknown, run: Run): void {
  const json = convertValue(value, run);
  if (json === undefined) return;
  if (Object.hasOwn(object, key))
    tell(
      run,
      run.options.duplicateKey,
      'udm-duplicate-key',
      `a second value of the key ${quote(key)} replaces the first: ${quote(object[key])}`,
      'give each entry a key of its own',
    );
  // A key that objects know of themselves is data here.
  if (key === '__proto__')
    Object.defineProperty(object, key, { value: json, enumerable: true, configurable: true, writable: true });
  else object[key] = json;
}

/** A `google.protobuf.Value` in plain JSON. */
function convertValue(value: unknown, run: Run): unknown {
  if (value === undefined || value === '') return tellEmpty(run, 'a value such as string_value');
  if (!isRecord(value)) {
    tellType(run, 'a value such as string_value', value, 'set <label>.value.string_value instead of <label>.value');
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : undefined;
  }
  let json: unknown;
  for (const name in value) {
    const part = value[name];
    const before = run.problems.length;
    const convert = KINDS.get(name);
    if (convert) json = convert(part, run);
    else tellKind(run, name);
    if (run.problems.length > before) prefixPaths(run.problems, before, name);
  }
  return json;
}

const KINDS: ReadonlyMap<string, Convert> = new Map<string, Convert>([
  ['string_value', SCALARS.string.convert],
  ['number_value', SCALARS.double.convert],
  ['bool_value', SCALARS.bool.convert],
  ['null_value', () => null],
  ['struct_value', struct],
  ['list_value', list],
]);

function tellKind(run: Run, name: string): void {
  const near = nearest(name, [...KINDS.keys()]);
  tell(
    run,
    'error',
    'udm-unknown-field',
    `google.protobuf.Value has no field ${name}`,
    near === undefined ? 'set value.string_value' : `did you mean ${near}?`,
  );
}

function list(value: unknown, run: Run): unknown {
  if (value === '') return tellEmpty(run, 'values');
  if (!isRecord(value)) return tellType(run, 'values under list_value.values', value);
  if (run.depth >= MOST_DEPTH) return tellType(run, `at most ${MOST_DEPTH} levels`, value);
  run.depth++;
  const values = Array.isArray(value.values) ? value.values : value.values === undefined ? [] : [value.values];
  const json: unknown[] = [];
  for (const [index, each] of values.entries()) {
    const before = run.problems.length;
    const converted = convertValue(each, run);
    if (converted !== undefined) json.push(converted);
    if (run.problems.length > before) prefixPaths(run.problems, before, `values[${index}]`);
  }
  for (const name of Object.keys(value)) if (name !== 'values') tellKind(run, name);
  run.depth--;
  return json;
}
