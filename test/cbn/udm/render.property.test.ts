import fc from 'fast-check';
import { CbnError } from '../../../cbn/errors';
import { applyExtension } from '../../../cbn/extension';
import { renderEvent } from '../../../cbn/udm/render';
import { enumOf, type FieldEntry, fieldsOf } from '../../../cbn/udm/schema';

/** Anything that a parser's state can hold. */
const anything = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string(),
    fc.constantFrom('', '192.0.2.1', 'TCP', '6', 'true', '2024-10-12T10:00:00Z', '5s'),
    fc.double(),
    fc.integer(),
    fc.bigInt(),
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array({ maxLength: 4 }),
    fc.record({ seconds: fc.integer(), nanos: fc.integer() }),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.oneof(fc.string(), fc.constantFrom(...namesOf('Noun'), ...namesOf('UDM'))), tie('value'), {
      maxKeys: 4,
    }),
  ),
})).value;

function namesOf(message: string): string[] {
  return (fieldsOf(message) ?? []).map(({ name }) => name);
}

/** Data that fits a message. */
function fitting(message: string, depth: number): fc.Arbitrary<Record<string, unknown>> {
  const fields = (fieldsOf(message) ?? []).filter(({ type }) => depth > 0 || fieldsOf(type) === undefined);
  return fc.subarray(fields, { maxLength: Math.min(6, fields.length) }).chain((chosen) =>
    fc.tuple(...chosen.map((field) => valueFor(field, depth))).map((values) =>
      // In another order than the numbers'.
      Object.fromEntries(chosen.map(({ name }, index) => [name, values[index]] as const).reverse()),
    ),
  );
}

function valueFor(field: FieldEntry, depth: number): fc.Arbitrary<unknown> {
  const one = oneOf(field, depth);
  if (field.multiplicity === 'repeated') return fc.array(one, { minLength: 1, maxLength: 3 });
  if (field.multiplicity === 'map') return fc.dictionary(fc.string({ minLength: 1 }), one, { maxKeys: 2 });
  return one;
}

function oneOf({ name, type }: FieldEntry, depth: number): fc.Arbitrary<unknown> {
  if (name === 'ip' || name === 'nat_ip') return fc.oneof(fc.ipV4(), fc.ipV6());
  if (name === 'mac') return fc.constant('00:11:22:33:44:55');
  const names = enumOf(type)?.names;
  if (names) return fc.constantFrom(...names);
  switch (type) {
    case 'string':
      return fc.string();
    case 'bool':
      return fc.boolean();
    case 'int32':
      return fc.integer();
    case 'uint32':
      return fc.nat();
    case 'int64':
      return fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    case 'uint64':
      return fc.oneof(fc.nat(), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }));
    case 'float':
    case 'double':
      return fc.double({ noNaN: true });
    case 'bytes':
      return fc.uint8Array({ maxLength: 8 });
    case 'timestamp':
      return fc.record({ seconds: fc.nat(), nanos: fc.nat(999999999) });
    case 'duration':
      return fc.record({ seconds: fc.nat(), nanos: fc.nat(999999999) });
    case 'struct':
      return fc.record({
        fields: fc.uniqueArray(fc.record({ key: fc.string(), value: fc.record({ string_value: fc.string() }) }), {
          selector: ({ key }) => key,
        }),
      });
    default:
      return fitting(type, depth - 1);
  }
}

const LAX = { requiredSections: 'ignore', lengths: 'ignore', urlScheme: 'ignore', portRange: 'ignore' } as const;

test('whatever a parser leaves, rendering ends, throws nothing but CbnError and gives JSON out', () => {
  fc.assert(
    fc.property(anything, fc.constantFrom('event', 'entity'), (data, kind) => {
      try {
        const { event, problems } = renderEvent(data, kind);
        expect(JSON.parse(JSON.stringify(event))).toBeDefined();
        for (const { path, message, code } of problems)
          expect([path, message, code].every((text) => text.length >= 0)).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(CbnError);
      }
    }),
    { numRuns: 2000 },
  );
});

test('data that fits is rendered without a problem, to the same JSON again, and is not changed', () => {
  fc.assert(
    fc.property(fitting('UDM', 4), (data) => {
      const before = structuredClone(data);
      const first = renderEvent(data, 'event', {
        options: { ...LAX, portWithOneAddress: 'ignore', assetIdForm: 'ignore' },
      });
      expect(first.problems).toEqual([]);
      expect(JSON.stringify(renderEvent(data, 'event').event)).toBe(JSON.stringify(first.event));
      expect(data).toEqual(before);
    }),
    { numRuns: 400 },
  );
});

test('an extension that puts out what the parser did changes nothing', () => {
  fc.assert(
    fc.property(fitting('UDM', 3), (data) => {
      const before = structuredClone(data);
      const output = { kind: 'event', data } as const;
      const { outputs } = applyExtension([output], [{ kind: 'event', data: structuredClone(data) }]);
      expect(renderEvent(outputs[0]?.data, 'event').event).toEqual(renderEvent(before, 'event').event);
      expect(data).toEqual(before);
    }),
    { numRuns: 300 },
  );
});

test('whatever an extension puts out over whatever, the merge ends and throws nothing but CbnError', () => {
  fc.assert(
    fc.property(fc.array(anything, { maxLength: 2 }), fc.array(anything, { maxLength: 3 }), (parser, extension) => {
      const outputs = (all: unknown[]) => all.map((data) => ({ kind: 'event', data }) as const);
      const merged = applyExtension(outputs(parser), outputs(extension));
      expect(merged.outputs.length).toBe(parser.length);
    }),
    { numRuns: 1500 },
  );
});
