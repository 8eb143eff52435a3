import { sorted } from './digest';
import { SENSITIVE } from './mask';
import { isRecord } from './record';
import type { Action, AttributeChange, ResourceChange, Value } from './report';
import { KNOWN_AFTER_APPLY } from './walk';

/** Terraform's signs. */
export function symbolOf({
  action,
  createBeforeDestroy,
}: Pick<ResourceChange, 'action' | 'createBeforeDestroy'>): string {
  const symbols: Readonly<Record<Action, string>> = {
    create: '+',
    update: '~',
    replace: createBeforeDestroy ? '+/-' : '-/+',
    delete: '-',
    forget: '.',
    none: '→',
  };
  return symbols[action];
}

/** Worst first. */
const ORDER: readonly Action[] = ['delete', 'replace', 'update', 'forget', 'create', 'none'];

/** What a reader must see first comes first. */
export function bySeverity(changes: readonly ResourceChange[]): ResourceChange[] {
  return [...changes].sort((one, other) => ORDER.indexOf(one.action) - ORDER.indexOf(other.action));
}

/** Why, from where and what is taken in, as one says it behind the address; empty when there is nothing to say. */
export function remarkOf({ movedFrom, importId, reason, action }: ResourceChange): string {
  return [
    movedFrom !== undefined && `moved from ${movedFrom}`,
    importId !== undefined && `imported from ${importId}`,
    action === 'forget' && 'stays, without Terraform',
    reason,
  ]
    .filter(Boolean)
    .join('; ');
}

/** Characters of a value in a line. */
const LONGEST_VALUE = 120;

/** Both values, each on a line and cut where they differ. */
export function showPair({ before, after }: Pick<AttributeChange, 'before' | 'after'>): [old: string, now: string] {
  return cutPair(showValue(before), showValue(after), LONGEST_VALUE);
}

function showValue(value: Value): string {
  if (value.kind === 'absent') return '(none)';
  if (value.kind === 'unknown') return KNOWN_AFTER_APPLY;
  if (value.kind === 'sensitive') return SENSITIVE;
  return visible(JSON.stringify(sorted(value.value)) ?? '(none)');
}

/** Whether a value is told in lines of its own: a document, a list, several lines. */
export function isLarge({ before, after }: Pick<AttributeChange, 'before' | 'after'>): boolean {
  const known = [before, after].filter((value) => value.kind === 'known').map(({ value }) => value);
  const others = [before, after].some(({ kind }) => kind === 'unknown' || kind === 'sensitive');
  return !others && known.some((value) => isDocument(value));
}

/** Characters of a list or JSON document that still stands in a line. */
const SHORT_DOCUMENT = 60;

function isDocument(value: unknown): boolean {
  if (typeof value !== 'string') return typeof value === 'object' && JSON.stringify(value).length > SHORT_DOCUMENT;
  return value.includes('\n') || (value.length > SHORT_DOCUMENT && isJsonDocument(value));
}

function isJsonDocument(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) || isRecord(value);
  } catch {
    return false;
  }
}

/** Both texts cut so that what differs is still there. */
export function cutPair(old: string, now: string, longest: number): [string, string] {
  let same = 0;
  while (same < old.length && old[same] === now[same]) same += 1;
  // A third before the difference, for the reader to know where it is.
  const from = old.length > longest && now.length > longest ? Math.max(0, same - Math.floor(longest / 3)) : 0;
  return [cutFrom(old, from, longest), cutFrom(now, from, longest)];
}

function cutFrom(text: string, from: number, longest: number): string {
  if (text.length <= longest) return text;
  const start = Math.min(from, text.length - longest);
  return `${start > 0 ? '…' : ''}${wholeCharacters(text.slice(start, start + longest))}${start + longest < text.length ? `… (${text.length} characters)` : ''}`;
}

/** Without halves of a surrogate pair: UTF-8 has no form of them. */
function wholeCharacters(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '');
}

/** What would steer a terminal, or turn the direction of a text, as its code. A line feed stays. */
export function visible(text: string): string {
  return text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
