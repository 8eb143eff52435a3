import { failingParsers } from '../../../cli/parser/gate';
import type { ParserChange } from '../../../cli/parser/parser-changes';
import { renderMarkdown } from '../../../cli/plan/markdown';
import type { PlanReport } from '../../../cli/plan/report';
import { renderTerminal } from '../../../cli/plan/terminal';
import { exitCodeOf } from '../../../cli/plan/verb';
import type { SynthesizedStack } from '../../../cli/synthesized';
import { PARSER, World } from '../parser/tree-world';

const changed: ParserChange = {
  ...{ parser: 'squid/corrected', kind: 'changed', logs: 9, differing: 2 },
  fields: [
    { path: 'events[0].readOnlyUdm.metadata.productName', before: 'Squid', after: 'Squid | Proxy', logs: 2 },
    { path: 'dropped', before: undefined, after: 'TAG_UNSUPPORTED', logs: 1 },
  ],
};
const report: PlanReport = { environment: 'prod', stacks: [], parsers: [changed] };
const failing: PlanReport = {
  ...report,
  failingParsers: [{ parser: 'squid/corrected', problem: '2 of 9 samples give something else' }],
};

test('the comment has a table of the fields that change', () => {
  expect(renderMarkdown(report)).toContain(
    [
      '### Parsers: what becomes of their samples',
      '',
      '**squid/corrected**: changed; 2 of 9 samples give something else',
      '',
      '| Field | Before | After | Logs |',
      '|---|---|---|--:|',
      '| <code>metadata.productName</code> | <code>&#34;Squid&#34;</code> | <code>&#34;Squid &#124; Proxy&#34;</code> | 2 |',
      '| <code>dropped</code> |  | <code>&#34;TAG&#95;UNSUPPORTED&#34;</code> | 1 |',
      '',
    ]
      .join('\n')
      .replace('&#95;', '_'),
  );
});

test('without room the table is left out before the line', () => {
  const many = Array.from({ length: 200 }, (_, n) => ({ ...changed, parser: `p/${n}` }));
  const text = renderMarkdown({ ...report, parsers: many }, { budgetBytes: 25_000 });
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(25_000);
  expect(text).toContain('tables of parsers left out or shortened');
  expect(text).toContain('**p/199**: changed; 2 of 9 samples give something else\n');
});

test('the terminal has the fields, cut to its width', () => {
  const text = renderTerminal(report, { color: false, width: 62 });
  expect(text).toContain('  squid/corrected: changed; 2 of 9 samples give something else\n');
  expect(text).toContain('    - metadata.productName = "Squid"\n    + metadata.productName = "Squid | Proxy"\n');
});

test('a change of events is told as a change, and a parser that fails its samples as a failure', () => {
  const alike = { ...changed, differing: 0, fields: [] };
  expect(exitCodeOf({ ...report, parsers: [alike] }, false)).toBe(0);
  expect(exitCodeOf(report, false)).toBe(2);
  expect(renderMarkdown(report)).toContain('🟡 Plan of prod: nothing to change; 1 parser makes other events\n');
  expect(exitCodeOf(failing, false)).toBe(1);
  expect(renderMarkdown(failing)).toContain(
    '❌ Plan of prod: nothing to change; 1 parser makes other events; 1 parser fails its samples',
  );
  expect(renderMarkdown(failing)).toContain('- **squid/corrected**: 2 of 9 samples give something else\n');
  expect(renderTerminal(failing, { color: false, width: 80 })).toContain(
    '✗ squid/corrected: 2 of 9 samples give something else\n',
  );
});

describe('the parsers that stacks deploy', () => {
  const world = new World();
  afterAll(() => world.remove());
  const deploying = (code: string) =>
    [
      { resource: { google_chronicle_parser: { x: { cbn: Buffer.from(code).toString('base64') } } } },
    ] as unknown as SynthesizedStack[];

  test('are run over their samples', async () => {
    world.write('HOSTS/parser.conf', PARSER);
    world.write('HOSTS/logs/hosts.log', '{"host":"h-1","text":"one"}\n');
    world.write('HOSTS/events/hosts.json', '[{ "dropped": "TAG_UNSUPPORTED" }]');
    expect(await failingParsers(deploying(PARSER))).toEqual([
      {
        parser: 'parsers/HOSTS',
        problem: '1 of 1 sample gives something else. See ./tributary parser test parsers/HOSTS',
      },
    ]);
    await world.run('test', 'parsers/HOSTS', '--update');
    expect(await failingParsers(deploying(PARSER))).toEqual([]);
  });

  test('others are not', async () => {
    world.write('HOSTS/events/hosts.json', '[]');
    expect(await failingParsers(deploying('filter {}'))).toEqual([]);
    expect(await failingParsers([{ resource: {} }] as unknown as SynthesizedStack[])).toEqual([]);
  });
});
