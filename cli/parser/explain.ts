import { basename } from 'node:path';
import type { Parser } from '../../cbn/engine';
import type { ExtendedRun } from '../../cbn/extended';
import type { ParserRun } from '../../cbn/parser-run';
import { isRecord } from '../plan/record';
import { leavesOf } from './event-paths';
import type { Program } from './program';
import { type StatementPlace, statementsOf } from './statements';

/** What is filled from the log's time. */
const TIMES = { read_only_udm: 'metadata.eventTimestamp', entity: 'metadata.collectedTimestamp' } as const;

const places = new WeakMap<Parser, readonly StatementPlace[]>();

/**
 * Of each field of an event the statements behind it, the last one first: `line 12 grok`, or `parser.conf:12 grok` when
 * there is an extension.
 * @param index of the event among those of the log
 */
export function explain(event: object, index: number, run: ExtendedRun, program: Program): Map<string, string[]> {
  const { idm } = event as { idm: { readOnlyUdm?: object; entity?: object } };
  const kind = idm.entity === undefined ? 'read_only_udm' : 'entity';
  const explained = new Map<string, string[]>();
  for (const [path] of leavesOf(idm.entity ?? idm.readOnlyUdm)) {
    // What the extension wrote is laid over the rest.
    const said =
      (run.extension && program.extension && originOf(path, 0, kind, run.extension, program.extension)) ??
      originOf(path, index, kind, run, program.parser);
    if (said === undefined) continue;
    const place = ({ position }: StatementPlace) =>
      program.extension === undefined
        ? `line ${position.line}`
        : `${basename(said.parser.source.name)}:${position.line}`;
    explained.set(
      path,
      said.statements.map((statement) => `${place(statement)} ${statement.what}`),
    );
  }
  return explained;
}

function originOf(path: string, index: number, kind: keyof typeof TIMES, run: ParserRun, parser: Parser) {
  const root = ['@output', String(outputIndex(run, index)), 'idm', kind];
  const trail =
    run.trace?.trail([...root, ...segmentsOf(path, run, root)]) ??
    (path === TIMES[kind] ? run.trace?.trail(['@timestamp']) : undefined);
  if (trail === undefined) return undefined;
  let known = places.get(parser);
  if (known === undefined) {
    known = statementsOf(parser.tree);
    places.set(parser, known);
  }
  const all = known;
  const statements = [...trail].reverse().flatMap((at) => all[at] ?? []);
  // The statement that puts the event out is behind every field; it is told where it wrote the field as well.
  const others = statements.filter((statement) => !statement.isOutput);
  return { parser, statements: others.length > 0 ? others : statements.slice(0, 1) };
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
