import { GcsBackend, LocalBackend, S3Backend, type TerraformStack } from 'cdktf';
import type { Environment } from '../environments/schema';

/** Where a stack keeps its state: always said, since cdktf's own default is a path of the machine. */
export function configureBackend(stack: TerraformStack, { gcs, s3 }: Environment['backend']): void {
  const name = stack.node.id;
  if (gcs) new GcsBackend(stack, { bucket: gcs.bucket, prefix: `${gcs.prefix}/${name}` });
  else if (s3) {
    new S3Backend(stack, { bucket: s3.bucket, region: s3.region, key: `${s3.prefix}/${name}.tfstate`, encrypt: true });
    // cdktf's class does not know the lock file, which replaces the DynamoDB table (Terraform 1.10).
    stack.addOverride('terraform.backend.s3.use_lockfile', true);
  }
  // Three folders up from cdktf.out/stacks/<stack>: synthesis removes the folders of stacks that are gone, with what is in them.
  else new LocalBackend(stack, { path: `../../../.state/${name}.tfstate` });
}
