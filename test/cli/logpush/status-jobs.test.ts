import { stackJobs } from '../../../cli/logpush/status-jobs';
import { stackOf } from '../../../cli/synthesized';
import { ACCOUNT, zoneId } from './status-world';

test('jobs come from several stacks, zones go by their names', () => {
  const stack = (name: string, job: object) => stackOf(name, '', { resource: { cloudflare_logpush_job: { job } } });
  const stacks = [
    stack('prod-logpush-taegis', { account_id: ACCOUNT, dataset: 'audit_logs', name: 'one' }),
    stack('prod-logpush-taegis-0', { zone_id: zoneId(1), dataset: 'dns_logs', name: 'two' }),
  ];
  expect(stackJobs(stacks, new Map([[zoneId(1), 'z1.example.com']]))).toEqual([
    {
      stack: 'prod-logpush-taegis',
      owner: { kind: 'account', id: ACCOUNT, name: 'account' },
      dataset: 'audit_logs',
      name: 'one',
    },
    {
      stack: 'prod-logpush-taegis-0',
      owner: { kind: 'zone', id: zoneId(1), name: 'z1.example.com' },
      dataset: 'dns_logs',
      name: 'two',
    },
  ]);
});
