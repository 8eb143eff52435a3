import { RECEIVED } from '../../cli/parser/outcome';
import { compileProgram, filesOf } from '../../cli/parser/program';
import { findParser } from '../../cli/parser/tree';

// https://docs.cloud.google.com/chronicle/docs/event-processing/parsing-overview
const LOG =
  '1588059648.129 23 192.168.23.4 TCP_HIT/200 904 GET www.google.com/images/sunlogo.png - HIER_DIRECT/203.0.113.52 image/jpeg';

/**
 * The event of the page as UDM has it: lists where UDM has lists, and the names of protobuf's JSON. The addresses stand in
 * the assets, too, which the page leaves out.
 */
const PAGE = {
  metadata: {
    eventTimestamp: '2020-04-28T07:40:48.129Z',
    eventType: 'NETWORK_HTTP',
    vendorName: 'Squid',
    productName: 'Squid Proxy',
  },
  principal: { ip: ['192.168.23.4'], asset: { ip: ['192.168.23.4'] } },
  target: { url: 'www.google.com/images/sunlogo.png', ip: ['203.0.113.52'], asset: { ip: ['203.0.113.52'] } },
  network: { receivedBytes: '904', http: { method: 'GET', responseCode: 200 } },
  securityResult: [{ action: ['UNKNOWN_ACTION'] }],
};

// biome-ignore lint/suspicious/noExplicitAny: an event, whose fields each test knows
function eventOf(name: string, log = LOG): any {
  const run = compileProgram(filesOf(findParser(name))).run(log, { received: RECEIVED });
  expect(run.error).toBeUndefined();
  expect(run.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(run.events).toHaveLength(1);
  const [{ event } = { event: {} }] = run.events;
  return (event as { idm: { readOnlyUdm: object } }).idm.readOnlyUdm;
}

test("corrected gives the page's event, and nothing else", () => {
  expect(eventOf('squid/corrected')).toEqual(PAGE);
});

describe("verbatim differs from the page's event", () => {
  const event = eventOf('squid/verbatim');

  test('in the name of the product', () => {
    expect(event.metadata).toEqual({ ...PAGE.metadata, productName: 'Webproxy' });
  });

  test('by a user that is none', () => {
    expect(event.principal).toEqual({ ...PAGE.principal, user: { userid: '-' } });
  });

  test('in the place of the bytes, which UDM does not have under http', () => {
    expect(event.network.receivedBytes).toBe('904');
    expect(event.network.http).toEqual({ method: 'GET', responseCode: 200 });
  });

  test('in nothing else', () => {
    const { metadata, principal, ...rest } = event;
    const { metadata: _, principal: __, ...page } = PAGE;
    expect(rest).toEqual(page);
  });
});

test.each([
  ['TCP_DENIED', 'BLOCK', 'BLOCK'],
  ['TCP_TUNNEL', 'ALLOW', 'ALLOW'],
  ['TCP_MISS', 'BLOCK', 'ALLOW'],
  ['TCP_REFRESH_UNMODIFIED', 'UNKNOWN_ACTION', 'UNKNOWN_ACTION'],
])('%s is %s verbatim and %s corrected', (result, verbatim, corrected) => {
  const log = LOG.replace('TCP_HIT', result);
  expect(eventOf('squid/verbatim', log).securityResult).toEqual([{ action: [verbatim] }]);
  expect(eventOf('squid/corrected', log).securityResult).toEqual([{ action: [corrected] }]);
});
