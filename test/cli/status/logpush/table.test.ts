import type { StatusReport } from '../../../../cli/logpush/status';
import { exitCodeOf } from '../../../../cli/status/model';
import { renderCheck, renderScreen } from '../../../../cli/status/text';
import { environmentOf, troubledReport } from './report';

let report: StatusReport;
beforeAll(async () => {
  report = await troubledReport();
});

const screen = (unicode = true) => renderScreen(environmentOf(report), { color: false, unicode });

test('the table fits 80 columns, links aside', () => {
  const lines = screen().split('\n');
  expect(lines.filter((line) => line.length > 80 && !line.includes('https://dash'))).toEqual([]);
  expect(lines).toContainEqual(
    expect.stringMatching(/^failing {2}audit_logs {13}·····▆▃█ {6}15 {7}2 {6}1 [\d.]+ kB {5}1 h$/),
  );
});

test('each problem is told with what to do; what is unknown is told apart', () => {
  const text = screen().replace(/\s+/g, ' ');
  expect(text).toContain('missing: http_requests of the zone z1.example.com: Cloudflare has no such job');
  expect(text).toContain('Deploy prod-logpush-taegis.');
  expect(text).toContain("zone '00000000000000000000000000000002' does not have access");
});

test('without UTF-8 the table is ASCII', () => {
  expect(screen(false)).toMatch(/^[\x20-\x7e\n]*$/);
});

test('--check prints one line for each problem', () => {
  const [head, ...lines] = renderCheck(environmentOf(report)).split('\n');
  expect(head).toBe('prod-logpush-taegis: 4 jobs: 1 missing, 1 failing, 1 unknown, 1 ok');
  expect(lines.map((line) => line.split(':')[0])).toEqual(['missing', 'failing', 'could not tell']);
  expect(lines[2]).toContain('This takes the permission Analytics: Read on the zone z2.example.com.');
});

test('a job with a problem is one of its pipeline, which has the sums of all jobs', () => {
  const status = environmentOf(report);
  const [{ facts, count, failures, days, bytes } = { facts: [] }] = status.pipelines;
  expect(facts.map(({ name, state }) => `${name}: ${state}`)).toEqual([
    'missing: problem',
    'failing: problem',
    'jobs: could not tell',
    'jobs: ok',
  ]);
  expect(facts[0]).toMatchObject({
    todo: 'Deploy prod-logpush-taegis.',
    link: expect.stringContaining('https://dash.'),
  });
  expect({ count, failures }).toEqual({ count: 300, failures: 1 });
  expect(bytes).toBe(report.sums.bytes);
  expect(days?.map((day) => [day.date, day.count, day.failures]).slice(-3)).toEqual([
    ['2026-03-06', 100, 0],
    ['2026-03-07', 40, 0],
    ['2026-03-08', 160, 1],
  ]);
  expect(exitCodeOf(status)).toBe(1);
});

test('what limits the numbers is no more than a note while every job could be judged', () => {
  const limited = { ...report, states: { ...report.states, unknown: 0 }, jobs: [] };
  const status = environmentOf(limited);
  expect(status.pipelines[0]).toMatchObject({ notes: report.couldNotTell });
  expect(exitCodeOf(status)).toBe(0);
});
