import { PassThrough } from 'node:stream';
import type { Clock } from '../../../../cli/clock';
import type { CloudtrailTarget } from '../../../../cli/cloudtrail/target';
import { Progress } from '../../../../cli/progress';

const QUEUE = 'https://sqs.us-east-1.amazonaws.com/111122223333/prod-cloudtrail-cortex';

/** The pipeline of an environment `prod`. */
export const TARGET: CloudtrailTarget = {
  environment: 'prod',
  stack: 'prod-cloudtrail-cortex',
  account: '111122223333',
  region: 'us-east-1',
  partition: 'aws',
  trail: undefined,
  bucket: { name: 'trail', arn: 'arn:aws:s3:::trail' },
  keyPrefix: '',
  queue: {
    name: 'prod-cloudtrail-cortex',
    url: QUEUE,
    arn: 'arn:aws:sqs:us-east-1:111122223333:prod-cloudtrail-cortex',
  },
  deadLetters: {
    name: 'prod-cloudtrail-cortex-dead-letters',
    url: `${QUEUE}-dead-letters`,
    arn: 'arn:aws:sqs:us-east-1:111122223333:prod-cloudtrail-cortex-dead-letters',
  },
  role: { name: 'reader', arn: 'arn:aws:iam::111122223333:role/reader' },
  cortexAccount: '006742885340',
  externalIds: ['an-external-id'],
  kmsKey: undefined,
  announcedBy: { kind: 'bucket', prefix: '', suffix: '' },
  alarmTopic: { name: 'alarms', arn: 'arn:aws:sns:us-east-1:111122223333:alarms' },
  alarms: [],
};

/** A clock that jumps instead of waiting, and keeps how long it was told to wait. */
export function jumpingClock(start = Date.UTC(2026, 2, 1, 12)): Clock & { readonly slept: number[] } {
  let now = start;
  const slept: number[] = [];
  return {
    slept,
    now: () => now,
    sleep: async (milliseconds) => {
      slept.push(milliseconds);
      now += milliseconds;
    },
  };
}

/** Progress that nobody sees. */
export function quietProgress(): Progress {
  return new Progress(new PassThrough().resume() as unknown as NodeJS.WriteStream);
}
