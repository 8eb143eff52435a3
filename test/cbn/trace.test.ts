import { Coverage } from '../../cbn/coverage';
import { explain } from '../../cbn/explain';
import { parserOf } from './run-parser';

const BODY = `mutate { replace => { "ip" => "" "label" => "" } }
json { source => "message" on_error => "bad" }
if [bad] { drop { tag => "TAG_UNSUPPORTED" } }
if [ip] != "" {
  mutate { merge => { "principal.ip" => "ip" } }
} else if [message] == "never" {
  mutate { replace => { "x" => "" } }
} else {
  mutate { replace => { "y" => "" } }
}
for tag in tags {
  mutate { replace => { "label" => "" "label.key" => "tag" "label.value" => "%{tag.name}" } }
  mutate { merge => { "labels" => "label" } }
}
mutate { rename => { "principal" => "event.idm.read_only_udm.principal" "labels" => "event.idm.read_only_udm.metadata.ingestion_labels" } }
mutate { replace => { "event.idm.read_only_udm.metadata.event_type" => "nope" } }
mutate { uppercase => ["event.idm.read_only_udm.metadata.event_type"] }
mutate { merge => { "@output" => "event" } }`;
const LOG = '{"ip":"10.0.0.1","tags":[{"name":"a","no":1},{"name":"b"}],"unread":{"x":1},"list":[1]}';

test('explain tells the line that made each field, then those that changed or moved it', () => {
  const parser = parserOf(BODY);
  const [fields] = explain(parser, parser.run(LOG, { trace: true, state: true }));
  expect(
    fields?.map(({ path, value, statements }) => [path, value, ...statements.map(({ position }) => position.line)]),
  ).toEqual([
    ['principal.ip[0]', '10.0.0.1', 3, 6, 16, 19],
    ['metadata.ingestion_labels[0].key', 'tag', 13, 14, 16, 19],
    ['metadata.ingestion_labels[0].value', 'a', 13, 14, 16, 19],
    ['metadata.ingestion_labels[1].key', 'tag', 13, 14, 16, 19],
    ['metadata.ingestion_labels[1].value', 'b', 13, 14, 16, 19],
    ['metadata.event_type', 'NOPE', 17, 18, 19],
  ]);
});

test('a problem of an event has the place of the statement that wrote the value, with no trace asked for', () => {
  const { problems } = parserOf(BODY).run(LOG);
  const problem = problems.find(({ code }) => code === 'udm-bad-enum');
  expect(problem).toMatchObject({ severity: 'error', file: 'test.conf', position: { line: 17, column: 1 } });
  expect(problem?.message).toContain('metadata.event_type: ');
});

test('there is nothing to explain without trace', () => {
  const parser = parserOf(BODY);
  expect(explain(parser, parser.run(LOG))).toEqual([]);
});

test('coverage tells statements and branches that no log reached, and fields that no statement read', () => {
  const parser = parserOf(BODY);
  const coverage = new Coverage(parser.tree);
  for (const log of [LOG, '{"ip":""}']) {
    const { trace } = parser.run(log, { trace: true });
    if (trace !== undefined) coverage.add(trace);
  }
  const report = coverage.report();
  expect(report).toMatchObject({ statements: 15, statementsReached: 13, branches: 5, branchesReached: 3 });
  expect(report.unreached.map(({ what, position }) => [what, position.line])).toEqual([
    ['if', 4],
    ['else if', 7],
  ]);
  expect(report.unmapped).toEqual([
    { field: 'list[]', logs: 1 },
    { field: 'tags[].no', logs: 1 },
    { field: 'unread.x', logs: 1 },
  ]);
});

test('trace counts runs and caught failures', () => {
  const { trace } = parserOf(BODY).run('x', { trace: true });
  expect([trace?.statements.slice(0, 4), trace?.failures.slice(0, 3)]).toEqual([
    [1, 1, 1, 1],
    [0, 1, 0],
  ]);
});
