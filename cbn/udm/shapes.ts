import { compileLiteral, type Literal } from '../literal';

/** Shapes that are remembered of one message: a parser gives it a few. */
const MOST_SHAPES = 16;

interface Shape<Field> {
  readonly fields: readonly Field[];
  readonly make: Literal;
}

/** Makes objects of one message, by a literal for each set of fields that came before. */
export class Shapes<Field extends { readonly jsonName: string }> {
  private readonly known: Shape<Field>[] = [];

  make(fields: readonly Field[], jsons: readonly unknown[]): Record<string, unknown> {
    for (let at = 0; at < this.known.length; at++) {
      const shape = this.known[at] as Shape<Field>;
      if (same(shape.fields, fields)) return shape.make(jsons);
    }
    if (this.known.length < MOST_SHAPES) {
      const make = compileLiteral(fields.map(({ jsonName }, value) => ({ segments: [jsonName], value })));
      if (make !== undefined) this.known.push({ fields, make });
    }
    const object: Record<string, unknown> = {};
    for (let at = 0; at < fields.length; at++) object[(fields[at] as Field).jsonName] = jsons[at];
    return object;
  }
}

function same(one: readonly unknown[], other: readonly unknown[]): boolean {
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return false;
  return true;
}
