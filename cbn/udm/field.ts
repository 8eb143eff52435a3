import { type Convert, isRecord, type Run, tell, tellEmpty, tellType } from './convert';
import { prefixPaths, quote } from './problem';

/**
 * A field of a message. There are four kinds: JavaScript's compiler puts methods of up to four kinds into the loop that
 * goes through the fields, which it does not do for functions.
 */
export interface Field {
  readonly jsonName: string;
  readonly number: number;
  /** Whether text is converted to itself. */
  readonly isText: boolean;
  /** JSON of the zero that protobuf leaves out. */
  readonly zero: unknown;
  convert(value: unknown, run: Run): unknown;
}

/** A field of one message. */
export class MessageField implements Field {
  readonly isText = false;
  readonly zero = undefined;

  constructor(
    readonly jsonName: string,
    readonly number: number,
    private readonly message: { convert(value: unknown, run: Run): unknown },
  ) {}

  convert(value: unknown, run: Run): unknown {
    if (!Array.isArray(value)) return this.message.convert(value, run);
    return value.length === 1 ? this.message.convert(value[0], run) : refuseList(value, run);
  }
}

/** A field of one value that is no message. */
export class SingleField implements Field {
  constructor(
    readonly jsonName: string,
    readonly number: number,
    private readonly one: Convert,
    readonly isText: boolean,
    readonly zero: unknown,
  ) {}

  convert(value: unknown, run: Run): unknown {
    const { one } = this;
    if (!Array.isArray(value)) return one(value, run);
    return value.length === 1 ? one(value[0], run) : refuseList(value, run);
  }
}

/** A list of one value stands for the value, an empty one for none. */
function refuseList(list: readonly unknown[], run: Run): undefined {
  if (list.length === 0) return undefined;
  return tellType(run, 'one value', list, 'the field is not repeated: replace or rename it instead of merging');
}

export class RepeatedField implements Field {
  readonly isText = false;
  readonly zero = undefined;

  constructor(
    readonly jsonName: string,
    readonly number: number,
    private readonly one: Convert,
    /** Whether a value that is there already may be left out. */
    private readonly addresses: boolean,
  ) {}

  convert(value: unknown, run: Run): unknown {
    const { one } = this;
    if (!Array.isArray(value)) {
      if (value === '') return tellEmpty(run, 'a list');
      const { scalarInRepeatedField } = run.options;
      tell(run, scalarInRepeatedField, 'udm-single-value', `expected a list, found ${quote(value)}`, 'merge it');
      const json = one(value, run);
      return json === undefined ? undefined : [json];
    }
    if (value.length === 1) {
      const json = convertItem(one, value, 0, run);
      return json === undefined ? undefined : [json];
    }
    const once = this.addresses && run.options.repeatedAddress === 'once';
    const jsons: unknown[] = [];
    for (let index = 0; index < value.length; index++) {
      const json = convertItem(one, value, index, run);
      if (json !== undefined && !(once && jsons.includes(json))) jsons.push(json);
    }
    return jsons.length === 0 ? undefined : jsons;
  }
}

function convertItem(convert: Convert, list: readonly unknown[], index: number, run: Run): unknown {
  const before = run.problems.length;
  const json = convert(list[index], run);
  if (run.problems.length > before) prefixPaths(run.problems, before, `[${index}]`);
  return json;
}

/** Entries `{key, value}` of a protobuf map, or an object by key. */
export class MapField implements Field {
  readonly isText = false;
  readonly zero = undefined;

  constructor(
    readonly jsonName: string,
    readonly number: number,
    private readonly one: Convert,
  ) {}

  convert(value: unknown, run: Run): unknown {
    const entries = Array.isArray(value)
      ? value.map((entry) => (isRecord(entry) ? [String(entry.key ?? ''), entry.value] : ['', entry]))
      : isRecord(value)
        ? Object.entries(value)
        : undefined;
    if (!entries) return tellType(run, 'entries {key, value}', value);
    const jsons: [string, unknown][] = [];
    for (const [key, each] of entries as [string, unknown][]) {
      const before = run.problems.length;
      const json = this.one(each, run);
      if (json !== undefined) jsons.push([key, json]);
      if (run.problems.length > before) prefixPaths(run.problems, before, key);
    }
    return jsons.length === 0 ? undefined : Object.fromEntries(jsons);
  }
}
