import { visible } from './show';

/**
 * What GitHub's Markdown or HTML would take for markup, in a table cell as well: entities are shown and never markup. An
 * underscore within a word is none; a colon is one before an address, and around the name of an emoji.
 */
const MARKUP = /[&<>"'|`*~[\]\\#@$\r\n]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|:(?=\/\/|[\w+-]+:)/g;

/** Text that shows as it is, wherever it stands. */
export function plain(text: string): string {
  return visible(text).replace(MARKUP, (character) => `&#${character.charCodeAt(0)};`);
}

/** Code on a line. Not between backticks: a table ends its cells at each pipe, and a text may hold backticks. */
export function code(text: string): string {
  return `<code>${plain(text)}</code>`;
}

/** A block of code with a fence that the text cannot close. */
export function fenced(language: string, lines: readonly string[]): string {
  const longest = Math.max(0, ...lines.flatMap((line) => [...line.matchAll(/`+/g)].map(([run]) => run.length)));
  const fence = '`'.repeat(Math.max(3, longest + 1));
  return `${fence}${language}\n${lines.join('\n')}\n${fence}\n`;
}
