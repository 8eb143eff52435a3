import { compileParser } from '../../../cbn/engine';
import { type ExtendedRun, runExtended } from '../../../cbn/extended';
import type { ParserRun } from '../../../cbn/parser-run';
import { rootOf } from '../../../cbn/root';
import { get, toPath } from '../../../cbn/state';
import { ALL } from './all';
import { type Documented, PAGES } from './case';

/** When the logs were received: nothing is told of it in what the snippets give. */
const RECEIVED = { seconds: 1_767_271_696, nanos: 123_456_789 };
const RECEIVED_TEXT = '2026-01-01T12:48:16.123456789Z';

/** The pages show events as the snippets write them, without what the service adds. */
const ENGINE = { udm: { assetNames: 'asWritten' } } as const;

const compile = (name: string, statements: string) =>
  compileParser({ name, text: `filter {\n${statements}\n}\n` }, ENGINE);

function run({ parser, extends: base, log }: Documented): ExtendedRun {
  const options = { received: RECEIVED, state: true };
  const snippet = compile('snippet.conf', parser);
  return base === undefined
    ? snippet.run(log, options)
    : runExtended(compile('base.conf', base), snippet, log, { ...options, engine: ENGINE });
}

/** UDM of an event, without times of receipt. */
function udmOf({ event }: ParserRun['events'][number]): unknown {
  const { idm } = event as { idm: { readOnlyUdm?: object; entity?: object } };
  return JSON.parse(
    JSON.stringify(idm.readOnlyUdm ?? idm.entity, (_, value) => (value === RECEIVED_TEXT ? undefined : value)),
  );
}

describe.each(Object.entries(PAGES))('%s (%s)', (page) => {
  const cases = ALL.filter((one) => one.page === page);

  test.each(cases.map((one) => [one.construct, one.title, one] as const))('%s: %s', (_, __, one) => {
    const { tokens, events, dropped, error, problem, dumps } = one.gives;
    const result = run(one);
    if (error !== undefined) {
      expect(result.error?.message).toContain(error);
      return;
    }
    expect(result.error).toBeUndefined();
    expect(result.dropped?.tag).toBe(dropped);
    for (const [token, value] of Object.entries(tokens ?? {}))
      expect([token, get(rootOf((result.extension ?? result).state ?? {}), toPath(token))]).toEqual([token, value]);
    if (events !== undefined) expect(result.events.map(udmOf)).toEqual(events);
    if (problem === undefined) expect(result.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    else expect(result.problems.map(({ message }) => message).join('\n')).toContain(problem);
    for (const [index, text] of (dumps ?? []).entries()) expect(result.dumps[index]?.text).toContain(text);
    expect(result.dumps).toHaveLength(dumps?.length ?? 0);
  });
});
