const ESCAPES: Readonly<Record<string, string>> = {
  t: '\t',
  n: '\n',
  r: '\r',
  f: '\f',
  v: '\v',
  a: '\x07',
  b: '\b',
  0: '\0',
  '\\': '\\',
  '"': '"',
  "'": "'",
};

/**
 * A separator whose control characters are written as escapes, such as `\t`, `\x01` or `\u0001`; what is no escape stays.
 */
export function unescapeSeparator(text: string): string {
  return text.replace(/\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|(.))/g, (written, hex, unit, letter) => {
    const code = hex ?? unit;
    return code === undefined ? (ESCAPES[letter] ?? written) : String.fromCharCode(Number.parseInt(code, 16));
  });
}
