import type { SynthesizedStack } from '../../synthesized';

/** Where a stack deploys to. */
export interface Home {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

/** The account and the region of a stack's provider. */
export function homeOf({ provider }: SynthesizedStack): Home {
  const { region = '<region>', allowed_account_ids: [account = '<account>'] = [] } = (provider.aws?.[0] ?? {}) as {
    readonly region?: string;
    readonly allowed_account_ids?: readonly string[];
  };
  const [, gov, china] = /^us-(gov)-|^(cn)-/.exec(region) ?? [];
  return { partition: gov ? 'aws-us-gov' : china ? 'aws-cn' : 'aws', region, account };
}

const NOUNS: Readonly<Record<string, string>> = {
  sqs: 'queue',
  sns: 'topic',
  cloudtrail: '',
  cloudwatch: 'CloudWatch',
  iam: '',
};

/**
 * An ARN for people: `the queue prod`, `s3://bucket/AWSLogs/*`; with account and region where they are not those of the
 * stack. What is no ARN stays as it is.
 * @param keyNames names of KMS keys by their ARN
 */
export function nameOfArn(arn: string, home: Home, keyNames: ReadonlyMap<string, string>): string {
  const [, service, region = '', account = '', rest] =
    /^arn:[\w*-]+:([\w*-]+):([\w*-]*):([\w*-]*):(.+)$/.exec(arn) ?? [];
  if (service === undefined || rest === undefined) return arn;
  if (service === 's3') return rest.includes('/') ? `s3://${rest}` : `the bucket ${rest}`;
  const elsewhere =
    (region === '' || region === home.region ? '' : region === '*' ? ' in any region' : ` in ${region}`) +
    (account === '' || account === home.account ? '' : ` of the account ${account}`);
  return nameWithin(arn, service, rest, keyNames) + elsewhere;
}

function nameWithin(arn: string, service: string, rest: string, keyNames: ReadonlyMap<string, string>): string {
  if (service === 'kms') return `the key ${keyNames.get(arn) ?? rest.replace(/^key\//, '')}`;
  // role/name, trail/name, alarm:*: the kind is part of the resource.
  const [, kind = '', name = rest] = /^([a-z-]+)[/:](.+)$/.exec(rest) ?? [];
  const words =
    name === '*' ? ['any', NOUNS[service] ?? service, kind] : ['the', NOUNS[service] ?? service, kind, name];
  return words.filter((word) => word !== '').join(' ');
}
