import type { SynthesizedStack } from '../../synthesized';
import { type Computed, References, type Resource } from '../references';
import { type Home, homeOf, nameOfArn } from './arn';

/** Arguments by which a resource names the key that encrypts it, where the resource has a name of its own. */
const ENCRYPTED = { aws_sns_topic: 'kms_master_key_id', aws_sqs_queue: 'kms_master_key_id' } as const;

/** An AWS stack, its references resolved to the ARNs that it will have. The id of a key is its logical id meanwhile. */
export class AwsView {
  readonly home: Home;
  readonly references: References;
  private readonly keyNames: ReadonlyMap<string, string>;

  constructor(readonly stack: SynthesizedStack) {
    this.home = homeOf(stack);
    this.references = new References(stack, this.computed());
    this.keyNames = new Map(
      this.references.of('aws_kms_key').map((key) => [this.idOf(key), this.nameOfKey(key)] as const),
    );
  }

  get place(): string {
    return `AWS account ${this.home.account}, ${this.home.region}`;
  }

  /** The ARN of a resource. */
  idOf({ type, id }: Resource): string {
    return this.references.resolve(`\${${type}.${id}.arn}`);
  }

  /** An ARN for people. */
  name = (arn: string): string => nameOfArn(arn, this.home, this.keyNames);

  /** Name of a KMS key by its ARN. */
  keyName(arn: string): string {
    return this.keyNames.get(arn) ?? arn;
  }

  private nameOfKey(key: Resource): string {
    const { references } = this;
    const [alias] = references.referring('aws_kms_alias', 'target_key_id', key);
    if (alias) return references.argument(alias, 'name');
    const user = Object.entries(ENCRYPTED).flatMap(([type, argument]) => references.referring(type, argument, key))[0];
    return user ? `for ${references.argument(user, 'name')}` : key.id;
  }

  private computed(): Computed {
    const { partition, region, account } = this.home;
    const regional = (service: string, name: string) => `arn:${partition}:${service}:${region}:${account}:${name}`;
    const key = ({ id }: Resource) => regional('kms', `key/${id}`);
    return {
      aws_s3_bucket: {
        arn: (_, value) => `arn:${partition}:s3:::${value('bucket')}`,
        id: (_, value) => value('bucket'),
      },
      aws_sqs_queue: { arn: (_, value) => regional('sqs', value('name')) },
      aws_sns_topic: { arn: (_, value) => regional('sns', value('name')) },
      aws_kms_key: { arn: key, key_id: key },
      aws_iam_policy: { arn: (_, value) => `arn:${partition}:iam::${account}:policy/${value('name')}` },
      aws_iam_openid_connect_provider: {
        arn: (_, value) => `arn:${partition}:iam::${account}:oidc-provider/${value('url').replace(/^https:\/\//, '')}`,
      },
      aws_iam_role: { arn: (_, value) => `arn:${partition}:iam::${account}:role/${value('name')}` },
    };
  }
}
