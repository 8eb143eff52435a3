import { IamOpenidConnectProvider } from '@cdktf/provider-aws/lib/iam-openid-connect-provider';
import { Construct } from 'constructs';
import type { AwsAccount } from './account';

/** Audience that aws-actions/configure-aws-credentials asks for by default. */
export const AWS_AUDIENCE = 'sts.amazonaws.com';

export interface GithubProviderProps {
  readonly account: AwsAccount;
  /** URL of the issuer. */
  readonly issuer: string;
  /** false: the account has it already; there can be one for each issuer. */
  readonly create: boolean;
}

/**
 * The OIDC provider by which an account knows GitHub. No thumbprint: AWS trusts GitHub's certificates by its own list of
 * authorities since July 2023 (IAM user guide, "Obtain the thumbprint for an OpenID Connect identity provider").
 */
export class GithubProvider extends Construct {
  readonly arn: string;
  /** What the condition keys of its claims begin with. */
  readonly host: string;

  constructor(scope: Construct, id: string, { account, issuer, create }: GithubProviderProps) {
    super(scope, id);
    this.host = new URL(issuer).host;
    this.arn = create
      ? new IamOpenidConnectProvider(this, 'provider', { url: issuer, clientIdList: [AWS_AUDIENCE] }).arn
      : account.oidcProviderArn(this.host);
  }
}
