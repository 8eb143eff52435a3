import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { CloudtrailSettings } from '../../environments/cloudtrail';
import { Aws, AwsError, askAws } from '../aws';
import { checkRights } from './aws-rights';
import { checkTrails } from './aws-trails';
import {
  attempt,
  type Check,
  type CheckGroup,
  couldNotTell,
  type Look,
  ok,
  skipped,
  told,
  unanswered,
  willFail,
} from './check';

export interface AwsOptions {
  readonly environment: string;
  readonly settings: CloudtrailSettings;
  /** Milliseconds that one look may take. */
  readonly timeoutMs: number;
}

/** Who the credentials are of. */
export interface Caller {
  readonly account: string;
  readonly arn: string;
}

const LOOKS = {
  identity: {
    code: 'aws-identity',
    page: 'https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html',
  },
  region: {
    code: 'aws-region',
    page: 'https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html',
  },
  trails: { code: 'aws-trails', page: 'https://aws.amazon.com/cloudtrail/pricing/' },
  rights: {
    code: 'aws-rights',
    page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_testing-policies.html',
  },
} as const;

/** AWS refuses the credentials; or, in a region that is not switched on, knows none. */
const REFUSED =
  /^(ExpiredToken|ExpiredTokenException|InvalidClientTokenId|UnrecognizedClientException|SignatureDoesNotMatch|InvalidAccessKeyId)$/;

/** AWS, as who deploys cloudtrail-cortex needs it. */
export async function checkAws(options: AwsOptions): Promise<CheckGroup> {
  const { settings, timeoutMs } = options;
  const title = `AWS account ${settings.account}, ${settings.region}`;
  const look = (name: keyof typeof LOOKS): Look => ({ name, ...LOOKS[name], timeoutMs });
  let known: { readonly aws: Aws; readonly caller: Caller } | undefined;
  const first = await attempt(look('identity'), async () => {
    const aws = new Aws({ region: settings.region, timeoutMs, attempts: 1 });
    const { checks, caller } = await identify(aws, options, look('identity'), look('region'));
    known = caller && { aws, caller };
    return checks;
  });
  if (known === undefined || !first.every(({ state }) => state === 'ok')) {
    const names = (['region', 'trails', 'rights'] as const).filter(
      (name) => !first.some((check) => check.name === name),
    );
    const because = 'identity and region have to be good first';
    return { title, checks: [...first, ...names.map((name) => skipped(name, LOOKS[name].code, because))] };
  }
  const { aws, caller } = known;
  const rest = await Promise.all([
    attempt(look('trails'), () => checkTrails(aws, options, look('trails'))),
    attempt(look('rights'), () => checkRights(aws, caller, options, look('rights'))),
  ]);
  return { title, checks: [...first, ...rest.flat()] };
}

async function identify(
  aws: Aws,
  { settings, timeoutMs }: AwsOptions,
  look: Look,
  regionLook: Look,
): Promise<{ checks: Check[]; caller?: Caller }> {
  const { account, region } = settings;
  try {
    const caller = await callerOf(aws);
    if (caller.account !== account) return { checks: [judgeOther(caller, account, look)] };
    const taken = ok({ ...told(look), finding: `${caller.arn}` });
    return { caller, checks: [taken, ok({ ...told(regionLook), finding: `${region} takes these credentials` })] };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    if (error.code === 'CredentialsProviderError')
      return {
        checks: [
          couldNotTell({
            ...told(look),
            code: 'aws-credentials-missing',
            finding: 'no AWS credentials were found',
            todo: LOG_IN,
          }),
        ],
      };
    if (!REFUSED.test(error.code)) return { checks: [unanswered(look, error)] };
    const elsewhere = await callerOf(new Aws({ region: homeOf(region), timeoutMs, attempts: 1 })).catch(
      () => undefined,
    );
    if (elsewhere === undefined || homeOf(region) === region)
      return {
        checks: [
          willFail({
            ...told(look),
            code: 'aws-credentials-refused',
            finding: `AWS does not take these credentials (${error.code})`,
            todo: LOG_IN,
          }),
        ],
      };
    if (elsewhere.account !== account) return { checks: [judgeOther(elsewhere, account, look)] };
    return {
      caller: elsewhere,
      checks: [
        ok({ ...told(look), finding: elsewhere.arn }),
        willFail({
          ...told(regionLook),
          code: 'aws-region-off',
          finding: `${region} does not know these credentials, and ${homeOf(region)} does: the account has not switched it on`,
          todo: 'Switch it on, which takes some minutes, or choose another region. Session tokens of the global STS endpoint do not hold there either.',
          command: `aws account enable-region --region-name ${region}`,
        }),
      ],
    };
  }
}

const LOG_IN =
  'Set AWS_PROFILE, run aws sso login, or set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, as for a deploy.';

async function callerOf(aws: Aws): Promise<Caller> {
  const { Account = '', Arn = '' } = await askAws('tell whose credentials these are', 'sts:GetCallerIdentity', () =>
    aws.sts.send(new GetCallerIdentityCommand({})),
  );
  return { account: Account, arn: Arn };
}

function judgeOther({ account, arn }: Caller, wanted: string, look: Look): Check {
  return willFail({
    ...told(look),
    code: 'aws-other-account',
    finding: `these credentials are of account ${account} (${arn}), and the environment is in ${wanted}: a deploy is refused`,
    todo: 'Choose the credentials of that account, or correct cloudtrail.account.',
    command: 'aws sts get-caller-identity',
  });
}

/** A region of the same partition that every account has on. */
function homeOf(region: string): string {
  if (region.startsWith('us-gov-')) return 'us-gov-west-1';
  return region.startsWith('cn-') ? 'cn-north-1' : 'us-east-1';
}
