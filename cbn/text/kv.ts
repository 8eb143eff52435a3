import { unescapeSeparator } from './escapes';
import { trimCharacters } from './trim';

export interface PairOptions {
  /** Between pairs; default a space. Of several characters the whole, or each of them when the text has not the whole. */
  readonly fieldSplit?: string;
  /** Between key and value; default `=`. */
  readonly valueSplit?: string;
  /** `lenient`, the default: white space around keys and values does not count. */
  readonly whitespace?: 'lenient' | 'strict';
  /** Characters that are stripped from both ends. */
  readonly trimKey?: string;
  readonly trimValue?: string;
  /** Whether the separators have escapes for control characters. */
  readonly unescapeFieldSplit?: boolean;
  readonly unescapeValueSplit?: boolean;
  /** Whether a separator of pairs within a value in double quotes is part of it; default true. Unconfirmed. */
  readonly quotes?: boolean;
}

/**
 * The pairs of a text such as `a=1 b="2 3"`, in their order. Published golden events show that a value is everything up to
 * the next separator, a further `=` and nothing at all included, that white space around it is lost, within trimmed quotes,
 * too, and that what stands before the first key is passed over. Quotes stay unless `trimValue` has them.
 */
export function splitPairs(text: string, options: PairOptions): [string, string][] {
  return pairSplitter(options)(text);
}

/** `splitPairs` for many texts. */
export function pairSplitter(options: PairOptions): (text: string) => [string, string][] {
  const fieldSplit = separator(options.fieldSplit, options.unescapeFieldSplit, ' ');
  const valueSplit = separator(options.valueSplit, options.unescapeValueSplit, '=');
  const { trimKey = '', trimValue = '', whitespace = 'lenient', quotes = true } = options;
  const lenient = whitespace === 'lenient';
  const tidy = (part: string, characters: string) =>
    lenient ? trimCharacters(part.trim(), characters).trim() : trimCharacters(part, characters);
  return (text) => {
    const each = fieldSplit.length > 1 && !text.includes(fieldSplit);
    const endsPair = (at: number) =>
      at === text.length || (each ? fieldSplit.includes(text[at] as string) : text.startsWith(fieldSplit, at));
    const pairs: [string, string][] = [];
    let split = -1;
    let mayClose = quotes;
    for (let at = 0; at <= text.length; ) {
      if (split < at) split = text.indexOf(valueSplit, at);
      if (split < 0) break;
      let end = nextSeparator(text, at, fieldSplit, each);
      if (split < end) {
        const valueAt = split + valueSplit.length;
        end = Math.max(end, valueAt);
        if (mayClose && opensQuote(text, valueAt, lenient)) {
          const closed = closingQuote(text, text.indexOf('"', valueAt) + 1, endsPair);
          // Without an end here there is none further on: it is looked for only once.
          if (closed < 0) mayClose = false;
          end = Math.max(end, closed);
        }
        const key = tidy(text.slice(at, split), trimKey);
        if (key !== '') pairs.push([key, tidy(text.slice(valueAt, end), trimValue)]);
      }
      at = end + (each ? 1 : fieldSplit.length);
    }
    return pairs;
  };
}

function separator(text: string | undefined, escaped: boolean | undefined, standard: string): string {
  if (text === undefined || text === '') return standard;
  return escaped ? unescapeSeparator(text) : text;
}

function nextSeparator(text: string, from: number, fieldSplit: string, each: boolean): number {
  if (!each) {
    const at = text.indexOf(fieldSplit, from);
    return at < 0 ? text.length : at;
  }
  let at = from;
  while (at < text.length && !fieldSplit.includes(text[at] as string)) at++;
  return at;
}

function opensQuote(text: string, valueAt: number, lenient: boolean): boolean {
  let begin = valueAt;
  if (lenient) while (text[begin] === ' ') begin++;
  return text[begin] === '"';
}

/** The place after the first quote that ends a pair; -1 when there is none. */
function closingQuote(text: string, from: number, endsPair: (at: number) => boolean): number {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 1))
    if (text[at - 1] !== '\\' && endsPair(at + 1)) return at + 1;
  return -1;
}
