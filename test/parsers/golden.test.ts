import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { checkParser } from '../../cbn/check';
import { coverageOf } from '../../cli/parser/coverage';
import { testParser } from '../../cli/parser/golden';
import { compileProgram, filesOf } from '../../cli/parser/program';
import { listParsers } from '../../cli/parser/tree';

const parsers = listParsers();

test('the tree has parsers', () => {
  expect(parsers.map(({ name }) => name)).toEqual([
    'QUALYS_ASSET_CONTEXT/properties',
    'QUALYS_CONTINUOUS_MONITORING/improved',
    'QUALYS_CONTINUOUS_MONITORING/parity',
    'QUALYS_VM/cves',
    'squid/corrected',
    'squid/verbatim',
  ]);
});

/** Branches of what is kept as others wrote it, which no log can take. */
const UNREACHED: Readonly<Record<string, readonly string[]>> = {
  // Without a method or a client convert has failed before.
  'squid/verbatim': ['125 if without its conditions', '133 if without its conditions'],
};

describe.each(parsers.map((parser) => [parser.name, parser] as const))('%s', (_, parser) => {
  test('gives the expected events', async () => {
    expect(await testParser(parser, compileProgram(filesOf(parser)))).toMatchObject({ mismatches: [], problems: [] });
  });

  test('can be run', () => {
    expect(checkParser(filesOf(parser).parser).filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  test('is tried by its samples, every statement and branch', async () => {
    const { unreached } = await coverageOf(parser, compileProgram(filesOf(parser)));
    expect(unreached.map(({ what, position }) => `${position.line} ${what}`)).toEqual(UNREACHED[parser.name] ?? []);
  });

  test('is a folder of data with a page of its own', () => {
    const files = readdirSync(parser.folder).filter((file) => file !== 'extension.conf');
    expect(files.sort()).toEqual(['README.md', 'events', 'logs', 'parser.conf']);
    expect(existsSync(join(parser.folder, 'logs'))).toBe(true);
  });
});
