import { countsOf, describeCounts } from './counts';
import { type Group, grouped, nameOfGroup } from './groups';
import { LEVEL, type Piece, type Section } from './markdown-section';
import { code, fenced, plain } from './markdown-text';
import type { OutputChange, PlanReport, ResourceChange } from './report';
import { resourceLines } from './resource-lines';
import { remarkOf, symbolOf, visible } from './show';

/** Lines of a diff that stand open; a longer one is folded. */
const OPEN_LINES = 40;

/** What each stack would do, in a fold of its own. */
export function stackSections({ stacks }: PlanReport): Section[] {
  return stacks
    .filter(({ changes, outputs }) => changes.length + outputs.length > 0)
    .map(({ stack, kind, changes, outputs }) => {
      const remark = kind === 'offline' ? ' (configuration only: what is made anew is not known)' : '';
      const title = `<b>${plain(stack)}</b>: ${describeCounts(countsOf(changes))}${remark}`;
      return section(title, [...resourcePieces(changes), ...outputPieces(outputs)]);
    });
}

/** What was changed outside, apart from what is intended. */
export function driftSections({ stacks }: PlanReport): Section[] {
  return stacks
    .filter(({ drift }) => drift.length > 0)
    .map(({ stack, drift }) =>
      section(`👀 <b>${plain(stack)}</b>: ${drift.length} changed outside of Terraform`, resourcePieces(drift)),
    );
}

function section(title: string, pieces: readonly Piece[]): Section {
  return {
    head: `<details><summary>${title}</summary>\n\n`,
    pieces,
    more: (resources) => `… and ${resources} more.\n\n`,
    tail: '</details>\n\n',
  };
}

function resourcePieces(changes: readonly ResourceChange[]): Piece[] {
  return grouped(changes).flatMap((group) => (group[0].action === 'create' ? newPiece(group[0]) : groupPieces(group)));
}

function groupPieces(group: Group): Piece[] {
  const [change] = group;
  const { attributes, diffs } = resourceLines(change);
  const resources = { what: 'resource' as const, resources: group.length };
  const line: Piece = {
    text: `${titleOf(group)}\n\n`,
    shorter: [{ level: isDestroyed(change) ? LEVEL.destroyedResource : LEVEL.resource, text: '' }],
    ...resources,
  };
  const addresses: Piece = {
    text: `<details><summary>Which</summary>\n\n${fenced(
      'text',
      group.map(({ address }) => visible(address)),
    )}\n</details>\n\n`,
    shorter: [{ level: LEVEL.newAttributes, text: '' }],
    what: 'addresses',
  };
  const lines: Piece = {
    text: `${fenced('text', attributes)}\n`,
    shorter: [{ level: LEVEL.attributes, text: '' }],
    what: 'attributes',
  };
  return [
    line,
    ...(group.length > 1 ? [addresses] : []),
    ...(attributes.length > 0 ? [lines] : []),
    ...diffs.map(diffPiece),
  ];
}

/** What is new is many lines that nobody compares with anything: folded. */
function newPiece(change: ResourceChange): Piece {
  const { attributes, diffs } = resourceLines(change);
  const title = titleOf([change]);
  const line = `${title}\n\n`;
  const gone = { level: LEVEL.resource, text: '' };
  const resources = { what: 'resource' as const, resources: 1 };
  const { length } = change.attributes;
  if (length === 0) return { text: line, shorter: [gone], ...resources };
  const block = attributes.length > 0 ? `${fenced('text', attributes)}\n` : '';
  const documents = diffs.map(diffPiece);
  const fold = (inside: string) =>
    `<details><summary>${title}: ${length} ${length === 1 ? 'attribute' : 'attributes'}</summary>\n\n${inside}</details>\n\n`;
  const withoutDiffs = {
    level: LEVEL.newDiff,
    text: fold(block + documents.map(({ shorter = [] }) => shorter[0]?.text).join('')),
  };
  return {
    text: fold(block + documents.map(({ text }) => text).join('')),
    shorter: [...(diffs.length > 0 ? [withoutDiffs] : []), { level: LEVEL.newAttributes, text: line }, gone],
    ...resources,
  };
}

function titleOf(group: Group): string {
  const remark = remarkOf(group[0]);
  return `${code(symbolOf(group[0]))} ${nameOfGroup(group, code)}${remark && ` <i>${plain(remark)}</i>`}`;
}

function isDestroyed({ action }: ResourceChange): boolean {
  return action === 'delete' || action === 'replace';
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
    what: 'diff',
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
  return [{ text, shorter: [{ level: LEVEL.attributes, text: '' }], what: 'output' }, ...diffs.map(diffPiece)];
}
