const DIGITS = /^(?:0[xX])?([0-9a-fA-F]+)$/;

/** Longest number that is converted, in hexadecimal digits: the time of the conversion grows with the square. */
const MOST_DIGITS = 1024;

/** The decimal digits of a hexadecimal number, with or without `0x`; undefined when it is none. */
export function hexToDecimal(text: string): string | undefined {
  const [, digits] = DIGITS.exec(text) ?? [];
  return digits === undefined || digits.length > MOST_DIGITS ? undefined : BigInt(`0x${digits}`).toString();
}

/** The bytes of pairs of hexadecimal digits, with or without `0x`; undefined for an odd number of digits and for others. */
export function hexToBytes(text: string): Uint8Array | undefined {
  const [, digits] = DIGITS.exec(text) ?? [];
  return digits === undefined || digits.length % 2 !== 0 ? undefined : new Uint8Array(Buffer.from(digits, 'hex'));
}

/** Two lower-case digits for each byte. */
export function bytesToHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

/** A digest in hexadecimal digits, in lower case: MD5, SHA-1, SHA-224, SHA-256, SHA-384 or SHA-512 by its length. */
export function parseHash(text: string): string | undefined {
  return /^[0-9a-fA-F]+$/.test(text) && [32, 40, 56, 64, 96, 128].includes(text.length)
    ? text.toLowerCase()
    : undefined;
}
