import type { createColors } from 'picocolors';
import { wrap } from '../wrap';
import type { Inventory } from './model';
import { type Entry, identityEntry, keyEntry, LIMITS, partyEntry, secretEntry, storeEntry, summary } from './sections';

/** Longer lines are hard to read. */
const MAX_WIDTH = 120;
const LABEL_WIDTH = 10;
const INDENT = '  ';

type Colors = ReturnType<typeof createColors>;

/** An inventory for a terminal of that many columns. */
export function renderText(inventory: Inventory, columns: number, colors: Colors): string {
  const width = Math.min(columns, MAX_WIDTH);
  const { stacks, stores, keys, identities, secrets, parties, unknown } = inventory;
  const ofStack = <T extends { readonly stack: string }>(all: readonly T[], render: (one: T) => Entry) =>
    stacks.flatMap((stack) => {
      const entries = all.filter((one) => one.stack === stack).map(render);
      return entries.length === 0 ? [] : [colors.dim(stack), ...entries.map((one) => renderEntry(one, width, colors))];
    });
  const section = (title: string, blocks: readonly string[]) =>
    blocks.length === 0 ? [] : [colors.bold(title.toUpperCase()), ...blocks];
  return [
    wrap(summary(inventory), width).join('\n'),
    ...(unknown.length === 0
      ? []
      : [
          colors.red(wrap('It is not complete:', width).join('\n')),
          ...unknown.map((one) => lines(one, width, INDENT)),
        ]),
    ...section('Stores', ofStack(stores, storeEntry)),
    ...section('Keys', ofStack(keys, keyEntry)),
    ...section(
      'Identities',
      identities.map((one) => renderEntry(identityEntry(one), width, colors)),
    ),
    ...section('Secrets', ofStack(secrets, secretEntry)),
    ...section(
      'Outside',
      parties.map((one) => renderEntry(partyEntry(one), width, colors)),
    ),
    lines(LIMITS, width, ''),
  ].join('\n\n');
}

function renderEntry({ name, kind, fields }: Entry, width: number, colors: Colors): string {
  const at = INDENT.length * 2 + LABEL_WIDTH + INDENT.length;
  const body = fields.flatMap(([label, phrases]) =>
    phrases.flatMap((phrase, index) =>
      wrap(phrase, width - at - INDENT.length).map((line, row) => {
        const head = index === 0 && row === 0 ? label.padEnd(LABEL_WIDTH) : ' '.repeat(LABEL_WIDTH);
        return `${INDENT}${INDENT}${colors.dim(head)}${INDENT}${row === 0 ? '' : INDENT}${line}`;
      }),
    ),
  );
  return [`${INDENT}${colors.bold(name)}  ${colors.dim(kind)}`, ...body].join('\n');
}

function lines(text: string, width: number, indent: string): string {
  return wrap(text, width - indent.length)
    .map((line) => indent + line)
    .join('\n');
}
