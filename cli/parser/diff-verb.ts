import type { Command } from 'commander';
import { Option } from 'commander';
import { createColors } from 'picocolors';
import { environmentsFolder } from '../../environments/folder';
import { UserError } from '../../environments/user-error';
import { EXIT } from '../exit-codes';
import { isColorful } from '../progress';
import { conclude, jsonOption } from '../verb';
import { changesMarkdown, renderChanges } from './changes-text';
import { hasEffect, parserChanges } from './parser-changes';

interface Flags {
  readonly markdown?: boolean;
  readonly json?: boolean;
}

/** Adds `parser diff <ref>`. */
export function addDiffVerb(parser: Command): void {
  parser
    .command('diff')
    .description('how the events of the samples change between a commit and the files as they are')
    .argument('<ref>', 'branch, tag or commit to compare with')
    .addOption(new Option('--markdown', 'the table of a pull request').conflicts('json'))
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExit codes: 0 no event changes; 2 some do; 1 a version cannot be run, or the command failed.',
    )
    .action(async (ref: string, { markdown = false, json = false }: Flags) => {
      const changes = await parserChanges(ref, `parser diff ${ref}`);
      if (changes === undefined)
        throw new UserError(
          `parser diff ${ref} compares commits of the repository with the environment files, and ${environmentsFolder()} ` +
            'is in none that has parsers.',
        );
      const text = markdown
        ? changesMarkdown(changes).trimEnd()
        : renderChanges(changes, createColors(isColorful(process.stdout)));
      const failed = changes.some(({ problem }) => problem !== undefined);
      const differs = changes.some(hasEffect);
      const exitCode = failed ? EXIT.failed : differs ? EXIT.changes : EXIT.good;
      conclude({ exitCode, document: { parsers: changes }, text }, json);
    });
}
