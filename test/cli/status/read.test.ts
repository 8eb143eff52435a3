import { stateOf } from '../../../cli/status/model';
import { type Readers, readEnvironmentStatus } from '../../../cli/status/read';
import { UserError } from '../../../environments/user-error';
import { quietProgress } from '../cloudtrail/replay/world';
import { QUALYS, WELL } from './examples';

const clock = { now: () => Date.parse('2026-03-08T12:00:00.900Z'), sleep: async () => undefined };
const read = (readers: Readers) =>
  readEnvironmentStatus('prod', readers, { days: 2, progress: quietProgress(), clock });

test('a cloud that cannot be asked hides no other, and comes between what has a problem and what is well', async () => {
  const status = await read({
    'cloudtrail-cortex': async () => WELL,
    'logpush-taegis': async () => {
      throw new UserError('No credentials of Cloudflare were found.\nExport CLOUDFLARE_API_TOKEN.');
    },
    'qualys-secops': async () => QUALYS,
  });
  expect(status).toMatchObject({
    environment: 'prod',
    from: '2026-03-06T12:00:00Z',
    to: '2026-03-08T12:00:00Z',
    dates: ['2026-03-06', '2026-03-07', '2026-03-08'],
  });
  expect(status.pipelines.map((one) => `${one.pipeline}: ${stateOf(one)}`)).toEqual([
    'qualys-secops: problem',
    'logpush-taegis: unknown',
    'cloudtrail-cortex: ok',
  ]);
  expect(status.pipelines[1]?.facts).toEqual([
    {
      name: 'access',
      state: 'could not tell',
      finding: 'No credentials of Cloudflare were found',
      todo: 'Export CLOUDFLARE_API_TOKEN.',
    },
  ]);
});

test('a defect is not told as that', async () => {
  const readers: Readers = {
    'cloudtrail-cortex': async () => {
      throw new TypeError('x is not a function');
    },
  };
  await expect(read(readers)).rejects.toThrow(TypeError);
});
