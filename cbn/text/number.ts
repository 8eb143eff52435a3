const INT64 = 2n ** 63n;
const UINT64 = 2n ** 64n;
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** A 64-bit integer of decimal digits; a bigint only where a number would lose digits. Undefined for anything else. */
export function parseInteger(text: string): number | bigint | undefined {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  return /^[+-]?\d{1,19}$/.test(text) ? within(BigInt(text.replace(/^\+/, '')), -INT64, INT64 - 1n) : undefined;
}

/** The same without a sign. */
export function parseUnsigned(text: string): number | bigint | undefined {
  return /^\d{1,20}$/.test(text) ? within(BigInt(text), 0n, UINT64 - 1n) : undefined;
}

/** A decimal number with or without fraction and exponent; undefined for anything else, infinity among it. */
export function parseFloat64(text: string): number | undefined {
  if (!DECIMAL.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** What Go's `strconv.ParseBool` takes. */
export function parseBoolean(text: string): boolean | undefined {
  if (/^(?:1|t|T|TRUE|true|True)$/.test(text)) return true;
  return /^(?:0|f|F|FALSE|false|False)$/.test(text) ? false : undefined;
}

function within(value: bigint, least: bigint, most: bigint): number | bigint | undefined {
  if (value < least || value > most) return undefined;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
