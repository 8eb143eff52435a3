import { createColors } from 'picocolors';
import { AwsError } from '../../../../cli/aws';
import { addressOf, judgeAlarm } from '../../../../cli/cloudtrail/verify/alarms';
import { attempt, type Check, ok, problem } from '../../../../cli/cloudtrail/verify/check';
import { checksVerdict, renderChecks } from '../../../../cli/cloudtrail/verify/check-table';
import { judgeKeyState } from '../../../../cli/cloudtrail/verify/key';
import { judgeNotification } from '../../../../cli/cloudtrail/verify/notification';
import { duration } from '../../../../cli/cloudtrail/verify/queue';
import { judgeDelivery } from '../../../../cli/cloudtrail/verify/trail';
import { TARGET } from './target';

const GOOD = ok('rotation', 'on');
const BAD = problem('notification', 'the bucket does not tell the queue of new objects, so that Cortex reads nothing', {
  what: 'Deploy the stack: it sets this.',
  command: `npx cdktf deploy ${'a-long-environment-name-that-fills-the-line'}-cloudtrail-cortex`,
});
const UNKNOWN: Check = {
  name: 'a name of the longest kind',
  state: 'could not tell',
  finding: 'AWS refuses it.',
  needs: 'kms:DescribeKey on it',
};

describe('table', () => {
  const groups = [
    { title: 'Key', checks: [GOOD, BAD] },
    { title: 'Trail', checks: [UNKNOWN] },
  ];
  const render = (columns: number) => renderChecks(groups, columns, createColors(false));

  test('at 80 columns findings are wrapped, and commands are not', () => {
    expect(render(80)).toBe(
      [
        'Key',
        '  ok              rotation            on',
        '  problem         notification        the bucket does not tell the queue of new',
        '                                      objects, so that Cortex reads nothing',
        '                  Deploy the stack: it sets this.',
        '                  npx cdktf deploy a-long-environment-name-that-fills-the-line-cloudtrail-cortex',
        '',
        'Trail',
        '  could not tell  a name of the longest kind',
        '                                      AWS refuses it.',
        '                  needs kms:DescribeKey on it',
        '',
        '3 checks: 1 ok, 1 problem, 1 could not be told.',
      ].join('\n'),
    );
  });

  test('wider ones use the width up to 120 columns', () => {
    expect(render(120)).toContain(
      '  the bucket does not tell the queue of new objects, so that Cortex reads nothing\n',
    );
    expect(render(500)).toBe(render(120));
  });

  test.each([
    [[GOOD], 0],
    [[GOOD, UNKNOWN], 2],
    [[GOOD, UNKNOWN, BAD], 1],
  ])('the exit code of %#', (checks, exitCode) => {
    expect(checksVerdict({}, [{ title: 'Key', checks }]).exitCode).toBe(exitCode);
  });

  test('the document has every check with what it is about, and the sums', () => {
    const { document } = checksVerdict({ environment: 'prod' }, [...groups, { title: 'Empty', checks: [] }]);
    expect(document).toEqual({
      environment: 'prod',
      summary: { ok: 1, problems: 1, couldNotTell: 1 },
      checks: [
        { about: 'Key', ...GOOD },
        { about: 'Key', ...BAD },
        { about: 'Trail', ...UNKNOWN },
      ],
    });
  });
});

describe('a look that fails', () => {
  test('a refusal says what is needed, without what AWS adds', async () => {
    const refuse = async () => {
      throw new AwsError(
        'AccessDenied',
        'Could not read it: AWS refuses it (AccessDenied). It needs a:B on c.\nUser: x',
      );
    };
    expect(await attempt('state', refuse)).toEqual([
      {
        name: 'state',
        state: 'could not tell',
        finding: 'Could not read it: AWS refuses it (AccessDenied).',
        needs: 'a:B on c',
      },
    ]);
  });

  test('no answer has no such line, and a bug is not swallowed', async () => {
    const fail = (error: Error) => attempt('state', () => Promise.reject(error));
    expect(await fail(new AwsError('TimeoutError', 'Could not read it: TimeoutError: 5 s'))).toEqual([
      { name: 'state', state: 'could not tell', finding: 'Could not read it: TimeoutError: 5 s' },
    ]);
    await expect(fail(new TypeError('a bug'))).rejects.toThrow('a bug');
  });
});

describe('notification', () => {
  const QUEUE = { QueueArn: TARGET.queue.arn, Events: ['s3:ObjectCreated:*' as const] };
  const filter = (...FilterRules: { Name: string; Value: string }[]) => ({
    Filter: { Key: { FilterRules: FilterRules as never } },
  });
  const filtered = { ...TARGET, announcedBy: { kind: 'bucket' as const, prefix: 'AWSLogs/1/', suffix: '.gz' } };
  const RULES = filter({ Name: 'Suffix', Value: '.gz' }, { Name: 'Prefix', Value: 'AWSLogs/1/' });

  test('the filter of the environment file, however S3 spells its names', () => {
    expect(judgeNotification([QUEUE], TARGET)).toMatchObject({
      state: 'ok',
      finding: 's3:ObjectCreated:*, all objects',
    });
    expect(judgeNotification([{ ...QUEUE, ...RULES }], filtered)).toMatchObject({
      state: 'ok',
      finding: 's3:ObjectCreated:*, objects that start with AWSLogs/1/ and end with .gz',
    });
  });

  test.each([
    [
      'another queue',
      [{ ...QUEUE, QueueArn: 'arn:aws:sqs:eu-central-1:111122223333:other' }],
      'the bucket does not tell the queue of new objects',
    ],
    [
      'another filter',
      [{ ...QUEUE, ...RULES }],
      'it announces objects that start with AWSLogs/1/ and end with .gz, and the environment file says all objects',
    ],
    [
      'some creations only',
      [{ ...QUEUE, Events: ['s3:ObjectCreated:Put' as const] }],
      'the queue is not told of s3:ObjectCreated:*; the queue is also told of s3:ObjectCreated:Put: Cortex reads a file twice, or fails on one that is gone',
    ],
  ])('%s is a problem', (_, configurations, finding) => {
    expect(judgeNotification(configurations, TARGET)).toMatchObject({ state: 'problem', finding });
  });
});

describe('delivery', () => {
  const NOW = Date.parse('2026-03-01T12:00:00Z');
  const at = (time: string) => ({ IsLogging: true, LatestDeliveryTime: new Date(`2026-03-01T${time}Z`) });

  test.each([
    [at('11:55:00'), 'last 5 min ago'],
    [at('12:00:30'), 'last 0 s ago'],
    [at('08:30:00'), 'last 3 h ago, which is well only where nobody calls AWS'],
    [{ IsLogging: true }, 'nothing yet: the first file comes within 15 min of the first event'],
  ])('%j is information', (status, finding) => {
    expect(judgeDelivery(status, TARGET, NOW)).toEqual([ok('logging', 'on'), ok('delivery', finding)]);
  });

  test('an error of CloudTrail is a problem, and so is a stopped trail', () => {
    expect(judgeDelivery({ IsLogging: false, LatestDeliveryError: 'AccessDenied' }, TARGET, NOW)).toMatchObject([
      {
        state: 'problem',
        fix: {
          command:
            'aws cloudtrail start-logging --region eu-central-1 --name arn:aws:cloudtrail:eu-central-1:111122223333:trail/prod-cloudtrail-cortex',
        },
      },
      { state: 'problem', finding: 'CloudTrail could not write: AccessDenied' },
    ]);
  });
});

test('a key that will be deleted names the day, and both commands', () => {
  const key = { KeyId: 'k', Arn: 'arn:k', KeyState: 'PendingDeletion' as const, DeletionDate: new Date('2026-04-01') };
  expect(judgeKeyState(key, TARGET)).toMatchObject({
    state: 'problem',
    finding: 'it will be deleted on 2026-04-01; log files can be neither written nor read',
    fix: {
      command:
        'aws kms cancel-key-deletion --region eu-central-1 --key-id arn:k && aws kms enable-key --region eu-central-1 --key-id arn:k',
    },
  });
});

describe('alarms', () => {
  const [, name = ''] = TARGET.alarms;
  const ALARM = {
    AlarmName: name,
    ActionsEnabled: true,
    AlarmActions: [TARGET.alarmTopic.arn],
    StateValue: 'ALARM' as const,
  };

  test('the state is information', () => {
    expect(judgeAlarm(name, ALARM, TARGET)).toEqual(ok('dead-letters', 'tells the topic; now ALARM'));
  });

  test.each([
    [undefined, `${name} is not there`],
    [{ ...ALARM, ActionsEnabled: false }, 'its actions are switched off: it tells nobody'],
    [{ ...ALARM, AlarmActions: ['arn:other'] }, 'it does not tell the topic prod-cloudtrail-cortex-alarms'],
  ])('%j is a problem', (alarm, finding) => {
    expect(judgeAlarm(name, alarm, TARGET)).toMatchObject({ name: 'dead-letters', state: 'problem', finding });
  });

  test('of a web address, which holds a key, the host alone is shown', () => {
    const Endpoint = 'https://events.pagerduty.com/integration/the-key/enqueue';
    expect(addressOf({ Protocol: 'https', Endpoint })).toBe('https://events.pagerduty.com/…');
    expect(addressOf({ Protocol: 'https', Endpoint: 'no address the-key' })).toBe('https://…');
    expect(addressOf({ Protocol: 'email', Endpoint: 'secops@example.com' })).toBe('secops@example.com');
  });
});

test.each([
  [59, '59 s'],
  [60, '1 min'],
  [7_199, '1 h'],
  [200_000, '2 d'],
])('%d seconds are about %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});
