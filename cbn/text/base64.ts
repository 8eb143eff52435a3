export type Base64Encoding = 'Standard' | 'RawStandard' | 'URL' | 'RawURL';

export const BASE64_ENCODINGS: readonly Base64Encoding[] = ['Standard', 'RawStandard', 'URL', 'RawURL'];

const STANDARD = /^[A-Za-z0-9+/]*$/;
const URL_SAFE = /^[A-Za-z0-9_-]*$/;

/**
 * Decodes as Go's `encoding/base64` does: line ends are passed over; anything else that does not belong to the encoding, a
 * missing or needless `=` among it, makes it undefined.
 */
export function decodeBase64(text: string, encoding: Base64Encoding = 'Standard'): Uint8Array | undefined {
  const joined = /[\r\n]/.test(text) ? text.replace(/[\r\n]+/g, '') : text;
  const raw = encoding.startsWith('Raw');
  const padding = joined.endsWith('==') ? 2 : joined.endsWith('=') ? 1 : 0;
  const body = joined.slice(0, joined.length - padding);
  if (!(encoding.endsWith('URL') ? URL_SAFE : STANDARD).test(body)) return undefined;
  const rest = body.length % 4;
  if (rest === 1 || padding !== (raw || rest === 0 ? 0 : 4 - rest)) return undefined;
  return new Uint8Array(Buffer.from(body, encoding.endsWith('URL') ? 'base64url' : 'base64'));
}

/** Bytes as text; those that are no UTF-8 become U+FFFD, as in JSON that Go writes. */
export function textOfBytes(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}
