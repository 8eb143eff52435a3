/**
 * Compiles the project into dist/, unless what was compiled last is what is here now. Told by names, sizes and times of
 * change, as git does: even the native compiler takes a second to find out that nothing changed. Plain JavaScript without
 * packages of its own: it runs before there is anything to import.
 */
const { createHash } = require('node:crypto');
const { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { spawnSync } = require('node:child_process');

const root = join(__dirname, '..');
const stamp = join(root, 'dist', '.compiled');

/** What the compiler takes: its settings, the versions of the packages, and every source. */
function digest() {
  const { include } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8'));
  const hash = createHash('sha256');
  for (const path of ['tsconfig.json', 'package-lock.json', ...include]) add(hash, path);
  return hash.digest('hex');
}

function add(hash, path) {
  const found = statSync(join(root, path));
  if (found.isDirectory()) for (const name of readdirSync(join(root, path)).sort()) add(hash, `${path}/${name}`);
  else if (/\.(ts|json)$/.test(path)) hash.update(`${path} ${found.size} ${found.mtimeMs}\n`);
}

function compiledLast() {
  try {
    return readFileSync(stamp, 'utf8');
  } catch {
    return undefined;
  }
}

const now = digest();
if (compiledLast() !== now) {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const { status } = spawnSync(process.execPath, [tsc, '-p', root], { stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(1);
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(stamp, now);
}
