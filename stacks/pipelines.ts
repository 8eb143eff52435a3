/** The pipelines: each a stack of its own in every environment, named `<env>-<pipeline>`. */
export const PIPELINE_NAMES = ['qualys-secops', 'cloudtrail-cortex', 'logpush-taegis'] as const;

export type PipelineName = (typeof PIPELINE_NAMES)[number];
