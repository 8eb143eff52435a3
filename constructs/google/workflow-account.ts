import { ProjectIamCustomRole } from '@cdktf/provider-google/lib/project-iam-custom-role';
import { ProjectIamMember } from '@cdktf/provider-google/lib/project-iam-member';
import { ServiceAccount } from '@cdktf/provider-google/lib/service-account';
import { ServiceAccountIamMember } from '@cdktf/provider-google/lib/service-account-iam-member';
import { StorageBucketIamMember } from '@cdktf/provider-google/lib/storage-bucket-iam-member';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';

/** Permissions in a project that make a custom role. */
export interface CustomRole {
  readonly project: string;
  /** 3 to 64 of letters, digits, `_` and `.`; a deleted role's id is free again after 37 days only. */
  readonly roleId: string;
  readonly permissions: readonly string[];
}

/** A role that Google defines, in a project, where a condition in CEL holds. */
export interface ConditionalRole {
  readonly project: string;
  readonly role: string;
  /** Id of the grant in the stack, and title of its condition. */
  readonly name: string;
  readonly condition?: string;
}

export interface WorkflowAccountProps {
  readonly accountId: string;
  readonly displayName: string;
  /** Pool whose members may act as the account. */
  readonly pool: string;
  /** Subjects of that pool, each whole, by an id for the stack. */
  readonly subjects: Readonly<Record<string, string>>;
  readonly customRoles: readonly CustomRole[];
  readonly roles: readonly ConditionalRole[];
  readonly dependsOn: ITerraformDependable[];
}

/** A service account that jobs of GitHub's workflows act as with their OIDC token; it has no key. */
export class WorkflowAccount extends Construct {
  readonly email: string;
  private readonly member: string;

  constructor(scope: Construct, id: string, props: WorkflowAccountProps) {
    super(scope, id);
    const { accountId, displayName, pool, subjects, customRoles, roles, dependsOn } = props;
    const account = new ServiceAccount(this, 'account', { accountId, displayName, dependsOn });
    this.email = account.email;
    this.member = account.member;
    for (const [kind, subject] of Object.entries(subjects))
      new ServiceAccountIamMember(this, `trust-${kind}`, {
        serviceAccountId: account.name,
        role: 'roles/iam.workloadIdentityUser',
        member: `principal://iam.googleapis.com/${pool}/subject/${subject}`,
      });
    for (const { project, roleId, permissions } of customRoles) {
      const role = new ProjectIamCustomRole(this, `role-${project}`, {
        project,
        roleId,
        title: displayName,
        permissions: [...permissions],
        dependsOn,
      });
      new ProjectIamMember(this, `has-${project}`, { project, role: role.name, member: this.member });
    }
    for (const { name, project, role, condition } of roles)
      new ProjectIamMember(this, name, {
        project,
        role,
        member: this.member,
        condition: condition === undefined ? undefined : { title: name, expression: condition },
      });
  }

  /** Grants a role on a bucket, where a condition in CEL holds. */
  grantOnBucket(id: string, bucket: string, role: string, condition?: string): void {
    new StorageBucketIamMember(this, id, {
      bucket,
      role,
      member: this.member,
      condition: condition === undefined ? undefined : { title: id, expression: condition },
    });
  }
}
