import { CloudRunV2ServiceIamMember } from '@cdktf/provider-google/lib/cloud-run-v2-service-iam-member';
import { Cloudfunctions2Function } from '@cdktf/provider-google/lib/cloudfunctions2-function';
import type { ServiceAccount } from '@cdktf/provider-google/lib/service-account';
import { StorageBucketObject } from '@cdktf/provider-google/lib/storage-bucket-object';
import { AssetType, type ITerraformDependable, TerraformAsset } from 'cdktf';
import { Construct } from 'constructs';
import { ImportBlock } from '../import-block';
import type { ApiSecret } from './api-secret';
import type { FunctionBundle } from './function-bundle';

/** File name of a secret in its folder. */
const SECRET_FILE = 'value';

/** A secret as the function sees it: a file, read anew each run, so that a new version needs no deploy. */
export interface MountedSecret {
  readonly secret: ApiSecret;
  /** Environment variable that holds the path of the file. */
  readonly environmentVariable: string;
}

export interface CollectorFunctionProps {
  readonly name: string;
  readonly project: string;
  readonly location: string;
  readonly description: string;
  readonly bundle: FunctionBundle;
  /** Bucket of the bundle, as a reference. */
  readonly codeBucket: string;
  /** Name of the exported function. */
  readonly entryPoint: string;
  /** Runtime, such as `nodejs22`. */
  readonly runtime: string;
  readonly runtimeAccount: ServiceAccount;
  readonly buildAccount: ServiceAccount;
  readonly environment: Record<string, string>;
  readonly secrets: readonly MountedSecret[];
  /** Seconds after which a request is ended; at most 1800, as long as Cloud Scheduler waits. */
  readonly timeoutSeconds: number;
  /** Memory, such as `512Mi`. */
  readonly memory: string;
  /** Way out of the function. Default: Google's addresses, which change. */
  readonly egress?: { readonly network: string; readonly subnetwork: string };
  /** Grants that must be there before the function is built and started. */
  readonly dependsOn: ITerraformDependable[];
  /** `projects/<project>/locations/<location>/functions/<name>` of an existing function of the second generation. */
  readonly importId?: string;
}

/** A function of the second generation that runs one request at a time and is reached from inside the project only. */
export class CollectorFunction extends Construct {
  /** URL of the function. */
  readonly uri: string;

  private readonly service: Cloudfunctions2Function;

  constructor(scope: Construct, id: string, props: CollectorFunctionProps) {
    super(scope, id);
    this.service = this.createFunction(props, this.uploadBundle(props));
    this.uri = this.service.serviceConfig.uri;
  }

  /** Lets an account call the function. Functions of the second generation are called through Cloud Run. */
  grantInvoke(id: string, member: string): ITerraformDependable {
    return new CloudRunV2ServiceIamMember(this, id, {
      name: this.service.name,
      location: this.service.location,
      role: 'roles/run.invoker',
      member,
    });
  }

  /** The name carries the hash: a change of the code, and nothing else, makes a new object and so a new deployment. */
  private uploadBundle({ name, bundle, codeBucket }: CollectorFunctionProps): StorageBucketObject {
    const asset = new TerraformAsset(this, 'asset', {
      path: bundle.path,
      type: AssetType.FILE,
      assetHash: bundle.hash,
    });
    return new StorageBucketObject(this, 'bundle', {
      bucket: codeBucket,
      name: `${name}/${bundle.hash}.zip`,
      source: asset.path,
      contentType: 'application/zip',
    });
  }

  private createFunction(props: CollectorFunctionProps, bundle: StorageBucketObject): Cloudfunctions2Function {
    const mountPath = (secret: MountedSecret) => `/secrets/${secret.environmentVariable.toLowerCase()}`;
    const created = new Cloudfunctions2Function(this, 'function', {
      name: props.name,
      location: props.location,
      description: props.description,
      buildConfig: {
        runtime: props.runtime,
        entryPoint: props.entryPoint,
        serviceAccount: props.buildAccount.name,
        source: { storageSource: { bucket: bundle.bucket, object: bundle.name } },
      },
      serviceConfig: {
        serviceAccountEmail: props.runtimeAccount.email,
        availableMemory: props.memory,
        timeoutSeconds: props.timeoutSeconds,
        // One run at a time: runs of one feed share a cursor.
        maxInstanceCount: 1,
        maxInstanceRequestConcurrency: 1,
        ingressSettings: 'ALLOW_INTERNAL_ONLY',
        allTrafficOnLatestRevision: true,
        environmentVariables: {
          ...props.environment,
          ...Object.fromEntries(
            props.secrets.map((secret) => [secret.environmentVariable, `${mountPath(secret)}/${SECRET_FILE}`]),
          ),
        },
        secretVolumes: props.secrets.map((mounted) => ({
          mountPath: mountPath(mounted),
          projectId: props.project,
          secret: mounted.secret.name,
          versions: [{ version: 'latest', path: SECRET_FILE }],
        })),
      },
      dependsOn: props.dependsOn,
    });
    if (props.egress) routeThrough(created, props.egress);
    if (props.importId) new ImportBlock(created, props.importId);
    return created;
  }
}

/** Arguments of google 7.21 and newer, which the bindings do not know. */
function routeThrough(
  created: Cloudfunctions2Function,
  { network, subnetwork }: { network: string; subnetwork: string },
): void {
  created.addOverride('service_config.direct_vpc_network_interface', [{ network, subnetwork }]);
  created.addOverride('service_config.direct_vpc_egress', 'VPC_EGRESS_ALL_TRAFFIC');
}
