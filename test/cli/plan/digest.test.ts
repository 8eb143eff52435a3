import fc from 'fast-check';
import { canonical, digestOf } from '../../../cli/plan/digest';
import { readPlan } from '../../../cli/plan/read-plan';
import type { ResourceChange, Value } from '../../../cli/plan/report';
import { changes, outputs, value } from './arbitrary';
import { planOf, resource } from './plans';

const known = (of: unknown): Value => ({ kind: 'known', value: of });

test('is 64 hexadecimal digits, and known: another one makes each open review stale', () => {
  expect(digestOf([], [])).toMatch(/^[0-9a-f]{64}$/);
  const change: ResourceChange = {
    address: 'aws_sqs_queue.x',
    type: 'aws_sqs_queue',
    action: 'update',
    attributes: [{ path: 'delay', before: known(1), after: { kind: 'sensitive' } }],
  };
  expect(canonical([change], [])).toBe(
    'tributary-plan 1\n["resource","aws_sqs_queue.x","aws_sqs_queue","update",false,null,null,["[\\"delay\\",[\\"known\\",1],[\\"sensitive\\"],false]"]]',
  );
});

test('is the same in any order', () => {
  fc.assert(
    fc.property(changes, outputs, fc.infiniteStream(fc.nat()), (some, others, random) => {
      const shuffled = <T>(list: readonly T[]) =>
        list
          .map((item) => ({ item, at: random.next().value }))
          .sort((one, other) => one.at - other.at)
          .map(({ item }) => item);
      const again = shuffled(some).map((one) => ({ ...one, attributes: shuffled(one.attributes) }));
      expect(digestOf(again, shuffled(others))).toBe(digestOf(some, others));
    }),
  );
});

test('is the same with keys in another order, and another for a list in another order', () => {
  const of = (object: unknown) =>
    digestOf([], [{ name: 'x', action: 'create', before: known(null), after: known(object) }]);
  expect(of({ a: 1, b: [{ c: 1, d: 2 }] })).toBe(of({ b: [{ d: 2, c: 1 }], a: 1 }));
  expect(of([1, 2])).not.toBe(of([2, 1]));
  expect(of({ a: 1 })).not.toBe(of([['a', 1]]));
  expect(of('1')).not.toBe(of(1));
});

test('is another one for any difference that a reviewer sees', () => {
  const isSame = (one: Value, other: Value) => JSON.stringify(one) === JSON.stringify(other);
  fc.assert(
    fc.property(changes, fc.nat(), value, (some, index, other) => {
      fc.pre(some.length > 0);
      const place = index % some.length;
      const digest = digestOf(some, []);
      const edit = (edited: (change: ResourceChange) => ResourceChange) =>
        digestOf(
          some.map((one, at) => (at === place ? edited(one) : one)),
          [],
        );
      expect(digestOf(some.toSpliced(place, 1), [])).not.toBe(digest);
      expect(edit((one) => ({ ...one, address: `${one.address}x` }))).not.toBe(digest);
      expect(edit((one) => ({ ...one, action: one.action === 'delete' ? 'update' : 'delete' }))).not.toBe(digest);
      expect(edit((one) => ({ ...one, movedFrom: 'x.y' }))).not.toBe(digest);
      expect(edit((one) => ({ ...one, importId: 'x' }))).not.toBe(digest);
      expect(
        edit((one) => ({ ...one, attributes: [...one.attributes, { path: 'new', before: other, after: other }] })),
      ).not.toBe(digest);
      const [first] = some[place]?.attributes ?? [];
      if (first === undefined || isSame(first.after, other)) return;
      expect(
        edit((one) => ({ ...one, attributes: [{ ...first, after: other }, ...one.attributes.slice(1)] })),
      ).not.toBe(digest);
    }),
  );
});

test('does not look at reasons, nor at what the provider computes', () => {
  const change: ResourceChange = { address: 'a.b', type: 'a', action: 'update', attributes: [] };
  const computed = { path: 'last', before: known('2026-01-01'), after: { kind: 'unknown' }, isComputed: true } as const;
  expect(digestOf([{ ...change, reason: 'x', attributes: [computed] }], [])).toBe(digestOf([change], []));
});

test('no secret has an influence, whether Terraform marks it or the run knows it', () => {
  const secret = fc.string({ minLength: 4, maxLength: 30 });
  const digest = (before: string, after: string, given: string) => {
    const plan = planOf(
      [
        resource({
          before: { marked: before, echo: 'x' },
          after: { marked: after, echo: `https://x/?key=${encodeURIComponent(given)}` },
          before_sensitive: { marked: true },
          after_sensitive: { marked: true },
        }),
      ],
      {},
      { output_changes: { key: { actions: ['create'], before: null, after, after_sensitive: true } } },
    );
    return readPlan('s', plan, [given]).digest;
  };
  fc.assert(
    fc.property(secret, secret, secret, secret, (one, other, third, given) => {
      fc.pre(one !== other && one !== third);
      expect(digest(one, other, given)).toBe(digest(one, third, `${given}${other}`));
    }),
  );
});
