import type { ChangeJson, PlanJson } from './plan-json';

export const SENSITIVE = '(sensitive)';

/** A shorter secret is looked for as a whole value only: inside of others it would be found by accident. */
const SHORTEST_INSIDE = 4;
/** A shorter line of a secret of several lines says nothing alone. */
const SHORTEST_LINE = 16;
/** Of the middle of a base64 text, in characters: shorter ones stand in any text. */
const SHORTEST_BASE64 = 6;
/** A shorter value that Terraform marks somewhere, such as a region, is no secret elsewhere. */
const SHORTEST_MARKED = 8;

/**
 * Finds secrets where Terraform has no mark for them: a provider that echoes an argument in another attribute, a header in
 * an address, a text that holds an encoded copy.
 */
export class Mask {
  private readonly whole: ReadonlySet<string>;
  private readonly inside: readonly string[];
  private readonly shortest: number;

  /**
   * @param secrets each with all its encodings, anywhere in a text; of a JSON map or list, the strings in it as well
   * @param marked values that are secret where they stand alone
   */
  constructor(secrets: readonly string[], marked: Iterable<string> = []) {
    const all = secrets
      .flatMap((secret) => [secret, ...stringsInJson(secret)])
      .flatMap((secret) => [secret, ...longLinesOf(secret)])
      .filter((secret) => secret !== '');
    this.whole = new Set([...all, ...[...marked].filter((value) => value.length >= SHORTEST_MARKED)]);
    this.inside = [
      ...new Set(all.filter((secret) => secret.length >= SHORTEST_INSIDE).flatMap((secret) => encodingsOf(secret))),
    ].sort((one, other) => other.length - one.length);
    this.shortest = this.inside.at(-1)?.length ?? Number.POSITIVE_INFINITY;
  }

  /** Whether any string in the value, keys included, is or holds a secret. */
  covers(value: unknown): boolean {
    if (typeof value === 'string') return this.coversText(value);
    if (Array.isArray(value)) return value.some((item) => this.covers(item));
    if (typeof value !== 'object' || value === null) return false;
    return Object.entries(value).some(([key, item]) => this.coversText(key) || this.covers(item));
  }

  /** The text with `(sensitive)` for each secret in it. */
  redact(text: string): string {
    if (this.whole.has(text)) return SENSITIVE;
    if (!this.coversText(text)) return text;
    return this.inside.reduce((redacted, secret) => redacted.replaceAll(secret, SENSITIVE), text);
  }

  private coversText(text: string): boolean {
    if (this.whole.has(text)) return true;
    return text.length >= this.shortest && this.inside.some((secret) => text.includes(secret));
  }
}

/** A mask of secrets, and of what the plan itself marks as sensitive. */
export function maskOf(plan: PlanJson, secrets: readonly string[]): Mask {
  const declared = plan.configuration?.root_module?.variables ?? {};
  const variables = Object.entries(plan.variables ?? {}).filter(([name]) => declared[name]?.sensitive);
  const marked = new Set<string>();
  const changes: readonly ChangeJson[] = [
    ...[...(plan.resource_changes ?? []), ...(plan.resource_drift ?? [])].map(({ change }) => change),
    ...Object.values(plan.output_changes ?? {}),
  ];
  for (const { before, after, before_sensitive, after_sensitive } of changes) {
    collect(before, before_sensitive, marked);
    collect(after, after_sensitive, marked);
  }
  for (const { values, sensitive_values } of plan.prior_state?.values?.root_module?.resources ?? [])
    collect(values, sensitive_values, marked);
  return new Mask([...secrets, ...variables.flatMap(([, { value }]) => stringsIn(value))], marked);
}

function collect(value: unknown, marks: unknown, found: Set<string>): void {
  if (marks === true) for (const text of stringsIn(value)) found.add(text);
  else if (typeof marks === 'object' && marks !== null && typeof value === 'object' && value !== null)
    for (const [key, mark] of Object.entries(marks)) collect((value as Record<string, unknown>)[key], mark, found);
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap((item) => stringsIn(item));
}

/** A variable of a complex type comes as JSON: `TF_VAR_taegis_keys={"default":"…"}`. */
function stringsInJson(text: string): string[] {
  if (!/^\s*[[{]/.test(text)) return [];
  try {
    return stringsIn(JSON.parse(text));
  } catch {
    return [];
  }
}

/** Of a text of several lines, such as a private key: Terraform indents each line, and draws a frame around errors. */
function longLinesOf(text: string): string[] {
  return text.includes('\n') ? text.split(/\r?\n/).filter((line) => line.length >= SHORTEST_LINE) : [];
}

function encodingsOf(secret: string): string[] {
  const encoded = percentEncoded(secret);
  const base64 = [0, 1, 2].map((shift) => base64Inside(secret, shift)).filter((text) => text.length >= SHORTEST_BASE64);
  return [
    secret,
    // Without halves of a surrogate pair, which it refuses.
    encodeURIComponent(Buffer.from(secret).toString()),
    encoded,
    encoded.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    // Terraform's urlencode writes a space as +.
    encoded.replaceAll('%20', '+'),
    JSON.stringify(secret).slice(1, -1),
    // Terraform's jsonencode writes <, > and & as Unicode escapes.
    JSON.stringify(secret)
      .slice(1, -1)
      .replace(/[<>&]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`),
    ...base64,
    ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
  ];
}

/** As Terraform's urlencode: all but letters, digits and -_.~ */
function percentEncoded(text: string): string {
  return [...Buffer.from(text)]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return /[\w.~-]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
}

/** What stays the same of a text's base64 form, whatever stands before and behind it. @param shift bytes before it, modulo 3 */
function base64Inside(text: string, shift: number): string {
  const bytes = Buffer.concat([Buffer.alloc(shift), Buffer.from(text)]);
  const encoded = bytes.toString('base64').replace(/=+$/, '');
  return encoded.slice(shift === 0 ? 0 : shift + 1, bytes.length % 3 === 0 ? undefined : -1);
}
