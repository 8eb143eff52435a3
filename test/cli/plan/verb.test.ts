import { Command } from 'commander';
import { destroysOf } from '../../../cli/plan/kinds';
import type { Action, PlanReport, StackReport } from '../../../cli/plan/report';
import { addPlanVerb, exitCodeOf } from '../../../cli/plan/verb';

const stack = (kind: StackReport['kind'], ...actions: Action[]): StackReport => ({
  ...{ stack: 'prod-x', kind, drift: [], outputs: [], warnings: [] },
  changes: actions.map((action, index) => ({
    action,
    address: `aws_sqs_queue.${index}`,
    type: 'aws_sqs_queue',
    attributes: [],
  })),
});
const reportOf = (...stacks: StackReport[]): PlanReport => ({ environment: 'prod', stacks });
const withOutput: StackReport = {
  ...stack('planned'),
  outputs: [{ name: 'x', action: 'create', before: { kind: 'absent' }, after: { kind: 'unknown' } }],
};

test.each<[string, PlanReport, boolean, number]>([
  ['nothing changes', reportOf(stack('planned'), stack('unchanged')), false, 0],
  ['something changes', reportOf(stack('planned'), stack('planned', 'create')), false, 2],
  ['something is only moved', reportOf(stack('planned', 'none')), false, 2],
  ['an output alone changes', reportOf(withOutput), false, 2],
  ['the configuration changes', reportOf(stack('offline', 'update')), false, 2],
  ['a stack failed beside changes', reportOf(stack('planned', 'create'), stack('failed')), false, 1],
  ['it is refused', reportOf(stack('planned', 'delete')), true, 1],
  ['drift alone is no change', reportOf({ ...stack('planned'), drift: stack('planned', 'update').changes }), false, 0],
])('%s', (_, report, isRefused, code) => {
  expect(exitCodeOf(report, isRefused)).toBe(code);
});

test('--fail-on destroy counts destroys and replacements of types that are not allowed', () => {
  const report = reportOf(
    stack('planned', 'create', 'update', 'delete', 'replace', 'forget'),
    stack('offline', 'delete'),
  );
  expect(destroysOf(report).map(({ change }) => change.address)).toEqual([
    'aws_sqs_queue.2',
    'aws_sqs_queue.3',
    'aws_sqs_queue.0',
  ]);
  expect(destroysOf(report, ['aws_sqs'])).toHaveLength(3);
  expect(destroysOf(report, ['aws_sqs_queue'])).toEqual([]);
});

const plan = (...args: string[]) => {
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  addPlanVerb(program);
  return program.parseAsync(['plan', ...args], { from: 'user' });
};

test.each([
  [['prod', '--budget', '1999'], 'a whole number from 2000 to 1000000'],
  [['prod', '--budget', '1000001'], 'a whole number from 2000 to 1000000'],
  [['prod', '--budget', '60000.5'], 'a whole number from 2000 to 1000000'],
  [['nowhere', '--budget', '2000', '--offline'], '--offline compares two versions'],
  [['nowhere', '--budget', '1000000', '--offline'], '--offline compares two versions'],
  [['prod', '--parallelism', '0'], 'Expected a whole number from 1 to 99.'],
  [['prod', '--parallelism', '100'], 'Expected a whole number from 1 to 99.'],
  [['prod', 'logpush'], 'Allowed choices are'],
  [['prod', '--fail-on', 'create'], 'Allowed choices are destroy.'],
  [['prod', '--before', 'x', '--changed-since', 'main'], "cannot be used with option '--changed-since"],
  [['prod', '--changed-since', 'main', '--offline', 'logpush'], '--offline logpush: expected qualys-secops'],
])('%j is refused', async (args, problem) => {
  await expect(plan(...args)).rejects.toThrow(problem);
});
