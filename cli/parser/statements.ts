import type { Position } from '../../cbn/source';
import type { ParserTree, Plugin, Statement } from '../../cbn/syntax/tree';

/** A statement of a parser, as people are told of it. */
export interface StatementPlace {
  readonly index: number;
  /** `mutate replace`, `grok`, `if`, `for`. */
  readonly what: string;
  readonly position: Position;
  /** Of `if` and `for`: its branches in turn, an `else` that does not stand there as well. */
  readonly branches: readonly BranchPlace[];
  /** Whether it puts an event out. */
  readonly isOutput: boolean;
  /** The branch in which it stands, undefined at the top. */
  readonly within: { readonly index: number; readonly branch: number } | undefined;
}

export interface BranchPlace {
  /** `if`, `else if`, `else`, `for`; `if without its conditions` where no `else` stands. */
  readonly what: string;
  readonly position: Position;
}

/** Every statement of a parser, nested ones included, by index. */
export function statementsOf({ body }: ParserTree): StatementPlace[] {
  return walkAll(body, undefined).sort((one, other) => one.index - other.index);
}

function walkAll(body: readonly Statement[], within: StatementPlace['within']): StatementPlace[] {
  return body.flatMap((statement) => walk(statement, within));
}

function walk(statement: Statement, within: StatementPlace['within']): StatementPlace[] {
  const { index, position } = statement;
  if (statement.kind === 'plugin')
    return [{ index, what: describe(statement), position, branches: [], within, isOutput: putsOut(statement) }];
  if (statement.kind === 'for') {
    const branches = [{ what: 'for', position }];
    return [
      { index, what: 'for', position, branches, within, isOutput: false },
      ...walkAll(statement.body, { index, branch: 0 }),
    ];
  }
  const { otherwise } = statement;
  const branches = statement.branches.map((branch, number) => ({
    what: number === 0 ? 'if' : 'else if',
    position: branch.position,
  }));
  const last = otherwise
    ? { what: 'else', position: otherwise.position }
    : { what: 'if without its conditions', position };
  return [
    { index, what: 'if', position, branches: [...branches, last], within, isOutput: false },
    ...statement.branches.flatMap((branch, number) => walkAll(branch.body, { index, branch: number })),
    ...walkAll(otherwise?.body ?? [], { index, branch: branches.length }),
  ];
}

function describe({ name, options }: Plugin): string {
  const operations = name === 'mutate' ? options.map(({ key }) => key).filter((key) => key !== 'on_error') : [];
  return [name, operations.join(', ')].filter(Boolean).join(' ');
}

function putsOut({ options }: Plugin): boolean {
  return options.some(
    ({ key, value }) =>
      key === 'merge' && value.kind === 'hash' && value.entries.some((entry) => entry.key === '@output'),
  );
}
