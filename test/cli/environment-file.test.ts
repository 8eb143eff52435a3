import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { parse } from 'yaml';
import { addEntries, addedLines, type Entry, replaceFile } from '../../cli/environment-file';

const QUEUE = { path: ['cloudtrail', 'import', 'queue'], value: 'https://sqs.eu-central-1.amazonaws.com/1/q' };
const ROLE = { path: ['cloudtrail', 'import', 'role'], value: 'reader' };

describe('addEntries', () => {
  const cases: [name: string, before: string, after: string][] = [
    [
      'a map is made at the end of its section, before blank lines and the next one',
      'cloudtrail:\n  region:   x   # here\n\ncloudflare: {}\n',
      `cloudtrail:\n  region:   x   # here\n  import:\n    queue: ${QUEUE.value}\n    role: reader\n\ncloudflare: {}\n`,
    ],
    [
      'it comes after a deeper end of the section, and its comments',
      'cloudtrail:\n  cortex:\n    id: x\n    # of the id\n\n  # of the section\n# of the next\nb: 1\n',
      `cloudtrail:\n  cortex:\n    id: x\n    # of the id\n\n  # of the section\n  import:\n    queue: ${QUEUE.value}\n    role: reader\n# of the next\nb: 1\n`,
    ],
    [
      'an existing map is continued',
      'cloudtrail:\n    import: # taken in\n        topic: "t"\n    region: x\n',
      `cloudtrail:\n    import: # taken in\n        topic: "t"\n        queue: ${QUEUE.value}\n        role: reader\n    region: x\n`,
    ],
    [
      'a key without a value gets its map',
      'cloudtrail:\n   import: # to do\n     # adopt does it\n   region: x\n',
      `cloudtrail:\n   import: # to do\n     # adopt does it\n      queue: ${QUEUE.value}\n      role: reader\n   region: x\n`,
    ],
    [
      'a flow map stays one',
      'cloudtrail: { region: x, import: { topic: t, }, last: "y" } # flow\n',
      `cloudtrail: { region: x, import: { topic: t, queue: ${QUEUE.value}, role: reader, }, last: "y" } # flow\n`,
    ],
    [
      'in a flow map a new map is one, too',
      'cloudtrail: { region: x }\n',
      `cloudtrail: { region: x, import: { queue: ${QUEUE.value}, role: reader } }\n`,
    ],
    [
      'an empty flow map is filled',
      'cloudtrail:\n  import: {}\n',
      `cloudtrail:\n  import: { queue: ${QUEUE.value}, role: reader }\n`,
    ],
    [
      'a flow map over several lines keeps its lines',
      'cloudtrail: {\n  region: x # first\n  }\n',
      `cloudtrail: {\n  region: x, import: { queue: ${QUEUE.value}, role: reader } # first\n  }\n`,
    ],
    [
      'lines end as the others do',
      'cloudtrail:\r\n  region: x # here\r\nb: 1\r\n',
      `cloudtrail:\r\n  region: x # here\r\n  import:\r\n    queue: ${QUEUE.value}\r\n    role: reader\r\nb: 1\r\n`,
    ],
    [
      'a missing line end stays missing',
      'cloudtrail:\n  region: x',
      `cloudtrail:\n  region: x\n  import:\n    queue: ${QUEUE.value}\n    role: reader`,
    ],
    [
      'a text of several lines and the mark of the end stay whole',
      'cloudtrail:\n  note: |\n    a\n    b\n...\n',
      `cloudtrail:\n  note: |\n    a\n    b\n  import:\n    queue: ${QUEUE.value}\n    role: reader\n...\n`,
    ],
    [
      'a list may end the section',
      'cloudtrail:\n  events:\n  - name: a\n    type: b\n',
      `cloudtrail:\n  events:\n  - name: a\n    type: b\n  import:\n    queue: ${QUEUE.value}\n    role: reader\n`,
    ],
  ];
  test.each(cases)('%s', (_, before, after) => {
    expect(addEntries(before, [QUEUE, ROLE])).toBe(after);
  });

  test('a key goes after the one that it follows; comments over the next one stay there', () => {
    const entries = [
      { path: ['cloudtrail', 'existing', 'bucket'], value: 'logs' },
      { path: ['cloudtrail', 'kmsKey'], value: 'arn:aws:kms:x:1:key/2' },
    ];
    const before = 'cloudtrail:\n  trail: existing\n  # of the names\n  names: { trail: t }\n';
    expect(addEntries(before, entries, { existing: 'trail', kmsKey: 'existing' })).toBe(
      'cloudtrail:\n  trail: existing\n  existing:\n    bucket: logs\n  kmsKey: arn:aws:kms:x:1:key/2\n  # of the names\n  names: { trail: t }\n',
    );
  });

  test('many entries are added as if one after another, each in its place, and what they do not touch stays', () => {
    const before =
      'cloudflare:\n  # ours\n  import:\n    account: { audit_logs: 1 } # by hand\n    zones:\n      "1": # one\n        dns_logs: 7\n' +
      '      # of the second\n      "2":\n  zones: [] # none\n\nlast: { a: {}, b: 1 } # end\n';
    const entry = (path: string, value: number): Entry => ({ path: path.split('.'), value });
    const entries = [
      entry('cloudflare.import.zones.1.http_requests', 11),
      entry('cloudflare.import.account.gateway_dns', 2),
      entry('cloudflare.import.zones.3.dns_logs', 31),
      entry('cloudflare.shards', 16),
      entry('cloudflare.import.zones.2.dns_logs', 21),
      entry('cloudflare.import.zones.3.http_requests', 32),
      entry('last.a.c.d', 4),
      entry('last.a.c.e', 5),
      entry('cloudflare.import.zones.1.nel_reports', 12),
    ];
    const edited = addEntries(before, entries);
    expect(edited).toBe(
      'cloudflare:\n  # ours\n  import:\n    account: { audit_logs: 1, gateway_dns: 2 } # by hand\n    zones:\n      "1": # one\n        dns_logs: 7\n' +
        '        http_requests: 11\n        nel_reports: 12\n      # of the second\n      "2":\n        dns_logs: 21\n      "3":\n        dns_logs: 31\n        http_requests: 32\n' +
        '  zones: [] # none\n  shards: 16\n\nlast: { a: { c: { d: 4, e: 5 } }, b: 1 } # end\n',
    );
    expect(entries.reduce((text, one) => addEntries(text, [one]), before)).toBe(edited);
  });

  test('an entry that would also change an alias is refused', () => {
    expect(() => addEntries('a: &a\n  b: 1\nc: *a\n', [{ path: ['a', 'd'], value: 2 }])).toThrow('by hand');
  });

  test.each(['123456789012', 'true', 'a: b', 'a,b', '~', 'x #y', "it's", 'a"b', '[x]'])(
    'the value %s reads back as the same text, in a block and in a flow map',
    (value) => {
      const entries = [{ path: ['a', 'new'], value }];
      expect(parse(addEntries('a:\n  b: 1\n', entries))).toEqual({ a: { b: 1, new: value } });
      expect(parse(addEntries('a: { b: 1 }\n', entries))).toEqual({ a: { b: 1, new: value } });
    },
  );

  test.each([
    ['an alias', 'base: &b { x: y }\ncloudtrail:\n  import: *b\n'],
    ['a text', 'cloudtrail:\n  import: yes\n'],
    ['a list', 'cloudtrail: [a]\n'],
    ['a key without a value in a flow map', 'cloudtrail: { import: , region: x }\n'],
    ['a text that keeps its blank lines', 'cloudtrail:\n  note: |+\n    a\n\n'],
  ])('%s in the way is refused, with what to add by hand', (_, before) => {
    expect(() => addEntries(before, [ROLE])).toThrow(
      'The environment file is laid out in a way that cannot be edited here. Add this by hand:\n  cloudtrail.import.role: reader',
    );
  });

  test('whatever the layout, nothing of the old text is changed and every value is there', () => {
    const comment = fc.constantFrom('', ' # note', '   # {x: "y"}');
    const between = fc.constantFrom('', '\n', '\n# left\n', '\n      # deep\n', '\n  # two\n\n');
    const sibling = fc.constantFrom(
      'a: "1"',
      "b: 'it''s'",
      'c: { d: [1, 2] }',
      'e: >-\n      folded\n      text',
      'f:',
    );
    const layout = fc.record({
      siblings: fc.uniqueArray(sibling, { minLength: 1, selector: (text) => text[0] }),
      comment,
      between,
      after: fc.constantFrom('', 'next: 1', '# the end'),
      crlf: fc.boolean(),
    });
    fc.assert(
      fc.property(layout, ({ siblings, comment, between, after, crlf }) => {
        const section = siblings.map((text) => `  ${text}${text.includes('\n') ? '' : comment}`).join(between || '\n');
        const unix = `top: 1\ncloudtrail:\n${section}\n${after}`;
        const before = crlf ? unix.replaceAll('\n', '\r\n') : unix;
        const edited = addEntries(before, [QUEUE, ROLE]);
        expect(addEntries(addEntries(before, [QUEUE]), [ROLE])).toBe(edited);
        const { cloudtrail, ...rest } = parse(before);
        const added = { import: { queue: QUEUE.value, role: ROLE.value } };
        expect(parse(edited)).toEqual({ ...rest, cloudtrail: { ...cloudtrail, ...added } });
        const lines = addedLines(before, edited, [QUEUE, ROLE]).map(({ line }) => line);
        expect(lines).toHaveLength(3);
        const kept = edited.split('\n').filter((_, index) => !lines.includes(index + 1));
        // The new lines may be the last, after one that had no line end.
        expect(kept.join('\n').trimEnd()).toBe(before.trimEnd());
      }),
    );
  });
});

test('added lines are counted in the new text, with the maps that were made', () => {
  const before = 'cloudtrail:\n  region: x\n';
  expect(addedLines(before, addEntries(before, [QUEUE]), [QUEUE])).toEqual([
    { line: 3, text: '  import:' },
    { line: 4, text: `    queue: ${QUEUE.value}` },
  ]);
});

test("of a line that others' values stand on, too, only the entry is told", () => {
  const before = 'cloudtrail: { cortex: { externalId: secret } }\n';
  expect(addedLines(before, addEntries(before, [ROLE]), [ROLE])).toEqual([
    { line: 1, text: 'cloudtrail.import.role: reader' },
  ]);
});

describe('replaceFile', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-file-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('keeps the mode and the link, and leaves nothing behind', () => {
    const file = join(folder, 'real.yaml');
    writeFileSync(file, 'old');
    chmodSync(file, 0o640);
    symlinkSync(file, join(folder, 'link.yaml'));
    replaceFile(join(folder, 'link.yaml'), 'new');
    expect(readFileSync(file, 'utf8')).toBe('new');
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect(readdirSync(folder)).toEqual(['link.yaml', 'real.yaml']);
  });
});
