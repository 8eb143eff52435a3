import { leavesOf } from '../../cli/parser/event-paths';
import { RECEIVED } from '../../cli/parser/outcome';
import { compileProgram, filesOf, type Program } from '../../cli/parser/program';
import { findParser } from '../../cli/parser/tree';
import { ROWS, type Row } from './qualys-table';

const parity = programOf('QUALYS_CONTINUOUS_MONITORING/parity');
const improved = programOf('QUALYS_CONTINUOUS_MONITORING/improved');

function programOf(name: string): Program {
  return compileProgram(filesOf(findParser(name)));
}

/** The field of the event that a parser makes of a row's log. */
function fieldOf(program: Program, { path, alert, log }: Row): unknown {
  const text = log ?? JSON.stringify({ Alert: { id: 4711, ...alert } });
  const { events, error } = program.run(text, { received: RECEIVED });
  expect(error).toBeUndefined();
  expect(events).toHaveLength(1);
  const [{ event } = { event: {} }] = events;
  const { timestamp, idm } = event as { timestamp: string; idm: { readOnlyUdm: object } };
  const value = new Map(leavesOf({ ...idm.readOnlyUdm, timestamp })).get(path);
  return value === '2026-01-01T12:48:16.123456789Z' ? undefined : value;
}

describe.each(ROWS.map((row) => [row.field, row.path, row] as const))('%s → %s', (_, __, row) => {
  test('improved gives what is documented, or what is better for a reason', () => {
    expect(fieldOf(improved, row)).toEqual(row.improved === undefined ? row.documented : row.improved.gives);
    expect(row.improved?.gives).not.toEqual(row.documented);
  });

  test('parity gives what is documented, or what the code is known to do', () => {
    expect(fieldOf(parity, row)).toEqual(row.parity === undefined ? row.documented : row.parity.gives);
    expect(row.parity?.gives).not.toEqual(row.documented);
  });
});

test('the table has 35 rows, and each is tried', () => {
  const fields = new Set(ROWS.map(({ field }) => field.replace(/ \(.*\)$/, '')));
  expect(fields.size).toBe(35);
});
