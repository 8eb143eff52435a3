import { withIndices } from './path';
import type { ConfigurationJson, PlanJson } from './plan-json';
import { isRecord } from './record';
import type { Path } from './walk';

/** Tells which attributes of a resource the configuration sets: the provider computes the others. */
export function configuredBy({ configuration }: PlanJson): (address: string) => (path: Path) => boolean {
  const resources = new Map<string, ConfigurationJson>();
  for (const resource of configuration?.root_module?.resources ?? []) resources.set(resource.address, resource);
  return (address) => {
    const expressions = resources.get(withoutIndex(address))?.expressions;
    return (path) => isSet(expressions, withIndices(path));
  };
}

type Steps = ReturnType<typeof withIndices>;

/** Without what `count` or `for_each` adds: `[0]`, `["key"]`. */
function withoutIndex(address: string): string {
  return address.replace(/\[(?:\d+|"(?:[^"\\]|\\.)*")\]$/, '');
}

function isSet(node: unknown, path: Steps): boolean {
  const [step, ...rest] = path;
  if (step === undefined) return node !== undefined;
  // One block stands alone or in a list; the paths have its index.
  if (typeof step === 'number') return Array.isArray(node) ? isSet(node[step], rest) : isSet(node, rest);
  if (!isRecord(node)) return false;
  const inner = node[step];
  if (!isRecord(inner)) return inner !== undefined && isSet(inner, rest);
  if ('references' in inner || Object.keys(inner).length === 0) return true;
  return 'constant_value' in inner ? isSetConstant(inner.constant_value, rest) : isSet(inner, rest);
}

function isSetConstant(value: unknown, path: Steps): boolean {
  const [step, ...rest] = path;
  if (step === undefined) return value !== undefined && value !== null;
  if (typeof value !== 'object' || value === null) return false;
  return isSetConstant((value as Record<string | number, unknown>)[step], rest);
}
