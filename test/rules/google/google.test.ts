import { readdirSync } from 'node:fs';
import { GOOGLE_RULES } from './rules';
import { SUBJECT_NAMES, subject } from './subjects';

test('each rule has a file, and tests, by its id', () => {
  const files = readdirSync(__dirname);
  const ids = GOOGLE_RULES.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => !files.includes(`${id}.ts`) || !files.includes(`${id}.test.ts`))).toEqual([]);
  const tested = files.flatMap((file) => /^(.+)\.test\.ts$/.exec(file)?.[1] ?? []);
  expect(tested.filter((name) => name !== 'google').sort()).toEqual(ids.sort());
});

describe.each(GOOGLE_RULES)('$id: $title', ({ option, check }) => {
  test.each(SUBJECT_NAMES)('%s', (name) => {
    const { stack, environment } = subject(name);
    const found = check(stack, environment);
    // Where the operator decides against it, that is seen.
    if (option?.isOff(environment)) expect(found).not.toEqual([]);
    else expect(found).toEqual([]);
  });
});
