/** Shorter texts are copied unit by unit: a call into native code takes longer. */
const SHORT = 24;
/** A longer buffer is not kept for the next text: 2 MB. */
const LONGEST_KEPT = 1 << 20;

let units = new Uint16Array(1 << 14);
let bytes = Buffer.from(units.buffer);
let current = '';

/**
 * The UTF-16 units of a text, at the begin of an array that may be longer; valid until the next call. A log is read by many
 * patterns in turn: it is copied once. Reading units is twice as fast as `charCodeAt`, and four times as fast for a text
 * that is a part of another one, as a line of a file is.
 */
export function unitsOf(text: string): Uint16Array {
  if (text === current) {
    // An equal text that is another string is compared whole: the next time it is the same string.
    current = text;
    return units;
  }
  const { length } = text;
  if (length > units.length || (units.length > LONGEST_KEPT && length <= LONGEST_KEPT)) {
    units = new Uint16Array(length > LONGEST_KEPT ? length : 2 * length);
    bytes = Buffer.from(units.buffer);
  }
  if (length < SHORT) for (let at = 0; at < length; at++) units[at] = text.charCodeAt(at);
  else bytes.write(text, 0, 2 * length, 'utf16le');
  current = text;
  return units;
}

/** The code point at a place; a surrogate without its other half is one. */
export function codePointAt(of: Uint16Array, at: number, length: number): number {
  const unit = of[at] as number;
  if (unit < 0xd800 || unit > 0xdbff || at + 1 >= length) return unit;
  const low = of[at + 1] as number;
  return low >= 0xdc00 && low < 0xe000 ? ((unit - 0xd800) << 10) + (low - 0xdc00) + 0x10000 : unit;
}
