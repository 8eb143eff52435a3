import catalogue from './logpush-fields.json';

/** A Logpush dataset by its API name. */
export type LogpushDataset = keyof typeof catalogue.datasets;

/** The level at which a job for a dataset is made. */
export type LogpushScope = 'account' | 'zone';

/** What the catalogue says of one dataset. */
export interface LogpushDatasetEntry {
  readonly scope: LogpushScope;
  /** First release of the Terraform provider that takes the dataset; null: none up to 5.22.0 does. */
  readonly providerEnumSince: string | null;
  /** Every field name, deprecated ones included, in the order that jobs use. */
  readonly fields: readonly string[];
}

const datasets = catalogue.datasets as Record<LogpushDataset, LogpushDatasetEntry>;

/** Names of all datasets of one scope, sorted. */
export function datasetsOf(scope: LogpushScope): LogpushDataset[] {
  return (Object.keys(datasets) as LogpushDataset[]).filter((name) => datasets[name].scope === scope).sort();
}

/** What the catalogue says of a dataset; undefined for a name that is in no catalogue. */
export function findDataset(name: string): LogpushDatasetEntry | undefined {
  return Object.hasOwn(datasets, name) ? datasets[name as LogpushDataset] : undefined;
}

/** Every field of a dataset, deprecated ones included, in a stable order. */
export function fieldsOf(dataset: LogpushDataset): readonly string[] {
  return datasets[dataset].fields;
}
