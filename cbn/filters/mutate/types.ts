import type { EngineOptions } from '../../options';
import { ipOfBytes, parseIp, parseMac } from '../../text/address';
import { textOfBytes } from '../../text/base64';
import { milliToNanos, milliToSeconds } from '../../text/duration';
import { bytesToHex, hexToBytes, hexToDecimal, parseHash } from '../../text/hex';
import { parseBoolean, parseFloat64, parseInteger, parseUnsigned } from '../../text/number';
import { parseUserAgent } from '../../text/user-agent';
import { formatNumber, isNumber, type StateMap, type Value } from '../../values';

/** A value as another type; undefined when it cannot be one. */
export type ConvertValue = (value: Value, engine: EngineOptions) => Value | undefined;

const ofText =
  (convert: (text: string, engine: EngineOptions) => Value | undefined): ConvertValue =>
  (value, engine) =>
    typeof value === 'string' ? convert(value, engine) : undefined;

/**
 * Types that `convert` knows, by their name. `millitosecs` and `millitonanos` occur in published parsers, `bytestip` in a
 * published guide to them.
 */
export const TYPES: ReadonlyMap<string, ConvertValue> = new Map<string, ConvertValue>([
  ['string', toText],
  ['integer', toInteger],
  ['uinteger', toUnsigned],
  ['float', (value) => (isNumber(value) ? Number(value) : typeof value === 'string' ? parseFloat64(value) : undefined)],
  [
    'boolean',
    (value) => (typeof value === 'boolean' ? value : typeof value === 'string' ? parseBoolean(value) : undefined),
  ],
  ['ipaddress', ofText(parseIp)],
  ['macaddress', ofText(parseMac)],
  ['hash', ofText(parseHash)],
  ['hextodec', ofText(hexToDecimal)],
  ['hextoascii', ofText((text) => toAscii(text))],
  [
    'bytestohex',
    (value) =>
      ArrayBuffer.isView(value)
        ? bytesToHex(value)
        : typeof value === 'string'
          ? bytesToHex(Buffer.from(value))
          : undefined,
  ],
  ['bytestip', (value) => (ArrayBuffer.isView(value) ? ipOfBytes(value) : undefined)],
  [
    'bytes',
    (value) =>
      ArrayBuffer.isView(value) ? value : typeof value === 'string' ? new Uint8Array(Buffer.from(value)) : undefined,
  ],
  [
    'parseduseragent',
    ofText((text, { userAgentTypes }) => parseUserAgent(text, { types: userAgentTypes }) as StateMap | undefined),
  ],
  ['millitosecs', fromMilliseconds(milliToSeconds)],
  ['millitonanos', fromMilliseconds(milliToNanos)],
]);

function toText(value: Value): string | undefined {
  if (typeof value === 'string') return value;
  if (isNumber(value)) return formatNumber(value);
  if (typeof value === 'boolean') return String(value);
  return ArrayBuffer.isView(value) ? textOfBytes(value) : undefined;
}

function toInteger(value: Value): number | bigint | undefined {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return Math.trunc(value);
  return typeof value === 'string' ? parseInteger(value) : undefined;
}

function toUnsigned(value: Value): number | bigint | undefined {
  if (typeof value === 'string') return parseUnsigned(value);
  const whole = toInteger(value);
  return whole !== undefined && whole >= 0 ? whole : undefined;
}

function toAscii(text: string): string | undefined {
  const bytes = hexToBytes(text);
  return bytes && textOfBytes(bytes);
}

function fromMilliseconds(convert: (milliseconds: number) => number): ConvertValue {
  return (value) => {
    const milliseconds = isNumber(value) ? Number(value) : typeof value === 'string' ? parseFloat64(value) : undefined;
    return milliseconds === undefined ? undefined : convert(milliseconds);
  };
}
