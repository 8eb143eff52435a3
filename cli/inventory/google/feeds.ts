import type { StoreFacts } from '../facts';
import { block, type Resource } from '../references';
import { counted, listed } from '../words';
import { lastPart } from './grants';
import type { GoogleView } from './view';

/** The SecOps instances that the feeds of a stack fill, each once; no stack makes one. */
export function feedStores(view: GoogleView): StoreFacts[] {
  const { references } = view;
  const byInstance = new Map<string, Resource[]>();
  for (const feed of references.of('google_chronicle_feed')) {
    const id = instanceOf(references, feed);
    byInstance.set(id, [...(byInstance.get(id) ?? []), feed]);
  }
  return [...byInstance].map(([id, feeds]) => {
    const [, project, , location, , instance] = id.split('/');
    const logTypes = feeds.map((feed) => lastPart(references.resolve(block(feed.arguments.details).log_type))).sort();
    return {
      id,
      stack: view.stack.name,
      kind: 'Google SecOps instance',
      name: `${instance}`,
      holds: `events of the log type${logTypes.length === 1 ? '' : 's'} ${listed(logTypes)}`,
      place: `Google Cloud project ${project}, ${location}`,
      encryption: 'as the instance is set up',
      retention: 'as the instance is set up',
      settings: parsersOf(view, id),
      writtenBy: feeds
        .map((feed) => ({
          identity: feed.address,
          name: `feed ${references.argument(feed, 'display_name')}`,
          how: [readingOf(references, feed)],
        }))
        .sort((one, other) => (one.name < other.name ? -1 : 1)),
      elsewhere: 'Users of the instance read it: its project says who they are.',
    };
  });
}

function readingOf(references: GoogleView['references'], feed: Resource): string {
  const {
    bucket_uri: uri,
    max_lookback_days: days,
    source_deletion_option: deletion,
  } = block(block(feed.arguments.details).gcs_v2_settings);
  const deletes = deletion === 'NEVER' ? '' : ', and deletes what it has read';
  return `reads ${references.resolve(uri)}, ${counted(Number(days), 'day')} back at most${deletes}`;
}

/** Arguments of parsers and extensions that name the log type. */
const LOG_TYPE = { google_chronicle_parser: 'logtype', google_chronicle_parser_extension: 'log_type' } as const;

/** What the stack makes in an instance for its events to come out otherwise than from the prebuilt parsers. */
function parsersOf({ references }: GoogleView, id: string): string[] {
  const made = (type: keyof typeof LOG_TYPE) =>
    references
      .of(type)
      .filter((one) => id === instanceOf(references, one))
      .map((one) => references.argument(one, LOG_TYPE[type]))
      .sort();
  return [
    ...made('google_chronicle_parser').map((type) => `a custom parser of ${type}`),
    ...made('google_chronicle_parser_extension').map((type) => `a parser extension of ${type}`),
  ];
}

function instanceOf(references: GoogleView['references'], resource: Resource): string {
  const [project, location, instance] = ['project', 'location', 'instance'].map((one) =>
    references.argument(resource, one),
  );
  return `projects/${project}/locations/${location}/instances/${instance}`;
}
