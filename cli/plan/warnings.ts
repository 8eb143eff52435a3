import { ABANDONED_KINDS, STATEFUL_KINDS } from '../../stacks/stateful';
import { listed } from './losses';
import type { AttributeChange, OutputChange, ResourceChange } from './report';

/** Outputs that somebody typed into the destination by hand. */
const HANDED_OVER = ['queue_url', 'queue_arn', 'role_arn', 'external_id', 'alerts_uri', 'egress_address'];

/** What to know before the deploy, a sentence each. */
export function warningsOf(changes: readonly ResourceChange[], outputs: readonly OutputChange[]): string[] {
  const of = (type: string, ...actions: readonly ResourceChange['action'][]) =>
    changes.filter((change) => change.type === type && actions.includes(change.action));
  const jobs = of('cloudflare_logpush_job', 'create', 'update', 'replace').length;
  const keys = of('aws_kms_key', 'delete', 'replace');
  const feeds = of('google_chronicle_feed', 'replace');
  const subscriptions = of('aws_sns_topic_subscription', 'create', 'replace').filter(({ attributes }) =>
    attributes.some(isAddressee),
  );
  const locks = of('aws_s3_bucket_object_lock_configuration', 'create', 'update');
  const handedOver = outputs.filter(({ name, action }) => action !== 'create' && HANDED_OVER.includes(name));
  const unprotected = changes.filter(({ attributes }) => attributes.some(losesProtection)).length;
  const forgotten = changes.filter(({ action }) => action === 'forget');
  const parsers = changes.filter(
    // Without Terraform it is not known whether an update makes one anew.
    ({ type, action }) => ABANDONED_KINDS.includes(type) && ['create', 'update', 'replace'].includes(action),
  );
  return [
    jobs > 0 &&
      `${many(jobs, 'Logpush job is', 'Logpush jobs are')} made or changed: Cloudflare sends the receiver of each a test upload and refuses the change if that is not taken. The receiver must be up.`,
    keys.length > 0 &&
      `${names(keys)}: KMS schedules the key for deletion. Until its waiting period of 7 to 30 days is over, it can be taken back (CancelKeyDeletion); then ${STATEFUL_KINDS.aws_kms_key}.`,
    feeds.length > 0 && `${names(feeds)}: ${STATEFUL_KINDS.google_chronicle_feed}.`,
    subscriptions.length > 0 &&
      `${many(subscriptions.length, 'e-mail address', 'e-mail addresses')} must confirm the subscription of alarms: until then nobody is told.`,
    locks.length > 0 &&
      `${names(locks)}: objects that are written from then on cannot be deleted before their time is over.`,
    handedOver.length > 0 &&
      `${handedOver.map(({ name }) => name).join(', ')}: these were typed in at the destination. Change them there after the deploy: ./tributary handoff shows the steps.`,
    unprotected > 0 &&
      `${many(unprotected, 'resource loses its', 'resources lose their')} protection: from then on a destroy removes what they hold.`,
    parsers.length > 0 &&
      `${names(parsers)}: made beside what SecOps has. What is active now stays so until ./tributary parser activate.`,
    forgotten.length > 0 && `${names(forgotten)}: stays as it is, and Terraform will know nothing of it any more.`,
  ].filter((text) => text !== false);
}

/** What `protected` sets in an environment file, taken back. */
function losesProtection({ path, before, after }: AttributeChange): boolean {
  const becomes = (from: boolean, to: boolean) =>
    before.kind === 'known' &&
    before.value === from &&
    (after.kind === 'absent' || (after.kind === 'known' && after.value === to));
  return path === 'force_destroy'
    ? becomes(false, true) && after.kind === 'known'
    : /^(deletion_protection|lifecycle(\[0\])?\.prevent_destroy)$/.test(path) && becomes(true, false);
}

function names(changes: readonly ResourceChange[]): string {
  return listed(
    changes.map(({ address }) => address),
    5,
  );
}

/** Of a subscription: to e-mail. */
function isAddressee({ path, after }: AttributeChange): boolean {
  return path === 'endpoint' && after.kind === 'known' && String(after.value).includes('@');
}

function many(number: number, one: string, several: string): string {
  return `${number} ${number === 1 ? one : several}`;
}
