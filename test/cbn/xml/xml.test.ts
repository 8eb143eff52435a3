import * as fc from 'fast-check';
import { CbnError } from '../../../cbn/errors';
import { parseXml } from '../../../cbn/xml/xml';
import { compileXpath } from '../../../cbn/xml/xpath';
import { cpuTime } from '../cpu-time';

const EVENT = `<?xml version="1.0"?>
<!DOCTYPE Event [<!ENTITY own "x">]>
<Event xmlns="http://schemas.example/event"><System><EventID q='1'>46&amp;24</EventID><Provider Name="P"/></System>
<EventData><Data Name="A">1</Data><Data Name="B">2<!-- no --><b>x</b></Data><Data Name="C"><![CDATA[<3>]]></Data></EventData>
<x><Data Name="D">in</Data></x><s:Env><s:B>z</s:B></s:Env></Event>`;

function read(text: string, path: string): { value: string | undefined; count: number } {
  const document = parseXml(text);
  if (document === undefined) throw new Error('not well-formed');
  const xpath = compileXpath(path);
  return { value: xpath.value(document), count: xpath.count(document) };
}

test.each([
  ['/Event/System/EventID', '46&24', 1],
  ['/Event/System/EventID/@q', '1', 1],
  ['/Event/System/Provider/@Name', 'P', 1],
  ['/Event/System/Provider', '', 1],
  ['/Event/EventData/Data', '1', 3],
  ['/Event/EventData/Data[2]', '2x', 1],
  ['/Event/EventData/Data[2]/text()', '2', 1],
  ['/Event/EventData/Data[4]', undefined, 0],
  ['/Event/EventData/Data[0]', undefined, 0],
  ["/Event/EventData/Data[@Name='B']", '2x', 1],
  ['/Event/EventData/Data[@Name="C"]/text()', '<3>', 1],
  ["/Event/EventData/Data[@Name='B'][2]", undefined, 0],
  ['/Event/EventData/Data[last()]/@Name', 'C', 1],
  ["/Event/EventData/Data[position()>1 and @Name!='B']", '<3>', 1],
  ["/Event/EventData/Data[@Name='A' or @Name='B']/..", '12x<3>', 1],
  ["/Event/EventData/Data[.='1']/@Name", 'A', 1],
  ["/Event/EventData/Data[text()='2']/@Name", 'B', 1],
  ['/Event/EventData/Data[b]/@Name', 'B', 1],
  ["/Event/EventData[Data='1']/Data[3]", '<3>', 1],
  ["//Data[contains(@Name,'D')]", 'in', 1],
  ["//Data[starts-with(@Name,'D')]/../Data", 'in', 1],
  ["//Data[not(@Name='A')]", '2x', 3],
  ['//Data[1]', '1', 2],
  ['//@Name', 'P', 5],
  ['/Event/*/Data', '1', 4],
  ['/Event/Env/B', 'z', 1],
  ['/Event/s:Env/s:B', 'z', 1],
  ['/Event/t:Env', undefined, 0],
  ["//*[local-name()='B']", 'z', 1],
  ['count(//Data)', '4', 1],
  ['normalize-space(/Event/EventData/Data[2])', '2x', 1],
  ['Event/System/EventID', '46&24', 1],
  ['/event', undefined, 0],
  [' / Event / System / EventID ', '46&24', 1],
])('%s', (path, value, count) => {
  expect(read(EVENT, path)).toEqual({ value, count });
});

test('nodes after // come in the order of the document', () => {
  expect(read('<r><x><B>1</B></x><B>2<B>3</B></B></r>', '//B')).toEqual({ value: '1', count: 3 });
});

test.each([
  ['/A[', 'the end stands where a name should'],
  ['/A]', '"]" is out of place'],
  ['foo()', 'the function foo() is not supported; expected one of position, last'],
  ['/A/ancestor::B', 'the axis "ancestor" is not supported'],
  ['/A[$x]', '"$x]" is not understood'],
  ['', 'the end stands where a name should'],
  [`/A${'[B'.repeat(300)}`, 'it is nested too deeply'],
])('%s is refused', (path, message) => {
  expect(() => compileXpath(path)).toThrow(CbnError);
  expect(() => compileXpath(path)).toThrow(message);
});

test.each([
  ['no document', 'x'],
  ['nothing', ''],
  ['no end', '<a>'],
  ['another end', '<a></b>'],
  ['an end too many', '<a/></a>'],
  ['an attribute without quotes', '<a b=1/>'],
  ['an unknown entity', '<a>&own;</a>'],
  ['a bare ampersand', '<a>b & c</a>'],
  ['a comment without end', '<a/><!-- '],
  ['CDATA without end', '<a><![CDATA[x</a>'],
  ['a code point that is none', '<a>&#x110000;</a>'],
  ['513 elements within each other', `${'<a>'.repeat(513)}${'</a>'.repeat(513)}`],
])('%s is not well-formed', (_, text) => {
  expect(parseXml(text)).toBeUndefined();
});

test('line ends are line feeds', () => {
  expect(read('<a b="1\r\n2">x\r\ny\rz<![CDATA[\r\n]]></a>', '/a').value).toBe('x\ny\nz\n');
});

test('what stands around the root does not count', () => {
  expect(read('\ufeff<?xml version="1.0"?><!-- a --> <a>1</a> \n', '/a').value).toBe('1');
  expect(read(`${'<a>'.repeat(512)}x${'</a>'.repeat(512)}`, '/a').value).toBe('x');
});

test('text and attributes that were escaped are read again', () => {
  const escaped = (text: string) => text.replace(/[&<>"'\r]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.string({ unit: 'grapheme' }), (text, attribute) => {
      const document = `<a b="${escaped(attribute)}">${escaped(text)}</a>`;
      expect(read(document, '/a').value).toBe(text);
      expect(read(document, '/a/@b').value).toBe(attribute);
    }),
  );
});

test('nothing but CbnError is thrown, whatever the text and the path', () => {
  const xml = fc.string({
    unit: fc.constantFrom('<', '>', '/', 'a', '"', '=', ' ', '&', ';', '!', '[', ']', '-', '?', 'CDATA'),
  });
  const path = fc.string({
    unit: fc.constantFrom('/', '//', 'a', '[', ']', '@', '1', '=', "'", '(', ')', 'not', 'text()', '.', '*', ' or '),
  });
  fc.assert(
    fc.property(xml, path, (text, source) => {
      const document = parseXml(text) ?? parseXml('<a b="1"><a>2</a>3</a>');
      try {
        const xpath = compileXpath(source);
        if (document !== undefined) [xpath.value(document), xpath.count(document)];
      } catch (error) {
        expect(error).toBeInstanceOf(CbnError);
      }
    }),
    { numRuns: 5000 },
  );
});

test.each([
  ['open tags', '<a '.repeat(1 << 20)],
  ['brackets', '<'.repeat(4 << 20)],
  ['document types', '<!x>'.repeat(1 << 20)],
  ['spaces within a tag', `<a${' '.repeat(4 << 20)}`],
  ['a name', `<${'a'.repeat(4 << 20)}/>`],
  ['an attribute', `<a b="${'c'.repeat(4 << 20)}"/>`],
  ['entities', `<a>${'&#65;'.repeat(800_000)}</a>`],
  ['elements', `<a>${'<b/>'.repeat(1 << 20)}</a>`],
])('4 MB of %s', (_, text) => {
  const begun = cpuTime();
  parseXml(text);
  expect(cpuTime() - begun).toBeLessThan(8000);
});

test('a loop over ten thousand elements asks for each of them without searching', () => {
  const document = parseXml(
    `<l>${Array.from({ length: 10_000 }, (_, index) => `<i><n>${index}</n></i>`).join('')}</l>`,
  );
  if (document === undefined) throw new Error('not well-formed');
  const begun = cpuTime();
  for (let index = 1; index <= 10_000; index++)
    expect(compileXpath(`/l/i[${index}]/n`).value(document)).toBe(String(index - 1));
  expect(cpuTime() - begun).toBeLessThan(4000);
});
