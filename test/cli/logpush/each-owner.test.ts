import { settleAll } from '../../../cli/adopt/adopt';
import { eachOwner } from '../../../cli/logpush/each-owner';
import { UserError } from '../../../environments/user-error';
import { zoneJob } from './status-world';

const owners = Array.from({ length: 10 }, (_, index) => zoneJob(index).owner);

test('four are asked at a time, each is noted, and the answers keep the order', async () => {
  let asked = 0;
  let most = 0;
  const notes: string[] = [];
  const answers = await eachOwner(
    owners,
    (text) => notes.push(text),
    async ({ id }) => {
      most = Math.max(most, ++asked);
      // The first takes longest.
      await new Promise((resolve) => setTimeout(resolve, id.endsWith('0') ? 20 : 1));
      asked -= 1;
      return id;
    },
  );
  expect(await Promise.all(answers)).toEqual(owners.map(({ id }) => id));
  expect(most).toBe(4);
  expect(notes).toEqual(owners.map((_, index) => `${index + 1} of 10`));
});

test('one that is refused keeps no other from being asked', async () => {
  const asked: string[] = [];
  const answers = await eachOwner(
    owners,
    () => undefined,
    async ({ id, name }) => {
      asked.push(id);
      if (id.endsWith('1') || id.endsWith('9')) throw new UserError(name);
    },
  );
  expect(asked).toHaveLength(10);
  await expect(settleAll(answers)).rejects.toThrow(new UserError('z1.example.com\n\nz9.example.com'));
});
