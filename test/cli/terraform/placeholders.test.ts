import { stackOf } from '../../../cli/synthesized';
import { placeholders } from '../../../cli/terraform/placeholders';
import { loadEnvironments } from '../../../environments/load';
import { synthesize } from '../../synthesize';

const of = (variable: Record<string, unknown>, resource: Record<string, unknown> = {}, env: NodeJS.ProcessEnv = {}) =>
  placeholders(stackOf('prod-x', '/x', { variable, resource }), env);

test.each([
  ['string', 'unused'],
  [undefined, 'unused'],
  ['number', '0'],
  ['bool', 'false'],
  ['list(string)', '[]'],
  ['set(string)', '[]'],
  ['map(string)', '{"default":"unused","dns":"unused"}'],
  [
    'map(object({ url = string }))',
    '{"default":{"url":"https://unused.invalid","secret":"unused"},"dns":{"url":"https://unused.invalid","secret":"unused"}}',
  ],
])('of type %s', (type, value) => {
  const resource = { a: { b: { c: '${urlencode(try(var.x["dns"], var.x["default"]))}', d: '${var.xx["other"]}' } } };
  const found = of({ x: { ...(type && { type }) } }, resource).TF_VAR_x ?? '';
  const sorted = (text: string) => (text.startsWith('{') ? Object.fromEntries(Object.entries(JSON.parse(text))) : text);
  expect(sorted(found)).toEqual(sorted(value));
});

test('nothing for a variable with a default, or one that was given, empty or not', () => {
  const variable = { a: { type: 'string', default: null }, b: { type: 'string' }, c: { type: 'string' } };
  expect(of(variable, {}, { TF_VAR_b: 'given', TF_VAR_c: '' })).toEqual({});
});

test('every variable of our own stacks that has no default gets one, and keys that its expressions ask for', () => {
  const all = Object.entries(synthesize(...loadEnvironments()));
  const values = all.flatMap(([name, document]) => Object.entries(placeholders(stackOf(name, '/x', document), {})));
  expect(new Set(values.map(([name]) => name))).toEqual(new Set(['TF_VAR_taegis_keys']));
  for (const [, value] of values) expect(JSON.parse(value as string)).toHaveProperty('default', 'unused');
});
