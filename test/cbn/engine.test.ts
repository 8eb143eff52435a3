import { compileParser } from '../../cbn/engine';
import { RECEIVED, runParser } from './run-parser';

const WORKED_EXAMPLE = `filter {
  mutate { replace => { "a.qid" => ""  "a.ip" => ""  "a.port" => ""  "vuln" => "" } }
  json { source => "message" on_error => "not_json" }
  if [not_json] { drop { tag => "TAG_MALFORMED_MESSAGE" } }
  if [a][qid] != "" {
    mutate { convert => { "a.qid" => "string" } on_error => "qid_is_string" }
    mutate { replace => { "vuln.name" => "QID: %{a.qid}" } }
  }
  if [a][ip] != "" { mutate { merge => { "event.idm.read_only_udm.principal.ip" => "a.ip" } } }
  if [vuln] != "" {
    mutate { merge => { "event.idm.read_only_udm.extensions.vulns.vulnerabilities" => "vuln" } }
  }
  mutate { replace => { "event.idm.read_only_udm.metadata.event_type" => "STATUS_UPDATE" } }
  mutate { merge => { "@output" => "event" } }
}`;

describe('the worked example of the reference', () => {
  const parser = compileParser({ name: 'parser.conf', text: WORKED_EXAMPLE });

  test('a number is converted and put out', () => {
    const run = parser.run('{"a":{"qid":38170,"ip":"10.0.0.5"}}', { state: true });
    expect(run.error).toBeUndefined();
    expect(run.events).toHaveLength(1);
    expect(run.state).toMatchObject({ not_json: false, qid_is_string: false, a: { port: '' } });
  });

  test('a text that is to become a text sets the flag', () => {
    const { state } = parser.run('{"a":{"qid":"38170"}}', { state: true });
    expect(state).toMatchObject({ qid_is_string: true, '@onErrorCount': 1 });
  });

  test('what is no JSON is dropped', () => {
    const run = parser.run('x');
    expect(run).toMatchObject({ events: [], dropped: { tag: 'TAG_MALFORMED_MESSAGE' } });
  });
});

describe('events', () => {
  const EVENT = 'mutate { replace => { "e.idm.read_only_udm.metadata.event_type" => "GENERIC_EVENT" } }';
  const OUT = 'mutate { merge => { "@output" => "e" } }';

  test('have the time that a date set, else that of the receipt', () => {
    expect(runParser(`${EVENT} ${OUT}`).events).toEqual([
      {
        kind: 'event',
        event: {
          timestamp: '2026-03-04T05:06:07.500Z',
          idm: {
            readOnlyUdm: { metadata: { eventType: 'GENERIC_EVENT', eventTimestamp: '2026-03-04T05:06:07.500Z' } },
          },
        },
      },
    ]);
    const [dated] = runParser(
      `${EVENT} date { match => ["message", "ISO8601"] } ${OUT}`,
      '2026-01-02T03:04:05Z',
    ).events;
    expect(dated?.event.timestamp).toBe('2026-01-02T03:04:05Z');
    const [own] = runParser(
      `${EVENT} date { match => ["message", "ISO8601"] target => "e.idm.read_only_udm.metadata.event_timestamp" } ${OUT}`,
      '2026-01-02T03:04:05Z',
    ).events;
    expect(own?.event.timestamp).toBe('2026-01-02T03:04:05Z');
  });

  test('an @timestamp that is a text is none', () => {
    const [first] = runParser(`mutate { replace => { "@timestamp" => "" } } ${EVENT} ${OUT}`).events;
    expect(first?.event.timestamp).toBe('2026-03-04T05:06:07.500Z');
  });

  test('the time of receipt may be made that of the event', () => {
    const [first] = runParser(`mutate { rename => { "@createTimestamp" => "@timestamp" } } ${EVENT} ${OUT}`).events;
    expect(first?.event.timestamp).toBe('2026-03-04T05:06:07.500Z');
  });

  test('of one log may be many, and entities among them', () => {
    const body = `json { source => "message" }
      for x in list {
        mutate { replace => { "e.idm.read_only_udm.metadata.event_type" => "GENERIC_EVENT" "e.idm.read_only_udm.metadata.product_log_id" => "%{x}" } }
        ${OUT}
      }
      mutate { replace => { "n.idm.entity.metadata.entity_type" => "USER" "n.idm.is_significant" => "true" } }
      mutate { merge => { "@output" => "n" } }`;
    const { events } = runParser(body, '{"list":["a","b"]}');
    expect(events.map(({ kind, event }) => [kind, Object.keys(event.idm)])).toEqual([
      ['event', ['readOnlyUdm']],
      ['event', ['readOnlyUdm']],
      ['entity', ['isSignificant', 'entity']],
    ]);
    expect(events.slice(0, 2).map(({ event }) => event.idm)).toMatchObject([
      { readOnlyUdm: { metadata: { productLogId: 'a' } } },
      { readOnlyUdm: { metadata: { productLogId: 'b' } } },
    ]);
  });

  test('with one disambiguation key are an error, with several none', () => {
    const keyed = `${EVENT} mutate { replace => { "e.disambiguation_key" => "k" } } ${OUT}`;
    expect(runParser(`${keyed} ${OUT}`).error).toMatchObject({ code: 'duplicate-event', details: { value: 'k' } });
    const { events } = runParser(`${keyed} mutate { replace => { "e.disambiguation_key" => "j" } } ${OUT}`);
    expect(events.map(({ event }) => event.disambiguationKey)).toEqual(['k', 'j']);
  });

  test('an output that holds no event is a problem', () => {
    const { events, problems } = runParser('mutate { merge => { "@output" => "message" } }', 'x');
    expect(events).toEqual([]);
    expect(problems).toMatchObject([{ code: 'output-without-event', position: { line: 2 } }]);
  });

  test('an indicator of a feed is told not to be rendered', () => {
    const { events, problems } = runParser(
      'mutate { replace => { "e.ioc.feed_name" => "x" } } mutate { merge => { "@output" => "e" } }',
    );
    expect([events, problems]).toMatchObject([[], [{ code: 'output-ioc', severity: 'warning' }]]);
  });

  test('have an address once that was merged twice, and labels as often as they were', () => {
    const body = `mutate { replace => { "ip" => "10.0.0.1" "l.key" => "k" "l.value" => "v" } } ${EVENT}
      mutate { merge => { "e.idm.read_only_udm.principal.ip" => "ip" } }
      mutate { merge => { "e.idm.read_only_udm.principal.ip" => "ip" "e.idm.read_only_udm.metadata.ingestion_labels" => "l" } }
      mutate { merge => { "e.idm.read_only_udm.metadata.ingestion_labels" => "l" } } ${OUT}`;
    const [first] = runParser(body).events;
    expect(first?.event.idm).toMatchObject({
      readOnlyUdm: {
        principal: { ip: ['10.0.0.1'] },
        metadata: {
          ingestionLabels: [
            { key: 'k', value: 'v' },
            { key: 'k', value: 'v' },
          ],
        },
      },
    });
    const [kept] = runParser(body, '', { udm: { repeatedAddress: 'keep' } }).events;
    expect(kept?.event.idm).toMatchObject({ readOnlyUdm: { principal: { ip: ['10.0.0.1', '10.0.0.1'] } } });
  });

  test('are discarded by a drop, unless told otherwise', () => {
    const body = `${EVENT} ${OUT} drop { tag => "TAG_UNSUPPORTED" }`;
    expect(runParser(body)).toMatchObject({ events: [], dropped: { tag: 'TAG_UNSUPPORTED' } });
    expect(runParser(body, '', { dropDiscardsEvents: false }).events).toHaveLength(1);
  });

  test('have the log type that the engine is told', () => {
    const [first] = runParser(`${EVENT} ${OUT}`, '', { logType: 'SQUID' }).events;
    expect(first?.event.idm).toMatchObject({ readOnlyUdm: { metadata: { logType: 'SQUID' } } });
  });
});

test('statedump gives the state as JSON, keys sorted', () => {
  const body =
    'json { source => "message" } mutate { remove_field => ["message", "@output", "@createTimestamp", "@timezone", "@onErrorCount", "@enableCbnForLoop"] } statedump { label => "x" }';
  expect(runParser(body, '{"b":{},"a":[1,"t",null],"c":[]}').dumps).toEqual([
    {
      label: 'x',
      text: 'Internal State (label=x):\n\n{\n  "a": [\n    1,\n    "t",\n    null\n  ],\n  "b": {},\n  "c": []\n}',
    },
  ]);
});

test('a drop without a tag counts as unspecified, and a tag may be a token', () => {
  expect(runParser('drop { }').dropped).toEqual({ tag: 'TAG_UNSPECIFIED' });
  expect(runParser('drop { tag => "%{message}" }', 'TAG_X').dropped).toEqual({ tag: 'TAG_X' });
});

test('without a time of receipt a log is received now', () => {
  const before = Math.floor(Date.now() / 1000);
  const { state } = compileParser({ name: 'p', text: 'filter { }' }).run('', { state: true, collected: RECEIVED });
  const created = state?.['@createTimestamp'] as { seconds: number } | undefined;
  expect(created?.seconds).toBeGreaterThanOrEqual(before);
  expect(state?.['@collectionTimestamp']).toEqual(RECEIVED);
});
