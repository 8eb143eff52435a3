import { offlineReport } from '../../../cli/plan/offline';
import { readPlan } from '../../../cli/plan/read-plan';
import { renderTerminal } from '../../../cli/plan/terminal';
import { planOf, resource } from './plans';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const OLD = 'filter {\n  a\n  b\n}\n';
const NEW = 'filter {\n  a\n  c\n}\n';

describe.each([
  ['google_chronicle_parser', 'cbn'],
  ['google_chronicle_parser_extension', 'cbn_snippet'],
])('%s', (type, argument) => {
  const [before, after] = [OLD, NEW].map((code) => ({ [argument]: base64(code) }));
  const config = (code: string) => ({ resource: { [type]: { x: { [argument]: base64(code) } } } });
  const known = (value: string) => ({ kind: 'known', value });

  test('code that changes is compared as text, and its replacement is not told as a destroy', () => {
    const plan = planOf([
      resource({ actions: ['delete', 'create'], before, after, replace_paths: [[argument]] }, { type }),
    ]);
    const report = readPlan('prod-x', plan, []);
    expect(report.changes).toEqual([
      {
        ...{ address: `${type}.x`, type, action: 'replace' },
        attributes: [{ path: argument, before: known(OLD), after: known(NEW), forcesReplacement: true }],
      },
    ]);
    const text = renderTerminal({ environment: 'prod', stacks: [report] }, { color: false, width: 100 });
    expect(text).toContain('        -  b\n        +  c\n');
    expect(text).toContain('1 to replace');
    expect(text).not.toMatch(/destroys/);
  });

  test('one that is taken out is forgotten', () => {
    const report = readPlan('prod-x', planOf([resource({ actions: ['delete'], before, after: null }, { type })]), []);
    expect(report.changes).toEqual([{ address: `${type}.x`, type, action: 'forget', attributes: [] }]);
    expect(report.warnings).toEqual([`${type}.x: stays as it is, and Terraform will know nothing of it any more.`]);
  });

  test('one that is gone in SecOps is drift', () => {
    const drift = resource({ actions: ['delete'], before, after: null }, { type });
    expect(readPlan('prod-x', planOf([], {}, { resource_drift: [drift] }), []).drift).toEqual([
      { address: `${type}.x`, type, action: 'delete', attributes: [] },
    ]);
  });

  test('a secret in the code is not shown', () => {
    const plan = planOf([resource({ before, after: { [argument]: base64('filter { hunter2hunter2 }') } }, { type })]);
    expect(JSON.stringify(readPlan('prod-x', plan, ['hunter2hunter2']))).not.toMatch(/hunter2/);
  });

  test('offline, too', () => {
    const [changed] = offlineReport('prod-x', config(OLD), config(NEW)).changes;
    expect(changed).toMatchObject({ action: 'update', attributes: [{ before: known(OLD), after: known(NEW) }] });
    expect(offlineReport('prod-x', config(OLD), { resource: {} }).changes).toEqual([
      { address: `${type}.x`, type, action: 'forget', attributes: [] },
    ]);
  });
});
