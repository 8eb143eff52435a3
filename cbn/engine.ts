import { compileProgram, type Step } from './compile/program';
import { CbnError, type Diagnostic } from './errors';
import { DEFAULT_OPTIONS, type EngineOptions } from './options';
import { Run } from './run';
import type { SourceFile } from './source';
import { parse } from './syntax/parser';
import type { ParserTree } from './syntax/tree';
import { Trace } from './trace';
import { isMap, own, type StateMap, type Timestamp, type Value } from './values';

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

export interface UdmEventResult {
  readonly kind: 'event' | 'entity';
  /** As the API gives it: `{ timestamp, idm: { readOnlyUdm } }` or `{ timestamp, idm: { entity } }`, protobuf's JSON. */
  readonly event: object;
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
  /** What is wrong with the events, each with the place in the parser that wrote it. */
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
  const warnings = report.diagnostics;
  return {
    source,
    tree,
    warnings,
    run: (log, runOptions = {}) => runLog(program, log, { tree, engine, source }, runOptions),
  };
}

interface Compiled {
  readonly tree: ParserTree;
  readonly engine: EngineOptions;
  readonly source: SourceFile;
}

const UTF8 = new TextDecoder();

function runLog(program: Step, log: string | Uint8Array, { tree, engine }: Compiled, options: RunOptions): ParserRun {
  const received = options.received ?? now();
  const trace = options.trace === true ? new Trace(tree.size) : undefined;
  const bytes = typeof log === 'string' ? log.length : log.byteLength;
  if (
    bytes > engine.maxLogBytes ||
    (typeof log === 'string' && bytes * 3 > engine.maxLogBytes && Buffer.byteLength(log) > engine.maxLogBytes)
  )
    return {
      events: [],
      problems: [],
      dumps: [],
      error: new CbnError('log-too-large', `The log has more than ${engine.maxLogBytes} bytes.`),
    };
  const root = initialState(typeof log === 'string' ? log : UTF8.decode(log), received, options.collected);
  const run = new Run(root, received, engine, trace);
  try {
    program(run);
  } catch (error) {
    run.error = error instanceof CbnError ? error : new CbnError('internal', `The engine failed: ${error}`);
  }
  const ended = run.error !== undefined || run.dropped !== undefined;
  return {
    events: ended ? [] : eventsOf(run),
    problems: [],
    dumps: run.dumps,
    ...(run.dropped && run.error === undefined && { dropped: run.dropped }),
    ...(run.error && { error: run.error }),
    ...(options.state === true && { state: root }),
    ...(trace && { trace }),
  };
}

function initialState(message: string, received: Timestamp, collected: Timestamp | undefined): StateMap {
  const root: StateMap = {
    message,
    '@output': [],
    '@createTimestamp': { seconds: received.seconds, nanos: received.nanos },
    '@timezone': '',
    '@onErrorCount': 0,
    '@enableCbnForLoop': true,
  };
  if (collected !== undefined) root['@collectionTimestamp'] = { seconds: collected.seconds, nanos: collected.nanos };
  return root;
}

function eventsOf(run: Run): UdmEventResult[] {
  const output = own(run.root, '@output');
  return Array.isArray(output) ? output.flatMap(eventOf) : [];
}

function eventOf(value: Value): UdmEventResult[] {
  const idm = isMap(value) ? own(value, 'idm') : undefined;
  if (!isMap(idm)) return [];
  const entity = own(idm, 'entity');
  return [{ kind: entity === undefined ? 'event' : 'entity', event: { idm } }];
}

function now(): Timestamp {
  const milliseconds = Date.now();
  return { seconds: Math.floor(milliseconds / 1000), nanos: (milliseconds % 1000) * 1_000_000 };
}
