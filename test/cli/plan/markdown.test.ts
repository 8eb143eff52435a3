import fc from 'fast-check';
import { markerOf, renderMarkdown } from '../../../cli/plan/markdown';
import type { PlanReport, ResourceChange, StackReport, Value } from '../../../cli/plan/report';
import { changes, outputs, text } from './arbitrary';
import { edge } from './reports';

const known = (value: unknown): Value => ({ kind: 'known', value });
const absent: Value = { kind: 'absent' };

function stackOf(stack: string, rest: Partial<StackReport> = {}): StackReport {
  return { stack, kind: 'planned', changes: [], drift: [], outputs: [], warnings: [], ...rest };
}

function change(address: string, rest: Partial<ResourceChange> = {}): ResourceChange {
  return { address, type: address.split('.')[0] ?? '', action: 'update', attributes: [], ...rest };
}

const report = (...stacks: StackReport[]): PlanReport => ({ environment: 'prod', stacks });
const render = (...some: ResourceChange[]) => renderMarkdown(report(stackOf('prod-x', { changes: some })));

describe('the head', () => {
  test('is a hidden line by which the comment is found', () => {
    expect(renderMarkdown(report()).split('\n')[0]).toBe(markerOf({ environment: 'prod' }));
    expect(markerOf({ environment: 'prod' })).toBe('<!-- tributary-plan:prod -->');
  });

  test.each<[string, StackReport, string]>([
    ['nothing', stackOf('a'), '✅ Plan of prod: nothing to change'],
    ['a change', stackOf('a', { changes: [change('a.b')] }), '🟡 Plan of prod: 1 to change'],
    ['a destroy', stackOf('a', { changes: [change('a.b', { action: 'delete' })] }), '🟠 Plan of prod: 1 to destroy'],
    [
      'a loss',
      stackOf('a', { changes: [change('aws_s3_bucket.b', { action: 'replace' })] }),
      '🛑 Plan of prod: 1 to replace',
    ],
    ['a failure', stackOf('a', { kind: 'failed' }), '❌ Plan of prod: nothing to change; 1 stack failed to plan'],
    [
      'drift',
      stackOf('a', { drift: [change('a.b')] }),
      '🟡 Plan of prod: nothing to change; 1 stack changed outside of Terraform',
    ],
    [
      'outputs',
      stackOf('a', { outputs: [{ name: 'x', action: 'create', before: absent, after: known(1) }] }),
      '🟡 Plan of prod: only outputs change',
    ],
  ])('says what is worst: %s', (_, stack, title) => {
    expect(renderMarkdown(report(stack)).split('\n')[1]).toBe(`## ${title}`);
  });
});

test('the end says which commit, run, time and digests', () => {
  const digest = 'abcdef'.repeat(11).slice(0, 64);
  const markdown = renderMarkdown(report(stackOf('prod-x', { changes: [change('a.b')], digest })), {
    commit: '0123456789abcdef',
    runUrl: 'https://github.com/a/b/actions/runs/1',
    now: new Date('2026-11-26T22:05:59Z'),
  });
  expect(markdown).toContain('commit <code>0123456789</code>');
  expect(markdown).toContain('2026-11-26 22:05 UTC');
  expect(markdown).toContain('prod-x <code>abcdefabcdef</code>');
});

test.each(['javascript:alert(1)', 'http://x', 'https://x/"onclick="y', 'https://x) [y](z'])(
  '%s is no address of a run',
  (runUrl) => {
    expect(renderMarkdown(report(), { runUrl })).not.toContain('href');
  },
);

test('what is destroyed is told first: what is lost with it before the rest', () => {
  const markdown = render(
    change('terraform_data.x', { action: 'delete' }),
    ...[1, 2, 3, 4, 5, 6, 7].map((number) => change(`aws_sqs_queue.q${number}`, { action: 'delete' })),
  );
  const [first = '', second = ''] = markdown.split('\n').filter((line) => line.startsWith('> - '));
  expect(markdown).toContain('> [!CAUTION]');
  expect(first).toContain('destroys 7 <code>aws_sqs_queue</code>: <code>q1</code>, <code>q2</code>');
  expect(first).toContain('and 2 more: messages that nobody has read yet are gone');
  expect(second).toContain('<code>terraform_data.x</code>');
});

test('a destroy that loses nothing is a warning', () => {
  expect(render(change('terraform_data.x', { action: 'delete' }))).toMatch(
    /> \[!WARNING\]\n> \*\*Something is destroyed/,
  );
});

test('stacks without a change share a line', () => {
  const stacks = Array.from({ length: 25 }, (_, index) =>
    stackOf(`prod-${index}`, { kind: index % 2 ? 'planned' : 'unchanged' }),
  );
  const markdown = renderMarkdown(report(...stacks));
  expect(markdown).toContain('No change in 25 stacks: prod-0, prod-1,');
  expect(markdown).toContain('prod-19 and 5 more.');
  expect(markdown).not.toContain('| prod-0');
});

test('an error that is longer than a comment is cut at its beginning', () => {
  const error = `first\n${'x\n'.repeat(4_000)}\u001b[31mlast`;
  const markdown = renderMarkdown(report(stackOf('prod-x', { kind: 'failed', error })));
  expect(markdown).toContain('\\u001b[31mlast');
  expect(markdown).not.toContain('first');
});

test('equal changes of three and more resources are told once', () => {
  const attributes = [{ path: 'a', before: known(1), after: known(2) }];
  const markdown = render(
    ...['x', 'y', 'z'].map((name) => change(`aws_sqs_queue.${name}`, { attributes })),
    change('aws_sqs_queue.other'),
  );
  expect(markdown.match(/a {2}1 → 2/g)).toHaveLength(1);
  expect(markdown).toContain('3 × <code>aws_sqs_queue</code>, each with the same change');
  expect(markdown).toContain('aws_sqs_queue.x\naws_sqs_queue.y\naws_sqs_queue.z\n');
});

test('of many changes of access, those are named with which somebody may do more', () => {
  const grant = (name: string, before: Value, after: Value) =>
    change(`aws_iam_role_policy.${name}`, { attributes: [{ path: 'policy', before, after }] });
  const policy = known(JSON.stringify({ Statement: [{ Effect: 'Allow', Action: 'a', Resource: 'b' }] }));
  const less = Array.from({ length: 20 }, (_, index) => grant(`less-${index}`, policy, known('{}')));
  const lines = render(...less, grant('more', absent, policy)).split('\n');
  const start = lines.indexOf('### Who may do what');
  expect(lines[start + 2]).toContain('aws_iam_role_policy.more');
  expect(lines.slice(start + 3, start + 6)).toEqual(['  ```diff', '  + allow a on b', '  ```']);
  expect(lines).toContain("- … and 9 more, in the stacks' sections");
});

describe('what others wrote stays text', () => {
  test('a fence is longer than any run of backticks in it', () => {
    const policy = `a\n\`\`\`\`\n</details>`;
    const markdown = render(
      change('a.b', { attributes: [{ path: 'p', before: known('a\nb'), after: known(policy) }] }),
    );
    expect(markdown).toContain('`````diff\n a\n-b\n+````\n+</details>\n`````\n');
  });

  test('addresses close no cell, no tag and no emphasis, and call nobody', () => {
    const address = 'aws_sqs_queue.x["|</code>**@acme/team** #1 `_a_ <img src=x> https://x :tada:"]';
    const markdown = render(change(address, { action: 'delete' }));
    const line = markdown.split('\n').find((one) => one.startsWith('<code>-</code>')) ?? '';
    const inside = line.replace(/^<code>-<\/code> <code>/, '').replace(/<\/code>$/, '');
    expect(inside).not.toMatch(/[|<>*@`[\]]|#(?!\d+;)|:\/\/|:tada:|_a|a_/);
    expect(inside.replace(/&#(\d+);/g, (_, number) => String.fromCharCode(number))).toBe(address);
    expect(inside).toContain('aws_sqs_queue.x');
  });

  test('names of stacks, warnings and outputs are text as well', () => {
    const markdown = renderMarkdown(
      report(
        stackOf('prod|<b>', {
          warnings: ['<script>'],
          outputs: [{ name: '```', action: 'create', before: absent, after: known('```') }],
        }),
      ),
    );
    expect(markdown).not.toMatch(/<b>\||<script>/);
    expect(markdown).toContain('````text');
  });
});

describe('the budget', () => {
  test('is never exceeded, in bytes, whatever the report', () => {
    const stack = fc.record({
      stack: text,
      kind: fc.constantFrom<StackReport['kind'][]>('planned', 'offline', 'unchanged', 'failed'),
      error: text,
      changes,
      drift: changes,
      outputs,
      warnings: fc.array(text, { maxLength: 3 }),
    });
    fc.assert(
      fc.property(fc.array(stack, { maxLength: 6 }), fc.nat(20_000), (stacks, budgetBytes) => {
        const markdown = renderMarkdown(
          { environment: 'prod', stacks },
          { budgetBytes, commit: 'abc', now: new Date(0) },
        );
        expect(Buffer.byteLength(markdown)).toBeLessThanOrEqual(budgetBytes);
      }),
      { numRuns: 150 },
    );
  });

  /** With a failure, a loss, and much else. */
  const { stacks } = edge();
  const crowded = report(
    ...stacks,
    stackOf('prod-failed', { kind: 'failed', error: `Error: ${'x'.repeat(500)} the reason` }),
  );
  const at = (budgetBytes: number) => renderMarkdown(crowded, { budgetBytes });
  const whole = at(1_048_576);

  test('leaves nothing out when there is room, and says nothing of it', () => {
    expect(whole).not.toContain('[!NOTE]');
    expect(at(Buffer.byteLength(whole))).toBe(whole);
    expect(at(Buffer.byteLength(whole) - 1)).toContain('[!NOTE]');
  });

  test.each<[string, number, RegExp[], RegExp[]]>([
    ['diffs go first', 50_000, [/name {2}"read-0" → "read-0-more"/, /left out\n/, /read-74/], []],
    [
      'then attributes',
      16_000,
      [/<code>aws_iam_role_policy.read-74<\/code>/, /<summary><b>prod-c/],
      [/```diff\n {3}"Statement"/],
    ],
    ['then resources', 8_000, [/… and \d+ more\./, /<summary><b>prod-c/, /\| prod-a \|/], [/name {2}"read/]],
    ['then stacks', 2_600, [/\| prod-a \|/, /prod-failed/], [/<summary>/]],
    [
      'then the table',
      2_000,
      [/destroys <code>aws_s3_bucket.last/, /prod-failed\*\* failed to plan|the reason/],
      [/<summary>/],
    ],
  ])('%s', (_, budgetBytes, kept, gone) => {
    const markdown = at(budgetBytes);
    expect(Buffer.byteLength(markdown)).toBeLessThanOrEqual(budgetBytes);
    for (const pattern of [/^<!-- tributary-plan:prod -->\n## ❌ Plan of prod/, /\[!NOTE\]/, /aws_s3_bucket/, ...kept])
      expect(markdown).toMatch(pattern);
    for (const pattern of gone) expect(markdown).not.toMatch(pattern);
    expect(markdown.match(/<details>/g)?.length).toBe(markdown.match(/<\/details>/g)?.length);
  });

  test('what is destroyed outlasts the table', () => {
    for (let budget = 1_500; budget < 8_000; budget += 650) {
      const markdown = at(budget);
      if (markdown.includes('| prod-a |')) expect(markdown).toContain('destroys');
      if (markdown.includes('<summary>')) expect(markdown).toContain('| prod-a |');
    }
  });

  test('says what was left out and where it is', () => {
    expect(at(50_000)).toMatch(
      /Too long for this place: \d+ diffs left out or shortened; the summary of the run has more, and `.\/tributary plan prod` shows all\./,
    );
    expect(renderMarkdown(crowded, { budgetBytes: 50_000, elsewhere: 'the log has more' })).toContain(
      '; the log has more, and',
    );
  });
});
