import { UserError } from '../../environments/user-error';
import type { Clock } from '../clock';
import { type GoogleApi, GoogleApiError } from '../google-api';
import type { Note, Progress } from '../progress';
import type { ActiveParser } from './active';
import { type Aim, aimOfExtension, aimOfParser } from './aim';
import {
  idOf,
  isConflict,
  listExtensions,
  listParsers,
  readValidationReport,
  type SecopsInstance,
  switchTo,
  type ValidationReport,
} from './secops';
import type { ChosenParser } from './target';

/** One parser or extension that is to be active. */
export interface Subject {
  readonly kind: 'parser' | 'extension';
  readonly chosen: ChosenParser;
}

export interface ActivationContext {
  readonly instance: SecopsInstance;
  readonly api: GoogleApi;
  /** How long a validation is waited for, in milliseconds; 0: not at all. */
  readonly patienceMs: number;
  readonly progress: Progress;
  readonly clock: Clock;
}

/** What became of it. */
export type Outcome =
  | { readonly outcome: 'was active' | 'activated'; readonly id: string }
  | { readonly outcome: 'still validating'; readonly id: string; readonly stage: string }
  | { readonly outcome: 'rejected'; readonly id: string; readonly stage: string; readonly report?: ValidationReport }
  | { readonly outcome: 'missing' }
  /** SecOps took the request, and another one is active all the same. */
  | { readonly outcome: 'not active'; readonly id: string }
  | { readonly outcome: 'refused'; readonly problem: string }
  /** An extension whose parser is not the chosen one. */
  | { readonly outcome: 'left' };

/** What became of a log type. */
export interface LogTypeOutcome {
  readonly logType: string;
  /** Undefined where the environment file says nothing of it: it is left as it is. */
  readonly parser?: { readonly chosen: string } & Outcome;
  readonly extension?: { readonly chosen: string } & Outcome;
  /** What is active afterwards. */
  readonly active: ActiveParser | null;
}

/** Between two looks. A validation takes minutes, an activation seconds. */
const VALIDATION_POLL_MS = 30_000;
const ACTIVATION_POLL_MS = 3_000;
/** How long SecOps may take to show an activation. */
const ACTIVATION_PATIENCE_MS = 60_000;

/**
 * Waits until SecOps has tried a parser or an extension, activates it, and looks whether it is active. What SecOps refuses
 * becomes the outcome: others can still be activated.
 */
export async function activateOne(subject: Subject, first: Aim, context: ActivationContext): Promise<Outcome> {
  const { chosen, kind } = subject;
  try {
    const aim = first.state === 'validating' ? await awaitValidation(subject, first, context) : first;
    if (aim.state === 'missing') return { outcome: 'missing' };
    const id = idOf(aim.name);
    if (aim.state === 'active') return { outcome: 'was active', id };
    if (aim.state === 'validating') return { outcome: 'still validating', id, stage: aim.stage };
    if (aim.state === 'rejected') return await explainRejection(id, aim, context);
    return await context.progress.step(
      `Activate the ${kind} of ${chosen.logType}`,
      () => switchAndVerify(subject, aim, context),
      ({ outcome }) => outcome,
    );
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { outcome: 'refused', problem: error.message };
  }
}

async function awaitValidation(subject: Subject, first: Aim, context: ActivationContext): Promise<Aim> {
  const { patienceMs, progress } = context;
  if (patienceMs === 0) return first;
  return progress.step(
    `Wait until SecOps has tried the ${subject.kind} of ${subject.chosen.logType} (Ctrl-C leaves it at it)`,
    (note) => poll(subject, context, note),
    describeTrial,
  );
}

async function poll(subject: Subject, context: ActivationContext, note: Note): Promise<Aim> {
  const { clock, patienceMs } = context;
  const deadline = clock.now() + patienceMs;
  for (;;) {
    try {
      const aim = await look(subject, context);
      if (aim.state !== 'validating' || clock.now() >= deadline) return aim;
      note(aim.stage);
    } catch (error) {
      if (!(error instanceof GoogleApiError) || !error.isPassing || clock.now() >= deadline) throw error;
      note(`SecOps does not answer for now: ${error.message.split('\n')[0]}`);
    }
    await clock.sleep(Math.min(VALIDATION_POLL_MS, Math.max(1, deadline - clock.now())));
  }
}

function describeTrial(aim: Aim): string {
  if (aim.state === 'validating') return `still ${aim.stage}`;
  return aim.state === 'rejected' ? aim.stage : 'passed';
}

async function switchAndVerify(
  subject: Subject,
  { name, state }: Extract<Aim, { readonly name: string }>,
  context: ActivationContext,
): Promise<Outcome> {
  const { api, instance, clock } = context;
  const verb = state === 'custom in the way' ? 'deactivate' : 'activate';
  // Somebody else may have done it a moment ago, or a repeated request itself: what is active afterwards counts.
  const conflict = await switchTo(api, instance, name, verb).then(
    () => undefined,
    (error: unknown) => {
      if (!isConflict(error)) throw error;
      return error;
    },
  );
  const deadline = clock.now() + ACTIVATION_PATIENCE_MS;
  for (;;) {
    const aim = await look(subject, context);
    if (aim.state === 'active') return { outcome: 'activated', id: idOf(aim.name) };
    if (conflict !== undefined) throw conflict;
    if (clock.now() >= deadline) return { outcome: 'not active', id: idOf(name) };
    await clock.sleep(ACTIVATION_POLL_MS);
  }
}

async function look({ kind, chosen }: Subject, { api, instance }: ActivationContext): Promise<Aim> {
  const { logType, code, extensionCode = '' } = chosen;
  return kind === 'parser'
    ? aimOfParser(code, await listParsers(api, instance, logType))
    : aimOfExtension(extensionCode, await listExtensions(api, instance, logType));
}

/** Without the report where it cannot be read: that SecOps rejected it is known. */
async function explainRejection(
  id: string,
  { stage, report: name }: Extract<Aim, { readonly state: 'rejected' }>,
  { api, instance }: ActivationContext,
): Promise<Outcome> {
  if (name === undefined) return { outcome: 'rejected', id, stage };
  try {
    return { outcome: 'rejected', id, stage, report: await readValidationReport(api, instance, name) };
  } catch (error) {
    if (!(error instanceof GoogleApiError)) throw error;
    return { outcome: 'rejected', id, stage, report: { errors: [{ error: error.message }] } };
  }
}
