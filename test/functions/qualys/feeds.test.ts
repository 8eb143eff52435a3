import { FEEDS } from '../../../functions/qualys/contract';
import { feeds } from '../../../functions/qualys/feeds';

const { alerts } = feeds;
const record = (fields: Record<string, unknown>) => ({ id: '7', fields });

it('has every feed of the contract under its own name', () => {
  expect(Object.values(feeds).map(({ name }) => name)).toEqual([...FEEDS]);
});

it('asks for alerts by the date of the alert, not of the event', () => {
  expect(alerts.criteria('2026-01-01T00:00:00Z')).toEqual([
    { field: 'alertDate', operator: 'GREATER', value: '2026-01-01T00:00:00Z' },
  ]);
});

it('asks for a past window by both of its ends', () => {
  expect(alerts.criteria('2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z')).toEqual([
    { field: 'alertDate', operator: 'GREATER', value: '2026-01-01T00:00:00Z' },
    { field: 'alertDate', operator: 'LESSER', value: '2026-02-01T00:00:00Z' },
  ]);
});

it('writes an alert as one line under the key that the SecOps parser expects', () => {
  expect(alerts.line(record({ id: 7, vulnTitle: 'two\nlines' }))).toBe('{"Alert":{"id":7,"vulnTitle":"two\\nlines"}}');
});

it("takes the alert's date, not the event's", () => {
  expect(alerts.date(record({ eventDate: '2025-12-31T23:59:59Z', alertDate: '2026-01-01T00:00:04Z' }))).toBe(
    '2026-01-01T00:00:04Z',
  );
});

it.each([undefined, null, '', '2026-01-01', '2026-01-01T00:00:04+02:00', 1767225600, '../../x'])(
  'refuses %p as the date of an alert',
  (alertDate) => {
    expect(() => alerts.date(record({ alertDate }))).toThrow(expect.objectContaining({ code: 'malformed_answer' }));
  },
);
