import type { Inventory } from './model';
import { type Entry, identityEntry, keyEntry, LIMITS, partyEntry, secretEntry, storeEntry, summary } from './sections';

/** Fields of a store that say where it lies; the others say who gets at it. */
const LYING = ['holds', 'place', 'encrypted', 'kept', 'set'] as const;
const ACCESS = ['read by', 'written by', 'deleted by', 'set up by'] as const;

/** An inventory as Markdown (GitHub's). */
export function renderMarkdown(inventory: Inventory): string {
  const { environment, stacks, stores, keys, identities, secrets, parties, unknown } = inventory;
  const blocks = [
    `# Inventory of ${environment}`,
    summary(inventory),
    ...(unknown.length === 0 ? [] : ['**It is not complete:**', unknown.map((one) => `- ${plain(one)}`).join('\n')]),
    '## Stores',
    ...stacks.flatMap((stack) => {
      const entries = stores.filter((one) => one.stack === stack).map((one) => othersIn('read by', storeEntry(one)));
      return entries.length === 0
        ? []
        : [`### ${stack}`, table('Store', entries, LYING), table('Store', entries, ACCESS)];
    }),
    ...section(
      'Keys',
      'Key',
      keys.map((one) => othersIn('decrypt', keyEntry(one))),
      [...['encrypts', 'set', 'decrypt', 'encrypt', 'administer']],
    ),
    ...section('Identities', 'Identity', identities.map(identityEntry), ['for', 'used', 'assumed by', 'may']),
    ...section('Secrets', 'Secret', secrets.map(secretEntry), ['lives in', 'read by', 'given', 'changed']),
    ...section('Outside', 'Who', parties.map(partyEntry), ['gets']),
    LIMITS,
  ];
  return `${blocks.join('\n\n')}\n`;
}

function section(title: string, head: string, entries: readonly Entry[], labels: readonly string[]): string[] {
  return entries.length === 0 ? [] : [`## ${title}`, table(head, entries, labels)];
}

/** Who else gets at it stands in the column of those who do: a column of its own would be empty mostly. */
function othersIn(label: string, { fields, ...entry }: Entry): Entry {
  return { ...entry, fields: fields.map(([name, phrases]) => [name === 'others' ? label : name, phrases]) };
}

/** A table of the fields that any of the entries has. */
function table(head: string, entries: readonly Entry[], labels: readonly string[]): string {
  const present = labels.filter((label) => entries.some(({ fields }) => fields.some(([name]) => name === label)));
  const rows = entries.map(({ name, kind, fields }) => [
    `**${plain(name)}**<br>${plain(kind)}`,
    ...present.map((label) =>
      fields
        .filter(([name]) => name === label)
        .flatMap(([, phrases]) => phrases.map(plain))
        .join('<br>'),
    ),
  ]);
  const titles = [head, ...present.map((label) => label.charAt(0).toUpperCase() + label.slice(1))];
  return [titles, titles.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Text that means nothing to Markdown. */
function plain(text: string): string {
  return text
    .replace(/[\\`*_|[\]]/g, '\\$&')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
