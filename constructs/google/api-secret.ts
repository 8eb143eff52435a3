import { SecretManagerSecret } from '@cdktf/provider-google/lib/secret-manager-secret';
import { SecretManagerSecretIamMember } from '@cdktf/provider-google/lib/secret-manager-secret-iam-member';
import { SecretManagerSecretVersion } from '@cdktf/provider-google/lib/secret-manager-secret-version';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { ImportBlock } from '../import-block';

export interface ApiSecretProps {
  readonly name: string;
  /** First value, from an ephemeral variable: it is written once and stands neither in plan nor state. */
  readonly initialValue: string;
  readonly dependsOn: ITerraformDependable[];
  /** `projects/<project>/secrets/<name>` of an existing secret. */
  readonly importId?: string;
}

/** A secret whose first version Terraform writes, and whose later versions are added without it. */
export class ApiSecret extends Construct {
  /** Name of the secret within its project, as a reference. */
  readonly name: string;
  /** The first version: a function that mounts the secret cannot start before it exists. */
  readonly filled: ITerraformDependable;

  private readonly id: string;

  constructor(scope: Construct, id: string, props: ApiSecretProps) {
    super(scope, id);
    const secret = new SecretManagerSecret(this, 'secret', {
      secretId: props.name,
      replication: { auto: {} },
      dependsOn: props.dependsOn,
    });
    if (props.importId) new ImportBlock(secret, props.importId);
    this.filled = new SecretManagerSecretVersion(this, 'version', {
      secret: secret.id,
      secretDataWo: props.initialValue,
      secretDataWoVersion: 1,
      // A rotation disables this version; a deploy would else enable it again.
      lifecycle: { ignoreChanges: ['enabled'] },
    });
    this.name = secret.secretId;
    this.id = secret.id;
  }

  /** Lets an account read the secret. */
  grantAccess(id: string, member: string): ITerraformDependable {
    return new SecretManagerSecretIamMember(this, id, {
      secretId: this.id,
      role: 'roles/secretmanager.secretAccessor',
      member,
    });
  }
}
