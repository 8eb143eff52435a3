import type { Notifications } from '../environments/notifications';

/** Address of a runbook, for the text of an alarm: where the environment says that people read them. */
export function runbookAddress(notifications: Notifications | undefined): (name: string) => string {
  const base = notifications?.runbooks ?? 'docs/runbooks';
  return (name) => `Runbook: ${base}/${name}.md`;
}
