import { z } from 'zod';
import { ALWAYS, at, flag, tested, text, textAt, uniqueList } from './values';

/** Who is told when a pipeline stops: alarms of every cloud go to all of these. */
export const notifications = z
  .strictObject(
    {
      emails: uniqueList(
        text(/^[^\s@"<>]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'an e-mail address, such as secops@example.com'),
        (address) => textAt(address),
        'address',
      )
        .default([])
        .describe('E-mail addresses. AWS asks each for a confirmation; ./tributary verify <env> alarms tells.'),
      pagerduty: flag('true or false')
        .default(false)
        .describe('true: also PagerDuty. Its integration key is the variable TF_VAR_pagerduty_key. Default: false.'),
      pagerdutyKeyVersion: z
        .int({ error: 'a whole number' })
        .min(1, { error: '1 or more' })
        .default(1)
        .describe(
          'Raise it to have a changed key written anew: on Google Cloud it is in neither plan nor state. Default: 1.',
        ),
      runbooks: tested(
        (value) => URL.canParse(value) && /^https:\/\/\S+[^/]$/.test(value),
        'an https URL without / at its end',
      )
        .optional()
        .describe('Where your people read docs/runbooks; alarms link there. Default: the path in this project.'),
    },
    { error: 'a map with emails, pagerduty or both' },
  )
  .superRefine((section, context) => {
    const emails = at(section, 'emails');
    if (at(section, 'pagerduty') === true || !Array.isArray(emails) || emails.length > 0) return;
    context.addIssue({ code: 'custom', path: [], message: 'at least one of emails and pagerduty: true' });
  }, ALWAYS)
  .describe('Who is told when a pipeline stops.');

export type Notifications = z.output<typeof notifications>;
