import { GetMetricDataCommand, type MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { type Aws, askAws } from '../../aws';
import type { CloudtrailTarget } from '../../cloudtrail/target';
import type { Window } from '../../window';

/** One value of a metric: of the period that begins then, in milliseconds since the epoch. */
export interface Point {
  readonly at: number;
  readonly value: number;
}

/** What CloudWatch counts of the pipeline, oldest first. */
export interface Metrics {
  /** Log files announced to the queue. */
  readonly sent: readonly Point[];
  /** Log files that Cortex has read. */
  readonly deleted: readonly Point[];
  /** Seconds that the oldest message waits, of the last minutes; none while the queue is not used. */
  readonly age: readonly Point[];
  /** Bytes and objects in the bucket, once a day; none before its first whole day. */
  readonly bytes: readonly Point[];
  readonly objects: readonly Point[];
}

/** SQS sends its metrics once a minute; CloudWatch keeps them by 5 minutes for 63 days ("Metrics retention"). */
const PERIOD_SECONDS = 300;
/** SQS sends the age once a minute, with some minutes of delay. */
const AGE_WINDOW_SECONDS = 15 * 60;
const DAY_SECONDS = 86_400;
/** Storage metrics come once a day, and late (Amazon S3 user guide, "Metrics and dimensions"). */
const STORAGE_WINDOW_SECONDS = 4 * DAY_SECONDS;

/**
 * Reads the metrics of a window.
 * @throws AwsError
 */
export async function readMetrics(target: CloudtrailTarget, aws: Aws, { from, to }: Window): Promise<Metrics> {
  const { queue, bucket } = target;
  const [flow, age, storage] = await Promise.all([
    read(aws, from, to, [
      ofQueue('sent', 'NumberOfMessagesSent', queue.name, PERIOD_SECONDS, 'Sum'),
      ofQueue('deleted', 'NumberOfMessagesDeleted', queue.name, PERIOD_SECONDS, 'Sum'),
    ]),
    read(aws, to - AGE_WINDOW_SECONDS, to, [
      ofQueue('age', 'ApproximateAgeOfOldestMessage', queue.name, 60, 'Maximum'),
    ]),
    read(aws, to - STORAGE_WINDOW_SECONDS, to, [
      ofBucket('bytes', 'BucketSizeBytes', bucket.name, 'StandardStorage'),
      ofBucket('objects', 'NumberOfObjects', bucket.name, 'AllStorageTypes'),
    ]),
  ]);
  const of = (points: ReadonlyMap<string, Point[]>, id: string) => points.get(id) ?? [];
  return {
    sent: of(flow, 'sent'),
    deleted: of(flow, 'deleted'),
    age: of(age, 'age'),
    bytes: of(storage, 'bytes'),
    objects: of(storage, 'objects'),
  };
}

/** CloudTrail's log files are about alike: the mean size of an object; undefined before the storage is measured. */
export function meanObjectBytes({ bytes, objects }: Metrics): number | undefined {
  const [size, number] = [bytes.at(-1)?.value, objects.at(-1)?.value];
  return size === undefined || !number ? undefined : size / number;
}

async function read(aws: Aws, from: number, to: number, queries: MetricDataQuery[]): Promise<Map<string, Point[]>> {
  const points = new Map<string, Point[]>();
  let NextToken: string | undefined;
  do {
    const answer = await askAws('read the metrics of the pipeline', 'cloudwatch:GetMetricData on *', () =>
      aws.cloudwatch.send(
        new GetMetricDataCommand({
          StartTime: new Date(from * 1000),
          EndTime: new Date(to * 1000),
          MetricDataQueries: queries,
          ScanBy: 'TimestampAscending',
          NextToken,
        }),
      ),
    );
    for (const { Id = '', Timestamps = [], Values = [] } of answer.MetricDataResults ?? []) {
      const found = Timestamps.map((moment, index) => ({ at: moment.getTime(), value: Values[index] ?? 0 }));
      points.set(Id, [...(points.get(Id) ?? []), ...found]);
    }
    NextToken = answer.NextToken;
  } while (NextToken);
  return points;
}

function ofQueue(Id: string, MetricName: string, Value: string, Period: number, Stat: string): MetricDataQuery {
  const Metric = { Namespace: 'AWS/SQS', MetricName, Dimensions: [{ Name: 'QueueName', Value }] };
  return { Id, MetricStat: { Metric, Period, Stat } };
}

function ofBucket(Id: string, MetricName: string, bucket: string, StorageType: string): MetricDataQuery {
  const Dimensions = [
    { Name: 'BucketName', Value: bucket },
    { Name: 'StorageType', Value: StorageType },
  ];
  return {
    Id,
    MetricStat: { Metric: { Namespace: 'AWS/S3', MetricName, Dimensions }, Period: DAY_SECONDS, Stat: 'Average' },
  };
}
