import { UserError } from '../../../environments/user-error';
import type { Aws } from '../../aws';
import type { Clock } from '../../clock';
import { CLOUDTRAIL_PIPELINE, type CloudtrailTarget } from '../../cloudtrail/target';
import { formatMoment } from '../../moment';
import type { Window } from '../../window';
import { attempt, merged, unknownFact } from '../attempt';
import { type Fact, ok, type PipelineStatus } from '../model';
import { count } from '../numbers';
import { byDay } from '../window';
import { lookAtAlarms } from './alarms';
import { type Metrics, meanObjectBytes, readMetrics } from './metrics';
import { lookAtDeadLetters, lookAtQueue } from './queue';
import { lookAtRole } from './role';
import { lookAtTrail } from './trail';

export interface CloudtrailStatusOptions {
  readonly target: CloudtrailTarget;
  readonly aws: Aws;
  /** So long a message may wait: the threshold of the alarm `oldest-message`. */
  readonly oldestMessageSeconds: number;
  readonly window: Window;
  readonly clock: Clock;
}

/**
 * How the pipeline of AWS fares: trail, queue, dead letters, alarms, the role's last use, and how many log files went
 * through. Nothing is changed. What AWS refuses to tell is a fact that says so.
 *
 * It takes `cloudtrail:GetTrailStatus`, `sqs:GetQueueAttributes`, `cloudwatch:DescribeAlarms`, `cloudwatch:GetMetricData`
 * and `iam:GetRole`.
 */
export async function readCloudtrailStatus(options: CloudtrailStatusOptions): Promise<PipelineStatus> {
  const { target, aws, window, clock, oldestMessageSeconds } = options;
  const now = clock.now();
  const metrics = await readMetrics(target, aws, window).catch(orFact);
  const known = 'facts' in metrics ? undefined : metrics;
  const [trail, queue, deadLetters, alarms, role] = await Promise.all([
    attempt('trail', () => lookAtTrail(target, aws, now)),
    lookAtQueue(target, aws, known, oldestMessageSeconds).catch((error) => orFact(error, 'queue')),
    lookAtDeadLetters(target, aws).catch((error) => orFact(error, 'dead letters')),
    attempt('alarms', () => lookAtAlarms(target, aws)),
    attempt('role', () => lookAtRole(target, aws, new Date(now).toISOString())),
  ]);
  return {
    pipeline: CLOUDTRAIL_PIPELINE,
    counted: 'log files',
    ...(known && flowOf(known, window)),
    ...('ageSeconds' in queue && queue.ageSeconds !== undefined && { lagSeconds: queue.ageSeconds }),
    ...('deadLetters' in deadLetters && { deadLetters: deadLetters.deadLetters }),
    facts: merged([
      ...trail,
      ...('facts' in metrics ? metrics.facts : [judgeFlow(metrics)]),
      ...queue.facts,
      ...deadLetters.facts,
      ...alarms,
      ...role,
    ]),
  };
}

function orFact(error: unknown, name = 'log files'): { readonly facts: readonly Fact[] } {
  if (!(error instanceof UserError)) throw error;
  return { facts: [unknownFact(name, error)] };
}

/** What Cortex has read is what was delivered; how many bytes that were is told by the mean size of an object. */
function flowOf(
  metrics: Metrics,
  window: Window,
): Pick<PipelineStatus, 'lastSuccess' | 'count' | 'days' | 'bytes' | 'bytesKind'> {
  const read = sumOf(metrics.deleted);
  const last = metrics.deleted.filter(({ value }) => value > 0).at(-1);
  const mean = meanObjectBytes(metrics);
  const events = metrics.deleted.map(({ at, value }) => ({
    date: new Date(at).toISOString().slice(0, 10),
    count: value,
    failures: 0,
  }));
  return {
    ...(last !== undefined && { lastSuccess: formatMoment(Math.floor(last.at / 1000)) }),
    count: read,
    days: byDay(window, events),
    ...(mean !== undefined && { bytes: Math.round(read * mean), bytesKind: 'compressed, estimated' as const }),
  };
}

function judgeFlow({ sent, deleted }: Metrics): Fact {
  return ok('log files', `${count(sumOf(sent))} announced, ${count(sumOf(deleted))} read by Cortex`);
}

function sumOf(points: readonly { readonly value: number }[]): number {
  return points.reduce((sum, { value }) => sum + value, 0);
}
