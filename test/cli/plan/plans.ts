import type { ChangeJson, ConfigurationJson, PlanJson, ResourceChangeJson } from '../../../cli/plan/plan-json';

/** A resource of a plan: an update from `{}` to `{}` of `aws_sqs_queue.x`, unless told otherwise. */
export function resource(
  change: Partial<ChangeJson>,
  { type = 'aws_sqs_queue', name = 'x', ...rest }: Partial<ResourceChangeJson> = {},
): ResourceChangeJson {
  return {
    address: `${type}.${name}`,
    mode: 'managed',
    type,
    name,
    ...rest,
    change: { actions: ['update'], before: {}, after: {}, ...change },
  };
}

/** @param configured what the configuration sets, by address */
export function planOf(
  resources: readonly ResourceChangeJson[],
  configured: Readonly<Record<string, ConfigurationJson['expressions']>> = {},
  rest: Partial<PlanJson> = {},
): PlanJson {
  return {
    format_version: '1.2',
    resource_changes: resources,
    configuration: {
      root_module: {
        resources: Object.entries(configured).map(([address, expressions]) => ({ address, expressions })),
      },
    },
    ...rest,
  };
}
