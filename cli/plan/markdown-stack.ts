import { countsOf, describeCounts } from './counts';
import { LEVEL, type Piece, type Section } from './markdown-section';
import { code, fenced, plain } from './markdown-text';
import type { OutputChange, PlanReport, ResourceChange, StackReport } from './report';
import { resourceLines } from './resource-lines';
import { bySeverity, remarkOf, symbolOf } from './show';

/** Lines of a diff that stand open; a longer one is folded. */
const OPEN_LINES = 40;

/** What each stack would do, in a fold of its own. */
export function stackSections({ stacks }: PlanReport): Section[] {
  return stacks
    .filter(({ changes, outputs }) => changes.length + outputs.length > 0)
    .map(({ stack, kind, changes, outputs }) => ({
      head: `<details><summary><b>${plain(stack)}</b>: ${describeCounts(countsOf(changes))}${kind === 'offline' ? ' (configuration only: what is made anew is not known)' : ''}</summary>\n\n`,
      pieces: [...bySeverity(changes).flatMap(resourcePieces), ...outputPieces(outputs)],
      more: (resources: number) => `… and ${resources} more.\n\n`,
      tail: '\n</details>\n\n',
    }));
}

/** What was changed outside, apart from what is intended. */
export function driftSections({ stacks }: PlanReport): Section[] {
  return stacks
    .filter(({ drift }) => drift.length > 0)
    .map(({ stack, drift }: StackReport) => ({
      head: `<details><summary>👀 <b>${plain(stack)}</b>: ${drift.length} changed outside of Terraform</summary>\n\n`,
      pieces: drift.flatMap((change) => resourcePieces(change)),
      more: (resources: number) => `… and ${resources} more.\n\n`,
      tail: '\n</details>\n\n',
    }));
}

function resourcePieces(change: ResourceChange): Piece[] {
  const remark = remarkOf(change);
  const title = `${code(symbolOf(change))} ${code(change.address)}${remark && ` <i>${plain(remark)}</i>`}`;
  const level = change.action === 'delete' || change.action === 'replace' ? LEVEL.destroyedResource : LEVEL.resource;
  const line = `${title}\n\n`;
  const gone = { level, text: '' };
  const { attributes, diffs } = resourceLines(change);
  const block = attributes.length > 0 ? `${fenced('text', attributes)}\n` : '';
  if (change.action !== 'create')
    return [
      { text: line, shorter: [gone], what: 'resources', resource: true },
      ...(block
        ? [{ text: block, shorter: [{ level: LEVEL.attributes, text: '' }], what: 'lists of attributes' }]
        : []),
      ...diffs.map(diffPiece),
    ];
  // What is new is many lines that nobody compares with anything: folded.
  const documents = diffs.map(diffPiece);
  const fold = (inside: string) =>
    `<details><summary>${title}: ${change.attributes.length} attributes</summary>\n\n${inside}</details>\n\n`;
  if (change.attributes.length === 0) return [{ text: line, shorter: [gone], what: 'resources', resource: true }];
  return [
    {
      text: fold(block + documents.map(({ text }) => text).join('')),
      shorter: [
        ...(diffs.length > 0
          ? [{ level: LEVEL.diff, text: fold(block + documents.map(({ shorter = [] }) => shorter[0]?.text).join('')) }]
          : []),
        { level: LEVEL.attributes, text: line },
        gone,
      ],
      what: 'resources',
      resource: true,
    },
  ];
}

function diffPiece({ title, diff }: ReturnType<typeof resourceLines>['diffs'][number]): Piece {
  const { lines, added, removed } = diff;
  const size = [added > 0 && `${added} added`, removed > 0 && `${removed} removed`].filter(Boolean).join(', ');
  const name = `${code(title)}${size && `: ${size}`}`;
  const block = fenced('diff', lines);
  return {
    text:
      lines.length > OPEN_LINES
        ? `<details><summary>${name}</summary>\n\n${block}\n</details>\n\n`
        : `${code(title)}\n${block}\n`,
    shorter: [
      { level: LEVEL.diff, text: `${name}, left out\n\n` },
      { level: LEVEL.attributes, text: '' },
    ],
    what: 'diffs',
  };
}

function outputPieces(outputs: readonly OutputChange[]): Piece[] {
  if (outputs.length === 0) return [];
  const { attributes, diffs } = resourceLines({
    address: '',
    type: '',
    action: 'update',
    attributes: outputs.map(({ name, before, after }) => ({ path: name, before, after })),
  });
  const text = `**Outputs**\n\n${attributes.length > 0 ? fenced('text', attributes) : ''}\n`;
  return [{ text, shorter: [{ level: LEVEL.attributes, text: '' }], what: 'outputs' }, ...diffs.map(diffPiece)];
}
