import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readReview, reviewOf, writeReview } from '../../../cli/plan/review';
import { stackOf } from '../../../cli/synthesized';
import { SECRETS, small } from './reports';

const folder = mkdtempSync(join(tmpdir(), 'tributary-review-'));
const file = join(folder, 'review.json');
afterAll(() => rmSync(folder, { recursive: true }));

const stack = (changes: unknown = []) => ({ kind: 'planned', digest: 'abc', changes, outputs: [] });
const good = { format: 1, environment: 'prod', stacks: { 'prod-qualys-secops': stack() } };

test('what is written is read again, without secrets', () => {
  const review = reviewOf(small(), [stackOf('prod-qualys-secops', '/x', { resource: {} })]);
  writeReview(file, review);
  expect(readReview(file, 'prod')).toEqual(JSON.parse(JSON.stringify(review)));
  for (const secret of SECRETS) expect(JSON.stringify(review)).not.toContain(secret);
  expect(review.stacks['prod-qualys-secops']).toMatchObject({ kind: 'failed', configuration: expect.any(String) });
  expect(review.stacks['prod-qualys-secops']).not.toHaveProperty('digest');
});

test.each<[string, string]>([
  ['nothing', ''],
  ['no JSON', '{"format":'],
  ['a list', '[]'],
  ['null', 'null'],
  ['another format', JSON.stringify({ ...good, format: 2 })],
  ['no stacks', JSON.stringify({ ...good, stacks: undefined })],
  ['another kind', JSON.stringify({ ...good, stacks: { x: { ...stack(), kind: 'applied' } } })],
  ['a change without an address', JSON.stringify({ ...good, stacks: { x: stack([{ type: 'a', action: 'create' }]) } })],
])('%s is no review', (_, text) => {
  writeFileSync(file, text);
  expect(() => readReview(file, 'prod')).toThrow(
    `--review ${file} is no review of a plan. Expected a file that ./tributary plan <env> --review FILE wrote.`,
  );
});

test('that of another environment, even of one whose name it begins with, is refused', () => {
  writeFileSync(file, JSON.stringify({ ...good, environment: 'prod-eu' }));
  expect(() => readReview(file, 'prod')).toThrow(`--review ${file} is the review of prod-eu, not of prod.`);
});

test('a file that is not there, and a folder that cannot be written to', () => {
  expect(() => readReview(join(folder, 'none.json'), 'prod')).toThrow(
    /^--review .*none\.json could not be read: ENOENT/,
  );
  expect(() => writeReview(join(folder, 'no', 'x.json'), reviewOf(small(), []))).toThrow(
    /^--review .*x\.json could not be written: ENOENT/,
  );
});
