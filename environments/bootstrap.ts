import { z } from 'zod';
import { awsAccount, googleProject, oneOf, text } from './values';

/** Login names of GitHub have up to 39 characters, repositories up to 100; ids are numbers. */
const repository = text(
  /^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,38})(?:@\d{1,19})?\/(?!\.{1,2}(?:@|$))[A-Za-z0-9._-]{1,100}(?:@\d{1,19})?$/,
  'what follows repo: in the subject of its OIDC tokens, OWNER/NAME or OWNER@ID/NAME@ID: ' +
    'gh api repos/OWNER/NAME/actions/oidc/customization/sub --jq .sub_claim_prefix',
).refine((value) => [0, 2].includes(value.split('@').length - 1), {
  error: 'either both ids (OWNER@ID/NAME@ID) or none (OWNER/NAME)',
});

const aws = z
  .strictObject(
    {
      account: awsAccount.describe("AWS account of the roles: the pipeline's, where the environment has one in AWS."),
      oidcProvider: oneOf(['create', 'existing'], 'create or existing')
        .default('create')
        .describe(
          'existing: the account has the OIDC provider token.actions.githubusercontent.com already; there can be one only. Default: create.',
        ),
    },
    { error: 'a map with account' },
  )
  .describe('Roles of AWS. Needed with cloudtrail, and with the state in S3.');

const google = z
  .strictObject(
    {
      project: googleProject.describe(
        'Google Cloud project of the identity pool, the two accounts and the state bucket.',
      ),
      identityProvider: text(
        /^(create|projects\/\d{1,19}\/locations\/global\/workloadIdentityPools\/[a-z0-9-]{4,32}\/providers\/[a-z0-9-]{4,32})$/,
        'create, or an existing provider: projects/<number>/locations/global/workloadIdentityPools/<pool>/providers/<provider>',
      )
        .default('create')
        .describe(
          'create: a workload identity pool with a provider that takes tokens of this repository only; or the full name of a provider of GitHub that is there. Default: create.',
        ),
      location: text(/^[A-Za-z0-9-]{2,30}$/, 'a location of Cloud Storage, such as EU or europe-west3')
        .optional()
        .describe('Location of the state bucket. Default: the region of qualys.'),
    },
    { error: 'a map with project' },
  )
  .describe('Service accounts of Google Cloud. Needed with qualys, and with the state in Cloud Storage.');

/** What the workflows of GitHub need before they can plan and deploy. */
export const bootstrap = z
  .strictObject(
    {
      repository: repository.describe(
        'Repository whose workflows plan and deploy, as the subject of its OIDC tokens names it: OWNER/NAME, or OWNER@ID/NAME@ID for repositories made, renamed or moved since July 2026.',
      ),
      branch: text(
        /^(?![/.-])(?!.*(?:\/\/|\.\.|@\{|\/\.|\.lock(?:\/|$)))[A-Za-z0-9._/-]{1,100}(?<![/.])$/,
        'the name of a branch, such as main, without refs/heads/',
      )
        .default('main')
        .describe('Branch that is deployed, and on which schedules run. Default: main.'),
      githubEnvironment: text(
        /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
        'the name of an environment of GitHub: up to 64 of letters, digits and ._-',
      )
        .optional()
        .describe(
          "GitHub's environment whose jobs may deploy; those of <name>-plan may plan. Default: the name of this environment.",
        ),
      state: oneOf(['local', 'moved'], 'local (until the state bucket is there) or moved (into the backend)')
        .default('moved')
        .describe(
          "Where the bootstrap stacks' own state is. local: in the folder .state, for the first deploy. moved: in the backend. Default: moved.",
        ),
      stateBucket: oneOf(['create', 'existing'], 'create or existing')
        .default('create')
        .describe(
          'existing: the bucket that backend names is made elsewhere, or by another environment. Default: create.',
        ),
      aws: aws.optional(),
      google: google.optional(),
    },
    { error: 'a map with repository and aws, google or both' },
  )
  .describe('Stacks bootstrap-aws and bootstrap-google: state bucket, and the identities of the workflows of GitHub.');

export type BootstrapSettings = z.output<typeof bootstrap>;
