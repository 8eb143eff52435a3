import type { Difference } from './walk';

/** Arguments that hold the code of a SecOps parser in base64. */
const CODE: Readonly<Record<string, string>> = {
  google_chronicle_parser: 'cbn',
  google_chronicle_parser_extension: 'cbn_snippet',
};

/** A difference with the code of parsers as text, so that its lines can be compared. */
export function readable(type: string, difference: Difference): Difference {
  const { path, before, after } = difference;
  if (CODE[type] === undefined || path.length !== 1 || path[0] !== CODE[type]) return difference;
  return { ...difference, before: decode(before), after: decode(after) };
}

function decode(value: unknown): unknown {
  return typeof value === 'string' ? Buffer.from(value, 'base64').toString('utf8') : value;
}
