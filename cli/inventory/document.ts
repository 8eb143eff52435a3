import { PIPELINE_NAMES } from '../../stacks/pipelines';
import type { SynthesizedStack } from '../synthesized';

/** What is read here of a stack's Terraform JSON, besides what {@link SynthesizedStack} names. */
interface Document {
  readonly data?: SynthesizedStack['resource'];
  readonly terraform?: { readonly backend?: Readonly<Record<string, Readonly<Record<string, unknown>>>> };
}

/** Data sources of a stack, by type. */
export function dataOf({ document }: SynthesizedStack): SynthesizedStack['resource'] {
  return (document as Document).data ?? {};
}

/** Where a stack's state is: the kind of its one backend, and its arguments. */
export function backendOf({
  name,
  document,
}: SynthesizedStack): [kind: string, args: Readonly<Record<string, unknown>>] {
  const [backend] = Object.entries((document as Document).terraform?.backend ?? {});
  if (backend === undefined) throw new Error(`${name} says no backend`);
  return backend;
}

/** `prod qualys-secops`: what commands are told for the stack of a pipeline; undefined for other stacks. */
export function commandArguments({ name }: Pick<SynthesizedStack, 'name'>): string | undefined {
  const [, environment, pipeline] = new RegExp(`^(.+)-(${PIPELINE_NAMES.join('|')})(?:-\\w+)?$`).exec(name) ?? [];
  return environment === undefined ? undefined : `${environment} ${pipeline}`;
}
