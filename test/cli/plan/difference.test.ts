import fc from 'fast-check';
import { differenceOf, renderDifference } from '../../../cli/plan/difference';
import { digestOf } from '../../../cli/plan/digest';
import type { AttributeChange, ResourceChange, Value } from '../../../cli/plan/report';
import { changes, outputs } from './arbitrary';

const known = (value: unknown): Value => ({ kind: 'known', value });
const change = (
  address: string,
  attributes: readonly AttributeChange[] = [],
  rest: Partial<ResourceChange> = {},
): ResourceChange => ({
  address,
  type: 'aws_sqs_queue',
  action: 'update',
  attributes,
  ...rest,
});
const of = (list: readonly ResourceChange[]) => ({ changes: list, outputs: [] });
const delay = (after: number): AttributeChange => ({ path: 'delay', before: known(0), after: known(after) });

test('tells what is planned and was not reviewed, the other way round, and what is planned otherwise', () => {
  const reviewed = [change('q.gone'), change('q.same', [delay(1)]), change('q.other', [delay(1)]), change('q.action')];
  const now = [
    change('q.same', [delay(1)]),
    change('q.other', [delay(2), { path: 'name', before: known('a'), after: { kind: 'unknown' } }]),
    change('q.action', [], { action: 'delete', reason: 'because' }),
    change('q.new', [], { action: 'create' }),
  ];
  expect(renderDifference(differenceOf(of(reviewed), of(now)))).toEqual([
    'not reviewed: + q.new',
    'reviewed, but not planned any more: ~ q.gone',
    'otherwise than reviewed: ~ q.other',
    '    delay: 0 → 2; reviewed was 0 → 1',
    '    name: "a" → (known after apply); reviewed was that it stays',
    'otherwise than reviewed: - q.action (because), reviewed was ~ q.action',
  ]);
});

test('a document is told by its lines, from what was reviewed to what is planned', () => {
  const policy = (...actions: string[]): AttributeChange => ({
    path: 'policy',
    before: { kind: 'absent' },
    after: known(
      JSON.stringify({ Statement: [{ Effect: 'Allow', Action: actions, Resource: 'arn:aws:s3:::bucket/*' }] }),
    ),
  });
  const lines = renderDifference(differenceOf(of([change('p', [policy('a')])]), of([change('p', [policy('a', 'b')])])));
  expect(lines[1]).toBe('    policy, from what was reviewed to what is planned now:');
  expect(lines).toContain('      +        "b"');
});

test('neither reasons nor what the provider computes are a difference', () => {
  const computed: AttributeChange = { path: 'id', before: known(1), after: { kind: 'unknown' }, isComputed: true };
  expect(differenceOf(of([change('q', [computed], { reason: 'a' })]), of([change('q')]))).toEqual({
    onlyReviewed: [],
    onlyNow: [],
    different: [],
  });
});

test('an output that would be another is told', () => {
  const output = (after: string) => ({
    changes: [],
    outputs: [{ name: 'queue_url', action: 'update' as const, before: known('a'), after: known(after) }],
  });
  expect(renderDifference(differenceOf(output('b'), output('c')))).toEqual([
    'otherwise than reviewed: ~ output.queue_url',
    '    value: "a" → "c"; reviewed was "a" → "b"',
  ]);
});

test('there is a difference where digests differ, and none where they are the same', () => {
  const planned = fc.record({ changes, outputs });
  fc.assert(
    fc.property(planned, planned, fc.boolean(), (one, other, isSame) => {
      const now = isSame ? { changes: [...one.changes].reverse(), outputs: [...one.outputs].reverse() } : other;
      const { onlyReviewed, onlyNow, different } = differenceOf(one, now);
      expect(onlyReviewed.length + onlyNow.length + different.length > 0).toBe(
        digestOf(one.changes, one.outputs) !== digestOf(now.changes, now.outputs),
      );
    }),
  );
});
