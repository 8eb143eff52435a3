import { exitCodeOf } from '../../../cli/status/model';
import { renderCheck, renderScreen } from '../../../cli/status/text';
import { CLOUDTRAIL, QUALYS, statusWith, WELL } from './examples';
import { environmentOf, troubledReport } from './logpush/report';

const PLAIN = { color: false, unicode: true };

test('the screen: a row for each pipeline, problems, what could not be told, and then what is well', () => {
  expect(renderScreen(statusWith(QUALYS, CLOUDTRAIL), PLAIN)).toBe(
    `prod, 2026-03-06 12:00 to 2026-03-08 12:00 UTC: 1 problem, 1 could not be told

state    pipeline           by day      last     lag  count  GB/day failed  dead
problem  qualys-secops      ▇█▆          3 h     3 h  12.3k   0.012     12     -
unknown  cloudtrail-cortex                 -       -      -       -      -     -

qualys-secops: alerts credentials: blocked since Qualys rejected them at
2026-03-08T09:15:00Z: <b>there</b> is no login until others are there.
  Check the user name and password in the two secrets.
  ./tributary rotate prod qualys-secops

cloudtrail-cortex: could not tell: access: Could not tell whose credentials
these are: no usable AWS credentials were found.
  Set AWS_PROFILE, or run aws sso login.

qualys-secops
  alerts schedule      */15 * * * * (Etc/UTC), started 3 min ago; next at 12:15
                       UTC
  alerts parser        the prebuilt parser 12.0`,
  );
});

test('in a narrow terminal numbers stand below the name, with their words, and those that are not known are left out', async () => {
  const narrow = { ...PLAIN, columns: 40 };
  const lines = renderScreen(statusWith(QUALYS, CLOUDTRAIL), narrow).split('\n');
  expect(lines.slice(4, 8)).toEqual([
    'problem qualys-secops ▇█▆',
    '  last 3 h, lag 3 h, count 12.3k, GB/day',
    '  0.012, failed 12',
    'unknown cloudtrail-cortex',
  ]);
  expect(lines.slice(-6)).toEqual([
    'qualys-secops',
    '  alerts schedule',
    '    */15 * * * * (Etc/UTC), started 3',
    '    min ago; next at 12:15 UTC',
    '  alerts parser',
    '    the prebuilt parser 12.0',
  ]);
  const jobs = renderScreen(environmentOf(await troubledReport()), narrow).split('\n');
  for (const line of [...lines, ...jobs])
    if (!/https:|^ {2}\.\/tributary/.test(line)) expect(line.length).toBeLessThanOrEqual(40);
});

test('in a wide terminal it is as at 80 columns', () => {
  const status = statusWith(QUALYS, CLOUDTRAIL);
  expect(renderScreen(status, { ...PLAIN, columns: 200 })).toBe(renderScreen(status, PLAIN));
});

test('all is well', () => {
  const status = statusWith(WELL);
  expect(renderScreen(status, PLAIN).split('\n')[0]).toMatch(/UTC: all is well$/);
  expect(renderCheck(status)).toBe('prod-cloudtrail-cortex: all is well');
  expect(exitCodeOf(status)).toBe(0);
});

test('beside other pipelines Logpush has a row, and its problems', async () => {
  const screen = renderScreen(environmentOf(await troubledReport(), QUALYS), PLAIN);
  const lines = screen.split('\n');
  expect(lines.filter((line) => line.length > 80 && !line.includes('https://dash'))).toEqual([]);
  expect(lines).toContainEqual(expect.stringMatching(/^problem {2}logpush-taegis {5}·····▆▃█/));
  expect(screen).toContain('\nlogpush-taegis: missing: http_requests of the zone z1.example.com: Cloudflare\nhas no');
  expect(screen).toContain('  jobs                 4 jobs: 1 missing, 1 failing, 1 unknown, 1 ok');
});

test('--check: a head for each pipeline, and a line for each problem and each that could not be told', () => {
  expect(renderCheck(statusWith(QUALYS, CLOUDTRAIL)).split('\n')).toEqual([
    'prod-qualys-secops: 1 problem',
    'alerts credentials: blocked since Qualys rejected them at 2026-03-08T09:15:00Z: <b>there</b> is no login until others are there. Check the user name and password in the two secrets. ./tributary rotate prod qualys-secops',
    'prod-cloudtrail-cortex: 1 could not be told',
    'could not tell: access: Could not tell whose credentials these are: no usable AWS credentials were found. Set AWS_PROFILE, or run aws sso login.',
  ]);
});

test.each([
  [1, 'a problem counts more than what could not be told', [CLOUDTRAIL, QUALYS]],
  [2, 'what could not be told counts more than what is well', [WELL, CLOUDTRAIL]],
])('exit code %s: %s', (code, _, pipelines) => {
  expect(exitCodeOf(statusWith(...pipelines))).toBe(code);
});
