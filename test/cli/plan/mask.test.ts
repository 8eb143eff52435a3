import { Mask } from '../../../cli/plan/mask';

test('an error keeps its words, without the secrets', () => {
  const mask = new Mask(['{"default":"taegis-key-9a1b"}', 'p@ss word/42']);
  expect(mask.redact('Error: PUT https://x/?h=Bearer%20taegis-key-9a1b&p=p%40ss+word%2F42 failed: p@ss word/42')).toBe(
    'Error: PUT https://x/?h=Bearer%20(sensitive)&p=(sensitive) failed: (sensitive)',
  );
});

test('the longer of two secrets goes first', () => {
  expect(new Mask(['secret', 'secret-and-more']).redact('secret-and-more, secret')).toBe('(sensitive), (sensitive)');
});

test('without secrets nothing is hidden', () => {
  const mask = new Mask([]);
  expect(mask.redact('text')).toBe('text');
  expect(mask.covers({ a: ['', 'text', 1, null] })).toBe(false);
});

test('keys are looked at as well', () => {
  expect(new Mask(['of-the-key']).covers({ a: [{ 'x of-the-key': 1 }] })).toBe(true);
});
