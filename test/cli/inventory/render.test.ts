import { createColors } from 'picocolors';
import { renderMarkdown } from '../../../cli/inventory/markdown';
import type { Inventory } from '../../../cli/inventory/model';
import { renderText } from '../../../cli/inventory/text';
import { parseEnvironment, synthesize } from '../../synthesize';
import { inventoryOf, subject } from './subjects';

const plain = createColors(false);
const prod = () => ({ ...subject('prod').inventory, environment: 'prod' });
const everything = (inventory: Inventory) =>
  [JSON.stringify(inventory), renderMarkdown(inventory), renderText(inventory, 100, plain)].join('\n');

test('prod as Markdown', () => {
  expect(renderMarkdown(prod())).toMatchSnapshot();
});

test.each([60, 80, 100, 200])('%s columns are enough, but for words that are longer', (columns) => {
  const lines = renderText(prod(), columns, plain).split('\n');
  const width = Math.min(columns, 120);
  const long = lines.filter((line) => line.length > width);
  // A heading is one name and its kind; every other long line is one long word behind its label.
  expect(long.filter((line) => line.startsWith('    ') && line.slice(16).trim().includes(' '))).toEqual([]);
  expect(lines.filter((line) => line.endsWith(' '))).toEqual([]);
});

test('every name and every permission is in the text, and every cell of a table in its row', () => {
  const { stores, keys, identities, secrets, parties } = prod();
  const text = renderText(prod(), 100, plain);
  for (const { name } of [...stores, ...keys, ...identities, ...secrets, ...parties]) expect(text).toContain(name);
  const rows = renderMarkdown(prod()).match(/^\|.*\|$/gm) ?? [];
  const cells = (row: string) => row.split(/(?<!\\)\|/).length;
  let head = 0;
  for (const row of rows) {
    if (/^\| (Store|Key|Identity|Secret|Who) \|/.test(row)) head = cells(row);
    expect(cells(row)).toBe(head);
  }
  expect(rows.length).toBeGreaterThan(stores.length * 2 + identities.length);
});

test('what is not complete says so, first', () => {
  const unknown = ['x: what roles/a|b_c allows is not known here.'];
  expect(renderText({ ...prod(), unknown }, 100, plain)).toMatch(
    /^.*\n\nIt is not complete:\n\n {2}x: what roles\/a\|b_c/,
  );
  expect(renderMarkdown({ ...prod(), unknown })).toContain(
    '**It is not complete:**\n\n- x: what roles/a\\|b\\_c allows',
  );
});

test('no external id, no path of a receiver and no value of a variable is told', () => {
  const SECRET = 'b7f3a2d8-secret';
  const environment = parseEnvironment(
    'test',
    `environment: test
protected: false
backend: { local: {} }
notifications: { emails: [a@example.com], pagerduty: true }
cloudtrail:
  account: "111122223333"
  region: eu-west-1
  trail: create
  cortex: { externalId: [${SECRET}-1, ${SECRET}-2] }
cloudflare:
  account: { id: 0123456789abcdef0123456789abcdef, datasets: [audit_logs] }
  zones: []
  taegis: { default: { url: "https://taegis.example.com/${SECRET}?tenant=${SECRET}" } }
`,
  );
  const stacks = synthesize(environment);
  expect(JSON.stringify(stacks)).toContain(SECRET);
  const told = everything(inventoryOf(stacks));
  expect(told).not.toContain(SECRET);
  expect(told).toContain('taegis.example.com');
});
