import { AwsError } from '../../aws';
import type { CloudtrailTarget } from '../target';

/** How to mend a problem. */
export interface Fix {
  /** One sentence. */
  readonly what: string;
  /** To be pasted into a shell. */
  readonly command?: string;
}

/** What one look found. No finding ever holds an external id or the key in a subscription's address. */
export type Check =
  | { readonly name: string; readonly state: 'ok'; readonly finding: string }
  | { readonly name: string; readonly state: 'problem'; readonly finding: string; readonly fix: Fix }
  | {
      readonly name: string;
      readonly state: 'could not tell';
      readonly finding: string;
      /** What the caller would need in IAM to be told. */
      readonly needs?: string;
    };

/** The checks of one thing. */
export interface CheckGroup {
  readonly title: string;
  readonly checks: readonly Check[];
  /** The thing is not there at all: `checks` says so, and nothing else. */
  readonly missing?: boolean;
}

export function ok(name: string, finding: string): Check {
  return { name, state: 'ok', finding };
}

export function problem(name: string, finding: string, fix: Fix): Check {
  return { name, state: 'problem', finding, fix };
}

export function couldNotTell(name: string, finding: string): Check {
  return { name, state: 'could not tell', finding };
}

/** `good` while there are no faults, and else a problem that names each of them. */
export function okUnless(faults: readonly string[], name: string, good: string, fix: Fix): Check {
  return faults.length === 0 ? ok(name, good) : problem(name, faults.join('; '), fix);
}

/**
 * Looks, and turns a refusal of AWS, or no answer, into a check that could not tell.
 * @param name of that check
 */
export async function attempt(name: string, look: () => Promise<readonly Check[]>): Promise<readonly Check[]> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    // The lines after the first are AWS's own, in its words.
    const [finding = '', needs] = (error.message.split('\n')[0] ?? '').split(' It needs ');
    return [{ ...couldNotTell(name, finding), ...(needs !== undefined && { needs: needs.replace(/\.$/, '') }) }];
  }
}

/** The group of a thing that is not there. */
export function missingGroup(title: string, target: CloudtrailTarget): CheckGroup {
  return { title, missing: true, checks: [problem('exists', 'it is not there', deployFix(target))] };
}

/** For what the stack sets. */
export function deployFix(target: CloudtrailTarget): Fix {
  return { what: 'Deploy the stack: it sets this.', command: `npx cdktf deploy ${target.stack}` };
}

/**
 * For what the stack sets on a bucket of its own, and somebody else on the bucket of an existing trail.
 * @param command that the owner runs
 */
export function bucketFix(target: CloudtrailTarget, command: string): Fix {
  if (target.trail !== undefined) return deployFix(target);
  return { what: 'The bucket is not of this stack: its owner sets this.', command };
}
