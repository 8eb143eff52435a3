import { deployEnvironment } from '../../../cli/deploy/deploy';
import { isLeftOut, unreviewed } from '../../../cli/deploy/reviewed';
import type { ResourceChange, StackReport } from '../../../cli/plan/report';
import type { Review, ReviewedStack } from '../../../cli/plan/review';
import { configurationDigest } from '../../../cli/plan/stacks';
import { Progress } from '../../../cli/progress';
import { stackOf } from '../../../cli/synthesized';
import { TerraformCli } from '../../../cli/terraform/run';

const NAME = 'prod-logpush-taegis';
const stack = stackOf(NAME, '/x', { resource: { a: {} } });
const configuration = configurationDigest(stack);

const change = (action: ResourceChange['action'], address: string): ResourceChange => ({
  ...{ action, address, type: 'aws_sqs_queue', attributes: [] },
});
const report = (digest: string | undefined, ...changes: ResourceChange[]): StackReport => ({
  ...{ stack: NAME, kind: 'planned', changes, drift: [], outputs: [], warnings: [], ...(digest && { digest }) },
});
const reviewed = (one: Partial<ReviewedStack>): Review => ({
  ...{ format: 1, environment: 'prod' },
  stacks: { [NAME]: { kind: 'planned', changes: [], outputs: [], ...one } },
});

test.each<[string, Review, StackReport, RegExp | undefined]>([
  ['the same plan', reviewed({ digest: 'a' }), report('a'), undefined],
  [
    'another plan',
    reviewed({ digest: 'a', changes: [change('create', 'aws_sqs_queue.a')] }),
    report('b', change('delete', 'aws_sqs_queue.b')),
    /aws_sqs_queue\.b[\s\S]*aws_sqs_queue\.a|aws_sqs_queue\.a[\s\S]*aws_sqs_queue\.b/,
  ],
  ['no digest on either side', reviewed({}), report(undefined), /^/],
  ['a stack that failed', reviewed({ kind: 'failed' }), report('a'), /could not be planned when it was reviewed/],
  ['a stack that was not there', { ...reviewed({}), stacks: {} }, report('a'), /is not in the review/],
  ['the same configuration', reviewed({ kind: 'offline', configuration }), report('a'), undefined],
  [
    'the same configuration, with what was not deployed as thought',
    reviewed({ kind: 'offline', configuration }),
    report('a', change('create', 'aws_sqs_queue.a'), change('update', 'aws_sqs_queue.b')),
    undefined,
  ],
  [
    'another configuration',
    reviewed({ kind: 'offline', configuration: 'other' }),
    report('a'),
    /Its configuration is not the one that was reviewed/,
  ],
  [
    'no configuration, of a stack that was left behind',
    reviewed({ kind: 'offline' }),
    report('a'),
    /Its configuration is not the one that was reviewed/,
  ],
  [
    'a destroy that was announced',
    reviewed({ kind: 'offline', configuration, changes: [change('delete', 'aws_sqs_queue.a')] }),
    report('a', change('delete', 'aws_sqs_queue.a')),
    undefined,
  ],
  [
    'surprises: a destroy, and a replacement of what was to be updated',
    reviewed({ kind: 'offline', configuration, changes: [change('update', 'aws_sqs_queue.b')] }),
    report('a', change('delete', 'aws_sqs_queue.a'), change('replace', 'aws_sqs_queue.b')),
    /^It destroys what the review did not tell of:\n {2}aws_sqs_queue\.a\n {2}aws_sqs_queue\.b$/,
  ],
])('%s', (_, review, planned, problem) => {
  const found = unreviewed(review, stack, planned);
  if (problem === undefined) expect(found).toBeUndefined();
  else expect(found).toMatch(problem);
});

test.each<[ReviewedStack['kind'], boolean]>([
  ['unchanged', true],
  ['planned', false],
  ['offline', false],
  ['failed', false],
])('a stack that is %s is left out: %s', (kind, is) => {
  expect(isLeftOut(reviewed({ kind }), stack)).toBe(is);
});

describe('a review of a stack that would not be deployed', () => {
  const noTerraform = new TerraformCli('/no/such/terraform', {});
  const deploy = (review: Review, pipeline?: string) =>
    deployEnvironment({
      ...{ selection: { environment: 'prod', pipeline }, stacks: { after: [] }, review },
      agree: () => Promise.reject(new Error('asked')),
      session: { terraform: noTerraform, folder: '/none', parallelism: 1 },
      progress: new Progress(process.stderr),
    });

  test('is refused before anything runs', async () => {
    await expect(deploy(reviewed({ configuration }))).rejects.toThrow(
      `Nothing was deployed: reviewed, but not among the stacks to deploy: ${NAME}. Plan and review it anew: ./tributary plan prod --review FILE`,
    );
    await expect(deploy(reviewed({ configuration }), 'logpush-taegis')).rejects.toThrow(NAME);
  });

  test.each([
    ['one of another pipeline than is meant', reviewed({ configuration }), 'qualys-secops'],
    ['one that was gone already', reviewed({ kind: 'offline' }), undefined],
  ])('is no matter: %s', async (_, review, pipeline) => {
    expect(await deploy(review, pipeline)).toMatchObject({ exitCode: 0, document: { stacks: [] } });
  });
});
