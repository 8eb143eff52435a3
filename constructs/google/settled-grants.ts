import { type ITerraformDependable, TerraformResource } from 'cdktf';
import { Construct } from 'constructs';

export interface SettledGrantsProps {
  readonly grants: ITerraformDependable[];
  /** How long to wait after the last one. */
  readonly seconds: number;
}

/**
 * Waits once, when a stack is first made, until new grants hold everywhere: IAM is eventually consistent, and a build
 * that begins too early fails ("missing permission on the build service account"). Terraform's own `terraform_data` does
 * it, so that no further provider is needed; Node.js sleeps, since it is wherever cdktf is.
 */
export class SettledGrants extends Construct {
  /** The grants, settled. */
  readonly settled: ITerraformDependable;

  constructor(scope: Construct, id: string, props: SettledGrantsProps) {
    super(scope, id);
    // cdktf's own class for it runs Terraform at each synthesis, to see whether it is old enough to lack it.
    this.settled = new TerraformResource(this, 'wait', {
      terraformResourceType: 'terraform_data',
      provisioners: [{ type: 'local-exec', command: `node -e "setTimeout(() => {}, ${props.seconds * 1_000})"` }],
      dependsOn: props.grants,
    });
  }
}
