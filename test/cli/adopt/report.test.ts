import { importable } from '../../../cli/adopt/finding';
import { type Adoption, renderAdoption } from '../../../cli/adopt/report';

const ADOPTION: Adoption = {
  environment: 'prod',
  file: 'environments/prod.yaml',
  dryRun: false,
  found: [
    importable('queue', 'prod-cloudtrail-cortex', 'queue', 'https://q'),
    importable('dead letters', 'dead', 'deadLetters', undefined),
    importable('role', 'reader', 'role', 'reader', ['it has a path.']),
  ],
  conflicts: [],
  lines: [
    { line: 9, text: '  import:' },
    { line: 10, text: '    queue: https://q' },
  ],
  next: './tributary plan prod cloudtrail-cortex',
};

test('tells what was found, what to mind, what was written and what comes next', () => {
  expect(renderAdoption(ADOPTION)).toBe(`  queue         prod-cloudtrail-cortex  exists
  dead letters  dead                    not there: the stack makes it
  role          reader                  exists

Warning: it has a path.

environments/prod.yaml, lines written:
   9    import:
  10      queue: https://q

Next: ./tributary plan prod cloudtrail-cortex (what exists: "will be imported")`);
});

test('a dry run says so, and what comes next: the real one', () => {
  expect(renderAdoption({ ...ADOPTION, dryRun: true })).toMatch(
    /prod\.yaml, lines that would be written:\n[\s\S]*\nNext: the same without --dry-run$/,
  );
});

test('with nothing to write a dry run points to the diff, too', () => {
  expect(renderAdoption({ ...ADOPTION, dryRun: true, lines: [] })).toMatch(
    /prod\.yaml says all of it already: nothing to write\.\n\nNext: \.\/tributary plan prod cloudtrail-cortex /,
  );
});

test('what the file says otherwise is told with its line, in place of the next step', () => {
  const conflicts = [
    { path: 'cloudtrail.import.queue', line: 12, stands: 'https://other', found: 'https://q' },
    { path: 'cloudtrail.import.role', line: 13, stands: 7, found: null },
  ];
  const text = renderAdoption({ ...ADOPTION, lines: [], conflicts });
  expect(text).toMatch(/\n\nNothing was written: environments\/prod\.yaml says something else\. /);
  expect(text).toContain(`environments/prod.yaml:12  cloudtrail.import.queue
    stands    https://other
    found     https://q`);
  expect(text).toContain(`environments/prod.yaml:13  cloudtrail.import.role
    stands    7
    found     nothing; take the line out`);
  expect(text).not.toContain('Next:');
});
