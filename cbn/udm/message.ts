import { type Convert, isRecord, type Run, tell, tellEmpty, tellType } from './convert';
import { compileEnum } from './enum';
import { prefixPaths, quote } from './problem';
import { address, mac, type Scalar, scalarOf } from './scalars';
import { enumOf, type FieldEntry, fieldsOf } from './schema';
import { MOST_DEPTH, struct } from './struct';
import { nearest } from './suggest';
import { duration, timestamp } from './time';

interface CompiledField {
  readonly jsonName: string;
  readonly number: number;
  readonly convert: Convert;
  /** JSON of the zero that protobuf leaves out. */
  readonly zero: unknown;
}

/** Fields of text that the service checks. */
const CHECKED: Readonly<Record<string, Convert>> = {
  'Noun.ip': address,
  'Noun.nat_ip': address,
  'Asset.ip': address,
  'Asset.nat_ip': address,
  'Artifact.ip': address,
  'Noun.mac': mac,
  'Asset.mac': mac,
};

const compiled = new Map<string, Convert>();
const enums = new Map<string, Scalar>();

/** How a message is converted; compiled at its first use, once for the process. */
export function messageConverter(name: string): Convert {
  const known = compiled.get(name);
  if (known) return known;
  let fields: Map<string, CompiledField> | undefined;
  const convert: Convert = (value, run) => {
    fields ??= compileFields(name);
    return convertMessage(name, fields, value, run);
  };
  compiled.set(name, convert);
  return convert;
}

function convertMessage(name: string, fields: Map<string, CompiledField>, value: unknown, run: Run): unknown {
  if (value === '') return tellEmpty(run, `an object of ${name}`);
  if (!isRecord(value)) return tellType(run, `an object of ${name}`, value);
  if (run.depth >= MOST_DEPTH) return tellType(run, `at most ${MOST_DEPTH} levels`, value);
  run.depth++;
  const set: CompiledField[] = [];
  const jsons: unknown[] = [];
  for (const key in value) {
    const part = value[key];
    if (part === undefined || part === null) continue;
    const before = run.problems.length;
    const field = fields.get(key);
    if (field) {
      const json = field.convert(part, run);
      if (json !== undefined && json !== field.zero) insert(set, jsons, field, json);
    } else tellUnknown(run, name, key, fields);
    if (run.problems.length > before) prefixPaths(run.problems, before, key);
  }
  run.depth--;
  if (set.length === 0 && run.options.emptyMessages === 'omit') return undefined;
  const object: Record<string, unknown> = {};
  for (let index = 0; index < set.length; index++) object[(set[index] as CompiledField).jsonName] = jsons[index];
  return object;
}

/** Keeps the fields that are set in the order of their numbers: parsers set few of many, mostly in that order. */
function insert(set: CompiledField[], jsons: unknown[], field: CompiledField, json: unknown): void {
  let place = set.length;
  for (; place > 0 && (set[place - 1] as CompiledField).number > field.number; place--) {
    set[place] = set[place - 1] as CompiledField;
    jsons[place] = jsons[place - 1];
  }
  set[place] = field;
  jsons[place] = json;
}

function tellUnknown(run: Run, name: string, key: string, fields: Map<string, CompiledField>): void {
  const names = [...fields.keys()];
  const near = names.find((each) => fields.get(each)?.jsonName === key) ?? nearest(key, names);
  const message = `${name} has no field ${quote(key)}`;
  tell(run, 'error', 'udm-unknown-field', message, near === undefined ? undefined : `did you mean ${near}?`);
}

function compileFields(message: string): Map<string, CompiledField> {
  return new Map((fieldsOf(message) ?? []).map((entry) => [entry.name, compileField(message, entry)]));
}

function compileField(message: string, entry: FieldEntry): CompiledField {
  const { convert, zero } = typeOf(message, entry);
  const { jsonName, number, multiplicity } = entry;
  if (multiplicity === 'repeated')
    return { jsonName, number, zero: undefined, convert: repeated(convert, convert === address || convert === mac) };
  if (multiplicity === 'map') return { jsonName, number, zero: undefined, convert: map(convert) };
  return { jsonName, number, zero: multiplicity === 'optional' ? undefined : zero, convert: single(convert) };
}

function typeOf(message: string, { name, type }: FieldEntry): Scalar {
  const check = CHECKED[`${message}.${name}`];
  if (check) return { convert: check, zero: '' };
  const scalar = scalarOf(type);
  if (scalar) return scalar;
  if (type === 'timestamp') return { convert: timestamp, zero: undefined };
  if (type === 'duration') return { convert: duration, zero: undefined };
  if (type === 'struct') return { convert: struct, zero: undefined };
  const values = enumOf(type);
  if (!values) return { convert: messageConverter(type), zero: undefined };
  const known = enums.get(type) ?? compileEnum(type, values);
  enums.set(type, known);
  return known;
}

/** A list of one value stands for the value. */
function single(convert: Convert): Convert {
  return (value, run) => {
    if (!Array.isArray(value)) return convert(value, run);
    if (value.length === 0) return undefined;
    return value.length === 1
      ? convert(value[0], run)
      : tellType(run, 'one value', value, 'the field is not repeated: replace or rename it instead of merging');
  };
}

/** @param addresses whether a value that is there already may be left out */
function repeated(convert: Convert, addresses: boolean): Convert {
  return (value, run) => {
    if (!Array.isArray(value)) {
      if (value === '') return tellEmpty(run, 'a list');
      const { scalarInRepeatedField } = run.options;
      tell(run, scalarInRepeatedField, 'udm-single-value', `expected a list, found ${quote(value)}`, 'merge it');
      const json = convert(value, run);
      return json === undefined ? undefined : [json];
    }
    const jsons: unknown[] = [];
    for (let index = 0; index < value.length; index++) {
      const before = run.problems.length;
      const json = convert(value[index], run);
      if (json !== undefined && !(addresses && run.options.repeatedAddress === 'once' && jsons.includes(json)))
        jsons.push(json);
      if (run.problems.length > before) prefixPaths(run.problems, before, `[${index}]`);
    }
    return jsons.length === 0 ? undefined : jsons;
  };
}

/** Entries `{key, value}` of a protobuf map, or an object by key. */
function map(convert: Convert): Convert {
  return (value, run) => {
    const entries = Array.isArray(value)
      ? value.map((entry) => (isRecord(entry) ? [String(entry.key ?? ''), entry.value] : ['', entry]))
      : isRecord(value)
        ? Object.entries(value)
        : undefined;
    if (!entries) return tellType(run, 'entries {key, value}', value);
    const jsons: [string, unknown][] = [];
    for (const [key, each] of entries as [string, unknown][]) {
      const before = run.problems.length;
      const json = convert(each, run);
      if (json !== undefined) jsons.push([key, json]);
      if (run.problems.length > before) prefixPaths(run.problems, before, key);
    }
    return jsons.length === 0 ? undefined : Object.fromEntries(jsons);
  };
}
