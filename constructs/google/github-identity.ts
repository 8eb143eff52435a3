import { IamWorkloadIdentityPool } from '@cdktf/provider-google/lib/iam-workload-identity-pool';
import { IamWorkloadIdentityPoolProvider } from '@cdktf/provider-google/lib/iam-workload-identity-pool-provider';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';

export interface GithubIdentityProps {
  /** Id of the pool: 4 to 32 of a-z, 0-9 and -, not starting with gcp-. */
  readonly pool: string;
  /** URL of the issuer. */
  readonly issuer: string;
  /** Subjects whose tokens are taken, each whole. */
  readonly subjects: readonly string[];
  /** A subject whose tokens are taken only if they are of a ref. */
  readonly subjectOnRef: { readonly subject: string; readonly ref: string };
  readonly dependsOn: ITerraformDependable[];
}

/**
 * A workload identity pool whose one provider takes tokens of GitHub with the given subjects, and no others. Audience is
 * the provider's own name, Google's default and that of google-github-actions/auth.
 */
export class GithubIdentity extends Construct {
  /** `projects/<number>/locations/global/workloadIdentityPools/<pool>`, as a reference. */
  readonly pool: string;
  /** The same with `/providers/<provider>`. */
  readonly provider: string;

  constructor(scope: Construct, id: string, props: GithubIdentityProps) {
    super(scope, id);
    const pool = new IamWorkloadIdentityPool(this, 'pool', {
      workloadIdentityPoolId: props.pool,
      displayName: 'Workflows of GitHub',
      dependsOn: props.dependsOn,
    });
    const provider = new IamWorkloadIdentityPoolProvider(this, 'provider', {
      workloadIdentityPoolId: pool.workloadIdentityPoolId,
      workloadIdentityPoolProviderId: 'github',
      displayName: 'GitHub',
      oidc: { issuerUri: props.issuer },
      attributeMapping: {
        'google.subject': 'assertion.sub',
        'attribute.repository': 'assertion.repository',
        'attribute.ref': 'assertion.ref',
      },
      attributeCondition: condition(props),
    });
    this.pool = pool.name;
    this.provider = provider.name;
  }
}

/** In CEL. JSON's strings are CEL's, too. */
function condition({ subjects, subjectOnRef: { subject, ref } }: GithubIdentityProps): string {
  const listed = `assertion.sub in ${JSON.stringify(subjects)}`;
  return `${listed} || (assertion.sub == ${JSON.stringify(subject)} && assertion.ref == ${JSON.stringify(ref)})`;
}
