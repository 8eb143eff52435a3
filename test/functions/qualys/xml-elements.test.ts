import {
  elementAt,
  listAt,
  type Taken,
  textAt,
  type XmlElement,
  XmlElements,
} from '../../../functions/qualys/xml-elements';
import { XmlReader } from '../../../functions/qualys/xml-reader';

function read(document: string, taken: Taken): void {
  const reader = new XmlReader(new XmlElements(taken));
  reader.write(document);
  reader.end();
}

function taken(document: string, ...names: readonly string[]): [name: string, element: XmlElement | string][] {
  const found: [string, XmlElement | string][] = [];
  read(document, Object.fromEntries(names.map((name) => [name, (element) => found.push([name, element])])));
  return found;
}

it('gives an element away when it ends, without those that were taken out of it', () => {
  const document =
    '<LIST><HOST><ID>7</ID><DETECTIONS><D><QID>1</QID></D><D><QID>2</QID></D></DETECTIONS></HOST><HOST/></LIST>';
  expect(taken(document, 'HOST', 'D')).toEqual([
    ['D', { QID: '1' }],
    ['D', { QID: '2' }],
    ['HOST', { ID: '7', DETECTIONS: '' }],
    ['HOST', ''],
  ]);
});

it('makes a list of an element that comes more than once, and drops the layout', () => {
  const document = '<R>\n <H>\n  <T>a</T>\n  <T><N> b\n</N></T>\n <T>c</T></H></R>';
  expect(taken(document, 'H')).toEqual([['H', { T: ['a', { N: 'b' }, 'c'] }]]);
});

it('takes names that objects have of their own for what they are', () => {
  expect(taken('<R><H><constructor>1</constructor></H><constructor/></R>', 'H')).toEqual([['H', { constructor: '1' }]]);
});

it('finds children, whether there is none, one, or more', () => {
  const [[, element] = []] = taken('<H><A><B>x</B><C>null</C><D/></A><E>1</E><E>2</E></H>', 'H');
  const host = elementAt(element);
  expect(textAt(elementAt(host, 'A'), 'B')).toBe('x');
  expect([textAt(elementAt(host, 'A'), 'C'), textAt(elementAt(host, 'A'), 'D'), textAt(host, 'A')]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect([textAt(host, 'E'), elementAt(host, 'A', 'B'), elementAt(host, 'X', 'Y')]).toEqual([
    '1',
    undefined,
    undefined,
  ]);
  expect([
    listAt(host, 'E'),
    listAt(elementAt(host, 'A'), 'B'),
    listAt(elementAt(host, 'A'), 'D'),
    listAt(host, 'X'),
  ]).toEqual([['1', '2'], ['x'], [], []]);
});
