import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../environments/root';
import { AWS_RULES } from './aws-rules';
import { CONTROLS, type Control } from './controls';
import { controlsDocument } from './controls-document';

const FILE = join(projectRoot, 'docs', 'controls.md');
const held: readonly string[] = Object.values(AWS_RULES).flatMap((rules) => rules.flatMap(({ controls }) => controls));
const controls: readonly (readonly [string, Control])[] = Object.entries(CONTROLS);

test('each control is held by a rule, or has a reason why not, never both', () => {
  expect(controls.filter(([id, { notOurs }]) => held.includes(id) === (notOurs !== undefined))).toEqual([]);
});

test('docs/controls.md is what the rules say: UPDATE_DOCS=1 npx jest test/rules writes it', () => {
  const document = controlsDocument();
  if (process.env.UPDATE_DOCS) writeFileSync(FILE, document);
  expect(readFileSync(FILE, 'utf8')).toBe(document);
});
