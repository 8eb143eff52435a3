/** The file of the catalogue, below the project's root. */
export const CATALOGUE_FILE = 'constructs/cloudflare/logpush-fields.json';

/** What {@link CATALOGUE_FILE} says of a dataset, as far as it matters here. */
interface CatalogueEntry {
  readonly fields: readonly string[];
  readonly deprecated?: readonly string[];
}

export interface Catalogue {
  readonly provenance: Readonly<Record<string, unknown>>;
  readonly datasets: Readonly<Record<string, CatalogueEntry>>;
}

/**
 * The catalogue with more fields, each in its sorted place, and a note of when they were seen.
 * @param added fields by dataset, which must be in the catalogue
 * @param date such as 2026-01-31
 */
export function withFields(
  { provenance, datasets, ...rest }: Catalogue,
  added: ReadonlyMap<string, readonly string[]>,
  date: string,
): Catalogue {
  const updated = Object.entries(datasets).map(([name, entry]) => {
    const more = added.get(name) ?? [];
    return [name, { ...entry, fields: [...new Set([...entry.fields, ...more])].sort() }];
  });
  const live = `Fields were added from the live lists (GET .../logpush/datasets/{dataset}/fields) on ${date}.`;
  return { ...rest, provenance: { ...provenance, live }, datasets: Object.fromEntries(updated) };
}

/** Columns of a line, as in biome.json. */
const LINE_WIDTH = 120;

/** JSON in the layout of the project's formatter: a list on one line where it fits. */
export function renderCatalogue(catalogue: Catalogue): string {
  return `${render(catalogue, '', 0)}\n`;
}

/** @param column where the value begins, and what follows it on the line */
function render(value: unknown, indent: string, column: number): string {
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const line = `[${value.map((item) => JSON.stringify(item)).join(', ')}]`;
    if (column + line.length <= LINE_WIDTH) return line;
    return `[\n${value.map((item) => inner + render(item, inner, 0)).join(',\n')}\n${indent}]`;
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, item], index, { length }) => {
    const head = `${inner}${JSON.stringify(key)}: `;
    return head + render(item, inner, head.length + (index < length - 1 ? 1 : 0));
  });
  return `{\n${entries.join(',\n')}\n${indent}}`;
}
