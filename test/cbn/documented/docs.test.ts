import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHOICES, DEFAULTS } from '../../../cli/parser/engine-options';
import { projectRoot } from '../../../environments/root';
import { ALL } from './all';
import { PAGES } from './case';

const text = readFileSync(join(projectRoot, 'docs', 'parsers.md'), 'utf8');

/** Rows of the table below a heading, cells without code marks. */
function table(heading: string): string[][] {
  const [, below = ''] = text.split(`## ${heading}\n`);
  const [own = ''] = below.split('\n## ');
  return own
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll('`', '')),
    );
}

test('the table of constructs is that of the tests', () => {
  const count = (construct: string, page: string) =>
    String(ALL.filter((one) => one.construct === construct && one.page === page).length || '');
  const constructs = [...new Set(ALL.map(({ construct }) => construct))].sort();
  const pages = Object.keys(PAGES);
  const expected = constructs.map((construct) => [construct, ...pages.map((page) => count(construct, page))]);
  expect(table('Documented constructs')).toEqual(expected);
});

test('the page links each page of the documentation', () => {
  expect(Object.values(PAGES).filter((address) => !text.includes(`(${address})`))).toEqual([]);
});

test('the tables of options have every option and its default', () => {
  const rows = [...table('What the documentation leaves open'), ...table('Limits')];
  expect(Object.fromEntries(rows)).toEqual(
    Object.fromEntries(
      [...DEFAULTS].map(([name, value]) => [name, typeof value === 'number' ? value.toLocaleString('en') : `${value}`]),
    ),
  );
});

test('every option that is a word has its choices, the default among them', () => {
  const words = [...DEFAULTS].filter(([, value]) => typeof value === 'string');
  expect(words.filter(([name, value]) => !CHOICES[name]?.includes(String(value)))).toEqual([]);
});
