import { type Check, couldNotTell, type Fix, ok, okUnless, problem } from './check';
import { type AccessRequest, decide, type Statement } from './policy';

/** A request with the name of who makes it. */
export type NamedRequest = AccessRequest & { readonly who: string };

/**
 * Whether a policy allows what is wanted, and nothing of what is unwanted.
 * @param good who may, when all is well
 */
export function judgeRequests(
  name: string,
  statements: readonly Statement[],
  { wanted, unwanted = [] }: { readonly wanted: readonly NamedRequest[]; readonly unwanted?: readonly NamedRequest[] },
  good: string,
  fix: Fix,
): Check {
  const decided = (requests: readonly NamedRequest[]) =>
    requests.map((request) => ({ ...request, decision: decide(statements, request) }));
  const [asked, refused] = [decided(wanted), decided(unwanted)];
  const faults = [
    ...asked.flatMap(({ who, action, decision }) =>
      decision === 'denied' || decision === 'not allowed' ? [`its policy does not allow ${action} to ${who}`] : [],
    ),
    ...refused.flatMap(({ who, action, decision }) =>
      decision === 'allowed' ? [`its policy allows ${action} to ${who}`] : [],
    ),
  ];
  if (faults.length === 0 && [...asked, ...refused].some(({ decision }) => decision === 'unknown'))
    return couldNotTell(name, 'its policy has conditions that are not known here: read it');
  return okUnless(faults, name, good, fix);
}

/** Whether a policy refuses plain http to everybody. */
export function judgeTlsOnly(statements: readonly Statement[], action: string, resource: string, fix: Fix): Check {
  const decision = decide(statements, { action, resource, context: { 'aws:SecureTransport': 'false' } });
  if (decision === 'denied') return ok('TLS only', 'plain http is denied');
  if (decision === 'unknown')
    return couldNotTell('TLS only', 'its policy has conditions that are not known here: read it');
  return problem('TLS only', 'its policy does not deny plain http', fix);
}
