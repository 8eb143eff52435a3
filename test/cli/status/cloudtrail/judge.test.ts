import { judgeAlarms } from '../../../../cli/status/cloudtrail/alarms';
import { factOf } from '../../../../cli/status/cloudtrail/fact';
import { meanObjectBytes } from '../../../../cli/status/cloudtrail/metrics';
import { judgeQueue } from '../../../../cli/status/cloudtrail/queue';
import { judgeLastUse } from '../../../../cli/status/cloudtrail/role';
import { TARGET } from '../../cloudtrail/verify/target';

const backlog = { waiting: 3, read: 1, mostSeconds: 3_600 };
const NOW = '2026-03-01T12:00:00Z';

test.each([
  [3_600, 'ok', '3 waiting, 1 being read; the oldest waits for 1 h'],
  [
    3_601,
    'problem',
    '3 waiting, 1 being read; the oldest waits for 1 h: Cortex has stopped reading, or cannot keep up',
  ],
  [undefined, 'ok', '3 waiting, 1 being read; no age known for the last 15 min'],
])('a queue whose oldest message waits for %s s is %s', (ageSeconds, state, finding) => {
  expect(judgeQueue(TARGET, { ...backlog, ageSeconds })).toMatchObject({ state, finding });
});

test('an alarm that is not there is a problem beside those that stand', () => {
  const [first = '', second = ''] = TARGET.alarms;
  const found = [
    { AlarmName: first, StateValue: 'ALARM' as const },
    { AlarmName: second, StateValue: 'INSUFFICIENT_DATA' as const },
  ];
  expect(judgeAlarms(TARGET, found)).toMatchObject([
    {
      name: 'alarms',
      finding: 'prod-cloudtrail-cortex-silence is not there',
      command: 'npx cdktf deploy prod-cloudtrail-cortex',
    },
    { name: `alarm ${first}`, finding: 'it stands' },
  ]);
});

test('the last use of the role', () => {
  const used = { LastUsedDate: new Date('2026-03-01T11:48:00Z'), Region: 'eu-central-1' };
  expect(judgeLastUse(used, NOW).finding).toBe('last used 12 min ago in eu-central-1');
  expect(judgeLastUse({}, NOW).finding).toMatch(/^IAM knows of no use/);
});

test('the mean size of an object is of the last day; without storage metrics there is none', () => {
  const at = 0;
  const none = { sent: [], deleted: [], age: [], bytes: [], objects: [] };
  const bytes = [
    { at, value: 1 },
    { at, value: 900 },
  ];
  expect(meanObjectBytes({ ...none, bytes, objects: [{ at, value: 3 }] })).toBe(300);
  expect(meanObjectBytes({ ...none, bytes })).toBeUndefined();
  expect(meanObjectBytes({ ...none, bytes, objects: [{ at, value: 0 }] })).toBeUndefined();
});

test('a check that could not tell says what it needs', () => {
  const check = { name: 'delivery', state: 'could not tell' as const, finding: 'refused', needs: 'x:Get on y' };
  expect(factOf('trail', check)).toEqual({
    ...{ name: 'trail', state: 'could not tell', finding: 'refused' },
    todo: 'It needs x:Get on y.',
  });
});
