import { renderQualysHandoff } from '../../../cli/collector/handoff';
import { readCollector } from '../../../cli/collector/target';
import { stackOf } from '../../../cli/synthesized';
import { only, parseEnvironment, synthesize } from '../../synthesize';

const QUALYS = `
environment: here
protected: false
backend: { local: {} }
qualys:
  project: acme-secops
  region: europe-west3
  apiUrl: https://qualysapi.qualys.eu
  buckets: { logs: acme-logs }
  names: { function: own-collector }
`;
const SECOPS = `
  secops:
    location: europe
    instance: 3d0c6a52-9b1e-4f7a-8c2d-5e6f7a8b9c0d
    feedServiceAccount: chronicle-8714@chronicle-gcp-prod.iam.gserviceaccount.com
    sourceDeletion: on-success
`;

function handOff(text: string) {
  const environment = parseEnvironment('here', text);
  const { 'here-qualys-secops': stack = {} } = synthesize(environment);
  const { qualys } = environment;
  if (qualys === undefined) throw new Error('no section qualys');
  const target = readCollector(stackOf('here-qualys-secops', '', stack), 'here', 'alerts');
  return { stack, target, qualys, ...renderQualysHandoff(target, qualys) };
}

const byHand = handOff(QUALYS);
const byTerraform = handOff(QUALYS + SECOPS);

const titles = (text: string) => [...text.matchAll(/^(\d\. .*)$/gm)].map(([line]) => line);

test('without secops the feed is made by hand: form and grants have their values', () => {
  expect(titles(byHand.text)).toEqual([
    '1. In Qualys, make a role and a user for the API',
    '2. Compare the API server',
    "3. Deploy, with the user's name and password",
    '4. See that alerts are collected',
    '5. In SecOps, make the feed',
    '6. Prove that alerts arrive, in a UDM search of SecOps',
  ]);
  expect(byHand.text).toContain(
    [
      '     Feed name                here-qualys-alerts',
      '     Source type              Google Cloud Storage V2',
      '     Log type                 Qualys Continuous Monitoring (QUALYS_CONTINUOUS_MONITORING)',
      '     Storage Bucket URI       gs://acme-logs/alerts/',
      '     Source deletion options  Never delete files',
    ].join('\n'),
  );
  const grant = 'gcloud storage buckets add-iam-policy-binding gs://acme-logs --member=serviceAccount:<account>';
  expect(byHand.text).toContain(
    [`     ${grant} --role=roles/storage.objectViewer`, `     ${grant} --role=roles/storage.legacyBucketReader`].join(
      '\n',
    ),
  );
});

test('with secops only a look at the feed is left, under the name and the URI that the stack gives it', () => {
  const feed = only(byTerraform.stack, 'google_chronicle_feed');
  expect(titles(byTerraform.text)[4]).toBe('5. In SecOps, check the feed');
  expect(byTerraform.text).toContain(`     Feed name           ${feed.display_name}\n`);
  expect(byTerraform.text).not.toContain('add-iam-policy-binding');
  expect(byTerraform.document).toMatchObject({
    feed: { madeBy: 'Terraform', name: feed.display_name, sourceDeletion: 'on-success' },
  });
});

test('where parsers are chosen they are to be activated, after the feed', () => {
  const { text } = handOff(
    `${QUALYS}${SECOPS}    parsers: { QUALYS_CONTINUOUS_MONITORING: improved, QUALYS_VM: prebuilt }\n`,
  );
  expect(titles(text)[5]).toBe('6. Activate the parsers');
  expect(text).toContain('(QUALYS_CONTINUOUS_MONITORING, QUALYS_VM)');
  expect(text).toContain('     ./tributary parser activate here\n');
  expect(titles(byTerraform.text)).not.toContain('6. Activate the parsers');
});

test('each feed that is collected is made by hand, under its own log type', () => {
  const { text, document } = handOff(`${QUALYS}  assets: {}\n  findings: {}\n`);
  expect(titles(text).slice(4, 7)).toEqual([
    '5. In SecOps, make the feed',
    '6. In SecOps, make the feed here-qualys-assets',
    '7. In SecOps, make the feed here-qualys-findings',
  ]);
  expect(text).toContain('Log type                 Qualys VM (QUALYS_VM)');
  expect(document).toMatchObject({
    furtherFeeds: [
      { logType: 'QUALYS_ASSET_CONTEXT', bucketUri: 'gs://acme-logs/assets/' },
      { logType: 'QUALYS_VM', bucketUri: 'gs://acme-logs/findings/' },
    ],
  });
});

test('the document has the same values as the text', () => {
  expect(byHand.exitCode).toBe(0);
  expect(byHand.document).toEqual({
    environment: 'here',
    pipeline: 'qualys-secops',
    apiUrl: 'https://qualysapi.qualys.eu',
    feed: {
      madeBy: 'hand',
      name: 'here-qualys-alerts',
      sourceType: 'Google Cloud Storage V2',
      logType: 'QUALYS_CONTINUOUS_MONITORING',
      bucketUri: 'gs://acme-logs/alerts/',
      sourceDeletion: 'never',
      roles: ['roles/storage.objectViewer', 'roles/storage.legacyBucketReader'],
    },
    query: 'metadata.log_type = "QUALYS_CONTINUOUS_MONITORING"',
    steps: titles(byHand.text).map((title) => title.slice(3)),
  });
  expect(byHand.text).toContain('\n     metadata.log_type = "QUALYS_CONTINUOUS_MONITORING"\n');
});

test('the recipe of the Qualys user and the API server are shown', () => {
  expect(byHand.text).toContain(
    [
      '     Role                      API Access',
      '     Modules of the role       Continuous Monitoring, Asset View, and for findings Vulnerability Management',
      '     Permission in Asset View  Read Asset',
    ].join('\n'),
  );
  expect(byHand.text).toContain('     qualys.apiUrl  https://qualysapi.qualys.eu\n');
});

test('credentials are typed in for the first deploy and rotated afterwards, and stand in no command', () => {
  expect(byHand.text).toContain(
    [
      '     read -r TF_VAR_qualys_username',
      '     read -rs TF_VAR_qualys_password',
      '     export TF_VAR_qualys_username TF_VAR_qualys_password',
      '     npx cdktf deploy here-qualys-secops',
    ].join('\n'),
  );
  expect(byHand.text).toContain('     ./tributary rotate here qualys-secops --username <name>\n');
  expect(byHand.text).toContain('     ./tributary run here qualys-secops alerts\n');
});

test('a subscription with listed addresses gets the reserved one, or how to have one', () => {
  const address = 'terraform -chdir=cdktf.out/stacks/here-qualys-secops output -raw egress_address';
  const { text } = renderQualysHandoff(byHand.target, { ...byHand.qualys, egress: 'static' });
  expect(text).toContain(`     ${address}\n`);
  expect(byHand.text).not.toContain('egress_address');
  expect(byHand.text).toContain('qualys.egress');
});

test('text for people fits 80 columns', () => {
  const prose = byHand.text.split('\n').filter((line) => /^ {3}\S/.test(line));
  expect(prose.filter((line) => line.length > 80)).toEqual([]);
  expect(prose.length).toBeGreaterThan(10);
});
