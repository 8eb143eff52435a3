import { GetEventSelectorsCommand, type GetEventSelectorsResponse, type Trail } from '@aws-sdk/client-cloudtrail';
import { cloudtrailNames } from '../../stacks/cloudtrail-names';
import { type Aws, AwsError, askAws } from '../aws';
import { listTrails } from '../cloudtrail/adopt/trails';
import type { AwsOptions } from './aws';
import { type Check, type Look, ok, told, warning, willFail } from './check';

/** Trails that a region takes; one of all regions counts in each ("Quotas in AWS CloudTrail"). */
const MOST_TRAILS = 5;
const QUOTAS = 'https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html';

/** Trails that are there already: whether another one fits, and what a second copy of the events costs. */
export async function checkTrails(aws: Aws, options: AwsOptions, look: Look): Promise<Check[]> {
  const { settings, environment } = options;
  const trails = await listTrails(aws);
  if (settings.existing !== undefined) return [judgeExisting(trails, settings.existing.bucket, look)];
  const { trail } = cloudtrailNames(environment, settings);
  const others = trails.filter(({ Name, HomeRegion }) => Name !== trail || HomeRegion !== settings.region);
  if (others.length >= MOST_TRAILS)
    return [
      willFail({
        ...told(look),
        code: 'aws-too-many-trails',
        finding: `${settings.region} has ${others.length} trails (${namesOf(others)}), and takes ${MOST_TRAILS}: ours is refused`,
        todo: 'Delete one, or read an existing one: cloudtrail.trail: existing; ./tributary adopt finds which.',
        page: QUOTAS,
      }),
    ];
  const managing = await Promise.all(others.map(async (one) => ((await logsManagement(aws, one)) ? [one] : [])));
  return [judgeCosts(managing.flat(), others.length < trails.length, look)];
}

function judgeExisting(trails: readonly Trail[], bucket: string, look: Look): Check {
  const found = trails.filter(({ S3BucketName }) => S3BucketName === bucket);
  if (found.length > 0) return ok({ ...told(look), finding: `${namesOf(found)} writes to the bucket ${bucket}` });
  return willFail({
    ...told(look),
    code: 'aws-trail-not-found',
    finding: `no trail that logs in this region writes to the bucket ${bucket} of cloudtrail.existing, so that Cortex would read nothing`,
    todo:
      trails.length === 0
        ? 'Set cloudtrail.trail: create.'
        : `There are: ${trails.map((one) => `${one.Name} → ${one.S3BucketName}`).join(', ')}.`,
  });
}

function judgeCosts(managing: readonly Trail[], isThere: boolean, look: Look): Check {
  const own = isThere ? 'the trail of the stack is there' : 'the trail of the stack fits';
  if (managing.length === 0)
    return ok({ ...told(look), finding: `${own}, and its copy of management events is the first: free` });
  return warning({
    ...told(look),
    code: 'aws-second-trail',
    finding: `${own}; ${namesOf(managing)} ${managing.length === 1 ? 'logs' : 'log'} management events, too: each copy after the first costs $2.00 per 100,000 events`,
    todo: 'To save that, read the existing one: cloudtrail.trail: existing; ./tributary adopt writes it.',
  });
}

/** A trail whose events are not told is taken for one that logs them, as a trail does by default. */
async function logsManagement(aws: Aws, { TrailARN, Name }: Trail): Promise<boolean> {
  try {
    const selectors = await askAws(`read the events of the trail ${Name}`, 'cloudtrail:GetEventSelectors', () =>
      aws.cloudtrail.send(new GetEventSelectorsCommand({ TrailName: TrailARN })),
    );
    return hasManagement(selectors);
  } catch (error) {
    if (error instanceof AwsError) return true;
    throw error;
  }
}

export function hasManagement({
  EventSelectors = [],
  AdvancedEventSelectors = [],
}: Partial<GetEventSelectorsResponse>): boolean {
  return (
    EventSelectors.some(({ IncludeManagementEvents }) => IncludeManagementEvents !== false) ||
    AdvancedEventSelectors.some(({ FieldSelectors = [] }) =>
      FieldSelectors.some(({ Field, Equals = [] }) => Field === 'eventCategory' && Equals.includes('Management')),
    )
  );
}

function namesOf(trails: readonly Trail[]): string {
  return trails
    .map(({ Name, IsOrganizationTrail }) => `${Name}${IsOrganizationTrail ? ' (organization)' : ''}`)
    .join(', ');
}
