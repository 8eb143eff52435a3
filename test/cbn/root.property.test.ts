import fc from 'fast-check';
import { Names, Root } from '../../cbn/root';
import { get, set, take, toPath } from '../../cbn/state';
import type { Value } from '../../cbn/values';

/** More names than have a place, and few enough to meet again. */
const name = fc.oneof(
  fc.constantFrom('a', 'b', '__proto__', 'constructor', '0', ''),
  fc.nat(1500).map((number) => `n${number}`),
);
const step = fc.record({
  /** A parser comes to a token, or a log brings a name that no token may begin with. */
  by: fc.constantFrom('token', 'log'),
  act: fc.constantFrom('put', 'put', 'take'),
  name,
  value: fc.oneof(fc.string(), fc.integer(), fc.boolean()),
});

test('a state holds under each name what was put there last, whoever put it and however many names there are', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.boolean(), (steps, full) => {
      const names = new Names();
      if (full) for (let count = 0; count < 1000; count += 1) names.place(`n${count}`);
      // A parser's names are those of all its logs.
      for (const root of [new Root(names), new Root(names)]) {
        const model = new Map<string, Value>();
        for (const { by, act, name, value } of steps) {
          const path = toPath(name);
          if (act === 'put') {
            model.set(name, value);
            if (by === 'token') set(root, path, value);
            else root.put(name, value);
          } else {
            expect(by === 'token' ? take(root, path) : root.own(name)).toEqual(model.get(name));
            if (by === 'log') root.put(name, undefined);
            model.delete(name);
          }
          expect([get(root, path), root.own(name)]).toEqual([model.get(name), model.get(name)]);
        }
        expect(new Map(Object.entries(root.toMap()))).toEqual(model);
      }
    }),
    { numRuns: 500 },
  );
});
