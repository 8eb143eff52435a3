import { z } from 'zod';
import { duration } from './duration';
import { SECOPS_REGIONS } from './regions';
import { secopsParsers } from './secops-parsers';
import { googleProject, oneOf, text } from './values';

/** Labels of a SecOps feed. */
const ingestionLabels = z.record(
  text(/^[A-Za-z][\w-]{0,62}$/, 'a label: a letter, then up to 62 of letters, digits, _ and -'),
  text(/^[ -~]{1,255}$/, 'a value of up to 255 characters'),
  { error: 'a map of labels' },
);

/** The Google SecOps instance that reads what is collected. */
export const secops = z
  .strictObject(
    {
      location: oneOf(SECOPS_REGIONS, 'a region of Google SecOps').describe('Region of the instance, such as europe.'),
      instance: text(
        /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
        'the customer id of the instance, a UUID: SecOps > Settings > Profile',
      ).describe('Customer id of the instance.'),
      project: googleProject
        .optional()
        .describe("Google Cloud project that the instance is linked to. Default: the pipeline's."),
      feedServiceAccount: text(
        /^[a-z0-9-]+@[a-z0-9.-]+\.gserviceaccount\.com$/,
        'the e-mail of the account that feeds read with: SecOps > Settings > Feeds > Add new > Google Cloud Storage V2 > Get service account',
      ).describe('Account that the feeds of the instance read with.'),
      feed: oneOf(['gcs-v2'], 'gcs-v2 (V1 of the Cloud Storage feeds shuts down on 2027-03-15)')
        .default('gcs-v2')
        .describe('Kind of feed. Default: gcs-v2.'),
      namespace: text(/^[\w.-]{1,255}$/, 'a namespace: up to 255 of letters, digits and ._-')
        .optional()
        .describe('Asset namespace of the events. Default: none.'),
      labels: ingestionLabels.default({}).describe('Ingestion labels of the events.'),
      sourceDeletion: oneOf(['never', 'on-success'], 'never or on-success')
        .default('never')
        .describe(
          'on-success: the feed deletes what it has read; after a crash of the collector objects may then be read twice. ' +
            'never: retention deletes them. Default: never.',
        ),
      maxLookback: duration({ min: '1d', max: '180d' })
        .default('180d')
        .describe('How old an object may be for the feed to read it, in whole days. Default: 180d.'),
      parsers: secopsParsers,
    },
    { error: 'a map: location, instance, feedServiceAccount' },
  )
  .describe('Google SecOps: with it the feed is made; without, by hand.');

export type SecopsSettings = z.output<typeof secops>;
