import type { Duration } from './duration';

/** Cortex's AWS account in the commercial partition (Cortex Cloud guide, "Create an assumed role"). */
export const CORTEX_COMMERCIAL_ACCOUNT = '006742885340';

/** What holds where the file says nothing. */
export const CLOUDTRAIL_DEFAULTS = { retention: '30d', queueRetention: '14d' } as const satisfies Record<
  string,
  Duration
>;
