/** Makes the replacement of a match. `slots`: begin and end of each group in turn, -1 where it took no part. */
export type Expand = (text: string, slots: ArrayLike<number>) => string;

/**
 * A replacement as Go's `regexp.Expand` has it: `$1`, `${1}`, `$name` and `${name}` stand for a group and `$$` for a dollar.
 * A name without braces is as long as possible: `$1x` is the group named `1x`. A group that does not exist, or that took
 * no part, is empty; a dollar that begins none of this stands for itself.
 * @param groups names by group number
 */
export function compileTemplate(template: string, groups: readonly (string | undefined)[]): Expand {
  if (!template.includes('$')) return () => template;
  const parts: (string | readonly number[])[] = [];
  let copied = 0;
  const reference = /\$(?:\$|\{(\w+)\}|(\w+))/g;
  for (const match of template.matchAll(reference)) {
    parts.push(template.slice(copied, match.index));
    copied = match.index + match[0].length;
    const name = match[1] ?? match[2];
    parts.push(name === undefined ? '$' : groupsNamed(name, groups));
  }
  parts.push(template.slice(copied));
  return (text, slots) => {
    let result = '';
    for (const part of parts) result += typeof part === 'string' ? part : firstOf(part, text, slots);
    return result;
  };
}

function groupsNamed(name: string, groups: readonly (string | undefined)[]): readonly number[] {
  // Go takes digits for a number only without a leading zero.
  if (/^(?:0|[1-9]\d*)$/.test(name)) return Number(name) < groups.length ? [Number(name)] : [];
  return groups.flatMap((group, number) => (group === name ? [number] : []));
}

function firstOf(numbers: readonly number[], text: string, slots: ArrayLike<number>): string {
  for (const number of numbers) {
    const begin = slots[2 * number] as number;
    if (begin >= 0) return text.slice(begin, slots[2 * number + 1]);
  }
  return '';
}
