import type { Diagnostic } from './errors';
import type { Entry, Expression, Operand, ParserTree, Plugin, Statement, ValueNode } from './syntax/tree';

/**
 * Conditions on tokens that only the log could set: a log without the field fails there, since a condition catches
 * nothing (docs.cloud.google.com/chronicle/docs/event-processing/parser-tips-troubleshooting, "Initialize intermediate
 * variables early").
 */
export function lintTokens({ body }: ParserTree): Diagnostic[] {
  const set = new Set<string>();
  const asked = new Map<string, Operand>();
  walk(body, set, asked);
  const names = [...set];
  return [...asked]
    .filter(([token]) => !names.some((name) => isWithin(name, token) || isWithin(token, name)))
    .map(([token, { position }]) => ({
      severity: 'warning',
      code: 'not-initialised',
      message: `Nothing sets ${token} but the log itself: a log without it fails here.`,
      fix: `Set "${token}" => "" in a replace before the filter that extracts it.`,
      position: position as NonNullable<typeof position>,
    }));
}

function isWithin(inner: string, outer: string): boolean {
  return inner === outer || inner.startsWith(`${outer}.`);
}

function walk(statements: readonly Statement[], set: Set<string>, asked: Map<string, Operand>): void {
  for (const statement of statements) {
    if (statement.kind === 'plugin') for (const name of tokensOf(statement)) set.add(name);
    else if (statement.kind === 'for') {
      for (const variable of statement.variables) set.add(variable);
      walk(statement.body, set, asked);
    } else {
      for (const { condition, body } of statement.branches) {
        ask(condition, asked);
        walk(body, set, asked);
      }
      walk(statement.otherwise?.body ?? [], set, asked);
    }
  }
}

function ask(expression: Expression, asked: Map<string, Operand>): void {
  const operand = (one: Operand) => {
    if (one.kind !== 'field') return;
    const token = one.segments.join('.');
    const [first = ''] = one.segments;
    if (first !== 'message' && !first.startsWith('@') && !asked.has(token)) asked.set(token, one);
  };
  if (expression.kind === 'test') operand(expression.operand);
  else if (expression.kind === 'not') ask(expression.operand, asked);
  else if (expression.kind === 'compare') for (const one of [expression.left, expression.right]) operand(one);
  else for (const one of [expression.left, expression.right]) ask(one, asked);
}

/** Tokens that a filter sets by name; those that a log brings along are not among them. */
function tokensOf({ name, options }: Plugin): string[] {
  return options.flatMap(({ key, value }) => {
    if (key === 'on_error' || key === 'target') return texts(value);
    if (name === 'grok' && key === 'match')
      return entries(value).flatMap((entry) => texts(entry.value).flatMap(captures));
    if (name === 'xml' && key === 'xpath') return entries(value).flatMap((entry) => texts(entry.value));
    if (name === 'csv' && key === 'source') return Array.from({ length: 999 }, (_, index) => `column${index + 1}`);
    if (name !== 'mutate') return [];
    if (key === 'rename') return entries(value).flatMap((entry) => texts(entry.value));
    if (key === 'split') return entries(value).flatMap((entry) => (entry.key === 'target' ? texts(entry.value) : []));
    return ['replace', 'merge', 'copy', 'update', 'add_field'].includes(key.toLowerCase())
      ? entries(value).map((entry) => entry.key)
      : [];
  });
}

function captures(pattern: string): string[] {
  return [...pattern.matchAll(/%\{\w+:([^:}]+)|\(\?P?<(\w+)>/g)].map(([, token, group]) => token ?? group ?? '');
}

function entries(value: ValueNode): readonly Entry[] {
  return value.kind === 'hash' ? value.entries : [];
}

function texts(value: ValueNode): string[] {
  if (value.kind === 'scalar') return [String(value.value)];
  return value.kind === 'array' ? value.items.flatMap(texts) : [];
}
