import { mapBounded } from '../parallel';
import type { Note } from '../progress';
import type { Owner } from './status-jobs';

/** Owners that are asked at a time: the allowance of Cloudflare's API is reached all the same. */
const AT_ONCE = 4;

/**
 * Asks something of each owner, a few at a time, and notes how far it is.
 * @returns what was asked, in the order of the owners; all of it is settled
 */
export async function eachOwner<T>(
  owners: readonly Owner[],
  note: Note,
  ask: (owner: Owner) => Promise<T>,
): Promise<Promise<T>[]> {
  let done = 0;
  const asked = await mapBounded(owners, AT_ONCE, async (owner) => {
    const answer = ask(owner);
    await answer.catch(() => undefined);
    done += 1;
    note(`${done} of ${owners.length}`);
    return { answer };
  });
  return asked.map(({ answer }) => answer);
}
