import { compileProgram, type Step } from './compile/program';
import type { Timestamp } from './date/timestamp';
import { CbnError, type Diagnostic } from './errors';
import { type EventProblem, eventsOf, type UdmEventResult } from './events';
import { DEFAULT_OPTIONS, type EngineOptions } from './options';
import { Run } from './run';
import type { SourceFile } from './source';
import { parse } from './syntax/parser';
import { type ParserTree, type Statement, statementsOf } from './syntax/tree';
import { Trace } from './trace';
import type { StateMap } from './values';

export interface RunOptions {
  /** When SecOps received the log: `@createTimestamp`. Default: now. */
  readonly received?: Timestamp;
  /** When the forwarder collected it: `@collectionTimestamp`. Default: not set. */
  readonly collected?: Timestamp;
  /** Whether to follow which statement wrote which path, and what ran: `trace` of the result. */
  readonly trace?: boolean;
  /** Whether to keep the state at the end: `state` of the result. */
  readonly state?: boolean;
}

export interface StateDump {
  readonly label: string;
  readonly text: string;
}

/** What became of a log. */
export interface ParserRun {
  /** Empty when the log was dropped or failed. */
  readonly events: readonly UdmEventResult[];
  readonly dropped?: { readonly tag: string };
  readonly error?: CbnError;
  /**
   * What is wrong with the events, each with the place in the parser that wrote it. Whoever asks for them first makes the
   * log run once more, to learn the places.
   */
  readonly problems: readonly Diagnostic[];
  readonly dumps: readonly StateDump[];
  readonly state?: StateMap;
  readonly trace?: Trace;
}

export interface Parser {
  readonly source: SourceFile;
  readonly tree: ParserTree;
  /** What the file has that works, but should be mended. */
  readonly warnings: readonly Diagnostic[];
  /** Never throws: what goes wrong is in `error`. */
  run(log: string | Uint8Array, options?: RunOptions): ParserRun;
}

/**
 * Compiles a parser's file.
 * @throws CbnError `syntax` with every problem of the file that keeps it from running
 */
export function compileParser(source: SourceFile, options: Partial<EngineOptions> = {}): Parser {
  const engine: EngineOptions = { ...DEFAULT_OPTIONS, ...options };
  const { tree, report } = parse(source);
  const program = compileProgram(tree, { report, engine });
  report.throwErrors();
  const compiled: Compiled = { program, statements: statementsOf(tree), engine, source };
  return {
    source,
    tree,
    warnings: report.diagnostics,
    run: (log, runOptions = {}) => runLog(compiled, log, runOptions),
  };
}

interface Compiled {
  readonly program: Step;
  readonly statements: readonly Statement[];
  readonly engine: EngineOptions;
  readonly source: SourceFile;
}

const UTF8 = new TextDecoder();

function runLog(compiled: Compiled, log: string | Uint8Array, options: RunOptions): ParserRun {
  const { engine } = compiled;
  if (isTooLarge(log, engine.maxLogBytes))
    return failed(new CbnError('log-too-large', `The log has more than ${engine.maxLogBytes} bytes.`));
  const message = typeof log === 'string' ? log : UTF8.decode(log);
  const received = options.received ?? now();
  const trace = options.trace === true ? new Trace(compiled.statements.length) : undefined;
  const root = initialState(message, received, options.collected);
  const run = new Run(root, received, engine, trace);
  let events: UdmEventResult[] = [];
  let found: readonly EventProblem[] = [];
  try {
    compiled.program(run);
    if (run.error === undefined && (run.dropped === undefined || !engine.dropDiscardsEvents)) {
      const rendered = eventsOf(root, received, engine);
      events = rendered.events;
      found = rendered.problems;
    }
  } catch (error) {
    run.error = asCbnError(error, compiled.source);
  }
  let problems: readonly Diagnostic[] | undefined = found.length === 0 ? [] : undefined;
  return {
    events,
    get problems() {
      problems ??= locate(found, trace ?? retrace(compiled, message, received, options), compiled);
      return problems;
    },
    dumps: run.dumps,
    ...(run.dropped && run.error === undefined && { dropped: run.dropped }),
    ...(run.error && { error: run.error }),
    ...(options.state === true && { state: root }),
    ...(trace && { trace }),
  };
}

function failed(error: CbnError): ParserRun {
  return { events: [], problems: [], dumps: [], error };
}

/** Whatever breaks within the engine comes out as its own kind of error: a stack or a text that grew too large. */
function asCbnError(error: unknown, { name }: SourceFile): CbnError {
  if (!(error instanceof CbnError)) return new CbnError('internal', `The engine failed: ${error}`, { file: name });
  return error.details.file === undefined
    ? new CbnError(error.code, error.message, { ...error.details, file: name })
    : error;
}

/** A log's length is counted only when it may be too large: a character has at most three bytes. */
function isTooLarge(log: string | Uint8Array, most: number): boolean {
  if (typeof log !== 'string') return log.byteLength > most;
  return log.length > most || (log.length * 3 > most && Buffer.byteLength(log) > most);
}

/** Runs the log once more to learn who wrote what. */
function retrace(
  { program, statements, engine }: Compiled,
  message: string,
  received: Timestamp,
  options: RunOptions,
): Trace {
  const trace = new Trace(statements.length);
  program(new Run(initialState(message, received, options.collected), received, engine, trace));
  return trace;
}

function locate(problems: readonly EventProblem[], trace: Trace, { statements, source }: Compiled): Diagnostic[] {
  return problems.map(({ diagnostic, segments }) => {
    const [writer] = trace.trail(segments) ?? [];
    const position = writer === undefined ? undefined : statements[writer]?.position;
    return { ...diagnostic, file: source.name, ...(position && { position }) };
  });
}

function initialState(message: string, received: Timestamp, collected: Timestamp | undefined): StateMap {
  // Without a prototype it is a hash table from the start: a parser gives it a hundred keys.
  const root: StateMap = Object.create(null);
  root.message = message;
  root['@output'] = [];
  root['@createTimestamp'] = { seconds: received.seconds, nanos: received.nanos };
  root['@timezone'] = '';
  root['@onErrorCount'] = 0;
  root['@enableCbnForLoop'] = true;
  if (collected !== undefined) root['@collectionTimestamp'] = { seconds: collected.seconds, nanos: collected.nanos };
  return root;
}

function now(): Timestamp {
  const milliseconds = Date.now();
  return { seconds: Math.floor(milliseconds / 1000), nanos: (milliseconds % 1000) * 1_000_000 };
}
