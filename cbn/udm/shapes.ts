import { compileLiteral, type Literal } from '../literal';
import type { Pending } from './pending';

/** Shapes that are remembered of one message: a parser gives it a few. */
const MOST_SHAPES = 16;

interface Shape<Field> {
  readonly fields: readonly Field[];
  readonly make: Literal;
}

/** Makes objects of one message, by a literal for each set of fields that came before. */
export class Shapes<Field extends { readonly jsonName: string; readonly number: number }> {
  private readonly known: Shape<Field>[] = [];

  /** Makes an object of the fields from a place on, which do not count any more. */
  make(pending: Pending<Field>, begin: number): Record<string, unknown> {
    const object = this.makeOf(pending, begin);
    pending.cut(begin);
    return object;
  }

  private makeOf(pending: Pending<Field>, begin: number): Record<string, unknown> {
    for (let at = 0; at < this.known.length; at++) {
      const shape = this.known[at] as Shape<Field>;
      if (isOf(shape.fields, pending, begin)) return shape.make(pending.values, begin);
    }
    if (this.known.length < MOST_SHAPES) {
      const fields = pending.fields.slice(begin, pending.length);
      const make = compileLiteral(fields.map(({ jsonName }, value) => ({ segments: [jsonName], value })));
      if (make !== undefined) this.known.push({ fields, make });
    }
    const object: Record<string, unknown> = {};
    for (let at = begin; at < pending.length; at++) object[(pending.fields[at] as Field).jsonName] = pending.values[at];
    return object;
  }
}

function isOf(fields: readonly unknown[], pending: Pending<{ readonly number: number }>, begin: number): boolean {
  if (begin + fields.length !== pending.length) return false;
  for (let at = 0; at < fields.length; at++) if (fields[at] !== pending.fields[begin + at]) return false;
  return true;
}
