import type { Execute } from '../filters/filter';
import { OptionReader } from '../filters/options';
import { FILTERS } from '../filters/registry';
import type { EngineOptions } from '../options';
import type { Run } from '../run';
import { get, type Path, set, toPath } from '../state';
import type { Report } from '../syntax/report';
import type { Branch, If, ParserTree, Plugin, Statement } from '../syntax/tree';
import { isNumber } from '../values';
import type { Condition } from './condition';
import { compileCondition } from './conditions';
import { failLog } from './failures';
import { compileLoop } from './loops';

/**
 * A piece of a parser. Pieces are objects of four kinds and no functions: JavaScript's compiler puts methods of up to four
 * kinds into the loop that calls them, which it does not do for functions.
 */
export interface Step {
  /** False when the log ends there: dropped, or failed. */
  run(run: Run): boolean;
}

export interface CompileContext {
  readonly report: Report;
  readonly engine: EngineOptions;
}

export function compileProgram(tree: ParserTree, context: CompileContext): Step {
  return compileBlock(tree.body, context, true);
}

/** @param last whether nothing of the parser runs behind the block, nor the block once more */
export function compileBlock(statements: readonly Statement[], context: CompileContext, last = false): Step {
  const steps = statements.map((statement, at) =>
    compileStatement(statement, context, last && at === statements.length - 1),
  );
  const [only] = steps;
  return only !== undefined && steps.length === 1 ? only : new BlockStep(steps);
}

class BlockStep implements Step {
  constructor(private readonly steps: readonly Step[]) {}

  run(run: Run): boolean {
    const { steps } = this;
    for (let at = 0; at < steps.length; at += 1) if (!(steps[at] as Step).run(run)) return false;
    return true;
  }
}

function compileStatement(statement: Statement, context: CompileContext, last: boolean): Step {
  switch (statement.kind) {
    case 'plugin':
      return compilePlugin(statement, context, last);
    case 'if':
      return compileIf(statement, context, last);
    case 'for':
      return compileLoop(statement, context);
  }
}

function compilePlugin(plugin: Plugin, { report, engine }: CompileContext, last: boolean): Step {
  const filter = FILTERS.get(plugin.name) ?? FILTERS.get(plugin.name.toLowerCase());
  if (filter === undefined) {
    report.error(
      'unknown-filter',
      plugin.position,
      `There is no filter ${plugin.name}.`,
      `Filters are ${[...FILTERS.keys()].sort().join(', ')}.`,
    );
    return new BlockStep([]);
  }
  if (!FILTERS.has(plugin.name))
    report.warn(
      'filter-case',
      plugin.position,
      `${plugin.name} is taken for ${plugin.name.toLowerCase()}.`,
      'Write it in lower case.',
    );
  const options = new OptionReader(plugin, report, engine, filter.options, last);
  const execute = filter.compile(options);
  const flagName = options.text('on_error');
  const flag = flagName === undefined || flagName === '' ? undefined : toPath(flagName);
  return new PluginStep(plugin, execute, flag, report.source.name);
}

class PluginStep implements Step {
  private readonly count = toPath('@onErrorCount');

  constructor(
    private readonly plugin: Plugin,
    private readonly execute: Execute,
    /** What its `on_error` names. */
    private readonly flag: Path | undefined,
    private readonly file: string,
  ) {}

  run(run: Run): boolean {
    const { plugin, execute, flag } = this;
    run.step();
    if (run.trace !== undefined) run.trace.ran(plugin.index);
    const failure = execute(run);
    if (failure === undefined) {
      if (flag !== undefined) set(run.root, flag, false);
      return run.dropped === undefined;
    }
    if (flag === undefined) return failLog(run, plugin, plugin.name, failure, this.file);
    if (run.trace !== undefined) run.trace.failed(plugin.index);
    set(run.root, flag, true);
    const before = get(run.root, this.count);
    set(run.root, this.count, isNumber(before) ? Number(before) + 1 : 1);
    return true;
  }
}

function compileIf(statement: If, context: CompileContext, last: boolean): Step {
  const { report, engine } = context;
  const branches = statement.branches.map((branch: Branch) => ({
    condition: compileCondition(branch.condition, report, engine),
    body: compileBlock(branch.body, context, last),
  }));
  const otherwise = statement.otherwise && compileBlock(statement.otherwise.body, context, last);
  return new IfStep(statement, branches, otherwise, report.source.name);
}

class IfStep implements Step {
  constructor(
    private readonly statement: If,
    private readonly branches: readonly { readonly condition: Condition; readonly body: Step }[],
    private readonly otherwise: Step | undefined,
    private readonly file: string,
  ) {}

  run(run: Run): boolean {
    const { statement, branches, otherwise } = this;
    run.step();
    if (run.trace !== undefined) run.trace.ran(statement.index);
    for (let at = 0; at < branches.length; at += 1) {
      const { condition, body } = branches[at] as (typeof branches)[number];
      const holds = condition.holds(run);
      if (run.failure !== undefined) return failLog(run, statement, 'conditional', run.failure, this.file);
      if (!holds) continue;
      if (run.trace !== undefined) run.trace.took(statement.index, at);
      return body.run(run);
    }
    if (run.trace !== undefined) run.trace.took(statement.index, branches.length);
    return otherwise === undefined || otherwise.run(run);
  }
}
