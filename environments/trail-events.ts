import { z } from 'zod';
import { oneOf, text, textAt, uniqueList } from './values';

/**
 * Which data events a trail logs beside management events; an advanced event selector each (AWS CloudTrail user guide,
 * "Logging data events"). AWS takes up to 500 values in the selectors of a trail.
 */
const dataEvents = z.strictObject(
  {
    name: text(/^[ -~]{1,1000}$/, 'a name of up to 1,000 characters').describe('Name of the selector; for people.'),
    resourceType: text(
      /^AWS::[A-Za-z0-9]+::[A-Za-z0-9]+$/,
      'a resource type of CloudTrail, such as AWS::S3::Object',
    ).describe('resources.type of the selector, such as AWS::S3::Object or AWS::Lambda::Function.'),
    access: oneOf(['all', 'read', 'write'], 'all, read or write').default('all').describe('Default: all.'),
    startsWith: arns('resource').optional().describe('Only resources whose ARN starts with one of these.'),
    notStartsWith: arns('resource').optional().describe('Not those whose ARN starts with one of these.'),
    eventNames: uniqueList(text(/^[A-Za-z0-9]{1,128}$/, 'the name of an API call'), (name) => textAt(name), 'name')
      .min(1, { error: 'at least one name' })
      .optional()
      .describe('Only these API calls, such as PutObject.'),
  },
  { error: 'a map with name and resourceType' },
);

function arns(noun: string) {
  return uniqueList(
    text(/^arn:aws(-us-gov|-cn)?:\S{1,1900}$/, 'the start of an ARN, such as arn:aws:s3:::payroll/'),
    (arn) => textAt(arn),
    noun,
  ).min(1, {
    error: 'at least one ARN',
  });
}

/** What a new trail logs; all are optional. */
export const trailEvents = {
  excludeEvents: uniqueList(oneOf(['kms', 'rds-data'], 'kms or rds-data'), (name) => textAt(name), 'source')
    .optional()
    .describe('Management events that are not logged: kms (AWS KMS), rds-data (RDS Data API). Both can be many.'),
  insights: uniqueList(
    oneOf(['api-call-rate', 'api-error-rate'], 'api-call-rate or api-error-rate'),
    (name) => textAt(name),
    'insight',
  )
    .optional()
    .describe('CloudTrail Insights; they cost extra.'),
  dataEvents: uniqueList(dataEvents, (selector) => textAt(selector, 'name'), 'selector')
    .optional()
    .describe('Data events beside the management events; they cost extra, and can be very many.'),
};
