import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderPage } from '../../../cli/logpush/page';
import type { StatusReport } from '../../../cli/logpush/status';
import { age, bytes, count } from '../../../cli/logpush/status-numbers';
import { isUnicodeLocale, renderCheck, renderStatus, sparkline } from '../../../cli/logpush/status-text';
import { readPng } from './picture';
import { accountJob, HOUR, KEY, NOON, startWorld, zoneId, zoneJob } from './status-world';

const PLAIN = { color: false, unicode: true };

/** One job that delivers, one that is failing, one that is missing, and a zone that hides its health. */
let report: StatusReport;
beforeAll(async () => {
  const world = await startWorld({ zones: [zoneId(1), zoneId(2)], hidden: [zoneId(2)] });
  const jobs = [
    accountJob('email_security_post_delivery_events'),
    accountJob('audit_logs'),
    zoneJob(1),
    zoneJob(2, 'dns_logs'),
  ];
  world.setTime(NOON - 60 * HOUR);
  const ids = [];
  for (const job of [jobs[0], jobs[1], jobs[3]]) if (job) ids.push(await world.deploy(job));
  for (const [index, records] of [50, 20, 80].entries()) {
    world.setTime(NOON - (49 - index * 24) * HOUR);
    for (const id of ids) await world.cloudflare.push(id, records);
  }
  world.taegis.failNext(503, 3);
  await world.cloudflare.push(ids[1] ?? 0, 10);
  world.setTime(NOON);
  report = await world.status(jobs);
  await world.close();
});

test('the table fits 80 columns, links aside', () => {
  const lines = renderStatus(report, PLAIN).split('\n');
  expect(lines.filter((line) => line.length > 80 && !line.includes('https://dash'))).toEqual([]);
  expect(lines).toContainEqual(
    expect.stringMatching(/^failing {2}audit_logs {13}·····▆▃█ {6}15 {7}2 {6}1 [\d.]+ kB {5}1 h$/),
  );
});

test('each problem is told with what to do; what is unknown is told apart', () => {
  const text = renderStatus(report, PLAIN).replace(/\s+/g, ' ');
  expect(text).toContain('missing: http_requests of the zone z1.example.com: Cloudflare has no such job');
  expect(text).toContain('Deploy prod-logpush-taegis.');
  expect(text).toContain("zone '00000000000000000000000000000002' does not have access");
});

test('--check prints one line for each problem', () => {
  const [head, ...lines] = renderCheck(report).split('\n');
  expect(head).toBe('prod-logpush-taegis: 4 jobs: 1 missing, 1 failing, 1 unknown, 1 ok');
  expect(lines.map((line) => line.split(':')[0])).toEqual(['missing', 'failing', 'could not tell']);
});

test('without UTF-8 the table is ASCII', () => {
  expect(renderStatus(report, { color: false, unicode: false })).toMatch(/^[\x20-\x7e\n]*$/);
  expect(isUnicodeLocale({ LANG: 'C', LC_ALL: 'de_DE.UTF-8' })).toBe(true);
  expect(isUnicodeLocale({ LANG: 'de_DE.UTF-8', LC_ALL: 'C' })).toBe(false);
  expect(isUnicodeLocale({})).toBe(false);
});

test('a sparkline has at most eight columns, and nothing looks like something', () => {
  expect(sparkline([0, 1, 4, 8], { unicode: true })).toBe('·▂▅█');
  expect(
    sparkline(
      Array.from({ length: 31 }, () => 1),
      { unicode: false },
    ),
  ).toHaveLength(8);
  expect(sparkline([], { unicode: true })).toBe('');
});

test('numbers are short', () => {
  expect([count(0), count(9999), count(12_345), count(4_560_000)]).toEqual(['0', '9,999', '12.3k', '4.56M']);
  expect([bytes(999), bytes(1230), bytes(45_600_000_000)]).toEqual(['999 B', '1.23 kB', '45.6 GB']);
  expect(age('2026-03-08T11:00:00Z', '2026-03-08T12:30:00Z')).toBe('1 h');
  expect(age(undefined, '2026-03-08T12:30:00Z')).toBe('never');
});

describe('the page', () => {
  test('needs nothing from elsewhere, and no script', () => {
    const page = renderPage(report);
    expect(page).not.toMatch(/<script|<link|<img|@import|url\(|\bsrc=/i);
    // Addresses are shown as text, or are links to the dashboard.
    expect(page.match(/(?<=href=")https:\/\/[^/]+/g)).toEqual(
      Array.from({ length: 6 }, () => 'https://dash.cloudflare.com'),
    );
    expect(page).not.toContain(KEY);
  });

  test('has a chart and a row for each job, sums, and what to do', () => {
    const page = renderPage(report);
    expect(page.match(/<article/g)).toHaveLength(4);
    // None for what is missing; and none where the health could not be read.
    expect(page.match(/<svg/g)).toHaveLength(2);
    expect(page).toContain('<title>2026-03-06: 5 delivered, 0 lost</title>');
    expect(page).toContain('<li><b>30</b><span class="soft">batches delivered</span>');
    expect(page).toContain('<li class="bad"><b>1</b><span class="soft">batches lost</span>');
    expect(page).toContain('Deploy prod-logpush-taegis.');
  });

  test('escapes what comes from outside', () => {
    const [first] = report.jobs;
    if (first === undefined) throw new Error('no job');
    const page = renderPage({ ...report, jobs: [{ ...first, problem: '<b onclick="x">' }] });
    expect(page).toContain('&lt;b onclick=&quot;x&quot;&gt;');
    expect(page).not.toContain('<b onclick');
  });

  const browser = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
  const skipped = browser === undefined ? ' (cannot run here: no Chromium or Chrome in /usr/bin)' : '';

  /** What headless Chromium makes of the page; a preferred colour scheme is a setting of the browser's. */
  function draw(width: number, height: number, ...flags: string[]): Buffer {
    const folder = mkdtempSync(join(tmpdir(), 'page-'));
    try {
      writeFileSync(join(folder, 'page.html'), renderPage(report));
      const picture = join(folder, 'page.png');
      const always = ['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', `--user-data-dir=${folder}`];
      execFileSync(
        browser ?? '',
        [
          ...always,
          ...flags,
          `--window-size=${width},${height}`,
          `--screenshot=${picture}`,
          `file://${folder}/page.html`,
        ],
        { stdio: 'ignore' },
      );
      return readFileSync(picture);
    } finally {
      rmSync(folder, { recursive: true, maxRetries: 5 });
    }
  }

  const drawn = (browser === undefined ? test.skip : test).each<[string, number, string[], string, string]>([
    ['light', 1100, [], '#f6f7f9', '#3b76c4'],
    ['dark', 1100, ['--force-dark-mode'], '#12161d', '#6aa3ec'],
    ['narrow', 500, [], '#f6f7f9', '#3b76c4'],
  ]);
  drawn(
    `is drawn by headless Chromium: %s${skipped}`,
    (_, width, flags, paper, bar) => {
      const picture = readPng(draw(width, 1900, ...flags));
      expect(picture.width).toBe(width);
      // Nothing sticks out: both margins are paper, from top to bottom.
      expect([picture.column(2), picture.column(width - 3)]).toEqual([[paper], [paper]]);
      expect(picture.has(bar)).toBe(true);
    },
    60_000,
  );
});
