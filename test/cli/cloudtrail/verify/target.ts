import type { CloudtrailTarget } from '../../../../cli/cloudtrail/target';

const ACCOUNT = '111122223333';
const REGION = 'eu-central-1';
const STACK = 'prod-cloudtrail-cortex';

export const EXTERNAL_ID = '0c3e5f64-6f3f-4f0c-8f2a-1d2e3f405162';

/** A pipeline with a trail, a bucket and a key of its own. */
export const TARGET: CloudtrailTarget = {
  environment: 'prod',
  stack: STACK,
  account: ACCOUNT,
  region: REGION,
  partition: 'aws',
  trail: { name: STACK, arn: `arn:aws:cloudtrail:${REGION}:${ACCOUNT}:trail/${STACK}` },
  bucket: { name: 'acme-trail', arn: 'arn:aws:s3:::acme-trail' },
  keyPrefix: '',
  queue: queue(STACK),
  deadLetters: queue(`${STACK}-dead-letters`),
  role: { name: `${STACK}-reader`, arn: `arn:aws:iam::${ACCOUNT}:role/${STACK}-reader` },
  cortexAccount: '006742885340',
  externalIds: [EXTERNAL_ID],
  kmsKey: `alias/${STACK}`,
  announcedBy: { kind: 'bucket', prefix: '', suffix: '' },
  alarmTopic: { name: `${STACK}-alarms`, arn: `arn:aws:sns:${REGION}:${ACCOUNT}:${STACK}-alarms` },
  alarms: ['oldest-message', 'dead-letters', 'silence'].map((kind) => `${STACK}-${kind}`),
};

function queue(name: string) {
  return {
    name,
    url: `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/${name}`,
    arn: `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`,
  };
}
