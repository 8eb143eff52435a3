import type { StackJson } from '../../synthesize';
import type { Rule } from '../rule';
import { subject } from './subjects';

/** A stack that was broken on purpose. */
export interface Broken {
  readonly what: string;
  /** Of which option of test/stacks/qualys-options.ts, or environment, the stack is. Default: secops. */
  readonly of?: string;
  readonly edit: (stack: StackJson) => void;
  /** The one thing that must be found. */
  readonly found: RegExp;
}

/** Tests a rule on stacks as they are, and on such that were broken on purpose. google.test.ts asks it of every stack. */
export function testRule({ check }: Rule, broken: readonly Broken[]): void {
  const whole = [...new Set(broken.map(({ of = 'secops' }) => of))];

  describe('Compliance', () => {
    test.each(whole)('%s', (name) => {
      expect(check(subject(name).stack, subject(name).environment)).toEqual([]);
    });
  });

  describe('Noncompliance', () => {
    test.each(broken)('$what', ({ of = 'secops', edit, found }) => {
      const { environment, stack: good } = subject(of);
      const stack = structuredClone(good);
      edit(stack);
      expect(check(stack, environment)).toEqual([expect.stringMatching(found)]);
    });
  });
}
