import type { StackJson } from '../../synthesize';

type Edit = (stack: StackJson) => void;

/** The only resource of a type whose id contains a text. */
export function resource(stack: StackJson, type: string, name = ''): StackJson {
  const found = Object.entries<StackJson>(stack.resource[type] ?? {}).filter(([id]) => id.includes(name));
  const [[, one] = []] = found;
  if (found.length !== 1 || one === undefined) throw new Error(`${found.length} ${type} ${name}, 1 expected`);
  return one;
}

/** Sets attributes of a resource; undefined takes one away. */
export function set(type: string, name: string, attributes: StackJson): Edit {
  return (stack) => void Object.assign(resource(stack, type, name), attributes);
}

export function add(type: string, attributes: StackJson): Edit {
  return (stack) => {
    stack.resource[type] = { ...stack.resource[type], added: attributes };
  };
}

export function remove(type: string, name = ''): Edit {
  return (stack) => {
    const removed = resource(stack, type, name);
    const left = Object.entries(stack.resource[type]).filter(([, one]) => one !== removed);
    stack.resource[type] = Object.fromEntries(left);
  };
}

/** Changes the query of an alarm. */
export function query(alarm: string, change: (text: string) => string): Edit {
  return (stack) => {
    const [{ condition_prometheus_query_language: condition }] = resource(
      stack,
      'google_monitoring_alert_policy',
      `_${alarm}_`,
    ).conditions;
    const changed = change(condition.query);
    if (changed === condition.query) throw new Error(`nothing to change in the query of ${alarm}`);
    condition.query = changed;
  };
}
