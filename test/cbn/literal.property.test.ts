import fc from 'fast-check';
import { compileLiteral } from '../../cbn/literal';
import { rootOf } from '../../cbn/root';
import { pathOf, set } from '../../cbn/state';

/** Names and texts that would break out of a literal, and any other. */
const text = fc.oneof(fc.constantFrom('a', 'b', '"', '\\', '\u2028', '0', 'constructor', '${a}', '`'), fc.string());
const entry = fc.record({
  segments: fc.array(text, { minLength: 1, maxLength: 3 }),
  value: fc.oneof(text, fc.nat(2)),
});

test('a literal makes what putting its entries one after the other makes, anew each time', () => {
  let compiled = 0;
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 5 }), fc.tuple(text, text, text), (entries, given) => {
      const literal = compileLiteral(entries);
      if (literal === undefined) return;
      compiled += 1;
      const root = rootOf({});
      for (const { segments, value } of entries)
        set(root, pathOf('', ['all', ...segments]), typeof value === 'number' ? (given[value] as string) : value);
      expect(literal(given)).toEqual(root.own('all') ?? {});
      expect(literal(given)).not.toBe(literal(given));
    }),
    { numRuns: 1000 },
  );
  expect(compiled).toBeGreaterThan(500);
});

test('no literal is made where one entry would hide another, or for the name of the prototype', () => {
  const of = (...paths: string[]) => compileLiteral(paths.map((path) => ({ segments: path.split('.'), value: '' })));
  expect([of('a', 'a'), of('a', 'a.b'), of('a.b', 'a'), of('__proto__'), of('a.__proto__.b')]).toEqual(
    new Array(5).fill(undefined),
  );
});
