import { secretsOf } from '../../cli/secrets';
import type { SynthesizedStack } from '../../cli/synthesized';

const stack = (variable: Record<string, unknown>) => ({ variable }) as unknown as SynthesizedStack;

test('values of sensitive and ephemeral variables are secrets, each once', () => {
  const stacks = [
    stack({ taegis_keys: { sensitive: true }, region: {} }),
    stack({ taegis_keys: { sensitive: true }, qualys_password: { ephemeral: true } }),
  ];
  const env = {
    TF_VAR_taegis_keys: '{"default":"key-of-default"}',
    TF_VAR_qualys_password: 'qualys-password',
    TF_VAR_region: 'europe-west3',
    TF_VAR_other: 'not-declared-here',
  };
  expect(secretsOf(stacks, env)).toEqual([env.TF_VAR_taegis_keys, 'qualys-password']);
});

test('credentials of the clouds and of GitHub are secrets; ids, files and short values are none', () => {
  const env = {
    AWS_SECRET_ACCESS_KEY: 'aws-secret-1',
    AWS_SESSION_TOKEN: 'aws-token-1',
    CLOUDFLARE_API_TOKEN: 'cf-token-1',
    CLOUDFLARE_API_KEY: 'cf-key-123',
    GOOGLE_OAUTH_ACCESS_TOKEN: 'google-token',
    GITHUB_TOKEN: 'github-token',
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'oidc-token',
  };
  const harmless = {
    AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
    AWS_WEB_IDENTITY_TOKEN_FILE: '/var/run/token-file',
    GOOGLE_APPLICATION_CREDENTIALS: '/home/me/credentials.json',
    AWS_REGION: 'ap-northeast-1',
    CLOUDFLARE_API_TOKEN_SHORT: 'test',
    HOME: '/home/somebody',
  };
  expect(secretsOf([], { ...env, ...harmless })).toEqual(Object.values(env));
});

test('of a service account the key alone is secret, and a token of a registry is one', () => {
  const key = { type: 'service_account', project_id: 'acme-secops', private_key: '-----BEGIN PRIVATE KEY-----\nabc' };
  expect(secretsOf([], { GOOGLE_CREDENTIALS: JSON.stringify(key) })).toEqual([key.private_key]);
  expect(secretsOf([], { GOOGLE_CREDENTIALS: '{"no":"key"}' })).toEqual(['{"no":"key"}']);
  expect(secretsOf([], { TF_TOKEN_registry_example_com: 'registry-token' })).toEqual(['registry-token']);
});
