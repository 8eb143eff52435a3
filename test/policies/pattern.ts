/** Whether a text fits a pattern in which `*` stands for any text, also none, and `?` for any one character. */
export function fits(pattern: string, text: string): boolean {
  let [p, t] = [0, 0];
  // Where to go on when what follows the last `*` turns out not to fit: it then takes one character more.
  let star = -1;
  let taken = 0;
  while (t < text.length) {
    if (pattern[p] === '*') {
      star = p++;
      taken = t;
    } else if (pattern[p] === '?' || pattern[p] === text[t]) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++taken;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(p));
}

/**
 * Whether an ARN fits a pattern, each of the six parts for itself: a `*` never reaches across a colon, except in the last
 * part (IAM user guide, "IAM JSON policy elements: Condition operators", ARN condition operators).
 */
export function arnFits(pattern: string, arn: string): boolean {
  const patterns = arnParts(pattern);
  if (patterns === undefined)
    throw new Error(`${pattern}: an ARN of six parts expected, as the value of an Arn operator`);
  return arnParts(arn)?.every((part, index) => fits(patterns[index] ?? '', part)) ?? false;
}

function arnParts(arn: string): string[] | undefined {
  const parts = arn.split(':');
  return parts[0] !== 'arn' || parts.length < 6 ? undefined : [...parts.slice(0, 5), parts.slice(5).join(':')];
}
