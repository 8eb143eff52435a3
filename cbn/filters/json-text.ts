import { DEEPEST, type Value } from '../values';

/**
 * JSON as a value. Numbers are floats, as published golden events show: a whole number beyond 2^53 loses its
 * last digits.
 * @returns `{ failure }` in words when it is no JSON or nested too deep
 */
export function parseJson(text: string): { value: Value } | { failure: string } {
  if (hasMany(text) && depthOf(text) > DEEPEST) return { failure: `nested more than ${DEEPEST} levels deep` };
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { failure: error instanceof Error ? error.message.slice(0, 120) : 'invalid JSON' };
  }
}

/** Whether a text has as many opening brackets as one that is nested too deep: found many times as fast as the depth. */
function hasMany(text: string): boolean {
  if (text.length <= 2 * DEEPEST) return false;
  let count = 0;
  for (const bracket of ['[', '{'])
    for (let at = text.indexOf(bracket); at >= 0 && count <= DEEPEST; at = text.indexOf(bracket, at + 1)) count += 1;
  return count > DEEPEST;
}

/** How deep brackets nest, those within texts left out. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x22) {
      for (at += 1; at < text.length && text.charCodeAt(at) !== 0x22; at += 1)
        if (text.charCodeAt(at) === 0x5c) at += 1;
    } else if (code === 0x5b || code === 0x7b) {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (code === 0x5d || code === 0x7d) depth -= 1;
  }
  return deepest;
}
