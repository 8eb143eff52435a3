import { RE2JSException } from 're2js';
import { CbnError } from '../errors';

/** Signs of other engines that RE2 does not have, with what to write in their place. */
const FOREIGN: readonly (readonly [RegExp, string])[] = [
  [
    /\(\?<?[=!]/,
    'RE2 has no lookahead or lookbehind: match what stands around the value as well, and capture the value alone',
  ],
  [/\(\?>/, 'RE2 has no atomic groups and needs none: it never goes back; write (?:…)'],
  [/[*+?}]\+/, 'RE2 has no possessive quantifiers and needs none: it never goes back; leave the second + out'],
  [/\\[1-9]/, 'RE2 has no backreferences'],
  [/\\Z/, 'the end of the text is \\z'],
];

/** What RE2 says of a pattern, with the place and how to mend it. */
export function regexError(source: string, error: unknown): CbnError {
  if (!(error instanceof RE2JSException)) throw error;
  const [, complaint = error.message, fragment = ''] =
    /^error parsing regexp: (.*?)(?:: `(.*)`)?$/s.exec(error.message) ?? [];
  const at = fragment === '' ? -1 : source.indexOf(fragment);
  const where = at < 0 ? '' : ` at character ${at + 1}`;
  const hint = FOREIGN.find(([sign]) => sign.test(fragment))?.[1];
  const text = `regular expression ${quoted(source)}: ${complaint}${fragment === '' ? '' : ` ${quoted(fragment)}`}${where}`;
  return new CbnError('regex', hint === undefined ? text : `${text}; ${hint}`, { value: source });
}

function quoted(text: string): string {
  return `/${text.length > 120 ? `${text.slice(0, 120)}…` : text}/`;
}
