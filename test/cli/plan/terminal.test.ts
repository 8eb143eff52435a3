import type { PlanReport } from '../../../cli/plan/report';
import { renderTerminal } from '../../../cli/plan/terminal';
import { noChange, small } from './reports';

const ESCAPE = '\u001b[';

test('without colours there is none, with them the same text', () => {
  const plain = renderTerminal(small(), { color: false, width: 100 });
  const colored = renderTerminal(small(), { color: true, width: 100 });
  expect(plain).not.toContain(ESCAPE);
  expect(colored).toContain(ESCAPE);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are what is taken away
  expect(colored.replace(/\u001b\[\d+m/g, '')).toBe(plain);
});

test.each([40, 80, 120])('no line is wider than %d columns, but for errors', (width) => {
  const { stacks, environment } = small();
  const lines = renderTerminal(
    { environment, stacks: stacks.filter(({ kind }) => kind !== 'failed') },
    { color: false, width },
  ).split('\n');
  expect(lines.filter((line) => line.length > width)).toEqual([]);
});

test('the last line is the verdict, and what is lost stands above it', () => {
  const lines = renderTerminal(small(), { color: false, width: 200 }).split('\n');
  expect(lines.at(-1)).toMatch(/^prod: 1 to add, 6 to change, 1 to replace, 1 to destroy.*1 stack failed to plan\.$/);
  expect(lines.filter((line) => line.startsWith('! '))).toEqual([
    expect.stringContaining('destroys and makes anew aws_kms_key.logs'),
    expect.stringContaining('destroys aws_sqs_queue.old'),
  ]);
});

test('nothing to do is two lines', () => {
  expect(renderTerminal(noChange(), { color: false, width: 120 })).toBe(
    'No change: prod-cloudtrail-cortex, prod-logpush-taegis, prod-qualys-secops.\nprod: nothing to change.',
  );
});

test('what others wrote does not steer the terminal', () => {
  const report: PlanReport = {
    environment: 'prod',
    stacks: [
      {
        stack: 'prod-x',
        kind: 'failed',
        error: `${ESCAPE}2Jgone`,
        changes: [
          {
            address: `aws_sqs_queue.x["${ESCAPE}2J"]`,
            type: 'aws_sqs_queue',
            action: 'update',
            attributes: [
              {
                path: `a["${ESCAPE}"]`,
                before: { kind: 'known', value: `${ESCAPE}2J` },
                after: { kind: 'known', value: `a\n${ESCAPE}2J` },
              },
            ],
          },
        ],
        drift: [],
        outputs: [],
        warnings: [],
      },
    ],
  };
  expect(renderTerminal(report, { color: false, width: 120 })).not.toContain(ESCAPE);
});
