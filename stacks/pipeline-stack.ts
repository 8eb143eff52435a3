import { Aspects, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import type { Environment } from '../environments/schema';
import { configureBackend } from './backend';
import type { BOOTSTRAP_NAME, PipelineName } from './pipelines';
import { Protection } from './protection';
import { type PROVIDER_VERSIONS, pinVersions } from './versions';

/** What every stack shares: name, backend, versions, labels and protection. */
export abstract class PipelineStack extends TerraformStack {
  /** Labels (Google Cloud) or tags (AWS) of every resource. */
  protected readonly labels: Record<string, string>;
  protected readonly environmentName: string;

  protected constructor(
    scope: Construct,
    environment: Environment,
    pipeline: PipelineName | typeof BOOTSTRAP_NAME,
    /** The one Terraform provider that it needs. */
    readonly providerName: keyof typeof PROVIDER_VERSIONS,
    part = '',
  ) {
    super(scope, `${environment.environment}-${pipeline}${part === '' ? '' : `-${part}`}`);
    this.environmentName = environment.environment;
    configureBackend(this, environment.backend);
    pinVersions(this, providerName);
    Aspects.of(this).add(new Protection(environment.protected));
    this.labels = {
      ...environment.labels,
      'tributary-environment': environment.environment,
      'tributary-pipeline': pipeline,
    };
  }
}
