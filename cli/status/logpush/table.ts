import { createColors } from 'picocolors';
import type { JobState } from '../../logpush/health-verdict';
import { isProblem, type JobStatus, type StatusReport } from '../../logpush/status';
import { nameOf } from '../../logpush/status-jobs';
import { age, bytes, count } from '../numbers';
import { headOf, minute, paragraph, rowOf, SPARKS, shown, sparkline, type Table, type TextStyle } from '../terminal';

const DATASET = 22;
const TABLE: Table = {
  head: ['state', 'dataset', 'by day', 'deliv.', 'retried', 'lost', 'bytes', 'last'],
  widths: [8, DATASET, SPARKS, 7, 7, 6, 7, 7],
  left: 3,
};

/** A table of all jobs, and what to do about those with a problem; at most 80 columns wide, and no wider than the terminal, but for links. */
export function renderJobs(report: StatusReport, style: TextStyle): string {
  const { environment, from, to, jobs, sums } = report;
  const colors = createColors(style.color);
  const owners = [...new Map(jobs.map(({ owner }) => [owner.id, owner])).values()];
  const problems = jobs.filter(isProblem);
  const text = [
    ...paragraph(`${environment}-logpush-taegis, ${minute(from)} to ${minute(to)} UTC: ${summary(report)}`, style),
    '',
    ...headOf(TABLE, style).map((head) => colors.dim(head)),
    ...owners.flatMap((owner) => [
      colors.bold(owner.kind === 'zone' ? owner.name : `account ${owner.id}`),
      ...jobs.filter((job) => job.owner.id === owner.id).flatMap((job) => line(job, to, style)),
    ]),
    '',
    ...paragraph(
      `Batches delivered: ${count(sums.delivered)} (${count(sums.records)} records, ${bytes(sums.bytes)}, ${bytes(sums.bytesCompressed)} compressed); lost: ${count(sums.lost)} (${count(sums.lostRecords)} records). Attempts retried: ${count(sums.retried)}.`,
      style,
    ),
    ...problems.flatMap((job) => [
      '',
      ...paragraph(problemLine(job), style, { color: colors.red }),
      ...paragraph(job.todo ?? '', style, { indent: '  ' }),
      `  ${job.dashboard}`,
    ]),
    ...notes(report, style),
  ].join('\n');
  return shown(text, style);
}

/** `3 jobs: 1 failing, 2 ok` */
export function summary({ jobs, states }: StatusReport): string {
  const parts = Object.entries(states).filter(([, number]) => number > 0);
  return `${jobs.length} ${jobs.length === 1 ? 'job' : 'jobs'}: ${parts.map(([state, number]) => `${number} ${state}`).join(', ')}`;
}

function problemLine({ state, dataset, owner, problem }: JobStatus): string {
  return `${state}: ${dataset} of ${nameOf(owner)}: ${problem}.`;
}

function notes({ couldNotTell }: StatusReport, style: TextStyle): string[] {
  return couldNotTell.flatMap((text) => ['', ...text.split('\n').flatMap((part) => paragraph(part, style))]);
}

function line(job: JobStatus, now: string, style: TextStyle): string[] {
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
  const [first = '', ...rest] = rowOf(TABLE, [state, short, spark, ...numbers, age(job.lastSuccess, now)], style);
  return [first.replace(state, paint[state] ?? colors.red), ...rest];
}
