import type { Rule } from './rule';
import { resources } from './stack';

export const KEY_RULES: readonly Rule[] = [
  {
    id: 'key-rotates',
    title: 'Each key of the stack rotates',
    controls: ['CIS 3.6', 'FSBP KMS.4'],
    check: (stack) =>
      resources(stack, 'aws_kms_key').flatMap(([address, { enable_key_rotation: rotates }]) =>
        rotates === true ? [] : [`${address}: does not rotate`],
      ),
  },
  {
    id: 'protected-stays',
    title: 'In a protected environment no deploy destroys a bucket, queue or key',
    controls: ['FSBP KMS.3'],
    option: { kind: 'opt-in', setting: 'protected: true', isOff: (environment) => !environment.protected },
    check: (stack) =>
      ['aws_s3_bucket', 'aws_sqs_queue', 'aws_kms_key']
        .flatMap((type) => resources(stack, type))
        .flatMap(([address, { lifecycle, force_destroy: force }]) =>
          lifecycle?.prevent_destroy === true && force !== true ? [] : [`${address}: can be destroyed`],
        ),
  },
];
