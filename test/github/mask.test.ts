import { runScript } from './run-script';

test('each text within JSON is masked, once, a line at a time', async () => {
  const variables = {
    TF_VAR_taegis_keys: JSON.stringify({ default: 'key-100%-secret', dns: 'key-100%-secret', port: 8, short: 'abc' }),
    TF_VAR_cloudflare_webhooks: JSON.stringify({
      soc: { url: 'https://hooks.example/abc', secret: 'line-one\nline-two' },
    }),
  };
  const { stdout, code } = await runScript('mask', Object.keys(variables), variables);
  expect(code).toBe(0);
  expect(stdout.trim().split('\n')).toEqual([
    '::add-mask::key-100%25-secret',
    '::add-mask::https://hooks.example/abc',
    '::add-mask::line-one',
    '::add-mask::line-two',
  ]);
});

test('what is not set or no JSON is left to the runner, and not printed', async () => {
  expect(await runScript('mask', ['TF_VAR_a', 'TF_VAR_b'], { TF_VAR_b: 'no json at all' })).toEqual({
    code: 0,
    stdout: '',
    stderr: '',
  });
});
