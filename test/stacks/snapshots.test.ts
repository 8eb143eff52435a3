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
  expect(withoutBundleHash(stack)).toMatchSnapshot();
});

/** The hash of the bundle changes with every line of the function; a test of its own looks at it. */
function withoutBundleHash(stack: StackJson): StackJson {
  return JSON.parse(JSON.stringify(stack).replaceAll(/[0-9a-f]{32}(?=\.zip|\/function\.zip)/g, '<hash>'));
}
