import { UserError } from '../../../environments/user-error';
import { createCloudflareApi } from '../../cloudflare-api';
import { requireSection } from '../../pipeline-section';
import { readStacks } from '../../plan/stacks';
import { Progress } from '../../progress';
import { readSecret } from '../../secret-input';
import { withTerraform } from '../../terraform/session';
import type { Verdict } from '../../verdict';
import { LOGPUSH_PIPELINE } from '../status-jobs';
import { readKeys } from './keys';
import { rotateKey } from './rotate';

/** Rotates a Taegis key as a user asks for it. */
export async function rotateLogpush(environment: string, dataset: string | undefined): Promise<Verdict> {
  const { zones } = requireSection(environment, LOGPUSH_PIPELINE);
  const keys = readKeys(process.env);
  const api = createCloudflareApi();
  const key = await readSecret({ what: 'key', question: 'New integration key of Taegis (it is not shown): ' });
  if (/[\s\p{Cc}]/u.test(key))
    throw new UserError('The key has spaces or control characters, which no key of Taegis has. Nothing was changed.');
  return withTerraform(async (session) => {
    const progress = new Progress();
    const stacks = await readStacks({ environment, pipeline: LOGPUSH_PIPELINE }, session.folder, progress);
    const zoneNames = new Map(zones.map(({ id, name }) => [id, name]));
    return rotateKey({ environment, dataset, key, keys, stacks, zoneNames, api, session, progress });
  });
}
