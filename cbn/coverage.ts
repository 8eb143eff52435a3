import type { Position } from './source';
import { type ParserTree, type Statement, statementsOf } from './syntax/tree';
import type { Trace } from './trace';

/** A statement or branch that no log reached. */
export interface Unreached {
  readonly position: Position;
  /** `mutate`, `if`, `else if`, `else`, `for`. */
  readonly what: string;
}

export interface CoverageReport {
  readonly statements: number;
  readonly statementsReached: number;
  readonly branches: number;
  readonly branchesReached: number;
  /** Statements within a branch that was never taken are left out: the branch tells of them. */
  readonly unreached: readonly Unreached[];
  /** Fields that logs had and no statement read, with how many logs had them; the most frequent first. */
  readonly unmapped: readonly { readonly field: string; readonly logs: number }[];
}

/** What a parser's logs made it do, over many of them. */
export class Coverage {
  private readonly statements: readonly Statement[];
  private readonly reached = new Set<number>();
  private readonly branches = new Map<number, Set<number>>();
  private readonly unmapped = new Map<string, number>();

  constructor(private readonly tree: ParserTree) {
    this.statements = statementsOf(tree);
  }

  /** Adds what one log did, from a run with `trace`. */
  add(trace: Trace): void {
    trace.statements.forEach((count, index) => {
      if (count > 0) this.reached.add(index);
    });
    for (const [index, counts] of trace.branches) {
      const taken = this.branches.get(index) ?? new Set<number>();
      counts.forEach((count, branch) => {
        if (count > 0) taken.add(branch);
      });
      this.branches.set(index, taken);
    }
    for (const field of trace.extracted)
      if (!isRead(field, trace.reads)) this.unmapped.set(field, (this.unmapped.get(field) ?? 0) + 1);
  }

  report(): CoverageReport {
    const unreached: Unreached[] = [];
    let branches = 0;
    let branchesReached = 0;
    const walk = (body: readonly Statement[]): void => {
      for (const statement of body) {
        if (!this.reached.has(statement.index))
          unreached.push({ position: statement.position, what: nameOf(statement) });
        for (const { branch, position, what, inner } of branchesOf(statement)) {
          branches += 1;
          const taken = this.branches.get(statement.index)?.has(branch) === true;
          if (taken) branchesReached += 1;
          else if (this.reached.has(statement.index)) unreached.push({ position, what });
          if (taken) walk(inner);
          else branches += countBranches(inner);
        }
      }
    };
    walk(this.tree.body);
    return {
      statements: this.statements.length,
      statementsReached: this.reached.size,
      branches,
      branchesReached,
      unreached,
      unmapped: [...this.unmapped]
        .map(([field, logs]) => ({ field, logs }))
        .sort((a, b) => b.logs - a.logs || (a.field < b.field ? -1 : 1)),
    };
  }
}

interface BranchOf {
  readonly branch: number;
  readonly position: Position;
  readonly what: string;
  readonly inner: readonly Statement[];
}

function branchesOf(statement: Statement): BranchOf[] {
  if (statement.kind === 'plugin') return [];
  if (statement.kind === 'for')
    return [{ branch: 0, position: statement.position, what: 'for', inner: statement.body }];
  const branches = statement.branches.map(({ body, position }, branch) => ({
    branch,
    position,
    what: branch === 0 ? 'if' : 'else if',
    inner: body,
  }));
  const { otherwise } = statement;
  return otherwise === undefined
    ? branches
    : [...branches, { branch: branches.length, position: otherwise.position, what: 'else', inner: otherwise.body }];
}

function countBranches(body: readonly Statement[]): number {
  return body.reduce(
    (sum, statement) =>
      sum + branchesOf(statement).reduce((inner, branch) => inner + 1 + countBranches(branch.inner), 0),
    0,
  );
}

function nameOf(statement: Statement): string {
  return statement.kind === 'plugin' ? statement.name : statement.kind;
}

/** Whether a field, or what holds it, was read: lists count as a whole, whichever index a statement names. */
function isRead(field: string, reads: ReadonlySet<string>): boolean {
  const name = field.replaceAll('[]', '');
  if (reads.has(name)) return true;
  for (let dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1))
    if (reads.has(name.slice(0, dot))) return true;
  if (!field.includes('[]')) return false;
  const pattern = field.split('[]');
  for (const read of reads) if (readsElement(read, pattern)) return true;
  return false;
}

/** Whether `a.0.b` names an element of `a[].b`. */
function readsElement(read: string, parts: readonly string[]): boolean {
  let rest = read;
  for (const [at, part] of parts.entries()) {
    if (!rest.startsWith(part)) return rest !== '' && part.startsWith(`${rest}.`) && at > 0;
    rest = rest.slice(part.length);
    if (at < parts.length - 1) {
      const index = /^\.\d+/.exec(rest);
      if (index === null) return rest === '';
      rest = rest.slice(index[0].length);
    }
  }
  return rest === '';
}
