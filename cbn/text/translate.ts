/**
 * A value's translation: that of the dictionary, else the fallback, else undefined. A dictionary has no keys but its own:
 * `constructor` is none.
 */
export function translate(
  value: string,
  dictionary: ReadonlyMap<string, string>,
  fallback?: string,
): string | undefined {
  return dictionary.get(value) ?? fallback;
}
