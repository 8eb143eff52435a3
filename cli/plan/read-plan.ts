import { configuredBy } from './configured';
import { digestOf } from './digest';
import { effectOf } from './kinds';
import { type Mask, maskOf } from './mask';
import { isMoving, mirrorsOf } from './moving';
import { readable } from './parser-code';
import { formatPath, isWithin } from './path';
import type { ChangeJson, PlanJson, ResourceChangeJson } from './plan-json';
import type { Action, AttributeChange, OutputChange, ResourceChange, StackReport, Value } from './report';
import { type Difference, differences, fill, holdsTrue, type Path } from './walk';
import { warningsOf } from './warnings';

const REASONS: Readonly<Record<string, string>> = {
  replace_because_tainted: 'it is tainted: making it failed half-way',
  replace_because_cannot_update: 'a changed argument forces a new one',
  replace_by_request: 'it was asked for on the command line',
  replace_by_triggers: 'something that it depends on changes',
  delete_because_no_resource_config: 'it is not in the configuration any more',
  delete_because_no_module: 'its module is not in the configuration any more',
  delete_because_wrong_repetition: 'it has an index, and the configuration makes one only, or the other way round',
  delete_because_count_index: 'its index is beyond count',
  delete_because_each_key: 'its key is not in for_each any more',
  delete_because_no_move_target: 'it was moved to an address that is not in the configuration',
};

/**
 * What a plan says, without what is secret: neither what Terraform marks as sensitive, nor any text that holds one of the
 * secrets, literally or encoded.
 * @param secrets what was given to the run, such as the values of sensitive variables
 */
export function readPlan(stack: string, plan: PlanJson, secrets: readonly string[]): StackReport {
  const mask = maskOf(plan, secrets);
  const configured = configuredBy(plan);
  const changes = byAddress((plan.resource_changes ?? []).flatMap((change) => plannedChange(change, configured, mask)));
  const drift = byAddress(driftOf(plan, configured, mask));
  const outputs = Object.entries(plan.output_changes ?? {})
    .flatMap(([name, change]) => outputChange(name, change, mask))
    .sort((one, other) => compare(one.name, other.name));
  const report = { stack, changes, drift, outputs, warnings: warningsOf(changes, outputs) };
  if (plan.errored)
    return {
      ...report,
      kind: 'failed',
      error: 'Terraform stopped before the plan was complete: what is shown is a part of it.',
    };
  return { ...report, kind: 'planned', digest: digestOf(changes, outputs) };
}

function plannedChange(
  resource: ResourceChangeJson,
  configured: ReturnType<typeof configuredBy>,
  mask: Mask,
): ResourceChange[] {
  const { change, mode } = resource;
  const action = effectOf(resource.type, actionOf(change.actions));
  const moved = resource.previous_address !== undefined && resource.previous_address !== resource.address;
  if (mode === 'data' || action === undefined || (action === 'none' && !moved && !change.importing)) return [];
  const isConfigured = configured(resource.address);
  const attributes = action === 'delete' || action === 'forget' ? [] : readableDifferences(resource);
  const kept = withoutEchoes(attributes.filter(({ path, isUnknown }) => !isUnknown || !isMoving(resource.type, path)))
    .map((difference) => ({
      isEmpty: isNothing(difference.before) && isNothing(difference.after) && !difference.isUnknown,
      attribute: attributeChange(difference, change, mask, difference.isUnknown && !isConfigured(difference.path)),
    }))
    .sort((one, other) => compare(one.attribute.path, other.attribute.path));
  const telling = kept.filter(
    ({ isEmpty, attribute }) => attribute.forcesReplacement || (!isEmpty && !attribute.isComputed),
  );
  return [
    {
      ...resourceChange(resource, action, mask),
      attributes: (telling.length > 0 || action === 'create' ? telling : kept).map(({ attribute }) => attribute),
    },
  ];
}

/** What was changed outside; the rest of what Terraform finds is what providers and clouds do themselves. */
function driftOf(plan: PlanJson, configured: ReturnType<typeof configuredBy>, mask: Mask): ResourceChange[] {
  const isMirror = mirrorsOf(plan);
  return (plan.resource_drift ?? []).flatMap((resource) => {
    const { change, mode, type } = resource;
    const action = actionOf(change.actions);
    if (mode === 'data' || action === undefined || action === 'none') return [];
    if (action === 'delete') return [{ ...resourceChange(resource, action, mask), attributes: [] }];
    const isConfigured = configured(resource.address);
    const attributes = withoutEchoes(
      readableDifferences(resource).filter(
        ({ path, before, after }) =>
          !(isNothing(before) && isNothing(after)) &&
          // The cloud's default, of what nobody has set.
          !(before === null && (after === false || after === 0) && !isConfigured(path)) &&
          !isMoving(type, path) &&
          !isMirror(type, String(path[0]), change.after),
      ),
    ).map((difference) => attributeChange(difference, change, mask, false));
    if (attributes.length === 0) return [];
    return [
      {
        ...resourceChange(resource, action, mask),
        attributes: attributes.sort((one, other) => compare(one.path, other.path)),
      },
    ];
  });
}

function readableDifferences({ type, change }: ResourceChangeJson): Difference[] {
  return differences(pairOf(change)).map((difference) => readable(type, difference));
}

/** Providers on Terraform's old SDK cannot tell these apart, and find after the first apply that one became the other. */
function isNothing(value: unknown): boolean {
  return value === null || value === '' || (typeof value === 'object' && Object.keys(value).length === 0);
}

/** `undefined` when nothing is done to what exists: a data source is read. */
function actionOf(actions: readonly string[]): Action | undefined {
  const has = (action: string) => actions.includes(action);
  if (has('create') && (has('delete') || has('forget'))) return 'replace';
  return (['delete', 'create', 'update', 'forget'] as const).find(has) ?? (has('no-op') ? 'none' : undefined);
}

function resourceChange(
  { address, previous_address, type, change, action_reason }: ResourceChangeJson,
  action: Action,
  mask: Mask,
): Omit<ResourceChange, 'attributes'> {
  const reason =
    action_reason === undefined ? undefined : (REASONS[action_reason] ?? action_reason.replaceAll('_', ' '));
  return {
    address: mask.redact(address),
    type,
    action,
    ...(action === 'replace' && change.actions[0] === 'create' && { createBeforeDestroy: true }),
    ...(previous_address !== undefined && previous_address !== address && { movedFrom: mask.redact(previous_address) }),
    ...(change.importing && { importId: mask.redact(change.importing.id ?? '') }),
    ...(reason !== undefined && { reason }),
  };
}

function attributeChange(
  { path, before, after, isUnknown, isSensitive }: Difference,
  { replace_paths = [] }: ChangeJson,
  mask: Mask,
  isComputed: boolean,
): AttributeChange {
  const hidden = isSensitive || mask.covers(before) || mask.covers(after);
  const forces = replace_paths.some((forcing) => isWithin(path, forcing) || isWithin(forcing, path));
  return {
    path: formatPath(redactedPath(path, mask)),
    before: shown(before, hidden),
    after: isUnknown ? { kind: 'unknown' } : shown(after, hidden),
    ...(forces && { forcesReplacement: true }),
    ...(isComputed && { isComputed }),
  };
}

function redactedPath(path: Path, mask: Mask): Path {
  return path.map((step) => {
    if (typeof step === 'string') return mask.redact(step);
    return typeof step === 'object' ? { ...step, name: mask.redact(step.name) } : step;
  });
}

function outputChange(name: string, change: ChangeJson, mask: Mask): OutputChange[] {
  const action = actionOf(change.actions);
  if (action !== 'create' && action !== 'update' && action !== 'delete') return [];
  const { before = null, after = null, before_sensitive, after_sensitive, after_unknown } = change;
  const filled = after_unknown === true ? null : fill(after, after_unknown);
  const hidden =
    holdsTrue(before_sensitive) || holdsTrue(after_sensitive) || mask.covers(before) || mask.covers(filled);
  return [
    {
      name,
      action,
      before: shown(before, hidden),
      after: after_unknown === true ? { kind: 'unknown' } : shown(filled, hidden),
    },
  ];
}

function shown(value: unknown, hidden: boolean): Value {
  if (value === null) return { kind: 'absent' };
  return hidden ? { kind: 'sensitive' } : { kind: 'known', value };
}

/** Attributes that a provider computes of others: labels together with those of the provider. */
const ECHOES: Readonly<Record<string, string>> = {
  tags_all: 'tags',
  terraform_labels: 'effective_labels',
  effective_labels: 'labels',
  effective_annotations: 'annotations',
};

/** Without those that say the same once more. */
function withoutEchoes(all: readonly Difference[]): Difference[] {
  const key = ([first, ...rest]: Path, { before, after, isUnknown }: Difference) =>
    JSON.stringify([first, rest, before, after, isUnknown]);
  const said = new Set(all.map((difference) => key(difference.path, difference)));
  return all.filter((difference) => {
    const [first = '', ...rest] = difference.path;
    const source = ECHOES[String(first)];
    return source === undefined || !said.has(key([source, ...rest], difference));
  });
}

function pairOf({ before, after, before_sensitive, after_sensitive, after_unknown }: ChangeJson) {
  return {
    before,
    after,
    beforeSensitive: before_sensitive,
    afterSensitive: after_sensitive,
    afterUnknown: after_unknown,
  };
}

export function byAddress(changes: readonly ResourceChange[]): ResourceChange[] {
  return [...changes].sort((one, other) => compare(one.address, other.address));
}

/** By code units: the same on any machine. */
function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
