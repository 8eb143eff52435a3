import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderMarkdown } from '../../../cli/plan/markdown';
import type { PlanReport } from '../../../cli/plan/report';
import { renderTerminal } from '../../../cli/plan/terminal';
import { edge, huge, hugeReport, noChange, SECRETS, small } from './reports';

/** `UPDATE_GOLDEN=1 npx jest test/cli/plan` writes the files: read the difference, and look at it as GitHub shows it. */
function golden(name: string, text: string): void {
  const file = join(__dirname, 'golden', name);
  if (process.env.UPDATE_GOLDEN) writeFileSync(file, text);
  expect(text).toBe(readFileSync(file, 'utf8'));
}

const OPTIONS = {
  commit: '17254d9a4c0e8b1f',
  runUrl: 'https://github.com/acme/pipelines/actions/runs/1',
  now: new Date('2026-11-26T22:05:00Z'),
};
const BUDGET = 60_000;

const REPORTS: Readonly<Record<string, () => PlanReport>> = { none: noChange, small, edge, huge: hugeReport };

describe.each(Object.entries(REPORTS))('%s', (name, build) => {
  const report = build();
  const markdown = renderMarkdown(report, OPTIONS);

  test('is as it was looked at', () => {
    golden(`${name}.md`, markdown);
  });

  test('fits into a comment', () => {
    expect(Buffer.byteLength(markdown)).toBeLessThanOrEqual(BUDGET);
  });

  test('holds no secret', () => {
    const texts = [markdown, JSON.stringify(report), renderTerminal(report, { color: true, width: 200 })];
    for (const secret of ['taegis-key-5f2c', 'taegis-key-9a1b', 'external-id-77'])
      for (const text of texts) expect(text).not.toContain(secret);
  });
});

test('small is the same at a terminal as it was looked at', () => {
  golden('small.txt', `${renderTerminal(small(), { color: false, width: 120 })}\n`);
});

test('the plans that are to hold secrets hold them', () => {
  const text = JSON.stringify(huge());
  expect(text).toContain(SECRETS[0]);
  expect(text.length).toBeGreaterThan(5_000_000);
});

test('edge is just too long, and only diffs are left out', () => {
  const whole = renderMarkdown(edge(), { ...OPTIONS, budgetBytes: 1_048_576 });
  expect(Buffer.byteLength(whole)).toBeGreaterThan(BUDGET);
  expect(Buffer.byteLength(whole)).toBeLessThan(1.1 * BUDGET);
  expect(renderMarkdown(edge(), OPTIONS)).toMatch(/Too long for this place: \d+ diffs left out or shortened/);
});
