/** What is kept of one kind: a parser's patterns are known from its text, hundreds at most. */
const MOST_KEPT = 4096;

/** A compiler that compiles the same source once. When it has kept too many, it begins anew. */
export function keeping<T>(compile: (source: string) => T): (source: string) => T {
  const kept = new Map<string, T>();
  return (source) => {
    let compiled = kept.get(source);
    if (compiled === undefined) {
      compiled = compile(source);
      if (kept.size >= MOST_KEPT) kept.clear();
      kept.set(source, compiled);
    }
    return compiled;
  };
}
