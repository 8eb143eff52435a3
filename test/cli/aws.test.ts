import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { Aws, askAws, connectAws } from '../../cli/aws';
import { listen } from '../simulators/loopback';

const before = { ...process.env };
let requests: number;
let silence: Awaited<ReturnType<typeof listen>>;

beforeEach(async () => {
  requests = 0;
  silence = await listen(async () => {
    requests += 1;
  });
  Object.assign(process.env, {
    ...{ AWS_ENDPOINT_URL: silence.url, AWS_ACCESS_KEY_ID: 'AKIAGOOD', AWS_SECRET_ACCESS_KEY: 'x' },
  });
  delete process.env.AWS_PROFILE;
});
afterEach(async () => {
  process.env = { ...before };
  await silence.close();
});

test('an AWS that stays silent is given up, and not asked more often than wanted', async () => {
  const aws = new Aws({ region: 'eu-central-1', timeoutMs: 100, attempts: 1 });
  const asking = askAws('tell it', 'nothing', () => aws.sts.send(new GetCallerIdentityCommand({})));
  await expect(asking).rejects.toMatchObject({
    ...{ code: 'TimeoutError', message: 'Could not tell it: AWS did not answer in time. Check the network.' },
  });
  expect(requests).toBe(1);
});

test('it is asked three times by default', async () => {
  await expect(connectAws('111122223333', 'eu-central-1', { timeoutMs: 100 })).rejects.toThrow(
    'did not answer in time',
  );
  expect(requests).toBe(3);
});
