import type { Position } from '../source';

/** A text, number or truth value as it stands in the file. */
export interface Scalar {
  readonly kind: 'scalar';
  readonly value: string | number | bigint | boolean;
  /** Whether it stood in quotes. */
  readonly quoted: boolean;
  readonly position: Position;
}

export interface ArrayNode {
  readonly kind: 'array';
  readonly items: readonly ValueNode[];
  readonly position: Position;
}

export interface Entry {
  readonly key: string;
  readonly value: ValueNode;
  readonly position: Position;
}

export interface HashNode {
  readonly kind: 'hash';
  readonly entries: readonly Entry[];
  readonly position: Position;
}

export type ValueNode = Scalar | ArrayNode | HashNode;

/** A filter with its options: `json { source => "message" }`. */
export interface Plugin {
  readonly kind: 'plugin';
  readonly name: string;
  readonly options: readonly Entry[];
  /** Place among the file's statements from 0, counted through the nested ones in the order of the text. */
  readonly index: number;
  readonly position: Position;
}

export interface Branch {
  readonly condition: Expression;
  readonly body: readonly Statement[];
  readonly position: Position;
}

export interface If {
  readonly kind: 'if';
  readonly branches: readonly Branch[];
  readonly otherwise?: { readonly body: readonly Statement[]; readonly position: Position };
  readonly index: number;
  readonly position: Position;
}

/** What a loop goes through: a token, or the elements of an XPath in the XML of a token. */
export type LoopSource =
  | { readonly kind: 'token'; readonly path: string }
  | { readonly kind: 'xml'; readonly token: string; readonly xpath: string };

export interface For {
  readonly kind: 'for';
  /** One name (the item), or two (index or key, and item). */
  readonly variables: readonly string[];
  readonly source: LoopSource;
  /** Whether it ends in the word `map`: through the entries of a map. */
  readonly map: boolean;
  readonly body: readonly Statement[];
  readonly index: number;
  readonly position: Position;
}

export type Statement = Plugin | If | For;

export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in' | '=~' | '!~';

export type Operand =
  /** A token; its segments as they stand in the brackets. */
  | { readonly kind: 'field'; readonly segments: readonly string[]; readonly position: Position }
  | { readonly kind: 'literal'; readonly value: string | number | bigint | boolean; readonly position: Position }
  /** A regular expression in slashes: its text is taken as it stands. */
  | { readonly kind: 'regex'; readonly source: string; readonly position: Position }
  | { readonly kind: 'list'; readonly items: readonly Operand[]; readonly position: Position };

export type Expression =
  | { readonly kind: 'and' | 'or'; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'not'; readonly operand: Expression }
  | { readonly kind: 'test'; readonly operand: Operand }
  | {
      readonly kind: 'compare';
      readonly operator: Comparison;
      readonly left: Operand;
      readonly right: Operand;
      readonly position: Position;
    };

export interface ParserTree {
  readonly body: readonly Statement[];
  /** How many statements the file has, nested ones included. */
  readonly size: number;
}

/** All statements of a file, each at its index. */
export function statementsOf({ body }: ParserTree): Statement[] {
  const all: Statement[] = [];
  const add = (statements: readonly Statement[]): void => {
    for (const statement of statements) {
      all[statement.index] = statement;
      if (statement.kind === 'for') add(statement.body);
      if (statement.kind !== 'if') continue;
      for (const branch of statement.branches) add(branch.body);
      if (statement.otherwise !== undefined) add(statement.otherwise.body);
    }
  };
  add(body);
  return all;
}
