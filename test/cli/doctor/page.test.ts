import { type Check, couldNotTell, ok, skipped, warning, willFail } from '../../../cli/doctor/check';
import { renderPage, sums } from '../../../cli/doctor/page';

const PAGE = 'https://docs.example.com/a/page/that/is/longer/than/a/narrow/terminal.htm';
const CHECKS: Check[] = [
  ok({ name: 'login', code: 'a', finding: 'Qualys answers this user; 297 of 300 calls are left', page: PAGE }),
  willFail({
    ...{ name: 'KnowledgeBase', code: 'b', page: PAGE },
    finding: 'HTTP 409: the subscription may not use the KnowledgeBase API',
    todo: 'Ask the support of Qualys for access to it: no role of yours can give it.',
    command: `curl -sS -i -d 'action=list&details=Basic&ids=6' 'https://qualysapi.example.com/api/4.0/'`,
  }),
  couldNotTell({ name: 'a-long-name.example.com', code: 'c', finding: 'no answer' }),
  skipped('alerts', 'd', 'there are no credentials'),
  skipped('host assets', 'e', 'there are no credentials'),
  skipped('detections', 'f', 'it is not collected'),
  warning({
    name: 'trails',
    code: 'g',
    finding: 'a second copy',
    todo: 'Save it.',
    page: 'https://p',
    command: 'aws x',
  }),
];
const render = (columns: number, color = false) =>
  renderPage('prod: what would stop it', [{ title: 'Qualys', checks: CHECKS }], { color, columns });

test('at 80 columns: findings beside names, what to do below, and nothing that is pasted is broken', () => {
  expect(render(80).split('\n')).toEqual([
    'prod: what would stop it',
    '',
    'Qualys',
    '  ok              login               Qualys answers this user; 297 of 300 calls',
    '                                      are left',
    '  will fail       KnowledgeBase       HTTP 409: the subscription may not use the',
    '                                      KnowledgeBase API',
    '                  Ask the support of Qualys for access to it: no role of yours',
    '                  can give it.',
    `                  curl -sS -i -d 'action=list&details=Basic&ids=6' 'https://qualysapi.example.com/api/4.0/'`,
    `                  ${PAGE}`,
    '  could not tell  a-long-name.example.com',
    '                                      no answer',
    '  skipped         alerts, host assets: because there are no credentials',
    '  skipped         detections: because it is not collected',
    '  warning         trails              a second copy',
    '                  Save it.',
    '                  aws x',
    '                  https://p',
    '',
    '7 checks: 1 ok, 1 warning, 1 will fail, 1 could not be told, 3 skipped.',
    'Mend what will fail, and run this again.',
  ]);
});

test('in a narrow terminal all is below the name, and only names and what is pasted are wider', () => {
  const lines = render(40).split('\n');
  expect(lines.slice(2, 8)).toEqual([
    'Qualys',
    '  ok  login',
    '    Qualys answers this user; 297 of 300',
    '    calls are left',
    '  will fail  KnowledgeBase',
    '    HTTP 409: the subscription may not',
  ]);
  expect(lines.filter((line) => line.length > 40).map((line) => line.trim().slice(0, 5))).toEqual([
    'curl ',
    'https',
    'could',
  ]);
});

test.each([1, 5, 20])('%i columns are served as 20 are', (columns) => {
  expect(render(columns)).toBe(render(20));
});

test('lines are no longer than 120 columns', () => {
  expect(render(1000)).toBe(render(120));
});

test('colours change no text', () => {
  const ESC = String.fromCharCode(27);
  const colored = render(80, true);
  expect(colored).toContain(`${ESC}[31mwill fail     ${ESC}[39m`);
  expect(colored.replaceAll(new RegExp(`${ESC}\\[\\d+m`, 'g'), '')).toBe(render(80));
  expect(render(80)).not.toContain(ESC);
});

test('the last line is the verdict', () => {
  const last = (...checks: Check[]) =>
    renderPage('x', [{ title: 'y', checks }], { color: false, columns: 80 })
      .split('\n')
      .at(-1);
  const [good, bad, unknown, aside] = CHECKS as [Check, Check, Check, Check];
  const warned = CHECKS.at(-1) as Check;
  expect(last(good, aside)).toBe('Nothing was found that would stop it.');
  expect(last(good, unknown)).toBe('Nothing was found that will fail, but not all could be told.');
  expect(last(bad, unknown)).toBe('Mend what will fail, and run this again.');
  expect(sums([good])).toBe('1 check: 1 ok.');
  expect(sums([warned, warned])).toBe('2 checks: 2 warnings.');
  expect(last(good, warned)).toBe('Nothing was found that would stop it.');
});
