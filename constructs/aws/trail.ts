import {
  Cloudtrail,
  type CloudtrailAdvancedEventSelector,
  type CloudtrailConfig,
} from '@cdktf/provider-aws/lib/cloudtrail';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { ImportBlock } from '../import-block';

/** Services whose management events can be left out (AWS CloudTrail user guide, "Logging management events"). */
const EXCLUDABLE = { kms: 'kms.amazonaws.com', 'rds-data': 'rdsdata.amazonaws.com' } as const;
const INSIGHTS = { 'api-call-rate': 'ApiCallRateInsight', 'api-error-rate': 'ApiErrorRateInsight' } as const;

/** Data events that a trail logs: an advanced event selector. */
export interface DataEvents {
  readonly name: string;
  /** Such as `AWS::S3::Object`. */
  readonly resourceType: string;
  readonly access: 'all' | 'read' | 'write';
  /** Starts of ARNs. Default: every resource. */
  readonly startsWith?: readonly string[];
  readonly notStartsWith?: readonly string[];
  /** Default: every API call. */
  readonly eventNames?: readonly string[];
}

export interface TrailProps {
  readonly name: string;
  /** Bucket of the log files. */
  readonly bucket: string;
  /** Its ARN. */
  readonly bucketArn: string;
  readonly kmsKeyArn: string;
  readonly isOrganizationTrail: boolean;
  readonly isMultiRegionTrail: boolean;
  readonly logFileValidation: boolean;
  readonly excludeEvents: readonly (keyof typeof EXCLUDABLE)[];
  readonly insights: readonly (keyof typeof INSIGHTS)[];
  readonly dataEvents: readonly DataEvents[];
  /** What must exist first: CloudTrail checks the bucket's policy when the trail is made. */
  readonly dependsOn: ITerraformDependable[];
  /** ARN of an existing trail. */
  readonly importId?: string;
}

/** A trail of management events, read and write, and of the data events that are asked for. */
export class Trail extends Construct {
  constructor(scope: Construct, id: string, props: TrailProps) {
    super(scope, id);
    // checkov:skip=CKV_AWS_252: S3 announces each log file; a topic of CloudTrail would do it once more, in another form.
    // checkov:skip=CKV2_AWS_10: Cortex's guide says to leave CloudWatch Logs disabled: it reads the bucket.
    const trail = new Cloudtrail(this, 'trail', {
      name: props.name,
      s3BucketName: props.bucket,
      kmsKeyId: props.kmsKeyArn,
      isOrganizationTrail: props.isOrganizationTrail || undefined,
      isMultiRegionTrail: props.isMultiRegionTrail,
      includeGlobalServiceEvents: true,
      enableLogFileValidation: props.logFileValidation,
      enableLogging: true,
      ...selectors(props),
      insightSelector: props.insights.length
        ? props.insights.map((insight) => ({ insightType: INSIGHTS[insight] }))
        : undefined,
      dependsOn: props.dependsOn,
    });
    if (props.importId) new ImportBlock(trail, props.importId);
  }
}

/** A trail has either event selectors or advanced ones; only the latter know every kind of data event. */
function selectors(props: TrailProps): Pick<CloudtrailConfig, 'eventSelector' | 'advancedEventSelector'> {
  const excluded = props.excludeEvents.map((service) => EXCLUDABLE[service]);
  if (props.dataEvents.length === 0)
    return {
      eventSelector: [
        {
          readWriteType: 'All',
          includeManagementEvents: true,
          excludeManagementEventSources: excluded.length ? excluded : undefined,
        },
      ],
    };
  return {
    advancedEventSelector: [
      {
        name: 'Management events',
        fieldSelector: [
          { field: 'eventCategory', equalTo: ['Management'] },
          ...(excluded.length ? [{ field: 'eventSource', notEquals: excluded }] : []),
        ],
      },
      ...props.dataEvents.map((events) => dataSelector(events, props.bucketArn)),
    ],
  };
}

function dataSelector(events: DataEvents, bucketArn: string): CloudtrailAdvancedEventSelector {
  // Each log file that Cortex reads would else be an event in the next one, without end.
  const own = events.resourceType === 'AWS::S3::Object' ? [`${bucketArn}/`] : [];
  const notStartsWith = [...(events.notStartsWith ?? []), ...own];
  return {
    name: events.name,
    fieldSelector: [
      { field: 'eventCategory', equalTo: ['Data'] },
      { field: 'resources.type', equalTo: [events.resourceType] },
      ...(events.access === 'all' ? [] : [{ field: 'readOnly', equalTo: [String(events.access === 'read')] }]),
      ...(events.startsWith || notStartsWith.length
        ? [
            {
              field: 'resources.ARN',
              startsWith: events.startsWith ? [...events.startsWith] : undefined,
              notStartsWith: notStartsWith.length ? notStartsWith : undefined,
            },
          ]
        : []),
      ...(events.eventNames ? [{ field: 'eventName', equalTo: [...events.eventNames] }] : []),
    ],
  };
}
