import { createColors } from 'picocolors';
import { wrap } from '../wrap';
import type { JobState } from './health-verdict';
import { isProblem, type JobStatus, type StatusReport } from './status';
import { nameOf } from './status-jobs';
import { age, bytes, count } from './status-numbers';

export interface TextStyle {
  readonly color: boolean;
  /** Whether the terminal shows characters beyond ASCII. */
  readonly unicode: boolean;
}

const COLUMNS = 80;
const BARS = { unicode: '▁▂▃▄▅▆▇█', ascii: '.:-=+*%#' } as const;
const NO_BAR = { unicode: '·', ascii: ' ' } as const;
const SPARKS = 8;
const DATASET = 22;
const WIDTHS = [8, DATASET, SPARKS, 7, 7, 6, 7, 7] as const;

/** By the locale's variables, in their order (POSIX, 8.2 Internationalization Variables). */
export function isUnicodeLocale(env: NodeJS.ProcessEnv): boolean {
  return /utf-?8/i.test(env.LC_ALL || env.LC_CTYPE || env.LANG || '');
}

/** A table of all jobs, and what to do about those with a problem; at most 80 columns wide, but for links. */
export function renderStatus(report: StatusReport, style: TextStyle): string {
  const { environment, from, to, jobs, sums } = report;
  const colors = createColors(style.color);
  const owners = [...new Map(jobs.map(({ owner }) => [owner.id, owner])).values()];
  const head = row(['state', 'dataset', 'by day', 'deliv.', 'retried', 'lost', 'bytes', 'last']);
  const problems = jobs.filter(isProblem);
  const text = [
    ...paragraph(`${environment}-logpush-taegis, ${day(from)} to ${day(to)} UTC: ${summary(report)}`),
    '',
    colors.dim(head),
    ...owners.flatMap((owner) => [
      colors.bold(owner.kind === 'zone' ? owner.name : `account ${owner.id}`),
      ...jobs.filter((job) => job.owner.id === owner.id).map((job) => line(job, to, style)),
    ]),
    '',
    ...paragraph(
      `Batches delivered: ${count(sums.delivered)} (${count(sums.records)} records, ${bytes(sums.bytes)}, ${bytes(sums.bytesCompressed)} compressed); lost: ${count(sums.lost)} (${count(sums.lostRecords)} records). Attempts retried: ${count(sums.retried)}.`,
    ),
    ...problems.flatMap((job) => [
      '',
      ...paragraph(problemLine(job), (text) => colors.red(text)),
      ...paragraph(job.todo ?? '', undefined, '  '),
      `  ${job.dashboard}`,
    ]),
    ...notes(report),
  ].join('\n');
  return style.unicode ? text : text.replaceAll('…', '...').replace(/[\u0080-\uffff]/g, '?');
}

/** One line for each problem, with what to do, for a log: as `--check` prints it. */
export function renderCheck(report: StatusReport): string {
  return [
    `${report.environment}-logpush-taegis: ${summary(report)}`,
    ...report.jobs.filter(isProblem).map((job) => `${problemLine(job)} ${job.todo ?? ''}`),
    ...report.couldNotTell.map((text) => `could not tell: ${text.replaceAll('\n', ' ')}`),
  ].join('\n');
}

/** `3 jobs: 1 failing, 2 ok` */
export function summary({ jobs, states }: StatusReport): string {
  const parts = Object.entries(states).filter(([, number]) => number > 0);
  return `${jobs.length} ${jobs.length === 1 ? 'job' : 'jobs'}: ${parts.map(([state, number]) => `${number} ${state}`).join(', ')}`;
}

export function problemLine({ state, dataset, owner, problem }: JobStatus): string {
  return `${state}: ${dataset} of ${nameOf(owner)}: ${problem}.`;
}

function notes({ couldNotTell }: StatusReport): string[] {
  return couldNotTell.flatMap((text) => ['', ...text.split('\n').flatMap((part) => paragraph(part))]);
}

function paragraph(text: string, color: (text: string) => string = (same) => same, indent = ''): string[] {
  return wrap(text, COLUMNS - indent.length).map((part) => `${indent}${color(part)}`);
}

function line(job: JobStatus, now: string, style: TextStyle): string {
  const { state, dataset, delivered, retried, lost, days } = job;
  const colors = createColors(style.color);
  const paint: Partial<Record<JobState, (text: string) => string>> = {
    ok: colors.green,
    silent: colors.dim,
    unknown: colors.yellow,
  };
  const numbers = days ? [count(delivered), count(retried), count(lost), bytes(job.bytes)] : ['?', '?', '?', '?'];
  const short = dataset.length > DATASET ? `${dataset.slice(0, DATASET - 2)}..` : dataset;
  const spark = sparkline(days?.map((one) => one.delivered) ?? [], style);
  // Padded before it is painted: colours have no width.
  return row([state, short, spark, ...numbers, age(job.lastSuccess, now)]).replace(state, paint[state] ?? colors.red);
}

function row(cells: readonly string[]): string {
  return cells
    .map((cell, index) => (index < 3 ? cell.padEnd(WIDTHS[index] ?? 0) : cell.padStart(WIDTHS[index] ?? 0)))
    .join(' ')
    .trimEnd();
}

/** Eight columns at most: more days than that are summed, so that the last column ends today. */
export function sparkline(values: readonly number[], { unicode }: Pick<TextStyle, 'unicode'>): string {
  const bars = unicode ? BARS.unicode : BARS.ascii;
  const perColumn = Math.ceil(values.length / SPARKS);
  const first = values.length % (perColumn || 1);
  const columns = [
    ...(first > 0 ? [values.slice(0, first)] : []),
    ...Array.from({ length: Math.floor(values.length / (perColumn || 1)) }, (_, index) =>
      values.slice(first + index * perColumn, first + (index + 1) * perColumn),
    ),
  ].map((column) => column.reduce((sum, value) => sum + value, 0));
  const most = Math.max(...columns, 0);
  return columns
    .map((value) =>
      value === 0
        ? NO_BAR[unicode ? 'unicode' : 'ascii']
        : bars[Math.min(bars.length - 1, Math.floor((value / most) * bars.length))],
    )
    .join('');
}

function day(moment: string): string {
  return moment.slice(0, 16).replace('T', ' ');
}
