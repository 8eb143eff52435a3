import { type EnvironmentStatus, ok, type PipelineStatus, problem } from '../../../cli/status/model';

export const DATES = ['2026-03-06', '2026-03-07', '2026-03-08'];

const days = (...counts: number[]) =>
  DATES.map((date, index) => ({ date, count: counts[index] ?? 0, failures: index === 2 ? 1 : 0 }));

/** One that is blocked. */
export const QUALYS: PipelineStatus = {
  pipeline: 'qualys-secops',
  lastSuccess: '2026-03-08T09:00:00Z',
  lagSeconds: 10_800,
  counted: 'records',
  count: 12_345,
  bytes: 24_000_000,
  bytesKind: 'compressed',
  failed: 'runs',
  failures: 12,
  days: days(4000, 5000, 3345),
  facts: [
    problem(
      'alerts credentials',
      'blocked since Qualys rejected them at 2026-03-08T09:15:00Z: <b>there</b> is no login until others are there',
      'Check the user name and password in the two secrets.',
      './tributary rotate prod qualys-secops',
    ),
    ok('alerts schedule', '*/15 * * * * (Etc/UTC), started 3 min ago; next at 12:15 UTC'),
    ok('alerts parser', 'the prebuilt parser 12.0'),
  ],
};

/** One that cannot be asked. */
export const CLOUDTRAIL: PipelineStatus = {
  pipeline: 'cloudtrail-cortex',
  counted: 'log files',
  facts: [
    {
      name: 'access',
      state: 'could not tell',
      finding: 'Could not tell whose credentials these are: no usable AWS credentials were found',
      todo: 'Set AWS_PROFILE, or run aws sso login.',
    },
  ],
};

/** One that is well. */
export const WELL: PipelineStatus = {
  pipeline: 'cloudtrail-cortex',
  lastSuccess: '2026-03-08T11:55:00Z',
  lagSeconds: 0,
  counted: 'log files',
  count: 900,
  bytes: 3_000_000_000,
  bytesKind: 'compressed, estimated',
  deadLetters: 0,
  days: days(300, 300, 300),
  facts: [ok('queue', 'empty: Cortex has read everything')],
};

export function statusWith(...pipelines: PipelineStatus[]): EnvironmentStatus {
  return { environment: 'prod', from: '2026-03-06T12:00:00Z', to: '2026-03-08T12:00:00Z', dates: DATES, pipelines };
}
