import { FEEDS } from '../../../functions/qualys/contract';
import { feeds } from '../../../functions/qualys/feeds';

const { alerts } = feeds;
const record = (date: string | undefined) => ({ id: '7', date, json: Buffer.from('{"Alert":{"id":7}}') });

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

it('writes an alert as it came, under the key that the SecOps parser expects', () => {
  expect(String(alerts.line(record('2026-01-01T00:00:04Z')))).toBe('{"Alert":{"id":7}}');
});

it("goes by the alert's date, not the event's", () => {
  expect(alerts.dateMember).toBe('alertDate');
  expect(alerts.date(record('2026-01-01T00:00:04Z'))).toBe('2026-01-01T00:00:04Z');
});

it.each([undefined, '', '2026-01-01', '2026-01-01T00:00:04+02:00', '../../x'])(
  'refuses %p as the date of an alert',
  (date) => {
    expect(() => alerts.date(record(date))).toThrow(expect.objectContaining({ code: 'malformed_answer' }));
  },
);
