import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../environments/root';
import type { Rule } from '../rule';
import { resources } from '../stack';

/** Limits of a policy's documentation (cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies). */
const LONGEST_CHARACTERS = 8_192;
const LONGEST_BYTES = 10_240;

export const RUNBOOKS: Rule = {
  id: 'runbooks',
  title: 'The text of each alarm links a runbook that exists, and is no longer than Cloud Monitoring takes',
  controls: [],
  check: (stack, { notifications }) =>
    resources(stack, 'google_monitoring_alert_policy').flatMap(([address, { documentation }]) => {
      const { content = '' } = documentation ?? {};
      const [, folder, file = ''] = /\bRunbook: (\S+)\/([\w-]+\.md)$/.exec(content) ?? [];
      const isThere = existsSync(join(projectRoot, 'docs', 'runbooks', file));
      return [
        ...(folder === (notifications?.runbooks ?? 'docs/runbooks') && isThere
          ? []
          : [`${address}: no runbook at ${folder}/${file}`]),
        ...(content.length <= LONGEST_CHARACTERS && Buffer.byteLength(content) <= LONGEST_BYTES
          ? []
          : [`${address}: its text is too long`]),
      ];
    }),
};
