import { OptionReader } from '../filters/options';
import { FILTERS } from '../filters/registry';
import type { EngineOptions } from '../options';
import type { Run } from '../run';
import { set, toPath } from '../state';
import type { Report } from '../syntax/report';
import type { Branch, If, ParserTree, Plugin, Statement } from '../syntax/tree';
import { isNumber } from '../values';
import { type Condition, compileCondition } from './conditions';
import { failLog } from './failures';
import { compileLoop } from './loops';

/** A piece of a parser, run on a log; false when the log ends there: dropped, or failed. */
export type Step = (run: Run) => boolean;

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
  const count = steps.length;
  const [only] = steps;
  if (only !== undefined && count === 1) return only;
  return (run) => {
    for (let at = 0; at < count; at += 1) if (!(steps[at] as Step)(run)) return false;
    return true;
  };
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
    return () => true;
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
  const { index } = plugin;
  return (run) => {
    run.step();
    if (run.trace !== undefined) run.trace.ran(index);
    const failure = execute(run);
    if (failure === undefined) {
      if (flag !== undefined) set(run.root, flag, false);
      return run.dropped === undefined;
    }
    if (flag === undefined) return failLog(run, plugin, plugin.name, failure, report.source.name);
    if (run.trace !== undefined) run.trace.failed(index);
    set(run.root, flag, true);
    const { '@onErrorCount': count = 0 } = run.root;
    run.root['@onErrorCount'] = isNumber(count) ? Number(count) + 1 : 1;
    return true;
  };
}

function compileIf(statement: If, context: CompileContext, last: boolean): Step {
  const { report, engine } = context;
  const branches = statement.branches.map((branch: Branch) => ({
    condition: compileCondition(branch.condition, report, engine),
    body: compileBlock(branch.body, context, last),
  }));
  const otherwise = statement.otherwise && compileBlock(statement.otherwise.body, context, last);
  const { index } = statement;
  return (run) => {
    run.step();
    if (run.trace !== undefined) run.trace.ran(index);
    for (let at = 0; at < branches.length; at += 1) {
      const { condition, body } = branches[at] as { condition: Condition; body: Step };
      const holds = condition(run);
      if (run.failure !== undefined) return failLog(run, statement, 'conditional', run.failure, report.source.name);
      if (!holds) continue;
      if (run.trace !== undefined) run.trace.took(index, at);
      return body(run);
    }
    if (run.trace !== undefined) run.trace.took(index, branches.length);
    return otherwise === undefined || otherwise(run);
  };
}
