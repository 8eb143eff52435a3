import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EnvironmentStatus } from '../../../cli/status/model';
import { renderPage } from '../../../cli/status/page';
import { KEY } from '../logpush/status-world';
import { CLOUDTRAIL, QUALYS, statusWith, WELL } from './examples';
import { environmentOf, troubledReport } from './logpush/report';
import { readPng } from './picture';

/** All pipelines: one with a problem, one that cannot be asked, and Logpush with all sorts of jobs. */
let status: EnvironmentStatus;
beforeAll(async () => {
  status = environmentOf(await troubledReport(), QUALYS, CLOUDTRAIL);
});

test('needs nothing from elsewhere, and no script', () => {
  const page = renderPage(status);
  expect(page).not.toMatch(/<script|<link|<img|@import|url\(|\bsrc=/i);
  // Addresses are shown as text, or are links to the dashboard.
  expect(page.match(/(?<=href=")https:\/\/[^/]+/g)).toEqual(
    Array.from({ length: 6 }, () => 'https://dash.cloudflare.com'),
  );
  expect(page).not.toContain(KEY);
});

test('has a section for each pipeline, with what is to be done before all of them', () => {
  const headings = [...renderPage(status).matchAll(/<h[12]>(.*?)<\/h[12]>/g)].map(([, text]) => text);
  expect(headings).toEqual([
    'prod',
    'What to do',
    'Could not be told',
    '<span class="state problem">problem</span> Qualys to Google SecOps',
    '<span class="state unknown">unknown</span> CloudTrail to Cortex',
    '<span class="state problem">problem</span> Cloudflare Logpush to Taegis',
  ]);
});

test('of one pipeline it is its page', () => {
  expect(renderPage(statusWith(WELL))).toContain('<h1>prod: CloudTrail to Cortex</h1>\n<p>all is well</p>');
});

test('has the numbers of a pipeline, a chart by day, and each look', () => {
  const page = renderPage(statusWith(QUALYS, WELL));
  for (const [value, title] of [
    ['3 h', 'behind'],
    ['12.3k', 'records'],
    ['0.012', 'GB a day, compressed'],
    ['1.50', 'GB a day, compressed, estimated'],
    ['0', 'dead letters'],
  ])
    expect(page).toContain(`<li><b>${value}</b><span class="soft">${title}</span>`);
  expect(page).toContain('<li class="bad"><b>12</b><span class="soft">runs failed</span>');
  expect(page).toContain('<title>2026-03-07: 5,000 records, 0 failed runs</title>');
  expect(page).toContain('<code>./tributary rotate prod qualys-secops</code>');
  expect(page).toContain(
    '<li><span class="state ok">ok</span><span class="name">queue</span><span>empty: Cortex has read everything</span></li>',
  );
});

test('has a chart and a row for each job, sums, and what to do', () => {
  const page = renderPage(status);
  expect(page.match(/<article/g)).toHaveLength(4);
  // None for what is missing; and none where the health could not be read. One for the records of Qualys.
  expect(page.match(/<svg/g)).toHaveLength(3);
  expect(page).toContain('<title>2026-03-06: 5 delivered, 0 lost</title>');
  expect(page).toContain('<li><b>30</b><span class="soft">batches delivered</span>');
  expect(page).toContain('<li class="bad"><b>1</b><span class="soft">batches lost</span>');
  expect(page).toContain('Deploy prod-logpush-taegis.');
});

test('escapes what comes from outside', () => {
  const page = renderPage(status);
  expect(page).toContain('&lt;b&gt;there&lt;/b&gt;');
  expect(page).not.toContain('<b>there');
});

const browser = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const skipped = browser === undefined ? ' (cannot run here: no Chromium or Chrome in /usr/bin)' : '';

/** What headless Chromium makes of the page; a preferred colour scheme is a setting of the browser's. */
function draw(width: number, height: number, ...flags: string[]): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'page-'));
  try {
    writeFileSync(join(folder, 'page.html'), renderPage(status));
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
    const picture = readPng(draw(width, 3400, ...flags));
    expect(picture.width).toBe(width);
    // Nothing sticks out: both margins are paper, from top to bottom.
    expect([picture.column(2), picture.column(width - 3)]).toEqual([[paper], [paper]]);
    expect(picture.has(bar)).toBe(true);
  },
  60_000,
);
