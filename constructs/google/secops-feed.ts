import { type ITerraformDependable, TerraformResource } from 'cdktf';
import { Construct } from 'constructs';
import { ImportBlock } from '../import-block';

export interface SecopsFeedProps {
  /** Google Cloud project that the instance is linked to. */
  readonly project: string;
  /** Region of the instance, such as `europe`. */
  readonly location: string;
  /** Customer id of the instance, a UUID. */
  readonly instance: string;
  readonly displayName: string;
  /** Such as `QUALYS_CONTINUOUS_MONITORING`. */
  readonly logType: string;
  /** `gs://<bucket>/<folder>/`: everything below is read. */
  readonly bucketUri: string;
  /** Asset namespace of the events. Default: none. */
  readonly namespace?: string;
  /** Ingestion labels of the events. */
  readonly labels: Readonly<Record<string, string>>;
  /** Whether the feed deletes what it has read. */
  readonly sourceDeletion: 'never' | 'on-success';
  /** Objects that are older are not read; 1 to 180. */
  readonly maxLookbackDays: number;
  /** The feed's account must hold its roles on the bucket: SecOps validates a feed when it is made. */
  readonly dependsOn: ITerraformDependable[];
  /** `projects/…/locations/…/instances/…/feeds/<id>` of an existing feed. */
  readonly importId?: string;
}

/**
 * A feed of Google SecOps on Cloud Storage, of the kind V2 (Storage Transfer Service). V1 shuts down on 2027-03-15 and is
 * not offered. The bindings are older than `google_chronicle_feed` (google 7.38), hence the plain resource; arguments as
 * in its documentation, registry.terraform.io/providers/hashicorp/google/latest/docs/resources/chronicle_feed.
 */
export class SecopsFeed extends Construct {
  /** Full name of the feed. */
  readonly name: string;

  constructor(scope: Construct, id: string, props: SecopsFeedProps) {
    super(scope, id);
    const parent = `projects/${props.project}/locations/${props.location}/instances/${props.instance}`;
    const feed = new TerraformResource(this, 'feed', {
      terraformResourceType: 'google_chronicle_feed',
      dependsOn: props.dependsOn,
    });
    feed.addOverride('project', props.project);
    feed.addOverride('location', props.location);
    feed.addOverride('instance', props.instance);
    feed.addOverride('display_name', props.displayName);
    feed.addOverride('details', [
      {
        feed_source_type: 'GOOGLE_CLOUD_STORAGE_V2',
        log_type: `${parent}/logTypes/${props.logType}`,
        asset_namespace: props.namespace,
        labels: Object.keys(props.labels).length > 0 ? props.labels : undefined,
        gcs_v2_settings: [
          {
            bucket_uri: props.bucketUri,
            // Both are said, although they are defaults: the API gives them back, and a plan would differ for ever.
            source_deletion_option: props.sourceDeletion === 'never' ? 'NEVER' : 'ON_SUCCESS',
            max_lookback_days: props.maxLookbackDays,
          },
        ],
      },
    ]);
    if (props.importId) new ImportBlock(feed, props.importId);
    this.name = feed.getStringAttribute('name');
  }
}
