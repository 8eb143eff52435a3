/** A text with its `%41` and, in the form of queries, its `+` decoded; undefined where an escape is broken or no UTF-8. */
export function decodeUrl(text: string, form = true): string | undefined {
  try {
    return decodeURIComponent(form ? text.replaceAll('+', ' ') : text);
  } catch {
    return undefined;
  }
}
