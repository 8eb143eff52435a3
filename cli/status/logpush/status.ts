import { readStatus, type StatusOptions, type StatusReport } from '../../logpush/status';
import { LOGPUSH_PIPELINE, nameOf } from '../../logpush/status-jobs';
import { type Fact, ok, type PipelineStatus } from '../model';
import { summary } from './table';

/**
 * How the pipeline of Cloudflare fares, job by job.
 * @throws UserError without usable credentials
 */
export async function readLogpushStatus(options: StatusOptions): Promise<PipelineStatus> {
  return statusOf(await readStatus(options));
}

/** A report on jobs as the status of their pipeline. */
export function statusOf(report: StatusReport): PipelineStatus {
  const { jobs, sums, dates, states, couldNotTell } = report;
  const lastSuccess = jobs
    .flatMap((job) => (job.lastSuccess === undefined ? [] : [job.lastSuccess]))
    .sort()
    .at(-1);
  const known = jobs.flatMap(({ days }) => (days === undefined ? [] : [days]));
  return {
    pipeline: LOGPUSH_PIPELINE,
    counted: 'records',
    failed: 'batches lost',
    ...(lastSuccess !== undefined && { lastSuccess }),
    ...(known.length > 0 && {
      count: sums.records,
      bytes: sums.bytes,
      bytesKind: 'uncompressed' as const,
      failures: sums.lost,
      days: dates.map((date, index) => ({
        date,
        count: known.reduce((sum, days) => sum + (days[index]?.records ?? 0), 0),
        failures: known.reduce((sum, days) => sum + (days[index]?.lost ?? 0), 0),
      })),
    }),
    facts: [...problems(report), ...(states.unknown > 0 ? unknowns(report) : []), ok('jobs', summary(report))],
    ...(states.unknown === 0 && couldNotTell.length > 0 && { notes: couldNotTell }),
    jobs: report,
  };
}

function problems({ jobs }: StatusReport): Fact[] {
  return jobs.flatMap(({ state, dataset, owner, problem, todo = '', dashboard }) =>
    problem === undefined
      ? []
      : [
          {
            name: state,
            state: 'problem' as const,
            finding: `${dataset} of ${nameOf(owner)}: ${problem}`,
            todo,
            link: dashboard,
          },
        ],
  );
}

function unknowns({ couldNotTell }: StatusReport): Fact[] {
  return couldNotTell.map((text) => {
    const [finding = '', ...todo] = text.split('\n');
    return {
      name: 'jobs',
      state: 'could not tell',
      finding: finding.replace(/\.$/, ''),
      ...(todo.length > 0 && { todo: todo.join(' ') }),
    };
  });
}
