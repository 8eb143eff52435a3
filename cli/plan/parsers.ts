import { changeMarkdown, summaryOf } from '../parser/changes-text';
import { LEVEL, type Section } from './markdown-section';
import { plain } from './markdown-text';
import type { PlanReport } from './report';

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

/** Parsers that must not be deployed as they are. */
export function failingParserSection({ failingParsers = [] }: PlanReport): Section {
  return {
    head: '### Parsers that give other events than expected\n\n',
    pieces: failingParsers.map(({ parser, problem }) => ({
      text: `- **${plain(parser)}**: ${plain(problem)}\n`,
      shorter: [{ level: LEVEL.last, text: '' }],
      what: 'error',
    })),
    tail: '\n',
  };
}
