import { type Convert, isRecord, type Run, tell, tellEmpty, tellType } from './convert';
import { compileEnum } from './enum';
import { type Field, MapField, MessageField, RepeatedField, SingleField } from './field';
import { Pending } from './pending';
import { prefixPaths, quote } from './problem';
import { address, mac, SCALARS, type Scalar, scalarOf } from './scalars';
import { enumOf, type FieldEntry, fieldsOf } from './schema';
import { Shapes } from './shapes';
import { MOST_DEPTH, struct } from './struct';
import { nearest } from './suggest';
import { duration, timestamp } from './time';

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

/** Of all messages that are being converted. */
const pending = new Pending<Field>();
const messages = new Map<string, Message>();
const enums = new Map<string, Scalar>();

/** How a message is converted. */
export function messageConverter(name: string): Convert {
  const message = messageOf(name);
  return (value, run) => message.convert(value, run);
}

/** Each message is compiled once for the process. */
function messageOf(name: string): Message {
  let message = messages.get(name);
  if (message === undefined) {
    message = new Message(name);
    messages.set(name, message);
  }
  return message;
}

class Message {
  private readonly shapes = new Shapes<Field>();
  private fields: Map<string, Field> | undefined;

  constructor(private readonly name: string) {}

  convert(value: unknown, run: Run): unknown {
    const { name } = this;
    if (value === '') return tellEmpty(run, `an object of ${name}`);
    if (!isRecord(value)) return tellType(run, `an object of ${name}`, value);
    if (run.depth >= MOST_DEPTH) return tellType(run, `at most ${MOST_DEPTH} levels`, value);
    this.fields ??= compileFields(name);
    const { fields } = this;
    // What a failure left behind does not count.
    if (run.depth === 0) pending.cut(0);
    const begin = pending.length;
    run.depth++;
    for (const key in value) {
      const part = value[key];
      if (part === undefined || part === null) continue;
      const before = run.problems.length;
      const field = fields.get(key);
      if (field) {
        const json = field.isText && typeof part === 'string' ? part : field.convert(part, run);
        if (json !== undefined && json !== field.zero) pending.insert(begin, field, json);
      } else tellUnknown(run, name, key, fields);
      if (run.problems.length > before) prefixPaths(run.problems, before, key);
    }
    run.depth--;
    if (pending.length === begin && run.options.emptyMessages === 'omit') return undefined;
    return this.shapes.make(pending, begin);
  }
}

function tellUnknown(run: Run, name: string, key: string, fields: Map<string, Field>): void {
  const names = [...fields.keys()];
  const near = names.find((each) => fields.get(each)?.jsonName === key) ?? nearest(key, names);
  const message = `${name} has no field ${quote(key)}`;
  tell(run, 'error', 'udm-unknown-field', message, near === undefined ? undefined : `did you mean ${near}?`);
}

function compileFields(message: string): Map<string, Field> {
  return new Map((fieldsOf(message) ?? []).map((entry) => [entry.name, compileField(message, entry)]));
}

function compileField(message: string, entry: FieldEntry): Field {
  const { jsonName, number, multiplicity } = entry;
  const type = typeOf(message, entry);
  const isMessage = type instanceof Message;
  const convert = isMessage ? messageConverter(entry.type) : type.convert;
  switch (multiplicity) {
    case 'repeated':
      return new RepeatedField(jsonName, number, convert, convert === address || convert === mac);
    case 'map':
      return new MapField(jsonName, number, convert);
    default: {
      if (isMessage) return new MessageField(jsonName, number, type);
      const isText = convert === SCALARS.string.convert;
      return new SingleField(jsonName, number, convert, isText, multiplicity === 'one' ? type.zero : undefined);
    }
  }
}

function typeOf(message: string, { name, type }: FieldEntry): Scalar | Message {
  const check = CHECKED[`${message}.${name}`];
  if (check) return { convert: check, zero: '' };
  const scalar = scalarOf(type);
  if (scalar) return scalar;
  if (type === 'timestamp') return { convert: timestamp, zero: undefined };
  if (type === 'duration') return { convert: duration, zero: undefined };
  if (type === 'struct') return { convert: struct, zero: undefined };
  const values = enumOf(type);
  if (!values) return messageOf(type);
  const known = enums.get(type) ?? compileEnum(type, values);
  enums.set(type, known);
  return known;
}
