import { CbnError } from '../errors';
import { keeping } from '../kept';
import { childrenNamed, localName, textOf, type XmlDocument, type XmlElement } from './node';
import { parseXpath } from './xpath-parser';
import type { Expression, Path, Step } from './xpath-tree';

/** A compiled XPath. */
export interface Xpath {
  /** Text of the first node, or of what a function returns; undefined when no node fits. */
  value(document: XmlDocument): string | undefined;
  /** How many nodes fit. */
  count(document: XmlDocument): number;
}

/** An attribute or a piece of text, with the element that it belongs to. */
interface Leaf {
  readonly owner: XmlElement;
  readonly name: string;
  readonly value: string;
}
type Node = XmlElement | Leaf;
type Value = readonly Node[] | string | number | boolean;

/**
 * Compiles an XPath; the same path is compiled once. A name without a prefix fits elements of that name with any prefix and
 * namespace, as parsers of Windows events rely on; one with a prefix fits the prefix as written. Places count from 1.
 * @throws CbnError `xpath` for what is not supported
 */
export const compileXpath = keeping((path): Xpath => {
  const expression = parseXpath(path);
  check(expression, path);
  return {
    value: (document) => {
      const value = evaluate(expression, document, 1, 1, document);
      return typeof value === 'object' ? value[0] && textOfNode(value[0]) : String(value);
    },
    count: (document) => {
      const value = evaluate(expression, document, 1, 1, document);
      return typeof value === 'object' ? value.length : 1;
    },
  };
});

type Call = (parameters: readonly Value[], node: Node, position: number, size: number) => Value;

const FUNCTIONS: Readonly<Record<string, Call>> = {
  position: (_, __, position) => position,
  last: (_, __, ___, size) => size,
  count: ([nodes]) => (typeof nodes === 'object' ? nodes.length : 1),
  not: ([value]) => !truth(value ?? false),
  true: () => true,
  false: () => false,
  string: ([value], node) => (value === undefined ? textOfNode(node) : text(value)),
  number: ([value], node) => Number(value === undefined ? textOfNode(node) : text(value)),
  name: ([nodes], node) => nameOf(firstOf(nodes, node)),
  'local-name': ([nodes], node) => localName(nameOf(firstOf(nodes, node))),
  contains: ([whole = '', part = '']) => text(whole).includes(text(part)),
  'starts-with': ([whole = '', part = '']) => text(whole).startsWith(text(part)),
  'string-length': ([value], node) => (value === undefined ? textOfNode(node) : text(value)).length,
  'normalize-space': ([value], node) =>
    (value === undefined ? textOfNode(node) : text(value)).trim().replace(/\s+/g, ' '),
  concat: (parameters) => parameters.map(text).join(''),
};

function check(expression: Expression, path: string): void {
  if (expression.kind === 'operation') {
    check(expression.left, path);
    check(expression.right, path);
  } else if (expression.kind === 'call') {
    if (!Object.hasOwn(FUNCTIONS, expression.name))
      throw new CbnError(
        'xpath',
        `xpath ${path}: the function ${expression.name}() is not supported; expected one of ${Object.keys(FUNCTIONS).join(', ')}`,
        { value: path },
      );
    for (const parameter of expression.parameters) check(parameter, path);
  } else if (expression.kind === 'path')
    for (const { predicates } of expression.steps) for (const predicate of predicates) check(predicate, path);
}

function evaluate(expression: Expression, node: Node, position: number, size: number, document: XmlDocument): Value {
  switch (expression.kind) {
    case 'number':
    case 'text':
      return expression.value;
    case 'path':
      return nodesOf(expression, node, document);
    case 'call': {
      const parameters = expression.parameters.map((one) => evaluate(one, node, position, size, document));
      return (FUNCTIONS[expression.name] as Call)(parameters, node, position, size);
    }
    case 'operation': {
      const left = evaluate(expression.left, node, position, size, document);
      if (expression.sign === 'or' && truth(left)) return true;
      if (expression.sign === 'and' && !truth(left)) return false;
      const right = evaluate(expression.right, node, position, size, document);
      return expression.sign === 'or' || expression.sign === 'and'
        ? truth(right)
        : compare(expression.sign, left, right);
    }
  }
}

function nodesOf(path: Path, from: Node, document: XmlDocument): readonly Node[] {
  let nodes: readonly Node[] = [path.absolute ? document : from];
  for (const step of path.steps) {
    const found: Node[] = [];
    const seen = nodes.length > 1 && (step.deep || step.axis === 'parent') ? new Set<Node>() : undefined;
    for (const node of nodes)
      for (const candidate of step.deep ? within(step, node, document, []) : chosen(step, node, document)) {
        if (seen?.has(candidate)) continue;
        seen?.add(candidate);
        found.push(candidate);
      }
    nodes = found;
    if (nodes.length === 0) break;
  }
  return nodes;
}

/** What a step takes from a node and from everything within it, elements in the order of the document. */
function within(step: Step, node: Node, document: XmlDocument, found: Node[]): readonly Node[] {
  const here = chosen(step, node, document);
  if ('owner' in node) return here;
  const elements = step.axis === 'child' ? new Set(here) : undefined;
  for (const one of here) if (elements === undefined || 'owner' in one) found.push(one);
  for (const child of node.children) {
    if (typeof child === 'string') continue;
    if (elements?.has(child)) found.push(child);
    within(step, child, document, found);
  }
  return found;
}

function chosen(step: Step, node: Node, document: XmlDocument): readonly Node[] {
  let candidates = candidatesOf(step, node);
  for (const predicate of step.predicates) {
    if (predicate.kind === 'number') {
      const one = candidates[predicate.value - 1];
      candidates = one === undefined ? [] : [one];
      continue;
    }
    const size = candidates.length;
    candidates = candidates.filter((candidate, index) => {
      const value = evaluate(predicate, candidate, index + 1, size, document);
      return typeof value === 'number' ? value === index + 1 : truth(value);
    });
  }
  return candidates;
}

function candidatesOf(step: Step, node: Node): readonly Node[] {
  if (step.axis === 'self') return [node];
  if ('owner' in node) return step.axis === 'parent' ? [node.owner] : [];
  switch (step.axis) {
    case 'parent':
      return node.parent === undefined ? [] : [node.parent];
    case 'attribute':
      return attributesOf(node, step.test);
    case 'child':
      return childrenOf(node, step.test);
  }
}

function attributesOf(node: XmlElement, test: string): readonly Leaf[] {
  const exact = test === '*' ? undefined : node.attributes.get(test);
  if (exact !== undefined) return [{ owner: node, name: test, value: exact }];
  const fitting = [...node.attributes].filter(([name]) => test === '*' || localName(name) === test);
  return fitting.map(([name, value]) => ({ owner: node, name, value }));
}

function childrenOf(node: XmlElement, test: string): readonly Node[] {
  if (test === 'text()' || test === 'node()') {
    return node.children.flatMap((child): readonly Node[] =>
      typeof child === 'string' ? [{ owner: node, name: '', value: child }] : test === 'node()' ? [child] : [],
    );
  }
  if (test === '*') return node.children.filter((child) => typeof child !== 'string');
  const named = childrenNamed(node, localName(test));
  return test.includes(':') ? named.filter(({ name }) => name === test) : named;
}

function compare(sign: string, left: Value, right: Value): boolean {
  if (typeof left === 'object') return left.some((node) => compare(sign, textOfNode(node), right));
  if (typeof right === 'object') return right.some((node) => compare(sign, left, textOfNode(node)));
  if (sign === '=' || sign === '!=') {
    const same =
      typeof left === 'boolean' || typeof right === 'boolean'
        ? truth(left) === truth(right)
        : typeof left === 'number' || typeof right === 'number'
          ? Number(left) === Number(right)
          : left === right;
    return same === (sign === '=');
  }
  const [a, b] = [Number(left), Number(right)];
  return sign === '<' ? a < b : sign === '<=' ? a <= b : sign === '>' ? a > b : a >= b;
}

function truth(value: Value): boolean {
  if (typeof value === 'object') return value.length > 0;
  return typeof value === 'number' ? value !== 0 && !Number.isNaN(value) : Boolean(value);
}

function text(value: Value): string {
  return typeof value === 'object' ? (value[0] === undefined ? '' : textOfNode(value[0])) : String(value);
}

function textOfNode(node: Node): string {
  return 'owner' in node ? node.value : textOf(node);
}

function firstOf(nodes: Value | undefined, node: Node): Node | undefined {
  return typeof nodes === 'object' ? nodes[0] : node;
}

function nameOf(node: Node | undefined): string {
  return node?.name ?? '';
}
