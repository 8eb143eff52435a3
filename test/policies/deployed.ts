import { parseEnvironment, type StackJson, synthesize } from '../synthesize';
import { resolve } from './document';
import { type Decision, evaluate, type Request } from './evaluate';

/** What an account of AWS holds after the pipeline is deployed into it, as far as its policies go. */
export class Deployed {
  private readonly resources: Readonly<Record<string, Readonly<Record<string, StackJson>>>>;
  /** Policies of resources, as JSON, by the ARN of the resource. */
  readonly resourcePolicies: Readonly<Record<string, string>>;

  /** Synthesizes the pipeline from the section `cloudtrail` of an environment file. */
  constructor(
    readonly partition: string,
    readonly region: string,
    readonly account: string,
    section: Readonly<Record<string, unknown>>,
  ) {
    const file = {
      environment: 'test',
      protected: false,
      backend: { local: {} },
      cloudtrail: { account, region, trail: 'create', ...section },
    };
    // YAML is a superset of JSON.
    const stacks = synthesize(parseEnvironment('test', JSON.stringify(file)));
    const { resource = {} } = stacks['test-cloudtrail-cortex'] ?? {};
    this.resources = JSON.parse(resolve(JSON.stringify(resource), this.values(resource)));
    this.resourcePolicies = this.policiesByArn();
  }

  /** ARN of a regional resource of the account. */
  arn(service: string, resource: string, account = this.account): string {
    return `arn:${this.partition}:${service}:${this.region}:${account}:${resource}`;
  }

  /** Resources of a type, each reference to another resource's ARN or name replaced by what AWS would give. */
  of(type: string): StackJson[] {
    return Object.values(this.resources[type] ?? {});
  }

  /** Decides a request by the policy of its resource, if the pipeline made it, and by those of the caller. */
  decide(request: Omit<Request, 'resourceAccount'>, identity: readonly string[] = []): Decision {
    const resource = this.resourcePolicies[request.resource.replace(/^(arn:[\w-]+:s3:::[^/]+)\/.*$/, '$1')];
    return evaluate({
      identity,
      ...(resource !== undefined && { resource }),
      request: { ...request, resourceAccount: this.account },
    });
  }

  /** The policies of the pipeline's own role, as JSON. */
  get readerPolicies(): string[] {
    return this.of('aws_iam_role_policy').map(({ policy }) => policy);
  }

  private policiesByArn(): Readonly<Record<string, string>> {
    return Object.fromEntries([
      ...this.of('aws_s3_bucket_policy').map(({ bucket, policy }) => [`arn:${this.partition}:s3:::${bucket}`, policy]),
      ...this.of('aws_sqs_queue').map(({ name, policy }) => [this.arn('sqs', name), policy]),
      ...this.of('aws_sns_topic_policy').map(({ arn, policy }) => [arn, policy]),
      ...Object.entries(this.resources.aws_kms_key ?? {}).map(([id, { policy }]) => [
        this.arn('kms', `key/${id}`),
        policy,
      ]),
      ...this.of('aws_iam_role').map((role) => [this.roleArn(role.name), role.assume_role_policy]),
    ]);
  }

  private roleArn(name: string): string {
    return `arn:${this.partition}:iam::${this.account}:role/${name}`;
  }

  /** Values of the references that policies hold: `<type>.<id>.<attribute>`. */
  private values(resources: Readonly<Record<string, Readonly<Record<string, StackJson>>>>): Record<string, string> {
    const arns: Readonly<Record<string, (resource: StackJson, id: string) => string>> = {
      aws_s3_bucket: ({ bucket }) => `arn:${this.partition}:s3:::${bucket}`,
      aws_sqs_queue: ({ name }) => this.arn('sqs', name),
      aws_sns_topic: ({ name }) => this.arn('sns', name),
      aws_kms_key: (_, id) => this.arn('kms', `key/${id}`),
      aws_iam_role: ({ name }) => this.roleArn(name),
    };
    return Object.fromEntries(
      Object.entries(arns).flatMap(([type, arnOf]) =>
        Object.entries(resources[type] ?? {}).flatMap(([id, resource]) => [
          [`${type}.${id}.arn`, arnOf(resource, id)],
          [`${type}.${id}.bucket`, resource.bucket],
          [`${type}.${id}.name`, resource.name],
        ]),
      ),
    );
  }
}
