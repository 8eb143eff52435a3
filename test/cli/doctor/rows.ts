import type { Check } from '../../../cli/doctor/check';

/** Code and state of each check that is neither good nor skipped. */
export function rowsOf(checks: readonly Check[]): [code: string, state: Check['state']][] {
  return checks
    .filter(({ state }) => state === 'will fail' || state === 'could not tell')
    .map(({ code, state }) => [code, state]);
}

/** What holds of all checks: no secret in them, and with what will fail, what to do and the vendor's page. */
export function expectTold(checks: readonly Check[], secret: string): void {
  expect(JSON.stringify(checks)).not.toContain(secret);
  for (const { state, page, todo } of checks)
    if (state === 'will fail') expect([page, todo]).toEqual([expect.stringMatching(/^https:/), expect.any(String)]);
}
