import type { ParserRun } from '../../cbn/engine';
import { leavesOf } from './event-paths';
import type { Program } from './program';
import { type StatementPlace, statementsOf } from './statements';

const places = new WeakMap<Program, readonly StatementPlace[]>();

/**
 * Of each field of an event the statements behind it, `12 grok`: line of the parser and what it is, the last one first.
 * @param index of the event among those of the log
 */
export function explain(event: object, index: number, run: ParserRun, program: Program): Map<string, string[]> {
  const { idm } = event as { idm: { readOnlyUdm?: object; entity?: object } };
  const kind = idm.entity === undefined ? 'read_only_udm' : 'entity';
  const root = ['@output', String(outputIndex(run, index)), 'idm', kind];
  const explained = new Map<string, string[]>();
  for (const [path] of leavesOf(idm.entity ?? idm.readOnlyUdm)) {
    const trail =
      run.trace?.trail([...root, ...segmentsOf(path, run, root)]) ??
      (path === 'metadata.eventTimestamp' ? run.trace?.trail(['@timestamp']) : undefined);
    if (trail !== undefined)
      explained.set(
        path,
        [...trail].reverse().map((statement) => describe(statement, program)),
      );
  }
  return explained;
}

function describe(index: number, program: Program): string {
  let statements = places.get(program);
  if (statements === undefined) {
    statements = statementsOf(program.parser.tree);
    places.set(program, statements);
  }
  const statement = statements[index];
  return statement === undefined ? `statement ${index}` : `${statement.position.line} ${statement.what}`;
}

/** Values of `@output` that are no event are none of the result's. */
function outputIndex({ state }: ParserRun, index: number): number {
  const output = state?.['@output'];
  if (!Array.isArray(output)) return index;
  const events = [...output.keys()].filter((at) => isRecord(output[at]) && isRecord((output[at] as Fields).idm));
  return events[index] ?? index;
}

/** The names that parsers write for a path of protobuf's JSON: `principal.userDisplayName` is `user_display_name` there. */
function segmentsOf(path: string, { state }: ParserRun, root: readonly string[]): string[] {
  const segments = [...path.matchAll(/\[("(?:[^"\\]|\\.)*")\]|\[(\d+)\]|([^.[\]]+)/g)].map(
    ([, quoted, number, name = '']) =>
      quoted === undefined
        ? (number ?? name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`))
        : JSON.parse(quoted),
  );
  const [first, key] = segments;
  if (first !== 'additional' || key === undefined) return segments;
  const name = /^additional(?:\.(.*)|\[(".*")\])$/.exec(path);
  const wanted = name?.[2] === undefined ? name?.[1] : JSON.parse(name[2]);
  const fields = [...root, 'additional', 'fields'].reduce<unknown>(
    (value, segment) => (value as Fields | undefined)?.[segment],
    state,
  );
  // Of two entries with one key the later counts.
  const at = Array.isArray(fields) ? fields.findLastIndex((field) => isRecord(field) && field.key === wanted) : -1;
  return at === -1 ? segments : ['additional', 'fields', String(at), 'value'];
}

type Fields = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
