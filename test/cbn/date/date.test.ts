import * as fc from 'fast-check';
import { compileDate, type DateOptions } from '../../../cbn/date/date';
import { CbnError } from '../../../cbn/errors';
import { cpuTime } from '../cpu-time';

const NOW = { seconds: Date.UTC(2024, 9, 12, 10) / 1000, nanos: 123_456_789 };

/** The moment as `YYYY-MM-DDTHH:MM:SS` with nine digits, or undefined. */
function read(format: string | readonly string[], text: string, options?: DateOptions, now = NOW): string | undefined {
  const moment = compileDate([format].flat(), options)(text, now);
  return (
    moment &&
    `${new Date(moment.seconds * 1000).toISOString().slice(0, 19)}.${moment.nanos.toString().padStart(9, '0')}`
  );
}

describe('named formats', () => {
  test.each([
    ['ISO8601', '2021-03-03T08:54:46Z', '2021-03-03T08:54:46.000000000'],
    ['ISO8601', '2021-03-03T08:54:46,123+0200', '2021-03-03T06:54:46.123000000'],
    ['ISO8601', '2021-03-03T08:54:46.1234567899', '2021-03-03T08:54:46.123456789'],
    ['ISO8601', '2021-03-03T08:54-01:30', '2021-03-03T10:24:00.000000000'],
    ['ISO8601', '2021-03-03', '2021-03-03T00:00:00.000000000'],
    ['ISO8601', '20210303T085446Z', '2021-03-03T08:54:46.000000000'],
    ['TIMESTAMP_ISO8601', '2021-03-03 08:54:46', '2021-03-03T08:54:46.000000000'],
    ['RFC3339', '2021-03-03T08:54:46.123456789-07:00', '2021-03-03T15:54:46.123456789'],
    ['UNIX', '1700000000', '2023-11-14T22:13:20.000000000'],
    ['UNIX', '1700000000.250000001', '2023-11-14T22:13:20.250000001'],
    ['UNIX', '-1', '1969-12-31T23:59:59.000000000'],
    ['UNIX_MS', '1700000000123', '2023-11-14T22:13:20.123000000'],
    ['UNIX_US', '1700000000123456', '2023-11-14T22:13:20.123456000'],
    ['UNIX_NS', '1700000000123456789', '2023-11-14T22:13:20.123456789'],
    ['SYSLOGTIMESTAMP', 'Oct  2 10:02:00', '2024-10-02T10:02:00.000000000'],
    ['TAI64N', '@4000000050d506482dbdf024', '2012-12-22T01:00:46.767422500'],
    ['LDAP', '132488352000000001', '2020-11-03T00:00:00.000000100'],
  ])('%s reads %s', (format, text, expected) => {
    expect(read(format, text, { rebase: true })).toBe(expected);
  });

  test.each([
    ['ISO8601', '2024-10-12T10:014:00.123456789Z'],
    ['ISO8601', '2024-10-12T10:14:00Z '],
    ['ISO8601', '2024-10-12X10:14:00Z'],
    ['ISO8601', '2024-10-12 10:14:00'],
    ['ISO8601', ''],
    ['RFC3339', '2021-03-03T08:54:46'],
    ['RFC3339', '2021-03-03 08:54:46Z'],
    ['UNIX', '1700000000123'],
    ['UNIX', '1e9'],
    ['UNIX', ''],
    ['UNIX_MS', '12a'],
    ['TAI64N', '@4000000050d50648ffffffff'],
    ['LDAP', '9223372036854775807'],
    ['unknown', 'x'],
  ])('%s refuses %j', (format, text) => {
    expect(read(format, text)).toBeUndefined();
  });
});

describe('patterns', () => {
  test.each([
    ['MMM d HH:mm:ss', 'Oct 12 10:02:00', '2024-10-12T10:02:00.000000000'],
    ['MMM  d HH:mm:ss', 'oct 2 9:02:00', '2024-10-02T09:02:00.000000000'],
    ['dd/MMM/yyyy:HH:mm:ss Z', '12/Oct/2024:10:00:00 +0200', '2024-10-12T08:00:00.000000000'],
    ['MM/dd/yyyy HH:mm:ss A', '10/12/2024 10:00:00 PM', '2024-10-12T22:00:00.000000000'],
    ['M/d/yyyy h:mm:ss a', '1/2/2024 12:00:00 am', '2024-01-02T00:00:00.000000000'],
    ['M/d/yy hh:mm a', '1/2/69 12:30 pm', '1969-01-02T12:30:00.000000000'],
    ['yy-MM-dd', '68-01-02', '2068-01-02T00:00:00.000000000'],
    ['EEE MMM dd HH:mm:ss yyyy', 'Sat Oct 12 10:00:00 2024', '2024-10-12T10:00:00.000000000'],
    ['EEEE, MMMM d, yyyy', 'saturday, october 2, 2024', '2024-10-02T00:00:00.000000000'],
    ['yyyy-MM-dd HH:mm:ss[.SSS][ ]Z', '2024-10-12 10:00:00.500 +01:00', '2024-10-12T09:00:00.500000000'],
    ['yyyy-MM-dd HH:mm:ss[.SSS][ ]Z', '2024-10-12 10:00:00Z', '2024-10-12T10:00:00.000000000'],
    ['[dd/MMM/yyyy:HH:mm:ss Z]', '[12/Oct/2024:10:00:00 +0000]', '2024-10-12T10:00:00.000000000'],
    ['yyyy-MM-ddTHH:mm:ss.SSSSSSSSSZ', '2024-10-12T10:00:00.123456789Z', '2024-10-12T10:00:00.123456789'],
    ["yyyy-MM-dd'T'HH:mm:ss''ZZ", "2024-10-12T10:00:00'-07:00", '2024-10-12T17:00:00.000000000'],
    ['dd MMM yyyy HH:mm:ss', '12 Oct 2024 10:00:00.000123', '2024-10-12T10:00:00.000123000'],
    ['yyyy-MM-dd HH:mm:ss.SS', '2024-10-12 10:00:00.75', '2024-10-12T10:00:00.750000000'],
    ['yyyy-MM-dd HH:mm:ss,SSS', '2024-10-12 10:00:00.100', '2024-10-12T10:00:00.100000000'],
    ['yyyy-MM-dd HH:mm:ss:SSS', '2024-10-12 10:00:00:120', '2024-10-12T10:00:00.120000000'],
    ['yyyy-MM-dd HH:mm:ss', '2024-10-12 10:00:00,1234567891', '2024-10-12T10:00:00.123456789'],
    ['yyyyMMddHHmmssSSS', '20241012100000123', '2024-10-12T10:00:00.123000000'],
    ['yyyy-M-d H:m:s', '2024-1-2 3:4:5', '2024-01-02T03:04:05.000000000'],
    ['yyyy-DDD', '2024-366', '2024-12-31T00:00:00.000000000'],
    ['kk:mm dd.MM.yyyy', '24:00 12.10.2024', '2024-10-12T00:00:00.000000000'],
    ['EEE, dd MMM yyyy HH:mm:ss ZZZ', 'Sat, 12 Oct 2024 10:00:00 MST', '2024-10-12T10:00:00.000000000'],
    ['dd MMM yyyy HH:mm:ss z', '12 Oct 2024 10:00:00 GMT+3', '2024-10-12T07:00:00.000000000'],
    ['yyyy-MM-dd', '0001-01-01', '0001-01-01T00:00:00.000000000'],
    ['yyyy-MM-dd HH:mm:ss', '9999-12-31 23:59:59', '9999-12-31T23:59:59.000000000'],
  ])('%s reads %s', (format, text, expected) => {
    expect(read(format, text, { rebase: true })).toBe(expected);
  });

  test.each([
    ['MMM dd HH:mm:ss', 'Oct  2 10:02:00'],
    // Published golden events show that a fraction of three digits is none of two.
    ['yyyy-MM-dd HH:mm:ss.SS', '2024-10-12 10:00:00.299'],
    ['yyyy-MM-dd HH:mm:ss.SSS', '2024-10-12 10:00:00.29'],
    ['yyyy-MM-dd HH:mm:ss.SSS', '2024-10-12 10:00:00'],
    ['MMM d HH:mm:ss', 'Oct 12 10:02:00)'],
    ['MMM d HH:mm:ss', 'Sept 12 10:02:00'],
    ['MMM  D HH:mm:ss', 'Oct  2 10:02:00'],
    ['yyyy-MM-dd', '2023-02-29'],
    ['yyyy-MM-dd', '2023-00-10'],
    ['yyyy-MM-dd', '2023-13-10'],
    ['yyyy-MM-dd', '2023-04-31'],
    ['yyyy-MM-dd', '0000-01-01'],
    ['yyyy-DDD', '2023-366'],
    ['HH:mm:ss yyyy', '24:00:00 2024'],
    ['HH:mm:ss yyyy', '23:60:00 2024'],
    ['HH:mm:ss yyyy', '23:59:60 2024'],
    ['hh:mm a yyyy', '13:00 PM 2024'],
    ['yyyy-M-d HH:mm:ss', '9999-99-99 99:99:99'],
    ['yyyy-MM-dd HH:mm:ss Z', '9999-12-31 23:59:59 -0001'],
    ['yyyy-MM-dd HH:mm:ss Z', '2024-12-31 23:59:59 +0060'],
    ['yyyy', '24'],
  ])('%s refuses %s', (format, text) => {
    expect(read(format, text, { rebase: true })).toBeUndefined();
  });

  test('formats are tried in their order', () => {
    expect(read(['UNIX_MS', 'UNIX'], '1700000000')).toBe('1970-01-20T16:13:20.000000000');
    expect(read(['UNIX', 'UNIX_MS'], '1700000000123')).toBe('2023-11-14T22:13:20.123000000');
  });
});

describe('years by the time of receipt', () => {
  const at = (iso: string) => ({ seconds: Date.parse(iso) / 1000, nanos: 0 });
  test.each([
    ['Oct 12 10:22:00', '2024-10-12T10:00:00Z', '2024-10-12T10:22:00.000000000'],
    ['Oct 13 10:00:00', '2024-10-12T10:00:00Z', '2024-10-13T10:00:00.000000000'],
    ['Oct 13 10:00:01', '2024-10-12T10:00:00Z', '2023-10-13T10:00:01.000000000'],
    ['Dec 31 23:59:59', '2024-01-01T00:00:10Z', '2023-12-31T23:59:59.000000000'],
    ['Jan  1 00:00:10', '2023-12-31T23:59:50Z', '2024-01-01T00:00:10.000000000'],
    ['Feb 29 00:00:00', '2025-03-01T00:00:00Z', '2024-02-29T00:00:00.000000000'],
    ['Feb 29 00:00:00', '2103-03-01T00:00:00Z', '2096-02-29T00:00:00.000000000'],
  ])('%s received %s', (text, now, expected) => {
    expect(read('MMM d HH:mm:ss', text, { rebase: true }, at(now))).toBe(expected);
  });

  test('a year of its own stays, and without rebase there is none', () => {
    expect(read('yyyy MMM d', '2019 Oct 12', { rebase: true })).toBe('2019-10-12T00:00:00.000000000');
    expect(read('MMM d HH:mm:ss', 'Oct 12 10:22:00')).toBeUndefined();
  });
});

describe('zones', () => {
  const format = 'yyyy-MM-dd HH:mm:ss';
  test.each([
    ['America/New_York', '2024-01-12 10:00:00', '2024-01-12T15:00:00.000000000'],
    ['America/New_York', '2024-07-12 10:00:00', '2024-07-12T14:00:00.000000000'],
    // The clock goes from 02:00 to 03:00.
    ['America/New_York', '2024-03-10 01:59:59', '2024-03-10T06:59:59.000000000'],
    ['America/New_York', '2024-03-10 02:30:00', '2024-03-10T06:30:00.000000000'],
    ['America/New_York', '2024-03-10 03:00:00', '2024-03-10T07:00:00.000000000'],
    // The clock shows 01:30 twice.
    ['America/New_York', '2024-11-03 01:30:00', '2024-11-03T05:30:00.000000000'],
    ['America/New_York', '2024-11-03 02:00:00', '2024-11-03T07:00:00.000000000'],
    ['Europe/Paris', '2024-03-31 02:30:00', '2024-03-31T01:30:00.000000000'],
    ['Asia/Kolkata', '2024-01-12 10:00:00', '2024-01-12T04:30:00.000000000'],
    ['Africa/Casablanca', '2024-03-20 10:00:00', '2024-03-20T10:00:00.000000000'],
    ['Africa/Casablanca', '2024-05-20 10:00:00', '2024-05-20T09:00:00.000000000'],
    ['UTC', '2024-01-12 10:00:00', '2024-01-12T10:00:00.000000000'],
    ['+05:30', '2024-01-12 10:00:00', '2024-01-12T04:30:00.000000000'],
    ['GMT-3', '2024-01-12 10:00:00', '2024-01-12T13:00:00.000000000'],
  ])('%s at %s', (timezone, text, expected) => {
    expect(read(format, text, { timezone })).toBe(expected);
  });

  test('an offset of the text goes before the zone', () => {
    expect(read(`${format} Z`, '2024-01-12 10:00:00 +0100', { timezone: 'Asia/Tokyo' })).toBe(
      '2024-01-12T09:00:00.000000000',
    );
  });

  test('a zone that nobody knows', () => {
    expect(() => compileDate(['UNIX'], { timezone: 'Mars/Olympus' })).toThrow(CbnError);
    expect(() => compileDate(['UNIX'], { timezone: 'Mars/Olympus' })).toThrow(
      'timezone "Mars/Olympus" is not known: expected a name of the IANA database, such as America/New_York, or UTC',
    );
  });

  test('every hour of a year is read as a formatter of the same zone writes it', () => {
    for (const timezone of ['America/New_York', 'Australia/Lord_Howe', 'Africa/Casablanca', 'America/Sao_Paulo']) {
      const writer = new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, dateStyle: 'short', timeStyle: 'medium' });
      const reader = compileDate([format], { timezone });
      let different = 0;
      for (let hour = 0; hour < 24 * 366; hour++) {
        const seconds = Date.UTC(2024, 0, 1) / 1000 + hour * 3600;
        const wall = writer.format(seconds * 1000);
        const moment = reader(wall, NOW);
        expect(writer.format((moment?.seconds ?? 0) * 1000)).toBe(wall);
        if (moment?.seconds !== seconds) different++;
      }
      // Only hours that the clock shows twice may be the other one of both: two changes in Morocco and none in Brazil.
      expect(different).toBeLessThanOrEqual(2);
    }
  });
});

test('a date that was written is read again', () => {
  const reader = compileDate(['yyyy-MM-ddTHH:mm:ss.SSSZ']);
  fc.assert(
    fc.property(
      fc.date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true }),
      (date) => {
        const milliseconds = date.getTime();
        const seconds = Math.floor(milliseconds / 1000);
        expect(reader(date.toISOString(), NOW)).toEqual({ seconds, nanos: (milliseconds - seconds * 1000) * 1e6 });
      },
    ),
    { numRuns: 3000 },
  );
});

test('no pattern and no text makes it throw or take long', () => {
  const letters = fc.string({ unit: fc.constantFrom(...'yMdHhmsSaAZzEDk[]\'".:-/ T,xQ') });
  fc.assert(
    fc.property(letters, fc.string(), (pattern, text) => {
      compileDate([pattern])(text, NOW);
    }),
    { numRuns: 3000 },
  );
  const begun = cpuTime();
  for (const format of ['UNIX', 'ISO8601', 'MMM d HH:mm:ss', 'yyyy-MM-dd[.SSS] ']) {
    compileDate([format])('1'.repeat(4 << 20), NOW);
    compileDate([format])(`Oct${' '.repeat(4 << 20)}`, NOW);
  }
  expect(cpuTime() - begun).toBeLessThan(4000);
});
