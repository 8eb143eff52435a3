import { environmentsFolder } from '../../environments/load';
import { isInRepositoryOf } from '../parser/at-commit';
import { changeMarkdown, summaryOf } from '../parser/changes-text';
import { parserChanges } from '../parser/parser-changes';
import { LEVEL, type Section } from './markdown-section';
import { plain } from './markdown-text';
import type { PlanReport } from './report';

/**
 * How the samples of parsers change since a commit; undefined when the parsers lie in another repository than the
 * environment files, where the commit says nothing of them.
 */
export async function parsersSince(ref: string): Promise<PlanReport['parsers']> {
  if (!isInRepositoryOf(environmentsFolder())) return undefined;
  return parserChanges(ref, `--changed-since ${ref}`);
}

/** What becomes of the parsers' samples, for a comment. */
export function parserSection({ parsers = [] }: PlanReport): Section {
  return {
    head: '### Parsers: what becomes of their samples\n\n',
    pieces: parsers.map((change) => ({
      text: `${changeMarkdown(change)}\n`,
      shorter: [
        { level: LEVEL.attributes, text: `**${plain(change.parser)}**: ${plain(summaryOf(change))}\n\n` },
        { level: LEVEL.section, text: '' },
      ],
      what: 'parser',
    })),
  };
}
