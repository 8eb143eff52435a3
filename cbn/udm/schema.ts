import data from './fields.json';

/** How often a field stands in its message. `optional`: once, and a zero that is set is kept. */
export type Multiplicity = 'one' | 'optional' | 'repeated' | 'map';

export interface FieldEntry {
  /** As parsers write it: snake_case. */
  readonly name: string;
  /** As protobuf's JSON writes it: lowerCamelCase. */
  readonly jsonName: string;
  /** Number in the protocol buffer; the service renders fields in the order of these. */
  readonly number: number;
  /** A scalar of protobuf, `timestamp`, `duration`, `struct`, or the name of a message or an enum. */
  readonly type: string;
  readonly multiplicity: Multiplicity;
}

const messages = data.messages as Record<string, Record<string, string>>;
const enums = data.enums as Record<string, Record<string, number> | readonly string[]>;

/** The fields of a message by the order of their numbers; undefined when the list has no such message. */
export function fieldsOf(message: string): readonly FieldEntry[] | undefined {
  const fields = messages[message];
  return fields && Object.entries(fields).map(([name, entry]) => readField(name, entry));
}

/** The names of an enum's values, the zero first, and their numbers where those are published. */
export interface EnumEntry {
  readonly names: readonly string[];
  readonly numbers: Readonly<Record<string, number>>;
}

/** An enum by its name; undefined when the list has no such enum. */
export function enumOf(name: string): EnumEntry | undefined {
  const values = enums[name];
  if (values === undefined) return undefined;
  return Array.isArray(values)
    ? { names: values, numbers: {} }
    : { names: Object.keys(values), numbers: values as Record<string, number> };
}

/** Entries are `<number> <type>`, `<number> <type>[]`, `<number> <type>?` or `<number> map <type>`. */
function readField(name: string, entry: string): FieldEntry {
  const [, number, map, type = '', mark] = /^(\d+) (map )?([\w.]+)(\[\]|\?)?$/.exec(entry) ?? [];
  const multiplicity = map ? 'map' : mark === '[]' ? 'repeated' : mark === '?' ? 'optional' : 'one';
  return { name, jsonName: camelCase(name), number: Number(number), type, multiplicity };
}

/** protobuf's rule: an underscore goes, and the letter after it becomes a capital. */
export function camelCase(name: string): string {
  return name.replace(/_+(.)?/g, (_, letter = '') => letter.toUpperCase());
}
