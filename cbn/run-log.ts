import type { Step } from './compile/program';
import type { Timestamp } from './date/timestamp';
import { CbnError, type Diagnostic } from './errors';
import { type EventProblem, eventsOf, type UdmEventResult } from './events';
import type { EngineOptions } from './options';
import type { ParserRun, RunOptions } from './parser-run';
import { type Names, Root } from './root';
import { Run } from './run';
import type { SourceFile } from './source';
import type { Statement } from './syntax/tree';
import { Trace } from './trace';
import type { StateMap } from './values';

/** A parser as it is run. */
export interface Compiled {
  readonly program: Step;
  readonly statements: readonly Statement[];
  readonly engine: EngineOptions;
  readonly source: SourceFile;
  readonly names: Names;
}

const UTF8 = new TextDecoder();

/** Runs a parser on a log. Never throws. */
export function runLog(compiled: Compiled, log: string | Uint8Array, options: RunOptions): ParserRun {
  const { engine } = compiled;
  if (isTooLarge(log, engine.maxLogBytes))
    return failed(new CbnError('log-too-large', `The log has more than ${engine.maxLogBytes} bytes.`));
  const message = typeof log === 'string' ? log : UTF8.decode(log);
  const received = options.received ?? now();
  const trace = options.trace === true ? new Trace(compiled.statements.length) : undefined;
  const root = initialState(compiled.names, message, received, options.collected);
  const run = new Run(root, received, engine, trace);
  let events: UdmEventResult[] = [];
  let found: readonly EventProblem[] = [];
  try {
    compiled.program.run(run);
    if (run.error === undefined && (run.dropped === undefined || !engine.dropDiscardsEvents)) {
      const rendered = eventsOf(root.own('@output'), root.own('@timestamp'), received, engine);
      events = rendered.events;
      found = rendered.problems;
    }
  } catch (error) {
    run.error = asCbnError(error, compiled.source);
  }
  const locateFound = found.length === 0 ? undefined : locator(found, trace, compiled, message, received, options);
  return new LogRun(events, run, options.state === true ? root.toMap() : undefined, locateFound);
}

/** Made only for a log that has problems: what a function remembers costs each log that makes one. */
function locator(
  found: readonly EventProblem[],
  trace: Trace | undefined,
  compiled: Compiled,
  message: string,
  received: Timestamp,
  options: RunOptions,
): () => Diagnostic[] {
  return () => locate(found, trace ?? retrace(compiled, message, received, options), compiled);
}

/** A class, and no object with a getter: that would take as long as all the rest of what it tells. */
class LogRun implements ParserRun {
  readonly dumps: ParserRun['dumps'];
  readonly dropped?: { readonly tag: string };
  readonly error?: CbnError;
  readonly trace?: Trace;
  readonly state?: StateMap;
  private found: readonly Diagnostic[] | undefined;

  constructor(
    readonly events: readonly UdmEventResult[],
    run: Run,
    state: StateMap | undefined,
    private readonly locateFound: (() => Diagnostic[]) | undefined,
  ) {
    this.dumps = run.dumps;
    if (run.error !== undefined) this.error = run.error;
    else if (run.dropped !== undefined) this.dropped = run.dropped;
    if (run.trace !== undefined) this.trace = run.trace;
    if (state !== undefined) this.state = state;
  }

  get problems(): readonly Diagnostic[] {
    this.found ??= this.locateFound?.() ?? [];
    return this.found;
  }
}

function failed(error: CbnError): ParserRun {
  return { events: [], problems: [], dumps: [], error };
}

/** Whatever breaks within the engine comes out as its own kind of error: a stack or a text that grew too large. */
function asCbnError(error: unknown, { name }: SourceFile): CbnError {
  if (!(error instanceof CbnError)) return new CbnError(...kindOf(error), { file: name });
  return error.details.file === undefined
    ? new CbnError(error.code, error.message, { ...error.details, file: name })
    : error;
}

/** Limits of JavaScript that come before those of the engine. */
function kindOf(error: unknown): [code: string, message: string] {
  const message = String(error);
  if (error instanceof RangeError && /string length/i.test(message))
    return ['text-too-long', 'A statement makes a text that is too long.'];
  if (error instanceof RangeError && /call stack/i.test(message)) return ['too-deep', 'A value is nested too deep.'];
  return ['internal', `The engine failed: ${message}`];
}

/** A log's length is counted only when it may be too large: a character has at most three bytes. */
function isTooLarge(log: string | Uint8Array, most: number): boolean {
  if (typeof log !== 'string') return log.byteLength > most;
  return log.length > most || (log.length * 3 > most && Buffer.byteLength(log) > most);
}

/** Runs the log once more to learn who wrote what. */
function retrace(
  { program, statements, engine, names }: Compiled,
  message: string,
  received: Timestamp,
  options: RunOptions,
): Trace {
  const trace = new Trace(statements.length);
  program.run(new Run(initialState(names, message, received, options.collected), received, engine, trace));
  return trace;
}

function locate(problems: readonly EventProblem[], trace: Trace, { statements, source }: Compiled): Diagnostic[] {
  return problems.map(({ diagnostic, segments }) => {
    const [writer] = trace.trail(segments) ?? [];
    const position = writer === undefined ? undefined : statements[writer]?.position;
    return { ...diagnostic, file: source.name, ...(position && { position }) };
  });
}

/** What the state of every log holds at first, besides the log and its times. */
export const INITIAL = { '@timezone': '', '@onErrorCount': 0, '@enableCbnForLoop': true } as const;

function initialState(names: Names, message: string, received: Timestamp, collected: Timestamp | undefined): Root {
  const root = new Root(names);
  root.put('message', message);
  root.put('@output', []);
  root.put('@createTimestamp', { seconds: received.seconds, nanos: received.nanos });
  if (collected !== undefined) root.put('@collectionTimestamp', { seconds: collected.seconds, nanos: collected.nanos });
  return root;
}

function now(): Timestamp {
  const milliseconds = Date.now();
  return { seconds: Math.floor(milliseconds / 1000), nanos: (milliseconds % 1000) * 1_000_000 };
}
