import type { Path } from './walk';

/**
 * `versioning[0].enabled`; keys that are no identifiers in brackets and quotes, as names of blocks: `tags["cost-center"]`,
 * `rule["expire"].status`.
 */
export function formatPath(path: Path): string {
  return path
    .map((step, index) => {
      if (typeof step === 'number') return `[${step}]`;
      if (typeof step === 'object') return `[${JSON.stringify(step.name)}]`;
      if (!/^[A-Za-z_]\w*$/.test(step)) return `[${JSON.stringify(step)}]`;
      return index === 0 ? step : `.${step}`;
    })
    .join('');
}

/** The path with places instead of names of blocks. */
export function withIndices(path: Path): readonly (string | number)[] {
  return path.map((step) => (typeof step === 'object' ? step.index : step));
}

/** Whether a path lies at or below another; of the other, `*` stands for any step, and places in lists may be left out. */
export function isWithin(path: Path, above: Path): boolean {
  let matched = 0;
  const wanted = withIndices(above);
  for (const step of withIndices(path)) {
    if (matched === wanted.length) return true;
    if (wanted[matched] === '*' || wanted[matched] === step) matched += 1;
    else if (typeof step !== 'number') return false;
  }
  return matched === wanted.length;
}
