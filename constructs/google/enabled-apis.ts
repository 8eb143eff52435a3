import { ProjectService } from '@cdktf/provider-google/lib/project-service';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';

export interface EnabledApisProps {
  /** Names without `.googleapis.com`. */
  readonly apis: readonly string[];
}

/** APIs that a project must have on. A destroy leaves them on: others may use them. */
export class EnabledApis extends Construct {
  /** What any resource of these APIs must wait for. */
  readonly enabled: ITerraformDependable[];

  constructor(scope: Construct, id: string, props: EnabledApisProps) {
    super(scope, id);
    this.enabled = props.apis.map(
      (api) => new ProjectService(this, api, { service: `${api}.googleapis.com`, disableOnDestroy: false }),
    );
  }
}
