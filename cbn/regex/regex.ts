import { RE2JS } from 're2js';
import { CbnError } from '../errors';

export interface Regex {
  readonly source: string;
  readonly groups: readonly (string | undefined)[];
  test(text: string): boolean;
  find(text: string): (string | undefined)[] | undefined;
  replaceAll(text: string, template: string): string;
}
const cache = new Map<string, Regex>();
export function compileRegex(source: string): Regex {
  const known = cache.get(source);
  if (known) return known;
  let re: RE2JS;
  try {
    re = RE2JS.compile(source);
  } catch (error) {
    throw new CbnError('regex', String(error));
  }
  const made: Regex = {
    source,
    groups: [],
    test: (text) => re.matcher(text).find(),
    find(text) {
      const matcher = re.matcher(text);
      if (!matcher.find()) return undefined;
      return Array.from({ length: matcher.groupCount() + 1 }, (_, group) => matcher.group(group) ?? undefined);
    },
    replaceAll: (text, template) => re.matcher(text).replaceAll(template),
  };
  cache.set(source, made);
  return made;
}
