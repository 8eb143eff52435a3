import { logFileKey } from '../../../cli/local/cloudtrail';
import { drawFrom, makeEvents } from '../../../cli/local/cloudtrail-events';

const at = new Date('2026-11-03T04:05:06.789Z');
const scope = { account: '111122223333', region: 'ap-northeast-1', until: at };

test('a log file has the name that CloudTrail gives it', () => {
  const file = { ...scope, at, unique: 'Ab3dEf5Gh7Jk9Lm1' };
  const key =
    'AWSLogs/111122223333/CloudTrail/ap-northeast-1/2026/11/03/' +
    '111122223333_CloudTrail_ap-northeast-1_20261103T0405Z_Ab3dEf5Gh7Jk9Lm1.json.gz';
  expect(logFileKey(file)).toBe(key);
  expect(logFileKey({ ...file, prefix: 'security/trail' })).toBe(`security/trail/${key}`);
});

test('the same seed gives the same events, another gives others', () => {
  expect(makeEvents(20, scope, drawFrom(7))).toEqual(makeEvents(20, scope, drawFrom(7)));
  expect(makeEvents(20, scope, drawFrom(7))).not.toEqual(makeEvents(20, scope, drawFrom(8)));
});

test('events look like management events of the region', () => {
  const events = makeEvents(200, scope, drawFrom(1));
  expect(new Set(events.map((event) => event.eventID)).size).toBe(200);
  expect(new Set(events.map((event) => event.eventSource)).size).toBeGreaterThan(5);
  const times = events.map((event) => event.eventTime);
  expect(times).toEqual([...times].sort());
  for (const event of events) {
    expect(event).toMatchObject({
      awsRegion: 'ap-northeast-1',
      recipientAccountId: '111122223333',
      eventCategory: 'Management',
      managementEvent: true,
      eventID: expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/),
      eventTime: expect.stringMatching(/^2026-11-03T04:0[0-5]:\d\dZ$/),
    });
  }
});
