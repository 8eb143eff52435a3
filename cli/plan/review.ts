import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { UserError } from '../../environments/user-error';
import type { SynthesizedStack } from '../synthesized';
import type { OutputChange, PlanReport, ResourceChange, StackReport } from './report';
import { configurationDigest } from './stacks';

/** What was reviewed of a stack, for the deploy to be held to it. Masked, as the report is. */
export interface ReviewedStack {
  readonly kind: StackReport['kind'];
  /** Of `planned`. */
  readonly digest?: string;
  /** SHA-256 of what Terraform was given. Of `offline`: the deploy must be given the same. */
  readonly configuration?: string;
  readonly changes: readonly ResourceChange[];
  readonly outputs: readonly OutputChange[];
}

/** What `plan --review FILE` writes and `deploy --review FILE` reads. */
export interface Review {
  readonly format: 1;
  readonly environment: string;
  readonly stacks: Readonly<Record<string, ReviewedStack>>;
}

export function reviewOf(report: PlanReport, stacks: readonly SynthesizedStack[]): Review {
  const configurations = new Map(stacks.map((stack) => [stack.name, configurationDigest(stack)]));
  return {
    format: 1,
    environment: report.environment,
    stacks: Object.fromEntries(
      report.stacks.map(({ stack, kind, digest, changes, outputs }) => [
        stack,
        { kind, ...(digest && { digest }), configuration: configurations.get(stack), changes, outputs },
      ]),
    ),
  };
}

export function writeReview(file: string, review: Review): void {
  writeOrExplain(file, `${JSON.stringify(review)}\n`, '--review');
}

/** @throws UserError naming the option whose file cannot be written */
export function writeOrExplain(file: string, text: string, option: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new UserError(`${option} ${file} could not be written: ${(error as Error).message}.`);
  }
}

/** As much of the form as is relied on; the rest is for people. */
const reviewForm = z.object({
  format: z.literal(1),
  environment: z.string(),
  stacks: z.record(
    z.string(),
    z.object({
      kind: z.enum(['planned', 'offline', 'unchanged', 'failed']),
      digest: z.string().optional(),
      configuration: z.string().optional(),
      changes: z.array(
        z.object({ address: z.string(), type: z.string(), action: z.string(), attributes: z.array(z.any()) }).loose(),
      ),
      outputs: z.array(z.any()),
    }),
  ),
});

/** @throws UserError when there is no such file, it is no review, or that of another environment */
export function readReview(file: string, environment: string): Review {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UserError(`--review ${file} could not be read: ${(error as Error).message}. ${MAKE}`);
  }
  const parsed = reviewForm.safeParse(parse(text));
  if (!parsed.success) throw new UserError(`--review ${file} is no review of a plan. ${MAKE}`);
  if (parsed.data.environment !== environment)
    throw new UserError(`--review ${file} is the review of ${parsed.data.environment}, not of ${environment}. ${MAKE}`);
  return parsed.data as unknown as Review;
}

const MAKE = 'Expected a file that ./tributary plan <env> --review FILE wrote.';

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
