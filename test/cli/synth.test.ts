import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesizeStack } from '../../cli/synth';
import { projectRoot } from '../../environments/root';

const environments = mkdtempSync(join(tmpdir(), 'tributary-synth-'));
const before = process.env.TRIBUTARY_ENVIRONMENTS;
process.env.TRIBUTARY_ENVIRONMENTS = environments;
afterAll(() => {
  if (before === undefined) delete process.env.TRIBUTARY_ENVIRONMENTS;
  else process.env.TRIBUTARY_ENVIRONMENTS = before;
  rmSync(environments, { recursive: true });
});

test('what the app says is told as it stands, and no folder is left', async () => {
  writeFileSync(join(environments, 'half.yaml'), 'environment: half\nprotected: maybe\n');
  await expect(synthesizeStack('half', 'half-qualys-secops', () => undefined)).rejects.toThrow(
    /^The environment could not be synthesized:\n\d problems in .*half\.yaml\n[\s\S]*half\.yaml:2:12 {2}protected\n {4}got {7}"maybe"\n/,
  );
  // Other tests may be at work in folders of their own.
  const left = readdirSync(join(projectRoot, '.local')).filter((name) =>
    existsSync(join(projectRoot, '.local', name, 'environments', 'half.yaml')),
  );
  expect(left).toEqual([]);
}, 60_000);
