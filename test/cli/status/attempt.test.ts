import { attempt, merged } from '../../../cli/status/attempt';
import { ok, problem } from '../../../cli/status/model';
import { UserError } from '../../../environments/user-error';

test('a refusal becomes a fact: what, and in the lines after the first what to do', async () => {
  const facts = await attempt('queue', async () => {
    throw new UserError('Could not read the queue.\nLog in again.\nOr wait.');
  });
  expect(facts).toEqual([
    { name: 'queue', state: 'could not tell', finding: 'Could not read the queue', todo: 'Log in again. Or wait.' },
  ]);
});

test('a defect stays one', async () => {
  await expect(
    attempt('queue', async () => {
      throw new TypeError('x is not a function');
    }),
  ).rejects.toThrow(TypeError);
});

test('what could not be told for one reason is told once, and nothing else is taken together', () => {
  const untold = (name: string, finding: string) => ({ name, state: 'could not tell' as const, finding });
  const facts = [
    untold('runs', 'no credentials'),
    ok('bucket', 'x'),
    ok('other bucket', 'x'),
    problem('feed', 'no credentials', 'Do.'),
    untold('schedule', 'no credentials'),
    untold('parser', 'refused'),
    untold('runs', 'no credentials'),
  ];
  expect(merged(facts)).toEqual([
    untold('runs, schedule', 'no credentials'),
    ok('bucket', 'x'),
    ok('other bucket', 'x'),
    problem('feed', 'no credentials', 'Do.'),
    untold('parser', 'refused'),
  ]);
});
