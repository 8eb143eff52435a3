/**
 * Makes the project ready to run: checks the version of Node.js, and installs the packages when node_modules holds others
 * than package-lock.json names. Plain JavaScript without imports: it runs before there is anything to import.
 */
const { existsSync, readFileSync } = require('node:fs');
const { join } = require('node:path');
const { spawnSync } = require('node:child_process');

const root = join(__dirname, '..');

/** cdktf needs 20.9; the terminal binding of cdktf-cli has no prebuilt binary above 22. */
function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 22 || major < 20 || (major === 20 && minor < 9))
    stop(`Tributary needs Node.js 20.9 to 22, this is ${process.versions.node}: run it with Node.js 22 (nvm use).`);
}

/** Whether every package that the lock file names is installed in that version; npm keeps the list of what it installed. */
function isInstalled() {
  const installed = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installed)) return false;
  const wanted = readPackages(join(root, 'package-lock.json'));
  const found = readPackages(installed);
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === '' || optional || found[path]?.version === version,
  );
}

function readPackages(lockFile) {
  return JSON.parse(readFileSync(lockFile, 'utf8')).packages;
}

function install() {
  console.error('Installing packages (npm ci, once) …');
  const { status, error } = spawnSync('npm', ['ci', '--no-progress', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (error || status !== 0) stop(`npm ci failed${error ? `: ${error.message}` : ''}. Run it by hand to see more.`);
}

function stop(message) {
  console.error(message);
  process.exit(1);
}

checkNode();
if (!isInstalled()) install();
