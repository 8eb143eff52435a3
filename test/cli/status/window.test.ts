import { byDay, datesOf } from '../../../cli/status/window';

const at = (moment: string) => Date.parse(moment) / 1000;

test.each([
  ['2026-03-01T12:00:00Z', '2026-03-03T12:00:00Z', ['2026-03-01', '2026-03-02', '2026-03-03']],
  ['2026-03-01T00:00:00Z', '2026-03-02T00:00:00Z', ['2026-03-01']],
])('%s to %s', (from, to, dates) => {
  expect(datesOf({ from: at(from), to: at(to) })).toEqual(dates);
});

test('each day of a window has its sums, one without events zeros, and other days are left out', () => {
  const window = { from: at('2026-03-01T12:00:00Z'), to: at('2026-03-02T12:00:00Z') };
  const events = [
    { date: '2026-03-02', count: 3, failures: 0 },
    { date: '2026-03-02', count: 4, failures: 1 },
    { date: '2026-02-27', count: 9, failures: 9 },
  ];
  expect(byDay(window, events)).toEqual([
    { date: '2026-03-01', count: 0, failures: 0 },
    { date: '2026-03-02', count: 7, failures: 1 },
  ]);
});
