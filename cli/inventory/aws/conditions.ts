import { either } from '../words';
import type { Condition } from './policy';

const COMPARISONS: Readonly<Record<string, string>> = {
  StringEquals: 'is',
  StringEqualsIgnoreCase: 'is',
  StringLike: 'is like',
  StringNotEquals: 'is not',
  StringNotEqualsIgnoreCase: 'is not',
  StringNotLike: 'is not like',
  ArnEquals: 'is',
  ArnLike: 'is like',
  ArnNotEquals: 'is not',
  ArnNotLike: 'is not like',
  Bool: 'is',
  IpAddress: 'is in',
  NotIpAddress: 'is not in',
};
const POSITIVE = new Set(['StringEquals', 'StringLike', 'ArnEquals', 'ArnLike', 'Bool']);

/** Keys that can be told in plain words where they must match, in lower case: AWS takes them in any. */
const PHRASES: Readonly<Record<string, (values: string) => string>> = {
  'aws:sourcearn': (values) => `for ${values}`,
  'aws:sourceaccount': (values) => `of the account ${values}`,
  's3:x-amz-acl': (values) => `with the ACL ${values}`,
  'kms:encryptioncontext:aws:cloudtrail:arn': (values) => `log files of ${values}`,
};

const EXTERNAL_ID = 'sts:externalid';

/**
 * A condition in words. An external id is never among them: whoever knows it is let in, if AWS takes him for the account.
 * @param name names an ARN
 */
export function describeCondition({ operator, key, values }: Condition, name: (arn: string) => string): string {
  const lower = key.toLowerCase();
  if (lower === EXTERNAL_ID) return describeExternalId(operator, values.length);
  if (lower === 'aws:securetransport' && operator === 'Bool')
    return values.join() === 'false' ? 'over plain http' : 'over TLS';
  const shown = either(values.map(name));
  const phrase = PHRASES[lower];
  if (phrase !== undefined && POSITIVE.has(operator)) return phrase(shown);
  return `if ${key} ${comparison(operator)} ${shown}`;
}

function describeExternalId(operator: string, count: number): string {
  if (operator === 'StringEquals')
    return count === 1 ? 'presenting the external id' : `presenting one of ${count} external ids`;
  return `if sts:ExternalId ${comparison(operator)} (not shown)`;
}

function comparison(operator: string): string {
  const [, set, base = '', ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
  const words = COMPARISONS[base];
  if (words === undefined) return operator;
  return [set && `(${set})`, words, ifExists && '(if sent at all)'].filter(Boolean).join(' ');
}
