/** What plans talk to: AWS is the emulator; Google Cloud, Cloudflare and the receiver are simulated, in this process. */
import { createServer } from 'node:http';
import { Agent } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { startAws } from '../../dist/cli/local/emulators.js';
import { terraformEnvironment } from '../../dist/cli/terraform/find.js';
import { startCloudflareSimulator } from '../../dist/test/simulators/cloudflare.js';
import { startProviderSimulator } from '../../dist/test/simulators/provider/server.js';
import { startTaegisSimulator } from '../../dist/test/simulators/taegis.js';
import { AWS_ACCOUNT, CLOUDFLARE_ACCOUNT, STATE_BUCKET, TRAIL_BUCKET, TRAIL_TOPIC } from './environments.mjs';

const TOKEN = 'cloudflare-token-1';
const KEY = 'taegis-key-1';

/**
 * Starts all of it.
 * @param folder gets what Terraform is configured with
 * @param zones ids of Cloudflare's zones
 * @returns `env` for Terraform and for what runs it; `answerAfter` delays each answer of Cloudflare by milliseconds
 */
export async function startCloud(folder, zones) {
  const stops = [];
  const stop = async () => {
    for (const one of stops.splice(0).reverse()) await one();
  };
  const started = (server, end) => {
    stops.push(end);
    return server;
  };
  try {
    const aws = await startAws({ account: AWS_ACCOUNT, region: 'us-east-1' });
    started(aws, () => aws.stop());
    await prepareAws(aws);
    const taegis = await startTaegisSimulator({ keys: [KEY] });
    started(taegis, () => taegis.close());
    // A second goes by at each look: Cloudflare's allowance of 1,200 calls in five minutes is not what is measured.
    let clock = Date.now();
    const now = () => {
      clock += 1000;
      return clock;
    };
    const cloudflare = await startCloudflareSimulator({
      ...{ now, token: TOKEN, account: CLOUDFLARE_ACCOUNT, zones, connectTo: taegis.url },
    });
    started(cloudflare, () => cloudflare.close());
    const slow = await startSlowly(cloudflare.url);
    started(slow, () => slow.close());
    const providers = await startProviderSimulator({ cloudflare: { url: slow.url, token: TOKEN }, google: {} });
    started(providers, () => providers.close());
    const env = {
      ...{ ...(await terraformEnvironment(folder)), ...aws.env, ...providers.env },
      ...{ CLOUDFLARE_API_TOKEN: TOKEN, CLOUDFLARE_BASE_URL: slow.url },
      TF_VAR_taegis_keys: JSON.stringify({ default: KEY }),
    };
    return { env, answerAfter: slow.answerAfter, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What is there before the first deploy. */
async function prepareAws({ endpoint, region, ca }) {
  const options = {
    ...{ endpoint, region, requestHandler: { httpsAgent: new Agent({ ca }) } },
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  const s3 = new S3Client({ ...options, forcePathStyle: true });
  const sns = new SNSClient(options);
  for (const bucket of [STATE_BUCKET, TRAIL_BUCKET]) await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  await sns.send(new CreateTopicCommand({ Name: TRAIL_TOPIC }));
  s3.destroy();
  sns.destroy();
}

/** Hands requests on after some milliseconds, as many at once as there are. */
async function startSlowly(url) {
  let delayMs = 0;
  const target = new URL(url);
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    if (delayMs > 0) await sleep(delayMs);
    const { method, headers } = request;
    const answer = await fetch(new URL(request.url, target), {
      ...{ method, headers: { authorization: headers.authorization, 'content-type': 'application/json' } },
      ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
    });
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}${target.pathname}`,
    answerAfter(milliseconds) {
      delayMs = milliseconds;
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
