import { DEEPEST, type Value } from '../values';

const MAYBE_LONG_NUMBER = /[:[,]\s*-?\d{16}/;
const STRING_OR_LONG_NUMBER = /"(?:[^"\\]|\\.)*"|(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/g;
/** Marks a text that stands for a number beyond 2^53; from the private use area, which no log has reason to hold. */
const MARK = '\uE0F0';

/**
 * JSON as a value. Whole numbers beyond 2^53 become bigints, so that ids keep their digits.
 * @returns `{ failure }` in words when it is no JSON or nested too deep
 */
export function parseJson(text: string): { value: Value } | { failure: string } {
  if (text.length > 2 * DEEPEST && depthOf(text) > DEEPEST)
    return { failure: `nested more than ${DEEPEST} levels deep` };
  try {
    return { value: MAYBE_LONG_NUMBER.test(text) ? parseWithLongNumbers(text) : JSON.parse(text) };
  } catch (error) {
    return { failure: error instanceof Error ? error.message.slice(0, 120) : 'invalid JSON' };
  }
}

function parseWithLongNumbers(text: string): Value {
  const marked = text.replace(STRING_OR_LONG_NUMBER, (found) =>
    found.startsWith('"') || Number.isSafeInteger(Number(found)) ? found : `"${MARK}${found}"`,
  );
  return JSON.parse(marked, (_, value) =>
    typeof value === 'string' && value.startsWith(MARK) && /^-?\d+$/.test(value.slice(1))
      ? BigInt(value.slice(1))
      : value,
  );
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
