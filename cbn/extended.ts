import type { Timestamp } from './date/timestamp';
import type { Parser } from './engine';
import type { CbnError, Diagnostic } from './errors';
import { type EventProblem, eventsOf } from './events';
import { applyExtension, type ExtensionOptions, type OutputData } from './extension';
import { DEFAULT_OPTIONS, type EngineOptions } from './options';
import type { ParserRun, RunOptions } from './parser-run';
import { statementsOf } from './syntax/tree';
import { isMap, own, type StateMap, type Value } from './values';

/** What became of a log with an extension. */
export interface ExtendedRun extends ParserRun {
  /** What the extension made of the log by itself; undefined where the parser made no event. */
  readonly extension?: ParserRun;
}

export interface ExtendedOptions extends RunOptions {
  readonly engine?: Partial<EngineOptions>;
  readonly merge?: Partial<ExtensionOptions>;
}

/**
 * Runs a parser on a log, then its extension on the same log, and merges what the extension put out over the event. A log
 * that the parser drops or fails on never reaches the extension; one that the extension drops keeps the parser's event
 * (the documentation does not say). Never throws: what goes wrong is in `error`.
 */
export function runExtended(
  parser: Parser,
  extension: Parser,
  log: string | Uint8Array,
  { engine = {}, merge = {}, ...options }: ExtendedOptions = {},
): ExtendedRun {
  const received = options.received ?? now();
  const inner = { ...options, received, state: true };
  const base = parser.run(log, inner);
  if (base.error !== undefined || base.dropped !== undefined) return base;
  const added = extension.run(log, inner);
  const dumps = [...base.dumps, ...added.dumps];
  if (added.error !== undefined) return { ...base, events: [], dumps, error: added.error, extension: added };
  const { outputs, problems } = applyExtension(outputsOf(base.state), outputsOf(added.state), merge);
  const [first] = outputs;
  // Nothing to lay over, or nothing that could be: the parser's events stand.
  if (added.dropped !== undefined || added.events.length === 0 || first === undefined || outputs.length > 1)
    return { ...base, dumps, problems: [...base.problems, ...problems.map(unplaced)], extension: added };
  const root = merged(base.state ?? {}, added.state ?? {}, first);
  let rendered: ReturnType<typeof eventsOf>;
  try {
    rendered = eventsOf(own(root, '@output'), own(root, '@timestamp'), received, { ...DEFAULT_OPTIONS, ...engine });
  } catch (error) {
    return { ...base, events: [], dumps, error: error as CbnError, extension: added };
  }
  const places =
    rendered.problems.length > 0 ? placesOf(parser, extension, log, { ...inner, trace: true }) : () => ({});
  return {
    ...base,
    events: rendered.events,
    problems: [
      ...problems.map(unplaced),
      ...rendered.problems.map(({ diagnostic, segments }) => ({ ...diagnostic, ...places(segments) })),
    ],
    dumps,
    extension: added,
  };
}

/** What a run left in `@output`, before it is rendered. */
function outputsOf(state: StateMap | undefined): OutputData[] {
  const output = state === undefined ? undefined : own(state, '@output');
  if (!Array.isArray(output)) return [];
  return output.flatMap((value): OutputData[] => {
    const idm = isMap(value) ? own(value, 'idm') : undefined;
    if (!isMap(idm)) return [];
    const [event, entity] = [own(idm, 'read_only_udm'), own(idm, 'entity')];
    return [
      ...(event === undefined ? [] : [{ kind: 'event', data: event } as const]),
      ...(entity === undefined ? [] : [{ kind: 'entity', data: entity } as const]),
    ];
  });
}

/** The state of the parser with the merged event; a time that the extension sets counts. */
function merged(base: StateMap, extension: StateMap, { kind, data }: OutputData): StateMap {
  const [output] = (own(base, '@output') as Value[] | undefined) ?? [];
  const whole = isMap(output) ? output : {};
  const idm = {
    ...(isMap(whole.idm) ? whole.idm : {}),
    [kind === 'event' ? 'read_only_udm' : 'entity']: data as Value,
  };
  const time = own(extension, '@timestamp') ?? own(base, '@timestamp');
  return { ...base, ...(time !== undefined && { '@timestamp': time }), '@output': [{ ...whole, idm }] };
}

function unplaced({
  path,
  message,
  severity,
  code,
  fix,
}: ReturnType<typeof applyExtension>['problems'][number]): Diagnostic {
  return { severity, code, message: path === '' ? message : `${path}: ${message}`, ...(fix !== undefined && { fix }) };
}

/** Where a value of the merged event was written: in the extension if it wrote it, else in the parser. */
function placesOf(
  parser: Parser,
  extension: Parser,
  log: string | Uint8Array,
  options: RunOptions,
): (segments: EventProblem['segments']) => Pick<Diagnostic, 'file' | 'position'> {
  const runs = [extension, parser].map((one) => ({
    one,
    statements: statementsOf(one.tree),
    trace: one.run(log, options).trace,
  }));
  return (segments) => {
    for (const { one, statements, trace } of runs) {
      const [writer] = trace?.trail(segments) ?? [];
      const position = writer === undefined ? undefined : statements[writer]?.position;
      if (position !== undefined) return { file: one.source.name, position };
    }
    return {};
  };
}

function now(): Timestamp {
  const milliseconds = Date.now();
  return { seconds: Math.floor(milliseconds / 1000), nanos: (milliseconds % 1000) * 1_000_000 };
}
