import type { Colors } from 'picocolors/types';
import { CbnError, type Diagnostic } from '../../cbn/errors';
import type { ParserRun } from '../../cbn/parser-run';
import { visible } from '../plan/show';
import { valueText } from './change-lines';
import { leavesOf } from './event-paths';
import { explain } from './explain';
import { LONGEST_LOG } from './log-lines';
import type { Program } from './program';

/** What is shown of each log. */
export interface Shown {
  readonly explain: boolean;
  readonly state: boolean;
  readonly json: boolean;
}

export class RunTally {
  logs = 0;
  events = 0;
  dropped = 0;
  failed = 0;
  /** Logs with an event that the service would refuse. */
  refused = 0;

  count({ events, dropped, error, problems }: ParserRun): void {
    this.logs += 1;
    this.events += events.length;
    if (error !== undefined) this.failed += 1;
    else if (dropped !== undefined) this.dropped += 1;
    else if (problems.some(({ severity }) => severity === 'error')) this.refused += 1;
  }
}

/** Of a line that is longer than a log may be. */
export function tooLong(): ParserRun {
  const error = new CbnError(
    'log-too-large',
    `The line has more than ${LONGEST_LOG.toLocaleString('en')} bytes, the most that a feed takes. Split the log before it is ingested.`,
  );
  return { events: [], problems: [], dumps: [], error };
}

/** A document for each event; one for a log without events. */
export function jsonLines(log: number, run: ParserRun, shown: Shown, program: Program): string[] {
  const { events, dropped, error, problems, dumps, state } = run;
  const more = {
    ...(problems.length > 0 && { problems }),
    ...(dumps.length > 0 && { dumps }),
    ...(shown.state && state !== undefined && { state }),
  };
  if (error !== undefined) {
    const { code, message, details } = error;
    return [line({ log, error: { code, message, ...details }, ...more })];
  }
  if (dropped !== undefined) return [line({ log, dropped: dropped.tag, ...more })];
  if (events.length === 0) return [line({ log, event: null, ...more })];
  return events.map(({ event }, index) => {
    const explained = shown.explain && { explain: Object.fromEntries(explain(event, index, run, program)) };
    return line({ log, event, ...explained, ...(index === 0 && more) });
  });
}

/** Numbers beyond 2^53 as text, as protobuf's JSON has them; bytes in base64. */
function line(document: object): string {
  return JSON.stringify(document, (_, value: unknown) => {
    if (typeof value === 'bigint') return String(value);
    return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;
  });
}

export function textLines(log: number, run: ParserRun, shown: Shown, program: Program, colors: Colors): string[] {
  const { events, dropped, error, problems, dumps, state } = run;
  return [
    colors.bold(`log ${log}: `) + verdict(run, colors),
    ...(error === undefined ? [] : [`  ${visible(error.message)}`]),
    ...(dropped === undefined && error === undefined
      ? events.flatMap(({ event }, index) => eventLines(event, index, run, shown, program, colors))
      : []),
    ...problems.map((problem) => problemLine(problem, colors)),
    ...dumps.flatMap(({ text }) => text.split('\n').map((part) => `  ${visible(part)}`)),
    ...(shown.state && state !== undefined ? ['  state', ...leafLines(leavesOf(state), '    ')] : []),
    '',
  ];
}

function verdict({ events, dropped, error, problems }: ParserRun, colors: Colors): string {
  if (error !== undefined) return colors.red('failed');
  if (dropped !== undefined) return colors.yellow(`dropped, ${visible(dropped.tag) || 'without a tag'}`);
  const count = events.length === 1 ? '1 event' : `${events.length} events`;
  const isRefused = problems.some(({ severity }) => severity === 'error');
  return isRefused ? colors.red(`${count}, would be refused`) : colors.green(count);
}

function eventLines(
  event: object,
  index: number,
  run: ParserRun,
  { explain: isExplained }: Shown,
  program: Program,
  colors: Colors,
): string[] {
  const { idm } = event as { idm: { readOnlyUdm?: object; entity?: object } };
  const title = run.events.length > 1 ? [`  event ${index + 1}`] : [];
  const leaves = leavesOf(idm.readOnlyUdm ?? idm.entity);
  if (!isExplained) return [...title, ...leafLines(leaves, '  ')];
  const origins = explain(event, index, run, program);
  return [
    ...title,
    ...leaves.map(([path, value]) => {
      const origin = origins.get(path)?.join(' ← ');
      return `  ${visible(path)} = ${valueText(value)}${origin === undefined ? '' : colors.dim(`  ← ${origin}`)}`;
    }),
  ];
}

function leafLines(leaves: ReturnType<typeof leavesOf>, indent: string): string[] {
  return leaves.map(([path, value]) => `${indent}${visible(path)} = ${valueText(value)}`);
}

function problemLine({ severity, message, fix, file, position }: Diagnostic, colors: Colors): string {
  const place = position === undefined ? '' : `  (${file}:${position.line}:${position.column})`;
  const sign = severity === 'error' ? colors.red('✗') : colors.yellow('!');
  return `  ${sign} ${visible(message)}${fix === undefined ? '' : `; ${visible(fix)}`}${colors.dim(place)}`;
}
