import { ids, key, store } from './finders';
import { subject } from './subjects';

const option = (name: string) => subject(name).inventory;

describe('options', () => {
  test('a trail of somebody else: its bucket is told, with what is not known of it', () => {
    const inventory = option('cloudtrail: existing trail with a key');
    const logs = store(inventory, 'acme-logs');
    expect(logs.address).toBeUndefined();
    expect(logs).toMatchObject({
      retention: 'not known here',
      elsewhere: expect.stringContaining('No stack makes it'),
    });
    expect(ids(logs.readers)).toEqual(['arn:aws:iam::111122223333:role/test-cloudtrail-cortex-reader']);
    expect(store(inventory, 'log-files').readers).toEqual([
      expect.objectContaining({ name: 'the queue test-cloudtrail-cortex' }),
    ]);
    const own = inventory.keys.find(({ address }) => address === undefined);
    expect(own).toMatchObject({
      id: expect.stringMatching(/^arn:aws:kms:/),
      elsewhere: expect.stringContaining('policy'),
    });
    expect(ids(own?.decrypting ?? [])).toEqual(ids(logs.readers));
  });

  test('a queue with a KMS key', () => {
    const inventory = option('cloudtrail: queue with a KMS key');
    expect(key(inventory, 'alias/test-cloudtrail-cortex').encrypts).toEqual([
      'S3 bucket test-cloudtrail-111122223333-eu-west-1',
      'SQS queue test-cloudtrail-cortex',
      'SQS queue test-cloudtrail-cortex-dead-letters',
    ]);
  });

  test('of two external ids one must be presented', () => {
    const [reader] = store(
      option('cloudtrail: external id during a change'),
      'test-cloudtrail-111122223333-eu-west-1',
    ).readers;
    expect(reader?.how).toContain('assumed by AWS account 006742885340, presenting one of 2 external ids');
  });

  test('an organization writes into two folders, and its management account is named', () => {
    const delegated = option('cloudtrail: organization, delegated');
    const [writer] = store(delegated, 'test-cloudtrail-111122223333-eu-west-1').writers;
    expect(writer?.how.map((how) => /AWSLogs\/[\w-]+/.exec(how)?.[0])).toEqual([
      'AWSLogs/444455556666',
      'AWSLogs/o-abc1234567',
    ]);
    expect(writer?.how[0]).toContain('for the trail test-cloudtrail-cortex of the account 444455556666');
  });

  test.each([
    ['cloudtrail: object lock, governance', 'nobody without s3:BypassGovernanceRetention can', 30, 'governance'],
    ['cloudtrail: object lock, compliance', 'nobody can', 7, 'compliance'],
  ])('%s', (name, who, days, mode) => {
    expect(store(option(name), 'test-cloudtrail-111122223333-eu-west-1').settings).toContain(
      `object lock: ${who} delete a version for ${days} days (${mode})`,
    );
  });

  test('SecOps that deletes what it has read may write and delete', () => {
    const logs = store(option('qualys: secops, deleting'), 'acme-secops-test-qualys-logs');
    const feed = 'serviceAccount:feeds@chronicle-gcp-prod.iam.gserviceaccount.com';
    expect(ids(logs.deleters)).toEqual([feed]);
    expect(ids(logs.writers)).toContain(feed);
  });

  test.each([
    ['qualys: secops', []],
    ['qualys: secops, improved parser', ['a custom parser of QUALYS_CONTINUOUS_MONITORING']],
    [
      'qualys: combination 1: everything kept, own key, one address',
      ['a parser extension of QUALYS_CONTINUOUS_MONITORING'],
    ],
  ])('%s: the instance is told with the parsers that are made in it', (name, parsers) => {
    expect(store(option(name), '3d0c6a52-9b1e-4f7a-8c2d-5e6f7a8b9c0d').settings).toEqual(parsers);
  });

  test('a key of Cloud KMS, which Cloud Storage itself uses', () => {
    const inventory = option('qualys: own key');
    const [own] = inventory.keys;
    expect(own?.encrypts).toHaveLength(3);
    expect(own?.decrypting.map(({ name }) => name)).toEqual([
      'service-<number of acme-secops>@gs-project-accounts.iam.gserviceaccount.com',
    ]);
    const readers = store(inventory, 'acme-secops-test-qualys-logs').readers.flatMap(({ how }) => how);
    expect(readers.join()).not.toContain('no grant to decrypt');
  });

  test('how long Cloud Storage keeps', () => {
    const settings = (name: string) => store(option(`qualys: ${name}`), 'acme-secops-test-qualys-logs');
    expect(settings('no soft delete').retention).toBe('90 days below alerts/; what is deleted is gone at once');
    expect(settings('minimum retention').settings).toContain(
      'nobody can delete or replace an object for 30 days (not locked: who administers the bucket can end it)',
    );
    expect(settings('location').place).toBe('Google Cloud project acme-secops, EU');
  });

  test('the key of PagerDuty is in the state of AWS, and not in that of Google', () => {
    const states = ['cloudtrail: notifications', 'qualys: notifications'].map(
      (name) => option(name).secrets.find((secret) => secret.name === 'variable pagerduty_key')?.inState,
    );
    expect(states).toEqual([true, false]);
  });

  test('each receiver of Logpush is told by its host', () => {
    const { stores, secrets, parties } = option('logpush: all');
    expect(stores.map(({ name, holds }) => [name, holds]).slice(0, 2)).toEqual([
      ['one.taegis.example.com', 'audit_logs of the account; http_requests of 2 zones'],
      ['two.taegis.example.com', 'dns_logs of 1 zone'],
    ]);
    expect(secrets.map(({ name }) => name)).toEqual(['variable cloudflare_webhooks', 'variable taegis_keys']);
    expect(parties.map(({ name }) => name)).toEqual(expect.arrayContaining(['webhook soc', 'secops@example.com']));
  });

  test('a state in S3: the roles of the workflows read it, and one of them writes it', () => {
    const inventory = option('bootstrap: AWS alone');
    const role = (kind: string) => `arn:aws:iam::111122223333:role/test-ci-${kind}`;
    expect(store(inventory, 'acme-state')).toMatchObject({
      holds: 'states of Terraform, of the stacks test-bootstrap-aws and test-cloudtrail-cortex',
      retention: 'for ever; what is overwritten or deleted 90 days',
    });
    const state = store(inventory, 's3://acme-state/tributary/test-cloudtrail-cortex.tfstate');
    expect(ids(state.readers).sort()).toEqual([role('deploy'), role('plan')]);
    expect(ids(state.writers)).toEqual([role('deploy')]);
    expect(ids(state.deleters)).toEqual([]);
    expect(state.elsewhere).toBeUndefined();
    expect(ids(store(inventory, 's3://acme-state/tributary/test-bootstrap-aws.tfstate').writers)).toEqual([]);
  });

  test('a state bucket that no stack makes: whom these stacks let in, and that others say the rest', () => {
    const s3 = option('bootstrap: AWS, what is there is taken');
    expect(store(s3, 'acme-state')).toMatchObject({
      holds: 'states of Terraform, of the stacks test-bootstrap-aws and test-cloudtrail-cortex',
      elsewhere: expect.stringContaining('No stack makes it'),
    });
    const gcs = option('bootstrap: Google Cloud, what is there is taken');
    const bucket = store(gcs, 'acme-state');
    expect(bucket).toMatchObject({
      kind: 'Cloud Storage bucket',
      elsewhere: expect.stringContaining('No stack makes it'),
    });
    const state = store(gcs, 'gs://acme-state/team/tributary/test-qualys-secops/default.tfstate');
    expect(state.elsewhere).toContain('its own IAM policy says who');
    const accounts = ['deploy', 'plan'].map((kind) => `serviceAccount:test-ci-${kind}@acme-ci.iam.gserviceaccount.com`);
    expect(ids(state.readers).sort()).toEqual(accounts);
    expect(ids(state.writers)).toEqual(accounts.slice(0, 1));
    expect(gcs.parties.map(({ name }) => name)).toContain('GitHub');
  });

  test('what is not protected may be destroyed by who deploys: messages with their queue', () => {
    const deploy = 'arn:aws:iam::111122223333:role/test-ci-deploy';
    const deletersOf = (name: string) => ids(store(option(`bootstrap: ${name}`), 'test-cloudtrail-cortex').deleters);
    expect(deletersOf('AWS alone')).toContain(deploy);
    expect(deletersOf('AWS, protected')).not.toContain(deploy);
  });
});
