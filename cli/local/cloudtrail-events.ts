/** Management events as CloudTrail records them, made up from a seed: the same seed and time give the same events. */

export interface CloudTrailEvent {
  readonly eventID: string;
  readonly eventTime: string;
  readonly eventSource: string;
  readonly eventName: string;
  readonly [field: string]: unknown;
}

export interface EventScope {
  readonly account: string;
  readonly region: string;
  /** Events lie in the five minutes before it, as in a log file delivered then. */
  readonly until: Date;
}

/** Draws from a fixed sequence that a seed begins. */
export interface Draw {
  /** An integer from 0 to `below` - 1. */
  number(below: number): number;
  one<T>(values: readonly [T, ...T[]]): T;
  /** Characters of the alphabet, in lower-case hexadecimal digits unless told. */
  text(length: number, alphabet?: string): string;
  uuid(): string;
}

interface Call {
  readonly service: string;
  readonly name: string;
  readonly readOnly: boolean;
  readonly request: (draw: Draw) => unknown;
  readonly response?: (draw: Draw) => unknown;
}

/** Regional services only: events of global ones (IAM, CloudFront) are recorded in us-east-1. */
const CALLS: readonly [Call, ...Call[]] = [
  { service: 'ec2', name: 'DescribeInstances', readOnly: true, request: () => ({ instancesSet: {}, filterSet: {} }) },
  {
    service: 'ec2',
    name: 'AuthorizeSecurityGroupIngress',
    readOnly: false,
    request: (draw) => ({
      groupId: `sg-${draw.text(17)}`,
      ipPermissions: {
        items: [{ ipProtocol: 'tcp', fromPort: 443, toPort: 443, ipRanges: { items: [{ cidrIp: '203.0.113.0/24' }] } }],
      },
    }),
    response: (draw) => ({ requestId: draw.uuid(), _return: true }),
  },
  {
    service: 's3',
    name: 'PutBucketPolicy',
    readOnly: false,
    request: (draw) => ({ bucketName: `acme-data-${draw.text(6)}`, policy: '' }),
  },
  {
    service: 's3',
    name: 'GetBucketAcl',
    readOnly: true,
    request: (draw) => ({ bucketName: `acme-data-${draw.text(6)}`, acl: '' }),
  },
  { service: 'sts', name: 'GetCallerIdentity', readOnly: true, request: () => null },
  {
    service: 'kms',
    name: 'DescribeKey',
    readOnly: true,
    request: (draw) => ({ keyId: draw.uuid() }),
  },
  {
    service: 'secretsmanager',
    name: 'GetSecretValue',
    readOnly: true,
    request: (draw) => ({ secretId: draw.one(['prod/db', 'prod/api-token', 'stage/db']) }),
  },
  {
    service: 'lambda',
    name: 'UpdateFunctionCode20150331v2',
    readOnly: false,
    request: (draw) => ({
      functionName: draw.one(['billing', 'thumbnails', 'webhook']),
      publish: false,
      dryRun: false,
    }),
  },
  {
    service: 'rds',
    name: 'ModifyDBInstance',
    readOnly: false,
    request: (draw) => ({ dBInstanceIdentifier: draw.one(['orders', 'ledger']), backupRetentionPeriod: 14 }),
  },
  {
    service: 'cloudtrail',
    name: 'LookupEvents',
    readOnly: true,
    request: () => ({ maxResults: 50 }),
  },
];

const USER_AGENTS: readonly [string, ...string[]] = [
  'aws-cli/2.27.41 md/awscrt#0.26.1 ua/2.1 os/linux#6.1 lang/python#3.13.4',
  'APN/1.0 HashiCorp/1.0 Terraform/1.11.4 (+https://www.terraform.io) terraform-provider-aws/5.100.0',
  'Boto3/1.38.36 md/Botocore#1.38.36 ua/2.1 os/macos#24.5.0 lang/python#3.12.10',
];

const USERS: readonly [string, ...string[]] = ['alice', 'bob', 'carol', 'deploy'];

/** Events in ascending order of time, with the fields of record version 1.11 (AWS CloudTrail user guide, "record contents"). */
export function makeEvents(count: number, scope: EventScope, draw: Draw): CloudTrailEvent[] {
  const times = Array.from({ length: count }, () => draw.number(300)).sort((a, b) => b - a);
  return times.map((secondsAgo) => makeEvent(new Date(scope.until.getTime() - secondsAgo * 1000), scope, draw));
}

function makeEvent(time: Date, { account, region }: EventScope, draw: Draw): CloudTrailEvent {
  const call = draw.one(CALLS);
  const denied = draw.number(20) === 0;
  return {
    eventVersion: '1.11',
    userIdentity: draw.number(2) === 0 ? makeUser(account, draw) : makeAssumedRole(account, time, draw),
    eventTime: inSeconds(time),
    eventSource: `${call.service}.amazonaws.com`,
    eventName: call.name,
    awsRegion: region,
    // Addresses for documentation (RFC 5737).
    sourceIPAddress: `198.51.100.${1 + draw.number(254)}`,
    userAgent: draw.one(USER_AGENTS),
    ...(denied ? { errorCode: 'AccessDenied', errorMessage: 'User is not authorized to perform this action' } : {}),
    requestParameters: call.request(draw),
    responseElements: denied ? null : (call.response?.(draw) ?? null),
    requestID: draw.uuid(),
    eventID: draw.uuid(),
    readOnly: call.readOnly,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: account,
    eventCategory: 'Management',
    tlsDetails: {
      tlsVersion: 'TLSv1.3',
      cipherSuite: 'TLS_AES_128_GCM_SHA256',
      clientProvidedHostHeader: `${call.service}.${region}.amazonaws.com`,
    },
  };
}

function makeUser(account: string, draw: Draw) {
  const userName = draw.one(USERS);
  return {
    type: 'IAMUser',
    principalId: `AIDA${draw.text(17, UPPER)}`,
    arn: `arn:aws:iam::${account}:user/${userName}`,
    accountId: account,
    accessKeyId: `AKIA${draw.text(16, UPPER)}`,
    userName,
  };
}

function makeAssumedRole(account: string, time: Date, draw: Draw) {
  const role = draw.one(['admin', 'deployer', 'read-only']);
  const session = draw.one(USERS);
  const principalId = `AROA${draw.text(17, UPPER)}`;
  return {
    type: 'AssumedRole',
    principalId: `${principalId}:${session}`,
    arn: `arn:aws:sts::${account}:assumed-role/${role}/${session}`,
    accountId: account,
    accessKeyId: `ASIA${draw.text(16, UPPER)}`,
    sessionContext: {
      sessionIssuer: {
        type: 'Role',
        principalId,
        arn: `arn:aws:iam::${account}:role/${role}`,
        accountId: account,
        userName: role,
      },
      attributes: { creationDate: inSeconds(new Date(time.getTime() - 600_000)), mfaAuthenticated: 'true' },
    },
  };
}

const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const HEX = '0123456789abcdef';

/** mulberry32 (Tommy Ettinger, public domain): short, and good enough for made-up data. */
export function drawFrom(seed: number): Draw {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const number = (below: number) => Math.floor(next() * below);
  const text = (length: number, alphabet = HEX) =>
    Array.from({ length }, () => alphabet.charAt(number(alphabet.length))).join('');
  return {
    number,
    text,
    one: ([first, ...rest]) => rest[number(rest.length + 1) - 1] ?? first,
    uuid: () => `${text(8)}-${text(4)}-4${text(3)}-${text(1, '89ab')}${text(3)}-${text(12)}`,
  };
}

function inSeconds(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, 'Z');
}
