import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { days, seconds } from '../../environments/duration';
import { loadEnvironment, loadEnvironments } from '../../environments/load';
import { projectRoot } from '../../environments/root';
import { environmentJsonSchema } from '../../environments/schema';

const folder = mkdtempSync(join(tmpdir(), 'tributary-environments-'));
afterAll(() => rmSync(folder, { recursive: true }));

const MINIMAL = (name: string) => `environment: ${name}
protected: false
backend: { local: {} }
cloudtrail: { account: "111122223333", region: eu-west-1, trail: create, cortex: { externalId: abc } }
`;

test('the examples of the project are good', () => {
  expect(loadEnvironments(join(projectRoot, 'environments')).map(({ environment }) => environment)).toEqual([
    'dev',
    'local',
    'prod',
  ]);
});

test('a new environment is a new file and nothing else; problems of all files come in one report', () => {
  writeFileSync(join(folder, 'one.yaml'), MINIMAL('one'));
  writeFileSync(join(folder, 'two.yaml'), MINIMAL('two'));
  expect(loadEnvironments(folder)).toHaveLength(2);
  expect(loadEnvironment('two', folder).cloudtrail?.queue.retention).toBe('14d');
  writeFileSync(join(folder, 'two.yaml'), MINIMAL('two').replace('eu-west-1', 'eu-west-11'));
  writeFileSync(join(folder, 'three.yaml'), MINIMAL('three').replace('false', 'no'));
  expect(() => loadEnvironments(folder)).toThrow(
    /^2 problems in .*three\.yaml, .*two\.yaml[\s\S]*three\.yaml:2:12 {2}protected[\s\S]*two\.yaml:4:48 {2}cloudtrail\.region/,
  );
});

test('what is not there is told', () => {
  expect(() => loadEnvironments(join(folder, 'nowhere'))).toThrow(/nowhere not found.*TRIBUTARY_ENVIRONMENTS/);
  expect(() => loadEnvironment('four', folder)).toThrow(/four\.yaml not found\. Environments here: one, three, two/);
  const empty = mkdtempSync(join(folder, 'empty'));
  expect(() => loadEnvironments(empty)).toThrow(/holds no environment file/);
  writeFileSync(join(empty, 'x1.yml'), MINIMAL('x1'));
  expect(() => loadEnvironments(empty)).toThrow(/x1\.yml: environment files end in \.yaml/);
});

test('the JSON Schema for editors is what the schema says (npm run schema writes it)', () => {
  const file = join(projectRoot, 'environments', 'environment.schema.json');
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(environmentJsonSchema());
});

test('durations in seconds and days', () => {
  expect([seconds('90s'), seconds('15m'), seconds('12h'), seconds('30d')]).toEqual([90, 900, 43_200, 2_592_000]);
  expect([days('30d'), days('25h')]).toEqual([30, 2]);
});
