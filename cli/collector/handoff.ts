import type { QualysSettings } from '../../environments/qualys';
import type { SecopsSettings } from '../../environments/secops';
import { type FeedName, LOG_TYPES, objectPrefix } from '../../functions/qualys/contract';
import { EXIT } from '../exit-codes';
import { inColumns, renderSteps, type Step } from '../handoff-steps';
import type { Verdict } from '../verdict';
import { COLLECTOR_PIPELINE, type CollectorTarget } from './target';

/** UDM search for every event of the log type. The default parser misspells vendor and product; this field is SecOps'. */
const ARRIVAL_QUERY = `metadata.log_type = "${LOG_TYPES.alerts}"`;

/** Roles of the feed's account on the logs bucket, without source deletion (SecOps, "Feed management"). */
const FEED_ROLES = ['roles/storage.objectViewer', 'roles/storage.legacyBucketReader'];

/** What the pipeline's steps depend on. */
export type QualysHandoffSettings = Pick<QualysSettings, 'apiUrl' | 'egress' | 'secops' | 'assets' | 'findings'>;

/**
 * The steps that are left by hand in Qualys and in Google SecOps, with their values. No secret is among them.
 *
 * Sources: Google SecOps, "Collect Qualys Continuous Monitoring logs" (form of the feed, API user) and "Feed management";
 * Qualys, "Identify your Qualys platform" (www.qualys.com/platform-identification/). Not confirmed on a tenant: the exact
 * labels, and the way through Qualys' menus to a role.
 */
export function renderQualysHandoff(target: CollectorTarget, settings: QualysHandoffSettings): Verdict {
  const feed = feedOf(target, settings.secops);
  const others = furtherFeeds(settings).map((name) => feedOf({ ...target, feed: name }, settings.secops));
  const feeds = [feed, ...others];
  const steps: Step[] = [
    ...qualysSteps(target, settings),
    ...deploySteps(target),
    ...feeds.map((one) => (settings.secops === undefined ? feedByHand(target, one) : feedToCheck(target, one))),
    ...parserSteps(target, settings.secops),
    {
      title: 'Prove that alerts arrive, in a UDM search of SecOps',
      parts: [
        [ARRIVAL_QUERY],
        'Choose a time range that holds the dates of the events, which can be as old as qualys.alerts.initialLookback. Nothing there, although runs store alerts and the feed is done: docs/runbooks/qualys-unread.md.',
      ],
    },
  ];
  const document = {
    environment: target.environment,
    pipeline: COLLECTOR_PIPELINE,
    apiUrl: settings.apiUrl,
    feed,
    ...(others.length > 0 && { furtherFeeds: others }),
    query: ARRIVAL_QUERY,
    steps: steps.map(({ title }) => title),
  };
  return { exitCode: EXIT.good, document, text: renderSteps(steps) };
}

/** As the form of a feed lists them. */
const LOG_TYPE_TITLES: Readonly<Record<string, string>> = {
  [LOG_TYPES.alerts]: 'Qualys Continuous Monitoring',
  [LOG_TYPES.assets]: 'Qualys Asset Context',
  [LOG_TYPES.findings]: 'Qualys VM',
};

function furtherFeeds({ assets, findings }: QualysHandoffSettings): FeedName[] {
  return [...(assets ? (['assets'] as const) : []), ...(findings ? (['findings'] as const) : [])];
}

function feedOf(target: CollectorTarget, secops: SecopsSettings | undefined) {
  return {
    madeBy: secops === undefined ? 'hand' : 'Terraform',
    name: `${target.environment}-qualys-${target.feed}`,
    sourceType: 'Google Cloud Storage V2',
    logType: LOG_TYPES[target.feed],
    bucketUri: `gs://${target.logsBucket}/${objectPrefix(target.feed)}`,
    sourceDeletion: secops?.sourceDeletion ?? 'never',
    ...(secops === undefined && { roles: FEED_ROLES }),
  };
}

function qualysSteps({ stack }: CollectorTarget, { apiUrl, egress }: QualysHandoffSettings): Step[] {
  return [
    {
      title: 'In Qualys, make a role and a user for the API',
      parts: [
        'Administration > Users > Role Management, then VM/VMDR > Users > New > User (Help in Qualys knows where, if it is elsewhere):',
        inColumns([
          ['Role', 'API Access'],
          ['Modules of the role', 'Continuous Monitoring, Asset View, and for findings Vulnerability Management'],
          ['Permission in Asset View', 'Read Asset'],
          ['User', 'of its own, with this role, and with a password, not SSO only'],
          ['Scope of the user', 'all objects (Allow user view access to all objects)'],
        ]),
        'Alerts need API Access and Continuous Monitoring; findings also the KnowledgeBase API, which Qualys grants to a subscription. What lies outside of the scope is missing without an error. Log in to the UI once as this user: accept the licence agreement, and set the password.',
        ...(egress === 'static'
          ? [
              'If the subscription allows only listed addresses, list the one of the pipeline, which is there after the first deploy:',
              [`terraform -chdir=cdktf.out/stacks/${stack} output -raw egress_address`],
            ]
          : [
              "If the subscription allows only listed addresses, set qualys.egress to static first: else they are Google's, and change.",
            ]),
      ],
    },
    {
      title: 'Compare the API server',
      parts: [
        inColumns([['qualys.apiUrl', apiUrl]]),
        "It must be the API URL of your platform: https://www.qualys.com/platform-identification/, or Help > About in Qualys' UI, under Security Operations Center (SOC).",
      ],
    },
  ];
}

function deploySteps({ environment, stack, feed }: CollectorTarget): Step[] {
  const rotate = `./tributary rotate ${environment} ${COLLECTOR_PIPELINE} --username <name>`;
  return [
    {
      title: "Deploy, with the user's name and password",
      parts: [
        'Typed in, so that they are in no history; Terraform writes them into Secret Manager once, and keeps them in neither plan nor state:',
        [
          'read -r TF_VAR_qualys_username',
          'read -rs TF_VAR_qualys_password',
          'export TF_VAR_qualys_username TF_VAR_qualys_password',
          `npx cdktf deploy ${stack}`,
        ],
        'Deployed before without them, or others since? It takes the password from standard input:',
        [rotate],
      ],
    },
    {
      title: 'See that alerts are collected',
      parts: [[`./tributary run ${environment} ${COLLECTOR_PIPELINE} ${feed}`]],
    },
  ];
}

function feedToCheck({ stack }: CollectorTarget, { bucketUri, name, logType }: ReturnType<typeof feedOf>): Step {
  return {
    title: logType === LOG_TYPES.alerts ? 'In SecOps, check the feed' : `In SecOps, check the feed ${name}`,
    parts: [
      `${stack} makes it, and gives its account both roles on the bucket. SIEM Settings > Feeds:`,
      inColumns([
        ['Feed name', name],
        ['Storage Bucket URI', bucketUri],
        ['Status', 'Active or Completed'],
      ]),
      'Failed: the feed shows why, and what to do about it.',
    ],
  };
}

function parserSteps({ environment }: CollectorTarget, secops: SecopsSettings | undefined): Step[] {
  const logTypes = Object.keys(secops?.parsers ?? {});
  if (logTypes.length === 0) return [];
  return [
    {
      title: 'Activate the parsers',
      parts: [
        `A deploy makes them, and what was active before stays so (${logTypes.join(', ')}):`,
        [`./tributary parser activate ${environment}`],
      ],
    },
  ];
}

function feedByHand({ environment, logsBucket }: CollectorTarget, feed: ReturnType<typeof feedOf>): Step {
  const grants = FEED_ROLES.map(
    (role) =>
      `gcloud storage buckets add-iam-policy-binding gs://${logsBucket} --member=serviceAccount:<account> --role=${role}`,
  );
  return {
    title: feed.logType === LOG_TYPES.alerts ? 'In SecOps, make the feed' : `In SecOps, make the feed ${feed.name}`,
    parts: [
      `SIEM Settings > Feeds > Add New Feed > Configure a single feed. (With a section qualys.secops in the environment file the stack makes it instead; ./tributary adopt ${environment} ${COLLECTOR_PIPELINE} then takes in one that is there.)`,
      inColumns([
        ['Feed name', feed.name],
        ['Source type', feed.sourceType],
        ['Log type', `${LOG_TYPE_TITLES[feed.logType]} (${feed.logType})`],
        ['Storage Bucket URI', feed.bucketUri],
        ['Source deletion options', 'Never delete files'],
      ]),
      'Get service account shows the account that feeds read with. Give it both roles before Submit, which SecOps answers by looking into the bucket; a new role can take a minute:',
      grants,
      'Refused by the organization policy iam.allowedPolicyMemberDomains: docs/qualys-secops.md, "Organization policies".',
    ],
  };
}
