import { setTimeout as sleep } from 'node:timers/promises';
import { mapBounded } from '../../cli/parallel';

test('at most so many at once, results in the order of the items', async () => {
  let running = 0;
  let most = 0;
  const results = await mapBounded([30, 5, 20, 1, 1], 2, async (milliseconds, index) => {
    most = Math.max(most, ++running);
    await sleep(milliseconds);
    running--;
    return `${index}:${milliseconds}`;
  });
  expect(results).toEqual(['0:30', '1:5', '2:20', '3:1', '4:1']);
  expect(most).toBe(2);
});

test('nothing to do is nothing', async () => {
  expect(await mapBounded([], 4, async () => 1)).toEqual([]);
});

test('after a failure none is begun any more', async () => {
  const begun: number[] = [];
  const run = mapBounded([0, 1, 2, 3, 4], 2, async (item) => {
    begun.push(item);
    await sleep(item === 0 ? 1 : 20);
    if (item === 0) throw new Error('zero');
  });
  await expect(run).rejects.toThrow('zero');
  await sleep(50);
  expect(begun).toEqual([0, 1]);
});
