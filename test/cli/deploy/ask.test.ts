import { PassThrough } from 'node:stream';
import { ask } from '../../../cli/deploy/ask';

function asked() {
  const input = new PassThrough();
  const output = new PassThrough();
  const answer = ask('Deploy?', 'yes', input, output);
  return { input, output, answer };
}

test.each([
  ['yes\n', true],
  ['  yes \r\n', true],
  ['y\n', false],
  ['Yes\n', false],
  ['\n', false],
  ['no\nyes\n', false],
])('%j', async (typed, expected) => {
  const { input, output, answer } = asked();
  input.write(typed);
  expect(await answer).toBe(expected);
  expect(output.read().toString()).toBe('Deploy? ');
});

test.each(['', 'yes'])('the end of the input after %j is a no', async (typed) => {
  const { input, answer } = asked();
  input.end(typed);
  expect(await answer).toBe(false);
});

test('a request to end is a no, and is not listened to afterwards', async () => {
  const before = process.listenerCount('SIGTERM');
  const { output, answer } = asked();
  expect(process.listenerCount('SIGTERM')).toBe(before + 1);
  process.emit('SIGTERM', 'SIGTERM');
  expect(await answer).toBe(false);
  expect(output.read().toString()).toBe('Deploy? \n');
  expect(process.listenerCount('SIGTERM')).toBe(before);
});

test('a terminal that is gone is a no', async () => {
  const { input, answer } = asked();
  input.emit('error', new Error('setRawMode EIO'));
  expect(await answer).toBe(false);
});
