import { renderEvent } from '../../../cbn/udm/render';
import { formatTimestamp } from '../../../cbn/udm/time';

function timeOf(event_timestamp: unknown): unknown {
  const { event } = renderEvent({ metadata: { event_timestamp } }, 'event');
  return (event.metadata as { eventTimestamp?: string }).eventTimestamp;
}

test.each([
  [{ seconds: 0 }, '1970-01-01T00:00:00Z'],
  [{ seconds: 1741658060, nanos: 0 }, '2025-03-11T01:54:20Z'],
  [{ seconds: 1737979146, nanos: 410000000 }, '2025-01-27T11:59:06.410Z'],
  [{ seconds: 1620486941, nanos: 26718000 }, '2021-05-08T15:15:41.026718Z'],
  [{ seconds: 1743586148, nanos: 792906410 }, '2025-04-02T09:29:08.792906410Z'],
  [{ seconds: 1741658060n, nanos: 1n }, '2025-03-11T01:54:20.000000001Z'],
  [{ seconds: '1741658060' }, '2025-03-11T01:54:20Z'],
  [{ seconds: -62135596800 }, '0001-01-01T00:00:00Z'],
  [{ seconds: 253402300799, nanos: 999999999 }, '9999-12-31T23:59:59.999999999Z'],
  ['2024-10-12T10:00:00.123456789Z', '2024-10-12T10:00:00.123456789Z'],
  ['2024-10-12t10:00:00.5+02:00', '2024-10-12T08:00:00.500Z'],
  ['2024-10-12 10:00:00Z', '2024-10-12T10:00:00Z'],
])('timestamp %p is %s', (value, expected) => {
  expect(timeOf(value)).toBe(expected);
});

test.each([
  { seconds: -62135596801 },
  { seconds: 253402300800 },
  { seconds: 1, nanos: 1000000000 },
  { seconds: 1, nanos: -1 },
  { seconds: 1.5 },
  '2024-10-12',
  '2024-13-12T10:00:00Z',
  1741658060,
  true,
])('%p is no timestamp', (value) => {
  expect(timeOf(value)).toBeUndefined();
});

test.each([
  [{ seconds: 127096 }, '127096s'],
  [{ seconds: 1, nanos: 500000000 }, '1.500s'],
  [{ seconds: -1, nanos: -500000 }, '-1.000500s'],
  [{ nanos: -1 }, '-0.000000001s'],
  [{ seconds: 0 }, '0s'],
  ['3.25s', '3.250s'],
])('duration %p is %s', (session_duration, expected) => {
  const { event, problems } = renderEvent({ network: { session_duration } }, 'event', {
    options: { requiredSections: 'ignore' },
  });
  expect(problems).toEqual([]);
  expect(event.network).toEqual({ sessionDuration: expected });
});

test('a log’s own time never throws: what no timestamp holds is brought to its first or last second', () => {
  expect(formatTimestamp(1e18, 0)).toBe('9999-12-31T23:59:59Z');
  expect(formatTimestamp(-1e18, 5)).toBe('0001-01-01T00:00:00.000000005Z');
  expect(formatTimestamp(-1, 0)).toBe('1969-12-31T23:59:59Z');
  expect(formatTimestamp(Number.NaN, 0)).toBe('1970-01-01T00:00:00Z');
});
