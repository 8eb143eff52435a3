/** A piece of a text, and what it may become when there is not enough room. */
export interface Part {
  readonly text: string;
  /** In the order in which they are taken: each is given up at its level, for the next text or for nothing. */
  readonly shorter?: readonly Shorter[];
}

export interface Shorter {
  /** All that is of a lower level goes first, and within a level the biggest. */
  readonly level: number;
  readonly text: string;
}

export interface Fitted {
  /** Of each part, what is left of it. */
  readonly texts: readonly string[];
  /** Which parts are not whole. */
  readonly shortened: ReadonlySet<Part>;
}

/** Shortens parts until all of them together have no more bytes (UTF-8) than allowed, or nothing can be given up any more. */
export function fitInto(parts: readonly Part[], bytes: number): Fitted {
  const texts = parts.map(({ text }) => text);
  const steps = parts.map(() => 0);
  const shortened = new Set<Part>();
  let size = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  const levels = new Set(parts.flatMap(({ shorter = [] }) => shorter.map(({ level }) => level)));
  for (const level of [...levels].sort((one, other) => one - other)) {
    if (size <= bytes) break;
    const savings = parts.flatMap((part, index) => {
      const next = part.shorter?.[steps[index] ?? 0];
      if (next?.level !== level) return [];
      return [{ part, index, next, saved: Buffer.byteLength(texts[index] ?? '') - Buffer.byteLength(next.text) }];
    });
    for (const { part, index, next, saved } of savings.sort((one, other) => other.saved - one.saved)) {
      if (size <= bytes) break;
      texts[index] = next.text;
      steps[index] = (steps[index] ?? 0) + 1;
      shortened.add(part);
      size -= saved;
    }
  }
  return { texts, shortened };
}

/** The first bytes of a text, whole characters only. */
export function cutBytes(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  const buffer = Buffer.from(text).subarray(0, Math.max(0, bytes));
  // A character that is cut in half becomes U+FFFD, which is longer.
  return buffer.toString().replace(/\ufffd+$/, '');
}
