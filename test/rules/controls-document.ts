import { AWS_RULES } from './aws-rules';
import { CONTROLS, type Control, type ControlId } from './controls';
import type { Option, Rule } from './rule';

const INTRODUCTION = `# Controls

Written by a test: change \`test/rules\`, then run \`UPDATE_DOCS=1 npx jest test/rules\`.

How \`cloudtrail-cortex\` stands to CIS AWS Foundations and to Security Hub's AWS Foundational Security Best Practices
(FSBP), as far as their controls concern what the pipeline makes. Each rule is a function over the synthesized stack.
[\`test/rules/aws.test.ts\`](../test/rules/aws.test.ts) runs it over every environment file and every option of the
pipeline, and shows that it catches stacks that were broken on purpose; \`npx jest test/rules -t <rule>\` runs one.

- **held**: by every stack; *unless* names the setting by which an operator decides otherwise.
- **by option**: with the setting that is named; without it, it is not held.
- **in part**, **not ours**: with what is held, and with the reason.

With \`trail: existing\` the trail, its bucket and its key are somebody else's, and so are their controls.`;

const AFTERWORD = `Beside the rules: who is let in by which policy is evaluated case by case
([\`test/policies\`](../test/policies/cloudtrail-cortex.test.ts)), and checkov looks at the plan
([\`test/e2e/checkov.test.ts\`](../test/e2e/checkov.test.ts)): each finding that is accepted has its reason next to the
code.`;

const rules = Object.entries(AWS_RULES).flatMap(([file, list]) => list.map((rule) => ({ ...rule, file })));

function controls(standard: 'CIS' | 'FSBP'): [ControlId, Control][] {
  return Object.entries(CONTROLS).filter(([id]) => id.startsWith(`${standard} `)) as [ControlId, Control][];
}

function rulesOf(id: ControlId) {
  return rules.filter((rule) => rule.controls.includes(id));
}

function settings(of: readonly Rule[], kind: Option['kind']): string {
  const named = of.flatMap(({ option }) => (option?.kind === kind ? [`\`${option.setting}\``] : []));
  return named.join(' or ');
}

function state(of: readonly Rule[], { inPart }: Control): string {
  const [optIn, optOut] = [settings(of, 'opt-in'), settings(of, 'opt-out')];
  if (of.length === 0) return 'not ours';
  if (inPart) return 'in part';
  if (optIn) return `by option ${optIn}`;
  return optOut ? `held unless ${optOut}` : 'held';
}

function proof(id: ControlId, { note, inPart, notOurs }: Control): string {
  const links = rulesOf(id).map((rule) => `${rule.title} ([\`${rule.id}\`](../test/rules/${rule.file}))`);
  return [...links, note ?? inPart ?? notOurs].filter((line) => line !== undefined).join('<br>');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** `docs/controls.md`: each control with its state and the rules that hold it. */
export function controlsDocument(): string {
  const cis = controls('CIS').map(([id, control]) => [
    /^CIS \d/.test(id) ? id.replace('CIS ', '') : '–',
    control.newer ?? '–',
    control.level ?? '–',
    control.requirement,
    state(rulesOf(id), control),
    proof(id, control),
  ]);
  const fsbp = controls('FSBP').map(([id, control]) => [
    id.replace('FSBP ', ''),
    control.requirement,
    state(rulesOf(id), control),
    proof(id, control),
  ]);
  const others = rules
    .filter((rule) => rule.controls.length === 0)
    .map((rule) => [`[\`${rule.id}\`](../test/rules/${rule.file})`, rule.title]);
  return `${[
    INTRODUCTION,
    '## CIS AWS Foundations',
    table(['v3 to v5', 'v6, v7', 'Level', 'Requirement', 'State', 'Rules, or reason'], cis),
    '## AWS Foundational Security Best Practices',
    table(['Control', 'Requirement', 'State', 'Rules, or reason'], fsbp),
    '## Rules of the project alone',
    table(['Rule', 'What holds'], others),
    AFTERWORD,
  ].join('\n\n')}\n`;
}
