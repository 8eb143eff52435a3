import fc from 'fast-check';
import { cutBytes, fitInto, type Part } from '../../../cli/plan/budget';

const bytes = (texts: readonly string[]) => texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);

test('what is of a lower level goes first, and of a level the biggest', () => {
  const parts: Part[] = [
    { text: 'keep' },
    { text: 'aaa', shorter: [{ level: 0, text: '' }] },
    {
      text: 'bbbbb',
      shorter: [
        { level: 0, text: 'b' },
        { level: 1, text: '' },
      ],
    },
    { text: 'cccccccc', shorter: [{ level: 1, text: '' }] },
  ];
  expect(fitInto(parts, 20).texts).toEqual(['keep', 'aaa', 'bbbbb', 'cccccccc']);
  expect(fitInto(parts, 19).texts).toEqual(['keep', 'aaa', 'b', 'cccccccc']);
  expect(fitInto(parts, 15).texts).toEqual(['keep', '', 'b', 'cccccccc']);
  expect(fitInto(parts, 12).texts).toEqual(['keep', '', 'b', '']);
  expect(fitInto(parts, 0).texts).toEqual(['keep', '', '', '']);
  expect([...fitInto(parts, 19).shortened]).toEqual([parts[2]]);
});

test('bytes are counted, not characters', () => {
  const parts: Part[] = [{ text: 'ä😀', shorter: [{ level: 0, text: '' }] }];
  expect(fitInto(parts, 6).texts).toEqual(['ä😀']);
  expect(fitInto(parts, 5).texts).toEqual(['']);
});

test('it fits, or nothing is left that could go', () => {
  const part = fc.record({
    text: fc.string({ unit: 'grapheme', minLength: 1 }),
    shorter: fc
      .array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 })
      .map((levels) => levels.sort().map((level) => ({ level, text: '' }))),
  });
  fc.assert(
    fc.property(fc.array(part), fc.nat(200), (parts, budget) => {
      const { texts } = fitInto(parts, budget);
      const leftOver = texts.filter((text, index) => text !== '' && (parts[index]?.shorter.length ?? 0) > 0);
      expect(bytes(texts) <= budget || leftOver.length === 0).toBe(true);
    }),
  );
});

test('a text is cut at whole characters', () => {
  expect(cutBytes('aä😀', 7)).toBe('aä😀');
  expect(cutBytes('aä😀', 6)).toBe('aä');
  expect(cutBytes('aä😀', 2)).toBe('a');
  expect(cutBytes('aä😀', -1)).toBe('');
});
