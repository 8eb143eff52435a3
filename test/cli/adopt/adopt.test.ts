import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { settleAll, takeIn } from '../../../cli/adopt/adopt';
import { type Finding, importable } from '../../../cli/adopt/finding';
import { UserError } from '../../../environments/user-error';
import { quietProgress } from '../cloudtrail/replay/world';

const TEXT = `environment: here
protected: false
backend: { local: {} }
qualys: # of the team
  project: acme-secops
  region: europe-west3
  apiUrl: qualysapi.qualys.eu
  import:
    state: the-state
`;

const folder = mkdtempSync(join(tmpdir(), 'tributary-take-in-'));
const file = join(folder, 'here.yaml');
beforeEach(() => writeFileSync(file, TEXT));
afterAll(() => rmSync(folder, { recursive: true }));

function take(...findings: Finding[]) {
  return takeIn({
    ...{ environment: 'here', pipeline: 'cloudtrail-cortex', section: 'qualys', title: 'Look', file, dryRun: false },
    look: async () => ({ findings }),
    progress: quietProgress(),
  });
}

const written = () => readFileSync(file, 'utf8');

test('what is found is added below what stands there', async () => {
  const verdict = await take(importable('bucket', 'b', 'logs', 'the-logs'), importable('s', 's', 'state', 'the-state'));
  expect(verdict).toMatchObject({ exitCode: 0, document: { lines: [{ line: 10, text: '    logs: the-logs' }] } });
  expect(verdict.document).not.toHaveProperty('similar');
  expect(verdict.document).not.toHaveProperty('notes');
  expect(written()).toBe(`${TEXT}    logs: the-logs\n`);
});

test('a value for something that does not exist is in the way of all the rest', async () => {
  const verdict = await take(importable('bucket', 'b', 'logs', 'the-logs'), importable('s', 's', 'state', undefined));
  expect(verdict).toMatchObject({
    exitCode: 1,
    document: { lines: [], conflicts: [{ path: 'qualys.import.state', line: 9, stands: 'the-state', found: null }] },
  });
  expect(written()).toBe(TEXT);
});

test('a file that would have problems is not written', async () => {
  await expect(take(importable('bucket', 'b', 'logs', 'not an id'))).rejects.toThrow(
    /^Nothing was written: with what was found, [\s\S]*qualys\.import\.logs\n {4}got {7}"not an id"/,
  );
  expect(written()).toBe(TEXT);
});

describe('of what was begun at once', () => {
  const refuse = (message: string) => Promise.reject(new UserError(message));

  test('every problem is told once', async () => {
    await expect(settleAll([refuse('a'), Promise.resolve(1), refuse('b'), refuse('a')])).rejects.toThrow(
      new UserError('a\n\nb'),
    );
  });

  test('a bug is told before all problems', async () => {
    await expect(settleAll([refuse('a'), Promise.reject(new TypeError('bug'))])).rejects.toThrow(new TypeError('bug'));
  });
});
