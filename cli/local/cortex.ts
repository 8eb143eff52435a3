import { randomUUID } from 'node:crypto';
import { Agent } from 'node:https';
import { gunzipSync } from 'node:zlib';
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';

/** Palo Alto Networks' account for commercial Cortex tenants (Cortex documentation, "Create an assumed role"). */
export const CORTEX_ACCOUNT = '006742885340';

export interface RoleOptions {
  /** Endpoint of the AWS emulator. */
  readonly endpoint: string;
  /** Certificate of the endpoint, in PEM. */
  readonly ca: string;
  readonly region: string;
  readonly roleArn: string;
  /** Undefined: the role is assumed without one. */
  readonly externalId: string | undefined;
  /** Account of the one who assumes the role. Default: Cortex's. */
  readonly fromAccount?: string;
}

export interface ConsumeOptions extends RoleOptions {
  readonly queueUrl: string;
  /** Consuming ends when this many events have arrived. */
  readonly expectedEvents: number;
  /** Or when this time is over, in milliseconds; what has arrived by then is returned. Default: 60000. */
  readonly timeoutMs?: number;
}

export interface Consumed {
  /** Messages received and deleted, S3's test message included. */
  readonly messages: number;
  /** Log files read. */
  readonly objects: number;
  /** Events in them; one that arrives twice counts twice. */
  readonly events: number;
  readonly eventIds: readonly string[];
}

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

interface Connection {
  readonly endpoint: string;
  readonly region: string;
  readonly requestHandler: { readonly httpsAgent: Agent };
  readonly credentials: Credentials;
}

/**
 * Reads the trail as a Cortex "Amazon S3, Assumed Role" collector does: assumes the role from Cortex's account, receives
 * the queue's messages with it, gets and unpacks each log file, and deletes the message.
 *
 * @throws Error on any refusal by AWS, and on a message or file of an unknown form (its message stays in the queue).
 */
export async function consume(options: ConsumeOptions): Promise<Consumed> {
  const { queueUrl, expectedEvents, timeoutMs = 60_000 } = options;
  const connection = connectionOf(options, await assumeAs(await newUser(options), options));
  // The queue's URL may name another host than the endpoint; the endpoint is where AWS is.
  const sqs = new SQSClient({ ...connection, useQueueUrlAsEndpoint: false });
  const s3 = new S3Client({ ...connection, forcePathStyle: true });
  const deadline = Date.now() + timeoutMs;
  const eventIds: string[] = [];
  let messages = 0;
  let objects = 0;
  try {
    while (eventIds.length < expectedEvents && Date.now() < deadline) {
      const batch = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
      );
      for (const message of batch.Messages ?? []) {
        for (const { bucket, key } of createdObjects(message.Body ?? '')) {
          eventIds.push(...(await readEventIds(s3, bucket, key)));
          objects++;
        }
        await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: message.ReceiptHandle }));
        messages++;
      }
    }
  } finally {
    sqs.destroy();
    s3.destroy();
  }
  return { messages, objects, events: eventIds.length, eventIds };
}

/**
 * Whether the role can be assumed with this external id from this account. Only AWS's AccessDenied is a refusal.
 *
 * @throws Error on anything else that goes wrong.
 */
export async function tryAssumeRole(options: RoleOptions): Promise<'allowed' | 'refused'> {
  const connection = await newUser(options);
  try {
    await assumeAs(connection, options);
    return 'allowed';
  } catch (error) {
    if ((error as Error).name === 'AccessDenied') return 'refused';
    throw error;
  }
}

/**
 * The objects that a message of the queue announces; none for the test message that S3 sends when a notification is
 * made. Keys in events are URL-encoded, with `+` for a space (S3 user guide, "Event message structure").
 *
 * @throws Error when it is neither.
 */
export function createdObjects(body: string): { bucket: string; key: string }[] {
  const notification = parseJson(body) as {
    Event?: string;
    Records?: { eventSource?: string; s3?: { bucket?: { name?: string }; object?: { key?: string } } }[];
  } | null;
  if (notification?.Event === 's3:TestEvent') return [];
  if (!Array.isArray(notification?.Records)) throw unknownMessage(body);
  return notification.Records.map(({ s3 }) => {
    const bucket = s3?.bucket?.name;
    const key = s3?.object?.key;
    if (bucket === undefined || key === undefined) throw unknownMessage(body);
    return { bucket, key: decodeURIComponent(key.replaceAll('+', ' ')) };
  });
}

function unknownMessage(body: string): Error {
  return new Error(`The queue holds a message that is no S3 event: ${body.slice(0, 300)}`);
}

async function readEventIds(s3: S3Client, bucket: string, key: string): Promise<string[]> {
  const object = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  const bytes = await object.Body?.transformToByteArray();
  const file = parseJson(gunzipSync(bytes ?? new Uint8Array()).toString('utf8')) as {
    Records?: { eventID: string }[];
  } | null;
  if (!Array.isArray(file?.Records))
    throw new Error(`s3://${bucket}/${key} is no CloudTrail log file: no Records in it`);
  return file.Records.map((record) => record.eventID);
}

function connectionOf({ endpoint, region, ca }: RoleOptions, credentials: Credentials): Connection {
  return { endpoint, region, requestHandler: { httpsAgent: new Agent({ ca }) }, credentials };
}

/**
 * A user with an access key who may assume the role as far as their own account is concerned. On the emulator an account
 * number with the secret `test` is that account's root, which cannot assume roles, as on AWS.
 */
async function newUser(options: RoleOptions): Promise<Connection> {
  const { roleArn, fromAccount = CORTEX_ACCOUNT } = options;
  const iam = new IAMClient(connectionOf(options, { accessKeyId: fromAccount, secretAccessKey: 'test' }));
  try {
    const UserName = `collector-${randomUUID()}`;
    await iam.send(new CreateUserCommand({ UserName }));
    const statement = { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: roleArn };
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'assume-role', PolicyDocument }));
    const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName }));
    return connectionOf(options, complete(key?.AccessKeyId, key?.SecretAccessKey));
  } finally {
    iam.destroy();
  }
}

async function assumeAs(connection: Connection, { roleArn, externalId }: RoleOptions): Promise<Credentials> {
  const sts = new STSClient(connection);
  try {
    const { Credentials: given } = await sts.send(
      new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'cortex', ExternalId: externalId }),
    );
    return complete(given?.AccessKeyId, given?.SecretAccessKey, given?.SessionToken);
  } finally {
    sts.destroy();
  }
}

function complete(accessKeyId?: string, secretAccessKey?: string, sessionToken?: string): Credentials {
  if (accessKeyId === undefined || secretAccessKey === undefined)
    throw new Error('The AWS emulator answered without credentials');
  return { accessKeyId, secretAccessKey, sessionToken };
}

/** null for what is no JSON: the caller tells what was expected. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
