import fc from 'fast-check';
import { scanPage } from '../../../functions/qualys/scan';

const page = (elements: string, rest = '') =>
  `{"ServiceResponse":{"responseCode":"SUCCESS","data":[${elements}]${rest}}}`;
const scan = (text: string) => scanPage(text, 'Alert', 'alertDate');

/** What a parser says of the same text. */
function parse(text: string): { id: unknown; date: unknown }[] | undefined {
  try {
    const { data } = (JSON.parse(text) as { ServiceResponse: { data: { Alert: Record<string, unknown> }[] } })
      .ServiceResponse;
    return data.map(({ Alert }) => ({ id: Alert.id, date: Alert.alertDate }));
  } catch {
    return undefined;
  }
}

/** Records as Qualys could send them, and stranger ones. */
const alert = fc
  .tuple(
    fc.nat(),
    fc.option(fc.string()),
    fc.dictionary(fc.stringMatching(/^[\w.]{0,9}$/), fc.jsonValue()),
    fc.boolean(),
  )
  .map(([id, alertDate, others, idFirst]) => ({
    Alert: Object.assign(idFirst ? { id, alertDate } : {}, others, { id, alertDate }),
  }));

it('finds each record, whatever is in it', () => {
  fc.assert(
    fc.property(fc.array(alert, { maxLength: 4 }), fc.jsonValue(), (alerts, other) => {
      const text = page(
        alerts.map((element) => JSON.stringify(element)).join(','),
        `,"other":${JSON.stringify(other)}`,
      );
      const found = scan(text);
      expect(found?.elements.map(({ start, end }) => JSON.parse(text.slice(start, end)))).toEqual(
        JSON.parse(JSON.stringify(alerts)),
      );
      expect(found?.elements.map(({ id }) => Number(id))).toEqual(alerts.map(({ Alert }) => Alert.id));
      expect(JSON.parse(found?.envelope ?? '').ServiceResponse).toMatchObject({ responseCode: 'SUCCESS', data: [] });
    }),
    { numRuns: 500 },
  );
});

it('never takes for JSON what a parser refuses, and agrees with it on what it takes', () => {
  const mutation = fc.record({ at: fc.nat(), remove: fc.nat({ max: 3 }), insert: fc.constantFrom(...MUTATIONS) });
  fc.assert(
    fc.property(
      fc.array(alert, { minLength: 1, maxLength: 3 }),
      fc.array(mutation, { maxLength: 3 }),
      (alerts, mutations) => {
        let text = page(alerts.map((element) => JSON.stringify(element)).join(','));
        for (const { at, remove, insert } of mutations) {
          const index = at % text.length;
          text = text.slice(0, index) + insert + text.slice(index + remove);
        }
        const found = scan(text);
        // The envelope is left to a parser: a page is taken if both are.
        if (!found || parse(found.envelope)?.length !== 0) return;
        const expected = parse(text);
        expect(expected?.length).toBe(found.elements.length);
        for (const [index, { id, date, start, end }] of found.elements.entries()) {
          expect(Number(id)).toBe(expected?.[index]?.id);
          const wanted = expected?.[index]?.date;
          if (typeof wanted === 'string') expect(JSON.parse(`"${date}"`)).toBe(wanted);
          else expect(date).toBeUndefined();
          expect(() => JSON.parse(text.slice(start, end))).not.toThrow();
        }
      },
    ),
    { numRuns: 3000 },
  );
});

const MUTATIONS = [
  '',
  '"',
  '\\',
  '\\"',
  '\\u00e',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '0',
  '-',
  '.5',
  'e9',
  'true',
  '\t',
  ' ',
  '\u0001',
  '"id":7,',
  '"data":[',
];

it.each([
  ['white space between tokens', page('{"Alert": {"id":1}}')],
  ['a line break', page('{"Alert":{"id":1}},\n{"Alert":{"id":2}}')],
  ['another type', page('{"HostAsset":{"id":1}}')],
  ['more members beside the record', page('{"Alert":{"id":1},"x":1}')],
  ['no id', page('{"Alert":{"x":{"id":1}}}')],
  ['an id that is a text', page('{"Alert":{"id":"1"}}')],
  ['a negative id', page('{"Alert":{"id":-1}}')],
  ['an id with a fraction', page('{"Alert":{"id":1.5}}')],
  ['a name with an escape', page('{"Alert":{"id":1,"\\u0069d":2}}')],
  ['an empty record', page('{"Alert":{}}')],
  ['a record nested too deep', page(`{"Alert":{"id":1,"x":${'['.repeat(40)}${']'.repeat(40)}}}`)],
  ['no list', '{"ServiceResponse":{"responseCode":"SUCCESS"}}'],
  ['a list that breaks off', '{"ServiceResponse":{"data":[{"Alert":{"id":1}}'],
])('leaves %s to a parser', (_name, text) => {
  expect(scan(text)).toBeUndefined();
});

it('takes the last of two members of one name, the top one of two depths, and empty lists', () => {
  const elements = '{"Alert":{"id":1,"alertDate":"a","profile":{"id":3,"alertDate":"c"},"id":2,"alertDate":"b"}}';
  expect(scan(page(elements))?.elements).toEqual([{ start: 53, end: 53 + elements.length, id: '2', date: 'b' }]);
  expect(scan(page(''))).toMatchObject({ elements: [] });
});
