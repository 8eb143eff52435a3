import type { Environment } from '../../environments/schema';
import type { StackJson } from '../synthesize';
import type { Rule } from './rule';
import { addressIn, isOwnKey, resources } from './stack';

type Selector = readonly { field: string; equals?: string[] }[];

const trails = (stack: StackJson) => resources(stack, 'aws_cloudtrail');

function advancedSelectors(trail: StackJson): Selector[] {
  return (trail.advanced_event_selector ?? []).map((selector: StackJson) => selector.field_selector);
}

function trailsWhere(isBad: (trail: StackJson) => boolean, what: string): Rule['check'] {
  return (stack) => trails(stack).flatMap(([address, trail]) => (isBad(trail) ? [`${address}: ${what}`] : []));
}

function logsAllManagementEvents(trail: StackJson): boolean {
  return (
    (trail.event_selector ?? []).some(
      (selector: StackJson) =>
        selector.read_write_type === 'All' &&
        selector.include_management_events === true &&
        selector.exclude_management_event_sources === undefined,
    ) ||
    advancedSelectors(trail).some(
      ([first, ...narrower]) =>
        first?.field === 'eventCategory' && first.equals?.[0] === 'Management' && narrower.length === 0,
    )
  );
}

/** Whether object-level events are logged; a selector of only some buckets counts, as it does for CIS. */
function logsObjects(trail: StackJson, access: 'read' | 'write'): boolean {
  return advancedSelectors(trail).some((selector) => {
    const wanted = (field: string) => selector.find((one) => one.field === field)?.equals?.[0];
    return (
      wanted('resources.type') === 'AWS::S3::Object' &&
      [undefined, String(access === 'read')].includes(wanted('readOnly'))
    );
  });
}

const withoutObjects = (access: 'read' | 'write') => (environment: Environment) =>
  !environment.cloudtrail?.dataEvents?.some(
    (events) => events.resourceType === 'AWS::S3::Object' && ['all', access].includes(events.access),
  );

export const TRAIL_RULES: readonly Rule[] = [
  {
    id: 'trail-logs',
    title: 'With `trail: create` there is one trail, and it logs',
    controls: ['FSBP CloudTrail.3'],
    check(stack, environment) {
      if (environment.cloudtrail?.trail !== 'create') return [];
      const logging = trails(stack).filter(([, trail]) => trail.enable_logging === true);
      return logging.length === 1 ? [] : [`${logging.length} trails that log, 1 expected`];
    },
  },
  {
    id: 'trail-every-region',
    title: 'The trail logs every region, global services included',
    controls: ['CIS 3.1', 'FSBP CloudTrail.1'],
    option: {
      kind: 'opt-out',
      setting: 'multiRegion: false',
      isOff: ({ cloudtrail }) => cloudtrail?.multiRegion === false,
    },
    check: trailsWhere(
      (trail) => trail.is_multi_region_trail !== true || trail.include_global_service_events !== true,
      'not every region, or no global services',
    ),
  },
  {
    id: 'trail-management-events',
    title: 'The trail logs every management event, read and write',
    controls: ['CIS 3.1', 'FSBP CloudTrail.1'],
    // AWS Config's rule multi-region-cloudtrail-enabled, by which Security Hub checks CloudTrail.1, admits no exclusion.
    option: {
      kind: 'opt-out',
      setting: 'excludeEvents',
      isOff: ({ cloudtrail }) => Boolean(cloudtrail?.excludeEvents?.length),
    },
    check: trailsWhere((trail) => !logsAllManagementEvents(trail), 'some management events are left out'),
  },
  {
    id: 'trail-validation',
    title: 'The trail signs digests of its log files',
    controls: ['CIS 3.2', 'FSBP CloudTrail.4'],
    option: {
      kind: 'opt-out',
      setting: 'logFileValidation: false',
      isOff: ({ cloudtrail }) => cloudtrail?.logFileValidation === false,
    },
    check: trailsWhere((trail) => trail.enable_log_file_validation !== true, 'no log file validation'),
  },
  {
    id: 'trail-encrypted',
    title: 'The trail encrypts with a KMS key of the stack, or your own',
    controls: ['CIS 3.5', 'FSBP CloudTrail.2'],
    check: (stack, environment) =>
      trailsWhere((trail) => !isOwnKey(stack, environment, trail.kms_key_id), 'no KMS key')(stack, environment),
  },
  {
    id: 'trail-after-policy',
    title: 'The trail is made after the policy of its bucket, which CloudTrail checks then',
    controls: [],
    check: (stack) =>
      trails(stack).flatMap(([address, trail]) => {
        const bucket = addressIn(trail.s3_bucket_name);
        const [policy = 'a policy'] = resources(stack, 'aws_s3_bucket_policy').flatMap(([known, { bucket: of }]) =>
          addressIn(of) === bucket ? [known] : [],
        );
        return trail.depends_on?.includes(policy) ? [] : [`${address}: does not depend on ${policy} of ${bucket}`];
      }),
  },
  ...(['write', 'read'] as const).map(
    (access): Rule => ({
      id: `trail-object-${access}s`,
      title: `The trail logs S3 object ${access}s`,
      controls: [access === 'write' ? 'CIS 3.8' : 'CIS 3.9'],
      option: {
        kind: 'opt-in',
        setting: `dataEvents: [{ …, resourceType: "AWS::S3::Object", access: ${access} }]`,
        isOff: withoutObjects(access),
      },
      check: trailsWhere((trail) => !logsObjects(trail, access), `no object ${access}s`),
    }),
  ),
];
