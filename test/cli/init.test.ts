import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { initEnvironment } from '../../cli/init';
import { checkEnvironment } from '../../environments/check';
import { PIPELINE_NAMES } from '../../stacks/pipelines';

const folder = mkdtempSync(join(tmpdir(), 'tributary-init-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('writes only the sections that were asked for; what is left to fill in is told value by value', () => {
  const text = readFileSync(initEnvironment('first', ['cloudtrail-cortex'], folder), 'utf8');
  expect(text).not.toMatch(/^(qualys|cloudflare):/m);
  expect(checkEnvironment('first.yaml', text, 'first').problems.map(({ path }) => path)).toEqual([
    'backend.gcs.bucket',
    'notifications.emails[0]',
    'cloudtrail.account',
    'cloudtrail.region',
  ]);
});

test('with the values filled in the file is good', () => {
  const text = readFileSync(initEnvironment('full', PIPELINE_NAMES, folder), 'utf8');
  const values: [RegExp, string][] = [
    [/bucket: FILL-IN/, 'bucket: acme-state'],
    [/emails: \[FILL-IN\]/, 'emails: [secops@example.com]'],
    [/project: FILL-IN/, 'project: acme-secops'],
    [/region: FILL-IN/, 'region: europe-west3'],
    [/apiUrl: FILL-IN/, 'apiUrl: qualysapi.qualys.eu'],
    [/account: FILL-IN/, 'account: "111122223333"'],
    [/region: FILL-IN/, 'region: eu-central-1'],
    [/id: FILL-IN/, 'id: 0123456789abcdef0123456789abcdef'],
    [/id: FILL-IN/, 'id: 023e105f4ecef8ad9ca31a8372d0c353'],
    [/name: FILL-IN/, 'name: example.com'],
    [/url: FILL-IN/, 'url: https://taegis.example.com/x'],
  ];
  const filled = values.reduce((before, [from, to]) => before.replace(from, to), text);
  expect(checkEnvironment('full.yaml', filled, 'full').problems).toEqual([]);
});

test('each file gets an external id of its own', () => {
  const id = (name: string) =>
    /externalId: (\S+)/.exec(readFileSync(initEnvironment(name, ['cloudtrail-cortex'], folder), 'utf8'))?.[1];
  const [one, two] = [id('one'), id('two')];
  expect(one).toMatch(/^[0-9a-f-]{36}$/);
  expect(two).not.toBe(one);
});

test('nothing is written over, and a name that no environment can have is refused', () => {
  writeFileSync(join(folder, 'there.yaml'), 'mine');
  expect(() => initEnvironment('there', PIPELINE_NAMES, folder)).toThrow(/there\.yaml is there already/);
  expect(readFileSync(join(folder, 'there.yaml'), 'utf8')).toBe('mine');
  expect(() => initEnvironment('No Name', PIPELINE_NAMES, folder)).toThrow(/2 to 14 of a-z/);
});
