import type { Diagnostic } from '../../cbn/errors';
import type { ParserRun } from '../../cbn/parser-run';

/** What became of a log, without what depends on the run or on where a statement stands in the file. */
export interface Outcome {
  /** `{ readOnlyUdm }` or `{ entity }`, protobuf's JSON. */
  readonly events?: readonly object[];
  /** Why the events would be refused. */
  readonly refused?: readonly string[];
  /** Tag. */
  readonly dropped?: string;
  readonly error?: string;
}

/**
 * When samples are received, as far as parsers are concerned: always then, so that equal files give equal events. An odd
 * moment, which no log bears by chance.
 */
export const RECEIVED = { seconds: 1_767_271_696, nanos: 123_456_789 } as const;
const RECEIVED_TEXT = '2026-01-01T12:48:16.123456789Z';

export function outcomeOf({ events, dropped, error, problems }: ParserRun): Outcome {
  if (error !== undefined) return { error: withoutPlace(error.message) };
  if (dropped !== undefined) return { dropped: dropped.tag };
  const refused = problems.filter(({ severity }) => severity === 'error').map(problemText);
  return {
    events: events.map(({ event }) => withoutRun((event as { idm: object }).idm)),
    ...(refused.length > 0 && { refused }),
  };
}

export function problemText({ message }: Diagnostic): string {
  return withoutPlace(message);
}

/** Without `[file:line:column]` and the number of the statement: they change with every line above. */
function withoutPlace(text: string): string {
  return text.replace(/ ?\[[^[\]]*:\d+:\d+\]/g, '').replace(/(filter \w+) \(\d+\)/g, '$1');
}

/** Without times of receipt. */
function withoutRun(value: object): object {
  return JSON.parse(JSON.stringify(value, (_, item: unknown) => (item === RECEIVED_TEXT ? undefined : item)));
}
