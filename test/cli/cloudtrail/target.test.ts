import { readCloudtrail } from '../../../cli/cloudtrail/target';
import { stackOf } from '../../../cli/synthesized';
import { optionEnvironment } from '../../stacks/cloudtrail-options';
import { synthesize } from '../../synthesize';

function target(option: string) {
  const environment = optionEnvironment(option);
  const stack = synthesize(environment)['test-cloudtrail-cortex'] ?? {};
  if (environment.cloudtrail === undefined) throw new Error('no section cloudtrail');
  return readCloudtrail(stackOf('test-cloudtrail-cortex', '', stack), 'test', environment.cloudtrail);
}

test('what a command works on has the names that the stack deploys', () => {
  expect(target('defaults')).toEqual({
    environment: 'test',
    stack: 'test-cloudtrail-cortex',
    account: '111122223333',
    region: 'eu-west-1',
    partition: 'aws',
    trail: {
      name: 'test-cloudtrail-cortex',
      arn: 'arn:aws:cloudtrail:eu-west-1:111122223333:trail/test-cloudtrail-cortex',
    },
    bucket: {
      name: 'test-cloudtrail-111122223333-eu-west-1',
      arn: 'arn:aws:s3:::test-cloudtrail-111122223333-eu-west-1',
    },
    keyPrefix: '',
    queue: {
      name: 'test-cloudtrail-cortex',
      arn: 'arn:aws:sqs:eu-west-1:111122223333:test-cloudtrail-cortex',
      url: 'https://sqs.eu-west-1.amazonaws.com/111122223333/test-cloudtrail-cortex',
    },
    deadLetters: {
      name: 'test-cloudtrail-cortex-dead-letters',
      arn: 'arn:aws:sqs:eu-west-1:111122223333:test-cloudtrail-cortex-dead-letters',
      url: 'https://sqs.eu-west-1.amazonaws.com/111122223333/test-cloudtrail-cortex-dead-letters',
    },
    role: {
      name: 'test-cloudtrail-cortex-reader',
      arn: 'arn:aws:iam::111122223333:role/test-cloudtrail-cortex-reader',
    },
    cortexAccount: '006742885340',
    externalIds: ['an-id'],
    kmsKey: 'alias/test-cloudtrail-cortex',
    announcedBy: { kind: 'bucket', prefix: '', suffix: '' },
    alarmTopic: {
      name: 'test-cloudtrail-cortex-alarms',
      arn: 'arn:aws:sns:eu-west-1:111122223333:test-cloudtrail-cortex-alarms',
    },
    alarms: [
      'test-cloudtrail-cortex-dead-letters',
      'test-cloudtrail-cortex-oldest-message',
      'test-cloudtrail-cortex-silence',
    ],
  });
});

test('names, filters and an existing trail are followed', () => {
  expect(target('names')).toMatchObject({ trail: { name: 't-1' }, bucket: { name: 'acme-logs' }, kmsKey: 'alias/k/1' });
  expect(target('prefix and suffix').announcedBy).toEqual({
    kind: 'bucket',
    prefix: 'AWSLogs/111122223333/CloudTrail/',
    suffix: '.json.gz',
  });
  expect(target('existing trail, notification')).toMatchObject({
    trail: undefined,
    bucket: { name: 'acme-logs' },
    keyPrefix: 'trails/main/',
    kmsKey: undefined,
  });
  expect(target('existing trail, topic').announcedBy).toEqual({
    kind: 'topic',
    arn: 'arn:aws:sns:eu-west-1:111122223333:log-files',
  });
  expect(target('organization, delegated').trail?.arn).toContain(':444455556666:trail/');
  expect(target('combination 3: GovCloud, one region, filtered')).toMatchObject({
    partition: 'aws-us-gov',
    bucket: { arn: 'arn:aws-us-gov:s3:::test-cloudtrail-111122223333-us-gov-west-1' },
    kmsKey: expect.stringContaining(':key/mrk-'),
  });
});
