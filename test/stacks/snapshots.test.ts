import { join } from 'node:path';
import { loadEnvironments } from '../../environments/load';
import { projectRoot } from '../../environments/root';
import { type StackJson, synthesize } from '../synthesize';

const environments = loadEnvironments(join(projectRoot, 'environments'));
const stacks = synthesize(...environments);

test('every pipeline of every environment is a stack of its own, and so is what its workflows need in each cloud', () => {
  expect(Object.keys(stacks)).toEqual(
    ['dev', 'local', 'prod'].flatMap((name) => [
      ...(name === 'local' ? [] : [`${name}-bootstrap-aws`, `${name}-bootstrap-google`]),
      `${name}-cloudtrail-cortex`,
      `${name}-logpush-taegis`,
      `${name}-qualys-secops`,
    ]),
  );
});

// Logical ids are part of the interface: what a snapshot shows under another id, a deploy destroys and makes anew.
test.each(Object.entries(stacks))('%s is what it was', (_, stack) => {
  expect(withoutContents(stack)).toMatchSnapshot();
});

/** Changes with every line of the function, or of a parser: tests of their own look at both. */
function withoutContents(stack: StackJson): StackJson {
  const text = JSON.stringify(stack).replaceAll(/[0-9a-f]{32}(?=\.zip|\/function\.zip)/g, '<hash>');
  return JSON.parse(text.replaceAll(/"(cbn|cbn_snippet)":"[^"]*"/g, '"$1":"<code>"'));
}
