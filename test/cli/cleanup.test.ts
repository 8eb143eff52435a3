import { Cleanup, SIGNALS } from '../../cli/cleanup';

const listeners = () => [
  ...SIGNALS.map((signal) => process.listenerCount(signal)),
  process.stdout.listenerCount('error'),
  process.stderr.listenerCount('error'),
];

test('undoes the last first, once, and a step that fails keeps none from its turn', async () => {
  const done: string[] = [];
  const cleanup = new Cleanup();
  cleanup.add(async () => void done.push('first'));
  cleanup.add(async () => {
    done.push('second');
    throw new Error('no');
  });
  cleanup.add(async () => void done.push('third'));
  await Promise.all([cleanup.run(), cleanup.run()]);
  expect(done).toEqual(['third', 'second', 'first']);
});

test('listens for an interruption until the outermost is undone', async () => {
  const before = listeners();
  const [outer, inner] = [new Cleanup(), new Cleanup()];
  outer.onInterrupt(() => undefined);
  inner.onInterrupt(() => undefined);
  const during = before.map((count) => count + 1);
  expect(listeners()).toEqual(during);
  await inner.run();
  expect(listeners()).toEqual(during);
  await outer.run();
  expect(listeners()).toEqual(before);
});
