import { UserError } from '../../environments/user-error';

/** What a look found; a warning is of what works, and has a price or an end. */
export type State = 'ok' | 'warning' | 'will fail' | 'could not tell' | 'skipped';

/** One line of the page. No text of it ever holds a secret. */
export interface Check {
  /** For programs, the same in every release: `qualys-credentials-refused`; of one that is good the name of the look. */
  readonly code: string;
  /** For people: what was looked at. */
  readonly name: string;
  readonly state: State;
  /** What was found and what it means; of a skipped one, why it was. */
  readonly finding: string;
  /** What to do, in one or two sentences. */
  readonly todo?: string;
  /** Shows it again, or mends it: to be pasted into a shell. */
  readonly command?: string;
  /** The vendor's page about it. */
  readonly page?: string;
  /** All of what the finding names some of; in JSON only. */
  readonly details?: readonly string[];
}

/** The checks of one service. */
export interface CheckGroup {
  readonly title: string;
  readonly checks: readonly Check[];
}

/** What a check says beside its state. */
export type Told = Omit<Check, 'state'>;

export const ok = (told: Told): Check => ({ ...told, state: 'ok' });
export const warning = (told: Told): Check => ({ ...told, state: 'warning' });
export const willFail = (told: Told): Check => ({ ...told, state: 'will fail' });
export const couldNotTell = (told: Told): Check => ({ ...told, state: 'could not tell' });
/** @param because in the middle of a sentence: `there are no credentials` */
export const skipped = (name: string, code: string, because: string): Check => ({
  ...{ name, code, state: 'skipped', finding: `because ${because}` },
});

/** Something to look at. */
export interface Look {
  readonly name: string;
  /** Of the check when it is good. */
  readonly code: string;
  readonly page: string;
  /** Milliseconds after which it could not tell. */
  readonly timeoutMs: number;
}

/**
 * Looks, and turns a refusal, or no answer in time, into a check that could not tell. Nothing but a bug is thrown.
 * @param run must end by itself some day: it is not waited for
 */
export async function attempt(look: Look, run: () => Promise<readonly Check[]>): Promise<readonly Check[]> {
  const { name, code, page, timeoutMs } = look;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<readonly Check[]>((resolve) => {
    const told = { name, code: `${code}-no-answer`, page, finding: `there was no answer within ${timeoutMs / 1000} s` };
    timer = setTimeout(() => resolve([couldNotTell({ ...told, todo: NO_ANSWER })]), timeoutMs);
  });
  try {
    return await Promise.race([run(), late]);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [unanswered(look, error)];
  } finally {
    clearTimeout(timer);
  }
}

const NO_ANSWER = 'Check the network and, behind a proxy, its variables; --timeout <seconds> waits longer.';

/** A refusal, or no answer, in the words of the error: what happened, and on further lines what to do. */
export function unanswered({ name, code, page }: Omit<Look, 'timeoutMs'>, error: UserError): Check {
  const [finding = '', ...todo] = error.message.split('\n');
  return couldNotTell({
    ...{ name, code: `${code}-not-told`, page, finding: sentence(finding) },
    ...(todo.length > 0 && { todo: todo.join(' ') }),
  });
}

/** What every check of a look says. */
export function told({ name, code, page }: Look): Pick<Look, 'name' | 'code' | 'page'> {
  return { name, code, page };
}

/** As the middle of a line: without a capital and a full stop. */
export function sentence(text: string): string {
  return text.replace(/^(Could|No|The|These) /, (word) => word.toLowerCase()).replace(/\.$/, '');
}

/** The first sentence of a text, as the middle of a line. */
export function firstSentence(text: string): string {
  return sentence(text.split(/\. (?=[A-Z])/)[0] ?? '');
}
