import type { StoreFacts } from '../facts';
import { block } from '../references';
import { counted } from '../words';
import { lastPart } from './grants';
import type { GoogleView } from './view';

/** The SecOps instances that the feeds of a stack fill. */
export function feedStores(view: GoogleView): StoreFacts[] {
  const { references } = view;
  return references.of('google_chronicle_feed').map((feed) => {
    const details = block(feed.arguments.details);
    const {
      bucket_uri: uri,
      max_lookback_days: days,
      source_deletion_option: deletion,
    } = block(details.gcs_v2_settings);
    const [project, location, instance] = ['project', 'location', 'instance'].map((one) =>
      references.argument(feed, one),
    );
    const deletes = deletion === 'NEVER' ? '' : ', and deletes what it has read';
    return {
      id: `projects/${project}/locations/${location}/instances/${instance}`,
      stack: view.stack.name,
      address: feed.address,
      kind: 'Google SecOps instance',
      name: `${instance}`,
      holds: `events of the log type ${lastPart(references.resolve(details.log_type))}`,
      place: `Google Cloud project ${project}, ${location}`,
      encryption: 'as the instance is set up',
      retention: 'as the instance is set up',
      settings: [],
      writtenBy: [
        {
          identity: feed.address,
          name: `feed ${references.argument(feed, 'display_name')}`,
          how: [`reads ${references.resolve(uri)}, ${counted(Number(days), 'day')} back at most${deletes}`],
        },
      ],
      elsewhere: 'Users of the instance read it: its project says who they are.',
    };
  });
}
