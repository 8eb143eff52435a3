import type { Timestamp } from './date/timestamp';
import { CbnError, type Diagnostic } from './errors';
import type { EngineOptions } from './options';
import { type RenderContext, renderEvent } from './udm/render';
import { formatTimestamp } from './udm/time';
import { isMap, isNumber, own, type StateMap, type Value } from './values';

export interface UdmEventResult {
  readonly kind: 'event' | 'entity';
  /** As the API gives it: `{ timestamp, idm: { readOnlyUdm } }` or `{ timestamp, idm: { entity } }`, protobuf's JSON. */
  readonly event: EventJson;
}

export interface EventJson {
  readonly timestamp: string;
  readonly disambiguationKey?: string;
  readonly idm: Readonly<Record<string, unknown>>;
}

/** A problem of an event, before its place in the parser is known. */
export interface EventProblem {
  readonly diagnostic: Diagnostic;
  /** Where the value stands in the state. */
  readonly segments: readonly string[];
}

/** Flags beside the event itself, by the name that parsers write. */
const FLAGS: readonly (readonly [string, string])[] = [
  ['is_alert', 'isAlert'],
  ['is_significant', 'isSignificant'],
];

/**
 * The events that a log left in `@output`, rendered. An element without an event or entity is told as a problem.
 * @throws CbnError `duplicate-event` for two events with one disambiguation key, `too-many-events`
 */
export function eventsOf(
  root: StateMap,
  received: Timestamp,
  engine: EngineOptions,
): { events: UdmEventResult[]; problems: EventProblem[] } {
  const output = own(root, '@output');
  const events: UdmEventResult[] = [];
  const problems: EventProblem[] = [];
  if (!Array.isArray(output)) return { events, problems };
  if (output.length > engine.maxEvents)
    throw new CbnError(
      'too-many-events',
      `The log puts out ${output.length} events; at most ${engine.maxEvents} are taken.`,
    );
  if (output.length > 1) refuseDuplicates(output);
  const context: RenderContext = {
    timestamp: timestampOf(own(root, '@timestamp')) ?? received,
    ...(engine.logType !== undefined && { logType: engine.logType }),
    ...(engine.udm !== undefined && { options: engine.udm }),
  };
  for (let at = 0; at < output.length; at += 1) renderOutput(output[at] ?? null, at, context, events, problems);
  return { events, problems };
}

function renderOutput(
  value: Value,
  at: number,
  context: RenderContext,
  events: UdmEventResult[],
  problems: EventProblem[],
): void {
  const idm = isMap(value) ? own(value, 'idm') : undefined;
  const segments = ['@output', String(at)];
  if (isMap(value) && idm === undefined && isMap(own(value, 'ioc'))) {
    const message = `Event ${at} is an indicator of a feed (ioc), which the engine does not render.`;
    problems.push({ segments, diagnostic: { severity: 'warning', code: 'output-ioc', message } });
    return;
  }
  if (!isMap(value) || !isMap(idm)) {
    const message = `Event ${at} has nothing under idm.read_only_udm or idm.entity.`;
    problems.push({ segments, diagnostic: { severity: 'error', code: 'output-without-event', message } });
    return;
  }
  const flags: Record<string, boolean> = {};
  for (const [written, rendered] of FLAGS) {
    const flag = own(idm, written);
    if (flag === true || flag === 'true') flags[rendered] = true;
  }
  const key = own(value, 'disambiguation_key');
  for (const [name, kind] of [
    ['read_only_udm', 'event'],
    ['entity', 'entity'],
  ] as const) {
    const data = own(idm, name);
    if (data === undefined) continue;
    const rendered = renderEvent(data, kind, context);
    events.push({
      kind,
      event: {
        timestamp: timeOf(rendered.event, context),
        ...(typeof key === 'string' && key !== '' && { disambiguationKey: key }),
        idm: { ...flags, [kind === 'event' ? 'readOnlyUdm' : 'entity']: rendered.event },
      },
    });
    for (const { path, message, severity, code, fix } of rendered.problems)
      problems.push({
        diagnostic: {
          severity,
          code,
          message: `${path === '' ? kind : path}: ${message}`,
          ...(fix !== undefined && { fix }),
        },
        segments: [...segments, 'idm', name, ...path.split(/[.[\]]+/).filter((segment) => segment !== '')],
      });
  }
}

/** The event's own time: what its metadata says, else that of the log. */
function timeOf(event: Record<string, unknown>, { timestamp }: RenderContext): string {
  const { metadata } = event as { metadata?: { eventTimestamp?: unknown } };
  if (typeof metadata?.eventTimestamp === 'string') return metadata.eventTimestamp;
  return timestamp === undefined ? '' : formatTimestamp(timestamp.seconds, timestamp.nanos);
}

function timestampOf(value: Value | undefined): Timestamp | undefined {
  if (!isMap(value)) return undefined;
  const seconds = own(value, 'seconds');
  const nanos = own(value, 'nanos') ?? 0;
  return isNumber(seconds) && isNumber(nanos) ? { seconds: Number(seconds), nanos: Number(nanos) } : undefined;
}

function refuseDuplicates(output: readonly Value[]): void {
  const seen = new Map<string, number>();
  for (const [at, value] of output.entries()) {
    const key = isMap(value) ? own(value, 'disambiguation_key') : undefined;
    if (typeof key !== 'string' || key === '') continue;
    const first = seen.get(key);
    if (first !== undefined)
      throw new CbnError(
        'duplicate-event',
        `generic::unknown: invalid event ${at}: LOG_PARSING_GENERATED_INVALID_EVENT: events ${first} and ${at} of the log have the same disambiguation key "${key}".`,
        { value: key },
      );
    seen.set(key, at);
  }
}
