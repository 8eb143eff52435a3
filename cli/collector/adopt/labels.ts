import { COLLECTOR_PIPELINE } from '../target';

/** A resource of Google Cloud with its labels. */
export interface Labelled {
  readonly labels?: Readonly<Record<string, string>>;
}

/** Whether a stack of this pipeline has made the resource, or taken it in: then a deploy changes nothing unexpected. */
export function isOurs({ labels = {} }: Labelled): boolean {
  return labels['tributary-pipeline'] === COLLECTOR_PIPELINE;
}
