import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findParser, listParsers, parsersFolder, selectParsers } from '../../../cli/parser/tree';

const root = mkdtempSync(join(tmpdir(), 'tributary-tree-'));
for (const name of ['ONE/only', 'TWO/a', 'TWO/b', 'FLAT']) {
  mkdirSync(join(root, name), { recursive: true });
  writeFileSync(join(root, name, 'parser.conf'), 'filter {}');
}
afterAll(() => rmSync(root, { recursive: true }));

test('every folder with a parser.conf is one', () => {
  expect(listParsers(root).map(({ name }) => name)).toEqual(['FLAT', 'ONE/only', 'TWO/a', 'TWO/b']);
  expect(listParsers(join(root, 'nowhere'))).toEqual([]);
});

test.each([
  ['TWO/a', 'TWO/a'],
  ['TWO/a/', 'TWO/a'],
  ['ONE', 'ONE/only'],
  ['FLAT', 'FLAT'],
])('%s is %s', (name, found) => {
  expect(findParser(name, root)).toEqual({ name: found, folder: join(root, found) });
});

test.each([
  ['TWO', 'TWO has 2 parsers: name one of TWO/a, TWO/b.'],
  ['THREE', 'has no parser THREE. Expected FLAT, ONE/only, TWO/a, TWO/b; or name a file with --parser.'],
  ['TW', 'has no parser TW.'],
])('%s is refused', (name, problem) => {
  expect(() => findParser(name, root)).toThrow(problem);
});

test('log types and parsers are selected once each, all without a name', () => {
  const names = (...wanted: string[]) => selectParsers(wanted, root).map(({ name }) => name);
  expect(names()).toEqual(['FLAT', 'ONE/only', 'TWO/a', 'TWO/b']);
  expect(names('TWO', 'TWO/b', 'FLAT')).toEqual(['FLAT', 'TWO/a', 'TWO/b']);
  expect(() => names('THREE')).toThrow('has no parser THREE');
  expect(() => selectParsers([], join(root, 'nowhere'))).toThrow(
    'has no parser. Expected <log type>/parser.conf in it.',
  );
});

test('TRIBUTARY_PARSERS names another tree', () => {
  process.env.TRIBUTARY_PARSERS = root;
  try {
    expect(parsersFolder()).toBe(root);
  } finally {
    delete process.env.TRIBUTARY_PARSERS;
  }
});
