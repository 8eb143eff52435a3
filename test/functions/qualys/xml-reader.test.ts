import fc from 'fast-check';
import { XmlReader } from '../../../functions/qualys/xml-reader';

/** What a reader tells of a document that arrives in pieces; neighbouring texts are one. */
function told(...pieces: readonly string[]): string[] {
  const events: string[] = [];
  let text = '';
  const flush = () => {
    if (text !== '') events.push(`"${text}"`);
    text = '';
  };
  const reader = new XmlReader({
    open: (name) => {
      flush();
      events.push(`<${name}>`);
    },
    text: (more) => {
      text += more;
    },
    close: (name) => {
      flush();
      events.push(`</${name}>`);
    },
  });
  for (const piece of pieces) reader.write(piece);
  reader.end();
  return events;
}

const DOCUMENT =
  '<?xml version="1.0" encoding="UTF-8" ?>\n<!DOCTYPE A SYSTEM "https://qualysapi.example.com/dtd/output.dtd">\n' +
  `<A x="1>2" y='"/>'><!-- <B> --><B>1 &lt; 2 &amp;&#65;&#x42;é</B><C/><D ><![CDATA[</D> & ]] > "]]></D\n></A>\n`;
const EVENTS = ['<A>', '<B>', '"1 < 2 &ABé"', '</B>', '<C>', '</C>', '<D>', '"</D> & ]] > ""', '</D>', '</A>'];

it('tells elements and texts in the order of the document', () => {
  expect(told(DOCUMENT)).toEqual(EVENTS);
});

it('tells the same wherever the document is split', () => {
  const cuts = fc.array(fc.nat({ max: DOCUMENT.length }), { maxLength: 6 });
  fc.assert(
    fc.property(cuts, (places) => {
      const at = [0, ...places.sort((a, b) => a - b), DOCUMENT.length];
      expect(told(...at.slice(1).map((end, index) => DOCUMENT.slice(at[index], end)))).toEqual(EVENTS);
    }),
    { numRuns: 300 },
  );
  expect(told(...DOCUMENT)).toEqual(EVENTS);
});

it.each([
  ['nothing', '', 'it breaks off'],
  ['only a prolog', '<?xml version="1.0"?>', 'it breaks off'],
  ['a document that breaks off in a text', '<A><B>x', 'it breaks off'],
  ['a document that breaks off in a tag', '<A><B', 'it breaks off'],
  ['a document that breaks off in CDATA', '<A><![CDATA[x', 'it breaks off'],
  ['crossed elements', '<A><B></A></B>', 'an element ends that did not begin, in B'],
  ['an end without a beginning', '<A></A></B>', 'an element ends that did not begin'],
  ['two roots', '<A/><B/>', 'it has two roots'],
  ['text before the root', 'Internal error', 'it breaks off'],
  ['text beside the root', 'x<A/>', 'it has text outside of its root'],
  ['CDATA beside the root', '<![CDATA[x]]><A/>', 'it has text outside of its root'],
  ['a tag without a name', '<A>< B></A>', 'a tag has no name'],
  ['a tag of another form', '<A><B!></A>', 'a tag has no name'],
  ['unknown markup', '<A><!ELEMENT B></A>', 'it has markup of an unknown kind'],
  ['entities of its own', '<!DOCTYPE A [<!ENTITY b "c">]><A>&b;</A>', 'its DOCTYPE has an internal subset'],
  ['a DOCTYPE behind the root', '<A/><!DOCTYPE A SYSTEM "x">', 'its DOCTYPE comes late'],
  ['an unknown entity', '<A>&b;</A>', 'it has an unknown reference'],
  ['a lonely ampersand', '<A>a & b</A>', 'it has an unknown reference'],
  ['a reference without its end', '<A>&amp</A>', 'it has an unknown reference'],
  ['a reference to no character', '<A>&#0;</A>', 'it has an unknown reference'],
  ['a reference beyond Unicode', '<A>&#x110000;</A>', 'it has an unknown reference'],
  ['elements that are too deep', '<A>'.repeat(65), 'it is deeper than 64 elements'],
])('refuses %s', (_name, document, reason) => {
  expect(() => told(document)).toThrow(new Error(reason));
});

it('holds no more than one text, and refuses one without an end', () => {
  const reader = new XmlReader({ open() {}, text() {}, close() {} });
  reader.write('<A>');
  const piece = 'x'.repeat(1024 * 1024);
  expect(() => {
    for (let count = 0; count < 10; count += 1) reader.write(piece);
  }).toThrow('a tag or text does not end');
});
