const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', apos: "'", quot: '"' };
const REFERENCE = /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|(\w+));|&/g;

/**
 * A text with its character references and the five entities of XML decoded; undefined when it has any other: entities of
 * a document's own are never expanded.
 */
export function decodeEntities(text: string): string | undefined {
  if (!text.includes('&')) return text;
  let broken = false;
  const decoded = text.replace(REFERENCE, (_, decimal?: string, hex?: string, name?: string) => {
    const code = decimal === undefined ? (hex === undefined ? -1 : Number.parseInt(hex, 16)) : Number(decimal);
    const value =
      name === undefined ? (code >= 0 && code <= 0x10ffff ? String.fromCodePoint(code) : undefined) : NAMED[name];
    if (value === undefined) broken = true;
    return value ?? '';
  });
  return broken ? undefined : decoded;
}
