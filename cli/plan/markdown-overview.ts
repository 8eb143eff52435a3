import { type Counts, countsOf, isQuiet } from './counts';
import { grantsOf, isWider } from './grants';
import { isAccess, lossOf } from './kinds';
import { listed, lossesOf } from './losses';
import { LEVEL, type Piece, type Section } from './markdown-section';
import { code, fenced, plain } from './markdown-text';
import { mergeWarnings } from './merged-warnings';
import type { PlanReport, StackReport } from './report';
import { symbolOf, visible } from './show';

/** Addresses of a kind that are named in the banner. */
const NAMED = 5;
/** Changes of access that are listed, and grants of each; the stacks' sections have the rest. */
const MOST_ACCESS = 12;
const MOST_GRANTS = 6;
/** Characters of an error, its end: Terraform says last what matters most. */
const LONGEST_ERROR = 4_000;
const SHORT_ERROR = 300;

/** What is destroyed, and what is lost with it. */
export function banner(report: PlanReport): Section {
  const losses = lossesOf(report);
  const isLoud = losses.some(({ loss }) => loss !== undefined);
  return {
    head: `> [!${isLoud ? 'CAUTION' : 'WARNING'}]\n> **${isLoud ? 'Something is lost for good' : 'Something is destroyed'}**\n>\n`,
    pieces: losses.map(({ stack, action, type, addresses, loss }) => {
      const what = `**${plain(stack)}** ${action === 'delete' ? 'destroys' : 'destroys and makes anew'}`;
      const kind = addresses.length === 1 ? '' : `${addresses.length} ${code(type)}: `;
      const names = addresses.length === 1 ? addresses : addresses.map((address) => address.replace(`${type}.`, ''));
      return {
        text: `> - ${what} ${kind}${listed(names.map(code), NAMED)}${loss ? `: ${loss}` : ''}\n`,
        shorter: [
          { level: loss ? LEVEL.last : LEVEL.destroyedRow, text: `> - ${what} ${addresses.length} ${code(type)}\n` },
          { level: LEVEL.last + 1, text: '' },
        ],
        what: 'loss',
      };
    }),
    tail: '\n',
  };
}

export function failures({ stacks }: PlanReport): Section {
  return {
    head: '### Failed to plan\n\n',
    pieces: stacks
      .filter(({ kind }) => kind === 'failed')
      .map(({ stack, error = 'Terraform gave no reason.' }) => {
        const text = (longest: number) => {
          const cut = error.length > longest ? `…${error.slice(-longest)}` : error;
          return `**${plain(stack)}**\n\n${fenced('text', visible(cut).trim().split('\n'))}\n`;
        };
        return {
          text: text(LONGEST_ERROR),
          shorter: [
            { level: LEVEL.section, text: text(SHORT_ERROR) },
            { level: LEVEL.last, text: `**${plain(stack)}** failed to plan.\n\n` },
            { level: LEVEL.last + 1, text: '' },
          ],
          what: 'error',
        };
      }),
  };
}

export function table({ stacks }: PlanReport): Section {
  return {
    head: '| Stack | Add | Change | Replace | Destroy | Categories |\n|---|--:|--:|--:|--:|---|\n',
    pieces: stacks.filter((stack) => !isQuiet(stack)).map(row),
    tail: '\n',
  };
}

function row(stack: StackReport): Piece {
  const counts = countsOf(stack.changes);
  const isBad = stack.kind === 'failed' || counts.delete + counts.replace > 0;
  const cells = [counts.create, counts.update, counts.replace, counts.delete].map((number) =>
    number > 0 ? number : '',
  );
  return {
    text: `| ${plain(stack.stack)} | ${cells.join(' | ')} | ${categories(stack, counts).join(', ')} |\n`,
    shorter: [{ level: isBad ? LEVEL.destroyedRow : LEVEL.row, text: '' }],
    what: 'row',
  };
}

function categories({ kind, changes, drift, outputs }: StackReport, counts: Counts): string[] {
  const { length: access } = changes.filter(isAccess);
  return [
    kind === 'failed' && '❌ **failed**',
    changes.some((change) => lossOf(change) !== undefined) && '🛑 **loss**',
    access > 0 && `🔑 access ${access}`,
    drift.length > 0 && `👀 drift ${drift.length}`,
    counts.import > 0 && `import ${counts.import}`,
    counts.move > 0 && `move ${counts.move}`,
    counts.forget > 0 && `forget ${counts.forget}`,
    outputs.length > 0 && `outputs ${outputs.length}`,
    kind === 'offline' && 'configuration only',
  ].filter((text) => text !== false);
}

export function warnings({ stacks }: PlanReport): Section {
  return {
    head: '### To know before the deploy\n\n',
    pieces: mergeWarnings(stacks).map((warning) => ({
      text: `- **${plain(warning.stacks.length > NAMED ? `${warning.stacks.length} stacks` : warning.stacks.join(', '))}**: ${plain(warning.text)}\n`,
      shorter: [{ level: LEVEL.section, text: '' }],
      what: 'warning',
    })),
    tail: '\n',
  };
}

/** Who may do what more than before, and what less; where somebody may do more comes first. */
export function access({ stacks }: PlanReport): Section {
  const changes = stacks
    .flatMap(({ stack, changes }) => changes.filter(isAccess).map((change) => ({ stack, change, ...grantsOf(change) })))
    .sort((one, other) => Number(isWider(other)) - Number(isWider(one)));
  const pieces = changes.slice(0, MOST_ACCESS).map(({ stack, change, added, removed }): Piece => {
    const lines = [...added.map((grant) => `+ ${grant}`), ...removed.map((grant) => `- ${grant}`)];
    const more = lines.length - MOST_GRANTS;
    const shown = lines.slice(0, MOST_GRANTS).map((line) => cut(visible(line)));
    const block = fenced('diff', more > 0 ? [...shown, `… and ${more} more`] : shown);
    const title = `- **${plain(stack)}** ${code(symbolOf(change))} ${code(change.address)}\n`;
    return {
      text: title + (shown.length > 0 ? indented(block) : ''),
      shorter: [
        { level: LEVEL.resource, text: title },
        { level: LEVEL.section, text: '' },
      ],
      what: 'access',
    };
  });
  const rest = changes.length - pieces.length;
  const others: Piece = {
    text: `- … and ${rest} more, in the stacks' sections\n`,
    shorter: [{ level: LEVEL.section, text: '' }],
  };
  return { head: '### Who may do what\n\n', pieces: rest > 0 ? [...pieces, others] : pieces, tail: '\n' };
}

/** Characters of a grant. */
const LONGEST_GRANT = 300;

function cut(text: string): string {
  return text.length > LONGEST_GRANT ? `${text.slice(0, LONGEST_GRANT)}…` : text;
}

/** Of a list's item. */
function indented(block: string): string {
  return block.replace(/^/gm, '  ').trimEnd().concat('\n');
}
