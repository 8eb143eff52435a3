/** A moment: whole seconds since 1970, negative before, and nanoseconds of the second, 0 to 999,999,999. */
export interface Timestamp {
  readonly seconds: number;
  readonly nanos: number;
}

/** 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z: what `google.protobuf.Timestamp` can hold. */
const FIRST = -62_135_596_800;
const LAST = 253_402_300_799;

/** A moment, or undefined when UDM has no room for it. */
export function timestamp(seconds: number, nanos: number): Timestamp | undefined {
  return seconds >= FIRST && seconds <= LAST ? { seconds, nanos } : undefined;
}
