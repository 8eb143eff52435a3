import { decode, ExtensionCodec, encode } from '@msgpack/msgpack';
import type { DynamicValue } from './protocol';

/** A value that is known only after apply: there is one, {@link UNKNOWN}. */
export class Unknown {
  readonly isUnknown = true;
}

export const UNKNOWN = new Unknown();

export type Value = null | boolean | number | string | Unknown | Value[] | Values;

/** An object of the wire: a resource, a nested object, a block or a map. */
export interface Values {
  [name: string]: Value;
}

/** Unknown values have types 0 and, with what is known of them, 12 (docs/plugin-protocol/object-wire-format.md). */
const extensions = new ExtensionCodec();
extensions.register({
  type: 0,
  encode: (value) => (value instanceof Unknown ? new Uint8Array(1) : null),
  decode: () => UNKNOWN,
});
extensions.register({ type: 12, encode: () => null, decode: () => UNKNOWN });

export function write(value: Value): DynamicValue {
  return { msgpack: encode(value, { extensionCodec: extensions }) };
}

/** The object in a message; null where Terraform sends none. */
export function read(value: DynamicValue | undefined): Values | null {
  if (!value?.msgpack?.length) return null;
  return decode(value.msgpack, { extensionCodec: extensions }) as Values | null;
}

export function isObject(value: Value | undefined): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Unknown);
}

/** Whether all of it is known. */
export function isKnown(value: Value | undefined): boolean {
  if (value instanceof Unknown) return false;
  if (Array.isArray(value)) return value.every(isKnown);
  return !isObject(value) || Object.values(value).every(isKnown);
}
