import { compileParser } from '../../cbn/engine';

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
