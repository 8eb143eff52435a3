import { join } from 'node:path';
import { loadEnvironments } from '../../environments/load';
import { projectRoot } from '../../environments/root';
import type { Environment } from '../../environments/schema';
import { OPTION_NAMES, optionEnvironment } from '../stacks/cloudtrail-options';
import { type StackJson, synthesize } from '../synthesize';
import { AWS_RULES } from './aws-rules';
import { BROKEN } from './broken';

interface Subject {
  /** The environment file or the option. */
  readonly name: string;
  readonly environment: Environment;
  readonly stack: StackJson;
}

/** The pipelines of an environment that build in AWS; bootstrap.test.ts looks at what is beside them. */
function subjects(name: string, environment: Environment): Subject[] {
  return Object.values(synthesize({ ...environment, bootstrap: undefined }))
    .filter((stack) => stack.provider.aws !== undefined)
    .map((stack) => ({ name, environment, stack }));
}

const environments = loadEnvironments(join(projectRoot, 'environments'));
const every: readonly Subject[] = [
  ...environments.flatMap((one) => subjects(one.environment, one)),
  ...OPTION_NAMES.flatMap((name) => subjects(name, optionEnvironment(name))),
];
const rules = Object.values(AWS_RULES).flat();

test('there are stacks of every environment and every option', () => {
  expect(every.map(({ name }) => name)).toEqual([
    ...environments.flatMap(({ environment, cloudtrail }) => (cloudtrail ? [environment] : [])),
    ...OPTION_NAMES,
  ]);
});

test('each rule has an id of its own', () => {
  expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
});

describe.each(rules)('$id: $title', ({ id, option, check }) => {
  const find = (those: readonly Subject[]) =>
    those.flatMap(({ name, stack, environment }) => check(stack, environment).map((found) => `${name}: ${found}`));

  test('it holds', () => {
    expect(find(every.filter(({ environment }) => !option?.isOff(environment)))).toEqual([]);
  });

  if (option)
    test(`it does not hold ${option.kind === 'opt-in' ? 'without' : 'with'} ${option.setting}, and that is seen`, () => {
      const without = every.filter(
        ({ environment }) => option.isOff(environment) && environment.cloudtrail?.trail === 'create',
      );
      expect(without).not.toEqual([]);
      expect(without.filter((subject) => find([subject]).length === 0).map(({ name }) => name)).toEqual([]);
    });

  test.each(BROKEN[id] ?? [])('caught: $what', ({ of = 'defaults', edit, found }) => {
    const subject = every.find(({ name }) => name === of);
    if (subject === undefined) throw new Error(`${of}: no such option`);
    const { environment } = subject;
    const stack = structuredClone(subject.stack);
    expect(check(stack, environment)).toEqual([]);
    edit(stack);
    expect(check(stack, environment)).toEqual([expect.stringMatching(found)]);
  });
});

test('of each rule something broken is caught', () => {
  expect(rules.map(({ id }) => id).filter((id) => !BROKEN[id]?.length)).toEqual([]);
  expect(Object.keys(BROKEN).filter((id) => !rules.some((rule) => rule.id === id))).toEqual([]);
});
