import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { projectRoot } from '../environments/root';

/**
 * Who may know whom. A key is a part of the tree, the longest that fits a file counts; its values are the other parts, or
 * single modules of them, that the file may import.
 */
const MAY_IMPORT: Record<string, readonly string[]> = {
  'main.ts': ['environments', 'stacks'],
  environments: ['constructs/cloudflare/logpush-catalogue'],
  stacks: ['environments', 'constructs', 'functions/qualys/contract'],
  constructs: [],
  functions: [],
  cbn: [],
  cli: [
    'cbn',
    'environments',
    'stacks/pipelines',
    'stacks/outputs',
    'stacks/stateful',
    'stacks/google-permissions',
    'stacks/cloudtrail-names',
    'stacks/qualys-names',
    'functions/qualys/contract',
    'functions/qualys/client',
    'test/simulators',
  ],
  tributary: ['cli', 'dist/cli/main'],
  bench: [
    'dist/test/simulators',
    'dist/cli/local/emulators',
    'dist/cli/terraform/find',
    'dist/constructs/google/function-bundle',
    'dist/constructs/cloudflare/logpush-catalogue',
    'dist/functions/qualys/contract',
    'dist/cbn',
  ],
  'test/simulators': [],
  '.github/scripts': [],
};

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: projectRoot,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => /\.(ts|cjs|mjs)$/.test(file) || file === 'tributary');

function partOf(path: string): string | undefined {
  return Object.keys(MAY_IMPORT)
    .filter((part) => path === part || path.startsWith(`${part}/`))
    .sort((a, b) => b.length - a.length)[0];
}

/** Project files that a file imports, without extension. */
function importsOf(file: string): string[] {
  const source = readFileSync(join(projectRoot, file), 'utf8');
  return [...source.matchAll(/(?:from |require\(|import\(|import )'(\.{1,2}\/[^']+)'/g)].map(([, target = '']) =>
    normalize(join(dirname(file), target)).replace(/\.(js|cjs|json)$/, ''),
  );
}

test.each(files.filter((file) => partOf(file) !== undefined))('%s knows only whom it may know', (file) => {
  const part = partOf(file) ?? '';
  const strangers = importsOf(file).filter(
    (target) =>
      partOf(target) !== part &&
      !MAY_IMPORT[part]?.some((allowed) => target === allowed || target.startsWith(`${allowed}/`)),
  );
  expect(strangers).toEqual([]);
});

test('there are no barrel files', () => {
  expect(files.filter((file) => /(^|\/)index\.ts$/.test(file))).toEqual([]);
});

test('package-lock.json names no download address', () => {
  expect(readFileSync(join(projectRoot, 'package-lock.json'), 'utf8')).not.toContain('"resolved"');
});

test('package-lock.json is complete on every platform: npm ci refuses it elsewhere if an optional package is left out', () => {
  const { packages } = JSON.parse(readFileSync(join(projectRoot, 'package-lock.json'), 'utf8'));
  const wanted = Object.values<{ optionalDependencies?: object }>(packages).flatMap((entry) =>
    Object.keys(entry.optionalDependencies ?? {}),
  );
  expect(wanted.filter((name) => packages[`node_modules/${name}`] === undefined)).toEqual([]);
});

test('every package is pinned exactly', () => {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8'));
  const versions: string[] = Object.values({ ...dependencies, ...devDependencies });
  expect(versions.filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
});
