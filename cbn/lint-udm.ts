import type { Diagnostic } from './errors';
import type { Position } from './source';
import type { ParserTree, Plugin, ValueNode } from './syntax/tree';
import { statementsOf } from './syntax/tree';
import { enumOf, type FieldEntry, fieldsOf } from './udm/schema';
import { nearest } from './udm/suggest';

/** What is wrong with the events whatever the log says: fields that UDM does not have, and constants that are none. */
export function lintUdm(tree: ParserTree): Diagnostic[] {
  const plugins = statementsOf(tree).filter((statement): statement is Plugin => statement.kind === 'plugin');
  const destinations = plugins.flatMap(destinationsOf);
  const problems = destinations.flatMap((destination) => problemOf(destination) ?? []);
  if (destinations.some(({ path }) => path === '@output')) return problems;
  const [first] = tree.body;
  if (first === undefined || plugins.every(({ name }) => name === 'drop')) return problems;
  return [
    ...problems,
    {
      severity: 'warning',
      code: 'no-output',
      message: 'Nothing is put out: no log gives an event.',
      fix: 'End with mutate { merge => { "@output" => "event" } }.',
      position: first.position,
    },
  ];
}

interface Destination {
  readonly path: string;
  /** What it is set to, where that is a constant. */
  readonly constant?: string;
  readonly position: Position;
}

function destinationsOf({ name, options }: Plugin): Destination[] {
  return options.flatMap(({ key, value, position }): Destination[] => {
    if (name !== 'mutate')
      return key === 'target' && value.kind === 'scalar' ? [{ path: String(value.value), position }] : [];
    if (value.kind !== 'hash') return [];
    if (key === 'rename')
      return value.entries.map((entry) => ({ path: textOf(entry.value), position: entry.position }));
    if (!['replace', 'merge', 'copy'].includes(key)) return [];
    return value.entries.map((entry) => {
      const text = textOf(entry.value);
      const isConstant = key === 'replace' && text !== '' && !text.includes('%{');
      return { path: entry.key, position: entry.position, ...(isConstant && { constant: text }) };
    });
  });
}

function problemOf({ path, constant, position }: Destination): Diagnostic | undefined {
  const [, kind, rest = ''] = /^\w+\.idm\.(read_only_udm|entity)\.(.+)$/.exec(path) ?? [];
  if (kind === undefined || path.includes('%{')) return undefined;
  let message: string | undefined = kind === 'entity' ? 'Entity' : 'UDM';
  let where = kind;
  for (const segment of rest.split('.')) {
    // Below what is no message of the list, such as additional and timestamps, anything may stand.
    const fields: readonly FieldEntry[] | undefined = message === undefined ? undefined : fieldsOf(message);
    if (fields === undefined) return message === undefined ? undefined : enumProblem(message, constant, position);
    if (/^\d+$/.test(segment)) continue;
    const field: FieldEntry | undefined = fields.find(({ name }) => name === segment);
    if (field === undefined) {
      const meant = nearest(
        segment,
        fields.map(({ name }) => name),
      );
      return {
        severity: 'warning',
        code: 'udm-unknown-field',
        message: `UDM has no ${segment} under ${where}: the event would be refused.`,
        ...(meant !== undefined && { fix: `Write ${meant}.` }),
        position,
      };
    }
    message = field.multiplicity === 'map' ? undefined : field.type;
    where = segment;
  }
  return message === undefined ? undefined : enumProblem(message, constant, position);
}

function enumProblem(type: string, constant: string | undefined, position: Position): Diagnostic | undefined {
  const values = enumOf(type);
  if (values === undefined || constant === undefined || /^\d+$/.test(constant) || values.names.includes(constant))
    return undefined;
  const meant = nearest(constant, values.names);
  return {
    severity: 'warning',
    code: 'udm-bad-enum',
    message: `${type} has no "${constant}": the event would be refused.`,
    ...(meant !== undefined && { fix: `Write "${meant}".` }),
    position,
  };
}

function textOf(value: ValueNode): string {
  return value.kind === 'scalar' ? String(value.value) : '';
}
