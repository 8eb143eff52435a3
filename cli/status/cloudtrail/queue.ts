import type { Aws } from '../../aws';
import type { CloudtrailTarget } from '../../cloudtrail/target';
import { judgeDeadLetters, messagesIn, readQueue } from '../../cloudtrail/verify/queue';
import { type Fact, ok, problem } from '../model';
import { count, span } from '../numbers';
import { factOf, missing } from './fact';
import type { Metrics } from './metrics';

/** What is in the two queues, and how long the oldest message waits for Cortex. */
export interface QueueReading {
  readonly facts: readonly Fact[];
  /** 0 with an empty queue; undefined if it is not known. */
  readonly ageSeconds?: number;
}

/**
 * @param metrics undefined if they could not be read
 * @param mostSeconds that a message may wait
 */
export async function lookAtQueue(
  target: CloudtrailTarget,
  aws: Aws,
  metrics: Metrics | undefined,
  mostSeconds: number,
): Promise<QueueReading> {
  const attributes = await readQueue(target.queue, aws);
  if (attributes === undefined) return { facts: [missing('queue', `the queue ${target.queue.name}`, target)] };
  const { waiting, read } = messagesIn(attributes);
  // SQS tells the age with some minutes of delay: an empty queue has none.
  const ageSeconds = waiting + read === 0 ? 0 : metrics?.age.at(-1)?.value;
  const fact = judgeQueue(target, { waiting, read, ageSeconds, mostSeconds });
  return { facts: [fact], ...(ageSeconds !== undefined && { ageSeconds }) };
}

export interface Backlog {
  readonly waiting: number;
  /** Received by Cortex, and not deleted yet. */
  readonly read: number;
  /** Of the oldest message; undefined if it is not known. */
  readonly ageSeconds: number | undefined;
  readonly mostSeconds: number;
}

export function judgeQueue(target: CloudtrailTarget, { waiting, read, ageSeconds, mostSeconds }: Backlog): Fact {
  const messages = `${count(waiting)} waiting, ${count(read)} being read`;
  if (ageSeconds === undefined) return ok('queue', `${messages}; no age known for the last 15 min`);
  if (ageSeconds > mostSeconds)
    return problem(
      'queue',
      `${messages}; the oldest waits for ${span(ageSeconds)}: Cortex has stopped reading, or cannot keep up`,
      'docs/runbooks/cloudtrail-oldest-message.md says what to look at; so does:',
      `./tributary verify ${target.environment} cloudtrail-cortex`,
    );
  return ok(
    'queue',
    waiting + read === 0
      ? 'empty: Cortex has read everything'
      : `${messages}; the oldest waits for ${span(ageSeconds)}`,
  );
}

/** @returns also how many there are; undefined without the queue */
export async function lookAtDeadLetters(
  target: CloudtrailTarget,
  aws: Aws,
): Promise<{ readonly facts: readonly Fact[]; readonly deadLetters?: number }> {
  const attributes = await readQueue(target.deadLetters, aws);
  if (attributes === undefined)
    return { facts: [missing('dead letters', `the queue ${target.deadLetters.name}`, target)] };
  const { waiting, read } = messagesIn(attributes);
  return { facts: [factOf('dead letters', judgeDeadLetters(attributes, target))], deadLetters: waiting + read };
}
