import { judgeSimulation, judgeTrust } from '../../../../cli/cloudtrail/verify/role';
import { EXTERNAL_ID, TARGET } from './target';

const ALLOW = {
  Effect: 'Allow',
  Action: 'sts:AssumeRole',
  Principal: { AWS: 'arn:aws:iam::006742885340:root' } as object | string,
  Condition: { StringEquals: { 'sts:ExternalId': EXTERNAL_ID } } as object | undefined,
};
const trust = (...Statement: object[]) => judgeTrust(JSON.stringify({ Statement }), TARGET);

describe('trust', () => {
  test.each<[string, object]>([
    ['as deployed', {}],
    ['the bare account', { Principal: { AWS: '006742885340' } }],
    ['the key in another case', { Condition: { StringEquals: { 'sts:externalid': [EXTERNAL_ID] } } }],
  ])('%s is ok', (_, changes) => {
    expect(trust({ ...ALLOW, ...changes })).toEqual({
      name: 'trust',
      state: 'ok',
      finding: 'only account 006742885340, with the external id of the environment',
    });
  });

  test.each<[string, object, string]>([
    ['everybody', { Principal: '*' }, "it does not let in Cortex's account 006742885340; it lets in everybody (*)"],
    [
      'one more account',
      { Principal: { AWS: ['006742885340', 'arn:aws:iam::444455556666:root'] } },
      'it lets in arn:aws:iam::444455556666:root',
    ],
    ['a service', { Principal: { AWS: '006742885340', Service: 'ec2.amazonaws.com' } }, 'it lets in ec2.amazonaws.com'],
    ['no external id', { Condition: undefined }, 'it asks for no external id (StringEquals sts:ExternalId)'],
    [
      'a pattern in place of the external id',
      { Condition: { StringLike: { 'sts:ExternalId': '*' } } },
      'it asks for no external id (StringEquals sts:ExternalId); ' +
        'it has another condition, StringLike sts:ExternalId, which Cortex may not meet',
    ],
    [
      'another external id',
      { Condition: { StringEquals: { 'sts:ExternalId': 'another-id' } } },
      'it does not take every external id of the environment file; ' +
        'it takes an external id that is not in the environment file',
    ],
    [
      'multi-factor authentication',
      { Condition: { ...ALLOW.Condition, Bool: { 'aws:MultiFactorAuthPresent': 'true' } } },
      'it has another condition, Bool aws:MultiFactorAuthPresent, which Cortex may not meet',
    ],
    ['something else', { Action: 'sts:TagSession' }, 'it does not allow sts:AssumeRole'],
  ])('%s is a problem', (_, changes, finding) => {
    const check = trust({ ...ALLOW, ...changes });
    expect(check).toMatchObject({
      state: 'problem',
      finding,
      fix: { command: 'npx cdktf deploy prod-cloudtrail-cortex' },
    });
    expect(JSON.stringify(check)).not.toMatch(new RegExp(`${EXTERNAL_ID}|another-id`));
  });

  test('a Deny beside it, and a second way in, are problems', () => {
    expect(trust(ALLOW, { ...ALLOW, Effect: 'Deny' })).toMatchObject({
      finding: 'it denies something, perhaps to Cortex',
    });
    expect(trust(ALLOW, { ...ALLOW, Principal: { AWS: '444455556666' } })).toMatchObject({
      finding: "it does not let in Cortex's account 006742885340; it lets in 444455556666",
    });
  });

  test('during a change of the external id the role takes both, or the deploy is missing', () => {
    const target = { ...TARGET, externalIds: ['new-id', EXTERNAL_ID] };
    const both = { ...ALLOW, Condition: { StringEquals: { 'sts:ExternalId': [EXTERNAL_ID, 'new-id'] } } };
    expect(judgeTrust(JSON.stringify({ Statement: [both] }), target)).toMatchObject({
      state: 'ok',
      finding: 'only account 006742885340, with one of the 2 external ids of the environment',
    });
    expect(judgeTrust(JSON.stringify({ Statement: [ALLOW] }), target)).toMatchObject({
      finding: 'it does not take every external id of the environment file',
    });
  });
});

/** The shape of the example in the IAM API reference, "SimulatePrincipalPolicy". */
describe('simulation', () => {
  const actions = ['sqs:ReceiveMessage', 'sqs:DeleteMessage'];
  const result = (EvalActionName: string, changes: object = {}) => ({
    EvalActionName,
    EvalResourceName: TARGET.queue.arn,
    EvalDecision: 'allowed' as const,
    MatchedStatements: [{ SourcePolicyId: 'role_reader_read', SourcePolicyType: 'IAM Policy' as const }],
    MissingContextValues: [],
    OrganizationsDecisionDetail: { AllowedByOrganizations: true },
    ResourceSpecificResults: [],
    ...changes,
  });
  const judge = (...EvaluationResults: object[]) =>
    judgeSimulation({ name: 'use the queue', actions }, { EvaluationResults: EvaluationResults as never }, TARGET);

  test('all allowed is ok', () => {
    expect(judge(...actions.map((action) => result(action)))).toEqual({
      name: 'use the queue',
      state: 'ok',
      finding: 'the role may sqs:ReceiveMessage, sqs:DeleteMessage',
    });
  });

  test.each<[string, object, string, string]>([
    ['implicit', { EvalDecision: 'implicitDeny' }, 'none of its policies allows it', 'Deploy the stack: it sets this.'],
    ['explicit', { EvalDecision: 'explicitDeny' }, 'a policy denies it', 'its owner must change'],
    [
      'by the organization',
      { EvalDecision: 'explicitDeny', OrganizationsDecisionDetail: { AllowedByOrganizations: false } },
      "a service control policy of the organization doesn't allow it",
      'its owner must change',
    ],
    [
      'by a boundary',
      { EvalDecision: 'implicitDeny', PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false } },
      "the role's permissions boundary doesn't allow it",
      'its owner must change',
    ],
    [
      'on a condition',
      { EvalDecision: 'implicitDeny', MissingContextValues: ['aws:SourceVpc'] },
      'a condition on aws:SourceVpc is not met',
      'its owner must change',
    ],
  ])('a denial, %s', (_, changes, reason, fix) => {
    expect(judge(result('sqs:ReceiveMessage'), result('sqs:DeleteMessage', changes))).toMatchObject({
      state: 'problem',
      finding: `the role may not sqs:DeleteMessage: ${reason}`,
      fix: { what: expect.stringContaining(fix) },
    });
  });

  test('an action without an answer is not allowed', () => {
    expect(judge(result('sqs:ReceiveMessage'))).toMatchObject({
      finding: 'the role may not sqs:DeleteMessage: no answer',
    });
  });
});
