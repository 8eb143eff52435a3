/** The pipelines: each a stack of its own in every environment, named `<env>-<pipeline>`. */
export const PIPELINE_NAMES = ['qualys-secops', 'cloudtrail-cortex', 'logpush-taegis'] as const;

/** What prepares a repository's workflows: no pipeline, but stacks of its own beside them, `<env>-bootstrap-<cloud>`. */
export const BOOTSTRAP_NAME = 'bootstrap';

export type PipelineName = (typeof PIPELINE_NAMES)[number];
