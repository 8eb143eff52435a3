import { ids, key, store } from './finders';
import { subject } from './subjects';

const TRAIL_BUCKET = 'prod-cloudtrail-111122223333-ap-northeast-1';
const READER = 'arn:aws:iam::111122223333:role/prod-cloudtrail-cortex-reader';
const CORTEX = 'assumed by AWS account 006742885340, presenting the external id';
const PROJECT = 'acme-secops-prod.iam.gserviceaccount.com';
const COLLECTORS = ['alerts', 'assets', 'findings'].map((feed) => `serviceAccount:prod-qualys-${feed}@${PROJECT}`);
const CI = {
  plan: `serviceAccount:prod-ci-plan@${PROJECT}`,
  deploy: `serviceAccount:prod-ci-deploy@${PROJECT}`,
  watch: `serviceAccount:prod-ci-watch@${PROJECT}`,
};
const DEPLOY_ROLE = 'arn:aws:iam::111122223333:role/prod-ci-deploy';
const REPOSITORY = 'acme@12345678/tributary@987654321';
const FEED = 'serviceAccount:chronicle-8714@chronicle-gcp-prod.iam.gserviceaccount.com';

describe('prod', () => {
  const { inventory } = subject('prod');

  test('the log bucket of the trail', () => {
    expect(store(inventory, TRAIL_BUCKET)).toMatchObject({
      id: `arn:aws:s3:::${TRAIL_BUCKET}`,
      holds: 'log files of the trail prod-cloudtrail-cortex: every region of the account 111122223333',
      place: 'AWS account 111122223333, ap-northeast-1',
      encryption: 'KMS key alias/prod-cloudtrail-cortex',
      retention: '30 days, and 7 days more as an old version; what is overwritten or deleted 7 days',
      settings: [
        'public access is blocked',
        'versions are kept',
        `each access is logged in ${TRAIL_BUCKET}-access`,
        'plain http is refused',
      ],
      readers: [{ identity: READER, name: 'prod-cloudtrail-cortex-reader', how: ['s3:GetObject', CORTEX] }],
      writers: [
        {
          identity: 'service:cloudtrail.amazonaws.com',
          how: [
            `s3:PutObject on s3://${TRAIL_BUCKET}/AWSLogs/111122223333/*, for the trail prod-cloudtrail-cortex, with the ACL bucket-owner-full-control`,
          ],
        },
      ],
      deleters: [],
      administrators: [
        {
          identity: DEPLOY_ROLE,
          how: [
            's3: 14 actions that change settings, none that reads objects',
            'assumed by OIDC provider token.actions.githubusercontent.com',
          ],
        },
      ],
    });
  });

  test('the bucket of access logs', () => {
    const access = store(inventory, `${TRAIL_BUCKET}-access`);
    expect(access.holds).toBe(`access logs of the bucket ${TRAIL_BUCKET}`);
    expect(access.encryption).toBe("S3's own key (SSE-S3)");
    expect(ids(access.readers)).toEqual([]);
    expect(ids(access.writers)).toEqual(['service:logging.s3.amazonaws.com']);
  });

  test('the queue and its dead letters', () => {
    const queue = store(inventory, 'prod-cloudtrail-cortex');
    expect(queue).toMatchObject({
      holds: `announcements of objects in the bucket ${TRAIL_BUCKET}`,
      encryption: "SQS's own key (SSE-SQS)",
      retention: '14 days, or until it is deleted',
      settings: ['plain http is refused'],
    });
    expect(ids(queue.readers)).toEqual([READER]);
    expect(ids(queue.deleters)).toEqual([READER]);
    expect(queue.writers).toEqual([
      {
        identity: 'service:s3.amazonaws.com',
        name: 's3.amazonaws.com',
        how: [`sqs:SendMessage, for the bucket ${TRAIL_BUCKET}, of the account 111122223333`],
      },
    ]);
    const dead = store(inventory, 'prod-cloudtrail-cortex-dead-letters');
    expect(dead.holds).toBe('messages of the queue prod-cloudtrail-cortex that were received 5 times');
    expect(ids(dead.readers)).toEqual([]);
    expect(ids(dead.writers)).toEqual(['service:sqs.amazonaws.com']);
  });

  test('the topic of the alarms: EventBridge has no condition, and that is told', () => {
    const topic = store(inventory, 'prod-cloudtrail-cortex-alarms');
    expect(topic.readers).toEqual([
      { identity: 'secops@example.com', name: 'secops@example.com', how: ['subscribed by email'] },
      {
        identity: DEPLOY_ROLE,
        name: 'prod-ci-deploy',
        how: [
          'sns: 1 action that reads what it holds and 5 actions that change settings',
          'assumed by OIDC provider token.actions.githubusercontent.com',
        ],
      },
    ]);
    expect(topic.writers.map(({ name, how }) => `${name}: ${how}`)).toEqual([
      'cloudwatch.amazonaws.com: sns:Publish, for any CloudWatch alarm, of the account 111122223333',
      'events.amazonaws.com: sns:Publish, for anybody: there is no condition',
    ]);
  });

  test('the key of the log files', () => {
    const { encrypts, settings, decrypting, encrypting, administering } = key(
      inventory,
      'alias/prod-cloudtrail-cortex',
    );
    expect(encrypts).toEqual([`S3 bucket ${TRAIL_BUCKET}`]);
    expect(settings).toEqual(['rotates each year', 'is deleted 30 days after somebody says so']);
    const root = 'arn:aws:iam::111122223333:root';
    expect(ids(decrypting)).toEqual([root, 'service:cloudtrail.amazonaws.com', READER]);
    expect(ids(encrypting)).toEqual([root, 'service:cloudtrail.amazonaws.com']);
    expect(ids(administering)).toEqual([DEPLOY_ROLE, root]);
  });

  test('the logs of Qualys: SecOps and the collectors read, and nobody deletes', () => {
    const logs = store(inventory, 'acme-secops-prod-prod-qualys-logs');
    expect(logs).toMatchObject({
      holds:
        'alerts of Qualys (function prod-qualys-alerts), assets of Qualys (function prod-qualys-assets) and findings of Qualys (function prod-qualys-findings)',
      place: 'Google Cloud project acme-secops-prod, asia-northeast1',
      encryption: "Google's own key",
      retention: '90 days below alerts/, assets/ and findings/; what is deleted can be restored for 7 days',
      settings: ['public access is prevented', 'no versions are kept'],
    });
    expect(ids(logs.readers).sort()).toEqual([FEED, ...COLLECTORS]);
    expect(ids(logs.writers)).toEqual(COLLECTORS);
    expect(ids(logs.deleters)).toEqual([]);
  });

  test('the states of the collectors with what they keep of hosts and QIDs, and their code', () => {
    const state = store(inventory, 'acme-secops-prod-prod-qualys-state');
    expect(state.holds).toMatch(
      /asked to collect again \(function prod-qualys-alerts\), .* the last asset of each host \(function prod-qualys-assets\) and .* KnowledgeBase says of each QID \(function prod-qualys-findings\)$/,
    );
    expect(state.retention).toMatch(/^for ever; what is overwritten below cache\/ 1 day; /);
    expect(ids(state.readers)).toEqual([CI.watch, ...COLLECTORS]);
    for (const who of [state.writers, state.deleters]) expect(ids(who)).toEqual(COLLECTORS);
    const code = store(inventory, 'acme-secops-prod-prod-qualys-code');
    expect(ids(code.readers).sort()).toEqual([CI.deploy, CI.plan, `serviceAccount:prod-qualys-build@${PROJECT}`]);
    expect(ids(code.writers)).toEqual([CI.deploy]);
    expect(ids(code.deleters)).toEqual([CI.deploy]);
  });

  test('the destinations', () => {
    expect(store(inventory, '3d0c6a52-9b1e-4f7a-8c2d-5e6f7a8b9c0d')).toMatchObject({
      kind: 'Google SecOps instance',
      place: 'Google Cloud project acme-secops-prod, asia-northeast1',
      holds: 'events of the log types QUALYS_ASSET_CONTEXT, QUALYS_CONTINUOUS_MONITORING and QUALYS_VM',
      settings: ['a parser extension of QUALYS_ASSET_CONTEXT', 'a parser extension of QUALYS_VM'],
      writers: [
        { name: 'feed prod-qualys-alerts' },
        { name: 'feed prod-qualys-assets' },
        { name: 'feed prod-qualys-findings' },
      ],
    });
    expect(store(inventory, 'ingest.taegis.example.com')).toMatchObject({
      holds:
        'access_requests, audit_logs, gateway_dns, gateway_http, gateway_network and zero_trust_network_sessions of the account; dns_logs, firewall_events and http_requests of 2 zones',
      writers: [{ how: ['11 jobs, each with an integration key'] }],
    });
  });

  test('the secrets: where they are, and whether the state holds them', () => {
    expect(inventory.secrets.map(({ name, inState, readers }) => [name, inState, ids(readers)])).toEqual([
      ['output external_id', true, []],
      ['variable taegis_keys', true, []],
      ['prod-qualys-password', false, COLLECTORS],
      ['prod-qualys-username', false, COLLECTORS],
    ]);
    const [external, taegis, password] = inventory.secrets;
    expect(external?.others).toContain('who may read roles of the AWS account (iam:GetRole)');
    expect(taegis?.lives).toEqual([
      'the destinations of 11 Logpush jobs, at Cloudflare',
      'the state gs://acme-terraform-state/tributary/prod-logpush-taegis/default.tfstate',
    ]);
    expect(taegis?.rotated).toBe('./tributary rotate prod logpush-taegis [dataset], which deploys the jobs');
    expect(password).toMatchObject({
      given: 'TF_VAR_qualys_password, when the secret is first made',
      rotated: './tributary rotate prod qualys-secops, without a deploy',
    });
  });

  test('each state says which secrets are in it', () => {
    const states = inventory.stores.filter(({ kind }) => kind === 'Terraform state');
    expect(states.map(({ holds }) => holds)).toEqual([
      'how the stack was deployed, no secret',
      'how the stack was deployed, no secret',
      'secrets in clear: output external_id',
      'secrets in clear: variable taegis_keys',
      'how the stack was deployed, no secret',
    ]);
  });

  test('the state bucket is a store, the states lie in it, and who reads and writes each is known', () => {
    const bucket = store(inventory, 'acme-terraform-state');
    expect(bucket).toMatchObject({
      holds: `states of Terraform, of the stacks ${inventory.stacks.slice(0, -1).join(', ')} and prod-qualys-secops`,
      place: 'Google Cloud project acme-secops-prod, EU',
      retention: expect.stringMatching(/^for ever; what is overwritten 90 days; /),
    });
    // Of the custom role what is about buckets; by the other role it can let somebody else in.
    expect(bucket.administrators).toEqual([
      {
        identity: CI.deploy,
        name: CI.deploy.replace('serviceAccount:', ''),
        how: [
          'say who has which role in the project (roles/resourcemanager.projectIamAdmin) on the project acme-secops-prod, only of roles/logging.logWriter, roles/artifactregistry.writer or roles/storage.objectViewer',
          'storage.buckets.setIamPolicy, storage.buckets.update on the project acme-secops-prod',
          'assumed by workload identity pool github-prod',
        ],
      },
    ]);
    expect(store(inventory, '3d0c6a52-9b1e-4f7a-8c2d-5e6f7a8b9c0d').administrators[0]?.how[0]).toMatch(
      /^chronicle\.feeds\.create, .*chronicle\.parserExtensions\.create on the project acme-secops-prod$/,
    );
    const state = (stack: string) => store(inventory, `gs://acme-terraform-state/tributary/${stack}/default.tfstate`);
    for (const stack of inventory.stacks) {
      expect(state(stack)).toMatchObject({ place: bucket.place, encryption: bucket.encryption });
      expect(state(stack).elsewhere).toBeUndefined();
      expect(ids(state(stack).readers).sort()).toEqual([CI.deploy, CI.plan]);
      // Nobody who is trusted by GitHub's tokens may say who is trusted.
      expect(ids(state(stack).writers)).toEqual(stack.includes('bootstrap') ? [] : [CI.deploy]);
    }
  });

  test('who may become the identities of the workflows: each subject in words', () => {
    const how = (id: string) => inventory.identities.find((one) => one.id === id)?.assumedBy.flatMap((one) => one.how);
    expect(how('arn:aws:iam::111122223333:role/prod-ci-plan')).toEqual([
      `sts:AssumeRoleWithWebIdentity, for workflows of ${REPOSITORY} for pull requests, on the branch main, in the environment prod-plan or in the environment prod-watch`,
    ]);
    expect(how(DEPLOY_ROLE)).toEqual([
      `sts:AssumeRoleWithWebIdentity, for workflows of ${REPOSITORY} in the environment prod, only on the branch main`,
    ]);
    const act = (where: string) =>
      `act as it (roles/iam.workloadIdentityUser), for workflows of ${REPOSITORY} ${where}`;
    expect(how(CI.deploy)).toEqual([act('in the environment prod, only on the branch main')]);
    expect(how(CI.watch)).toEqual([act('in the environment prod-watch')]);
    expect(how(CI.plan)?.sort()).toEqual(
      ['for pull requests', 'in the environment prod-plan', 'in the environment prod-watch', 'on the branch main'].map(
        act,
      ),
    );
  });

  test('what they may do is counted for people, and told by name for programs', () => {
    const permission = (id: string, source: RegExp) =>
      inventory.identities.find((one) => one.id === id)?.permissions.find((one) => source.test(one.source));
    const buckets = permission(DEPLOY_ROLE, / WriteBuckets$/);
    expect(buckets?.may).toEqual(['s3: 14 actions that change settings, none that reads objects']);
    expect(buckets?.actions).toHaveLength(14);
    expect(buckets?.actions).toContain('s3:PutBucketPolicy');
    // The policy that both roles share is told with each of them.
    for (const role of [DEPLOY_ROLE, DEPLOY_ROLE.replace('deploy', 'plan')])
      expect(permission(role, /^aws_iam_policy\.read ReadSharedPolicy$/)?.may).toEqual([
        'iam:GetPolicy',
        'iam:GetPolicyVersion',
      ]);
    const custom = inventory.identities.find(({ id }) => id === CI.plan)?.permissions.find(({ actions }) => actions);
    expect(custom?.actions).toContain('secretmanager.secrets.get');
    expect(custom?.may).toContain('secretmanager: 3 actions that look at settings, none that reads a value');
    expect(custom?.may).toContain('logging: 1 action that looks at settings, none that reads log lines');
    const watch = inventory.identities.find(({ id }) => id === CI.watch)?.permissions.find(({ actions }) => actions);
    expect(watch?.may).toContain('logging: 1 action that reads what it holds');
  });

  test('who is outside', () => {
    expect(inventory.parties.map(({ name }) => name)).toEqual([
      'GitHub',
      'secops@example.com',
      'AWS account 006742885340',
      'ingest.taegis.example.com',
      'Cloudflare',
      'qualysapi.qg1.apps.qualys.co.uk',
      'chronicle-8714@chronicle-gcp-prod.iam.gserviceaccount.com',
    ]);
  });

  test('what the accounts are for', () => {
    const used = Object.fromEntries(inventory.identities.map(({ id, actsFor }) => [id, actsFor]));
    expect(COLLECTORS.map((id) => used[id])).toEqual(
      ['alerts', 'assets', 'findings'].map((feed) => [`the function prod-qualys-${feed} runs as it`]),
    );
    expect(used[`serviceAccount:prod-qualys-invoker@${PROJECT}`]).toEqual(
      ['alerts', 'assets', 'findings'].map((feed) => `the schedule prod-qualys-${feed} calls as it`),
    );
  });
});
