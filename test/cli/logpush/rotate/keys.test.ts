import { changeKey, KEYS_VARIABLE, readKeys } from '../../../../cli/logpush/rotate/keys';
import type { StackJob } from '../../../../cli/logpush/status-jobs';

const jobs = ['gateway_dns', 'audit_logs', 'audit_logs', 'http_requests'].map(
  (dataset): StackJob => ({
    stack: 'x',
    owner: { kind: 'zone', id: '1', name: 'example.com' },
    dataset,
    name: dataset,
  }),
);

test.each([
  [undefined, {}],
  ['', {}],
  ['  \n', {}],
  ['{}', {}],
  [' {"default":"a","gateway_dns":"b"}\n', { default: 'a', gateway_dns: 'b' }],
])('%j gives the keys', (text, keys) => {
  expect(readKeys({ [KEYS_VARIABLE]: text })).toEqual(keys);
});

test.each([
  'my-secret-key',
  '["my-secret-key"]',
  '"my-secret-key"',
  'null',
  '{"default":1}',
  '{"default":"my-secret-key"',
])('%j is refused, and not quoted', (text) => {
  const read = () => readKeys({ [KEYS_VARIABLE]: text });
  expect(read).toThrow('TF_VAR_taegis_keys is no JSON map of keys. Expected {"default":"…","gateway_dns":"…"}.');
  expect(read).not.toThrow(/my-secret-key/);
});

test.each<[string, Record<string, string>, string | undefined, string[], Record<string, string>]>([
  [
    'the default, which all use',
    { default: 'a' },
    undefined,
    ['audit_logs', 'gateway_dns', 'http_requests'],
    { default: 'new' },
  ],
  [
    'the default, which some use',
    { default: 'a', gateway_dns: 'b' },
    undefined,
    ['audit_logs', 'http_requests'],
    { default: 'new', gateway_dns: 'b' },
  ],
  [
    'that of a dataset',
    { default: 'a', gateway_dns: 'b' },
    'gateway_dns',
    ['gateway_dns'],
    { default: 'a', gateway_dns: 'new' },
  ],
  ['the first of a dataset', { default: 'a' }, 'gateway_dns', ['gateway_dns'], { default: 'a', gateway_dns: 'new' }],
  ['the first of all', {}, undefined, ['audit_logs', 'gateway_dns', 'http_requests'], { default: 'new' }],
])('changes %s', (_, old, dataset, datasets, keys) => {
  expect(changeKey(jobs, old, dataset, 'new')).toEqual({ keys, datasets });
});

test.each<[string, Record<string, string>, string | undefined, string]>([
  [
    'a dataset that no job pushes',
    { default: 'a' },
    'dns_logs',
    'No job of the environment pushes dns_logs. Expected one of audit_logs, gateway_dns, http_requests.',
  ],
  [
    'a default that nobody uses',
    { audit_logs: 'a', gateway_dns: 'b', http_requests: 'c' },
    undefined,
    'so that none uses the default. Name one: audit_logs, gateway_dns, http_requests.',
  ],
  [
    'jobs without a key',
    { audit_logs: 'a', http_requests: '' },
    'gateway_dns',
    'TF_VAR_taegis_keys has no key for http_requests: a deploy writes the destination of every job.',
  ],
])('refuses %s', (_, old, dataset, problem) => {
  expect(() => changeKey(jobs, old, dataset, 'new-secret')).toThrow(problem);
  expect(() => changeKey(jobs, old, dataset, 'new-secret')).not.toThrow(/new-secret/);
});
