import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { forgetChecksums } from '../../../cli/terraform/checksums';

const folder = mkdtempSync(join(tmpdir(), 'tributary-checksums-'));
const file = join(folder, '.terraform.lock.hcl');
afterAll(() => rmSync(folder, { recursive: true }));

const lock = (hashes: string) => `# This file is maintained automatically by "terraform init".

provider "registry.terraform.io/hashicorp/aws" {
  version     = "5.100.0"
  constraints = ">= 5.100.0, < 7.0.0"
${hashes}}

provider "registry.terraform.io/hashicorp/google" {
  version = "6.50.0"
${hashes}}
`;

test('the checksums of every provider go, and nothing else', async () => {
  writeFileSync(
    file,
    lock('  hashes = [\n    "h1:edXOJWE4ORX8Fm+dpVpICzMZJat4AX0VRCAy/xkcOc0=",\n    "zh:0123",\n  ]\n'),
  );
  await forgetChecksums(folder);
  expect(readFileSync(file, 'utf8')).toBe(lock(''));
  await forgetChecksums(folder);
  expect(readFileSync(file, 'utf8')).toBe(lock(''));
});

test('a folder without a lock file gets none', async () => {
  rmSync(file);
  await forgetChecksums(folder);
  expect(existsSync(file)).toBe(false);
});
