import { LogpushJob } from '@cdktf/provider-cloudflare/lib/logpush-job';
import { Testing } from 'cdktf';
import { bearer, type HttpsDestination, HttpsLogpushJob } from '../../constructs/cloudflare/https-logpush-job';

function destinationOf(destination: HttpsDestination): string {
  const json = Testing.synthScope((scope) => {
    new HttpsLogpushJob(scope, 'job', {
      name: 'to-somewhere',
      dataset: 'http_requests',
      owner: { zoneId: '023e105f4ecef8ad9ca31a8372d0c353' },
      destination,
      fields: ['ClientIP'],
      timestampFormat: 'rfc3339',
      ...{ maxUploadBytes: 0, maxUploadRecords: 0, maxUploadIntervalSeconds: 0 },
    });
  });
  const [job] = Object.values<{ destination_conf: string }>(JSON.parse(json).resource[LogpushJob.tfResourceType]);
  return job?.destination_conf ?? '';
}

test.each<[string, HttpsDestination, string]>([
  [
    'a bearer key',
    { url: 'https://in.example.com/x', headers: { Authorization: bearer('var.key') } },
    'https://in.example.com/x?header_Authorization=Bearer%20${replace(urlencode(var.key), "+", "%20")}',
  ],
  [
    'a header of its own name, and parameters',
    {
      url: 'https://in.example.com/x',
      headers: { 'X-Api-Key': 'k' },
      parameters: { ddsource: 'cloudflare', tags: 'a:b' },
    },
    'https://in.example.com/x?header_X-Api-Key=k&ddsource=cloudflare&tags=a:b',
  ],
  [
    'a URL with a query, and no header',
    { url: 'https://in.example.com/x?format=cloudflare', headers: {}, parameters: { 'Api-Key': 'k' } },
    'https://in.example.com/x?format=cloudflare&Api-Key=k',
  ],
])('%s', (_, destination, expected) => {
  expect(destinationOf(destination)).toBe(expected);
});
