/** The pipelines, each a stack of its own in every environment, with the section of the environment file that builds it. */
export const PIPELINES = {
  'qualys-secops': 'qualys',
  'cloudtrail-cortex': 'cloudtrail',
  'logpush-taegis': 'cloudflare',
} as const;

export type PipelineName = keyof typeof PIPELINES;
export const PIPELINE_NAMES = Object.keys(PIPELINES) as PipelineName[];
