import { inspect } from 'node:util';
import { type ActivationOptions, activateParsers } from '../../../cli/parser/activation';
import type { ChosenParser } from '../../../cli/parser/target';
import type { Verdict } from '../../../cli/verdict';
import {
  custom,
  extension,
  LOG_TYPE,
  MINUTE,
  NOON,
  prebuilt,
  reportName,
  startWorld,
  TOKEN,
  type World,
} from './world';

const CODE = 'filter { # improved\n}\n';
const CHOSEN: ChosenParser = { logType: LOG_TYPE, parser: 'improved', code: CODE };
const PREBUILT: ChosenParser = { logType: LOG_TYPE, parser: 'prebuilt' };
const EXTENDED: ChosenParser = { ...PREBUILT, extension: 'parsers/mine.conf', extensionCode: CODE };

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

/** Whatever happens: the token goes to Google alone. */
async function activate(chosen: ChosenParser | ChosenParser[], options: Partial<ActivationOptions> = {}) {
  const { api, progress, clock } = world;
  const outcome = activateParsers({
    target: world.target(...[chosen].flat()),
    ...{ api, progress, clock, patienceMs: 5 * MINUTE, dryRun: false, showLogs: false },
    agree: async () => true,
    ...options,
  });
  const [settled] = await Promise.allSettled([outcome]);
  expect(inspect(settled, { depth: null }) + world.shown()).not.toContain(TOKEN);
  return outcome;
}

// biome-ignore lint/suspicious/noExplicitAny: wrong paths fail the assertion
const first = ({ document }: Verdict) => (document as any).logTypes[0];

describe('a custom parser', () => {
  test('that SecOps has tried becomes active, and what is active then is told', async () => {
    world.secops.stored = [prebuilt('ACTIVE'), custom('pa_1', CODE, { validationStage: 'PASSED' })];
    const verdict = await activate(CHOSEN);
    expect(verdict.exitCode).toBe(0);
    expect(verdict.document).toEqual({
      environment: 'prod',
      ...{ project: 'acme-siem', location: 'europe', instance: '3d0c6a52-9b1e-4f7a-8c2d-5e6f7a8b9c0d' },
      logTypes: [
        {
          logType: LOG_TYPE,
          parser: { chosen: 'improved', outcome: 'activated', id: 'pa_1' },
          active: {
            kind: 'custom',
            id: 'pa_1',
            isPinned: false,
            releaseStage: 'RELEASE',
            createdAt: '2026-03-01T11:00:00Z',
          },
        },
      ],
    });
    expect(verdict.text).toBe(
      `${LOG_TYPE}\n  parser     improved: activated\n  active     the custom parser pa_1 of 2026-03-01`,
    );
    expect(world.switches()).toEqual(['activate pa_1']);
    expect(world.active()).toBe('pa_1');
  });

  test('that is active already is not touched, and nobody is asked', async () => {
    world.secops.stored = [prebuilt('INACTIVE'), custom('pa_1', CODE, { state: 'ACTIVE', releaseStage: 'RELEASE' })];
    const agree = jest.fn();
    const verdict = await activate(CHOSEN, { agree });
    expect(verdict.exitCode).toBe(0);
    expect(first(verdict).parser).toEqual({ chosen: 'improved', outcome: 'was active', id: 'pa_1' });
    expect(agree).not.toHaveBeenCalled();
    expect(world.switches()).toEqual([]);
  });

  test('is the one with this code, and of several the newest', async () => {
    world.secops.stored = [
      custom('pa_other', 'filter {}', { state: 'ACTIVE', releaseStage: 'RELEASE' }),
      custom('pa_old', CODE, { validationStage: 'PASSED', createTime: '2026-02-01T00:00:00Z' }),
      custom('pa_new', CODE, { validationStage: 'PASSED' }),
      custom('pa_failed', CODE, { validationStage: 'FAILED', createTime: '2026-03-01T11:30:00Z' }),
      custom('pa_trying', CODE, { validationStage: 'VALIDATING', createTime: '2026-03-01T11:31:00Z' }),
    ];
    expect(first(await activate(CHOSEN)).parser).toMatchObject({ outcome: 'activated', id: 'pa_new' });
    expect(world.active()).toBe('pa_new');
  });

  test('that was active before an other, and is archived, becomes active again', async () => {
    world.secops.stored = [
      custom('pa_other', 'filter {}', { state: 'ACTIVE', releaseStage: 'RELEASE' }),
      custom('pa_1', CODE, { releaseStage: 'ROLLBACK_CANDIDATE' }),
    ];
    expect(first(await activate(CHOSEN)).parser.outcome).toBe('activated');
  });

  test('whose validation goes on is waited for', async () => {
    world.secops.stored = [
      prebuilt('ACTIVE'),
      {
        ...custom('pa_1', CODE, { validationStage: 'NEW' }),
        tried: { at: NOON + 4 * MINUTE, fields: { validationStage: 'PASSED' } },
      },
    ];
    const verdict = await activate(CHOSEN);
    expect(verdict.exitCode).toBe(0);
    expect(first(verdict).parser).toMatchObject({ outcome: 'activated', id: 'pa_1' });
    expect(world.clock.now() - NOON).toBe(4 * MINUTE);
    expect(world.shown()).toContain('Wait until SecOps has tried the parser of QUALYS_CONTINUOUS_MONITORING');
    expect(world.shown()).toContain('    NEW\n');
  });

  test('is waited for also while SecOps does not answer', async () => {
    world.secops.stored = [
      prebuilt('ACTIVE'),
      {
        ...custom('pa_1', CODE, { validationStage: 'NEW' }),
        tried: { at: NOON + 2 * MINUTE, fields: { validationStage: 'PASSED' } },
      },
    ];
    const unavailable = { status: 503, reason: 'UNAVAILABLE', message: 'try again' };
    const verdict = await activate(CHOSEN, {
      agree: async () => {
        world.secops.faults = Array.from({ length: 4 }, () => ({ on: /\/parsers\?/, fault: unavailable }));
        return true;
      },
    });
    expect(first(verdict).parser.outcome).toBe('activated');
    expect(world.shown()).toContain('    SecOps does not answer for now: Could not list the parsers of ');
  });

  test.each([
    [5, 5],
    [0, 0],
  ])('whose validation does not end within %i minutes is left at it: could not tell', async (minutes, waited) => {
    world.secops.stored = [prebuilt('ACTIVE'), custom('pa_1', CODE, { validationStage: 'VALIDATING' })];
    const verdict = await activate(CHOSEN, { patienceMs: minutes * MINUTE });
    expect(verdict.exitCode).toBe(2);
    expect(first(verdict).parser).toEqual({
      chosen: 'improved',
      outcome: 'still validating',
      id: 'pa_1',
      stage: 'VALIDATING',
    });
    expect(verdict.text).toContain('SecOps is still at it (VALIDATING). Later: ./tributary parser activate prod');
    expect(world.clock.now() - NOON).toBe(waited * MINUTE);
    expect(world.switches()).toEqual([]);
  });

  test('that SecOps has not is told, with the deploy that makes it', async () => {
    world.secops.stored = [prebuilt('ACTIVE'), custom('pa_1', 'filter {}', { validationStage: 'PASSED' })];
    const verdict = await activate(CHOSEN);
    expect(verdict.exitCode).toBe(1);
    expect(first(verdict)).toMatchObject({
      parser: { outcome: 'missing' },
      active: { kind: 'prebuilt', version: '12.0' },
    });
    expect(verdict.text).toContain(
      'improved: SecOps has no parser with this code. Deploy first: ./tributary deploy prod qualys-secops\n  active     the prebuilt parser 12.0',
    );
  });

  test('that shows as active only after a moment is waited for', async () => {
    await world.close();
    world = await startWorld(10_000);
    world.secops.stored = [prebuilt('ACTIVE'), custom('pa_1', CODE, { validationStage: 'PASSED' })];
    expect(first(await activate(CHOSEN)).parser.outcome).toBe('activated');
    expect(world.switches()).toEqual(['activate pa_1']);
  });

  test('that is not active after the request was taken is a failure', async () => {
    world.secops.stored = [prebuilt('ACTIVE'), custom('pa_1', CODE, { validationStage: 'PASSED' })];
    world.secops.faults = [{ on: /:activate$/, fault: 'ignored' }];
    const verdict = await activate(CHOSEN);
    expect(verdict.exitCode).toBe(1);
    expect(first(verdict)).toMatchObject({ parser: { outcome: 'not active' }, active: { id: 'pa_prebuilt' } });
    expect(verdict.text).toContain('SecOps took the request, but pa_1 is not active after a minute.');
  });
});

describe('a rejected parser', () => {
  const report = reportName('parsers/pa_1/validationReports/vr_1');
  const ERROR = 'generic::invalid_argument: pipeline failed: filter mutate (4) failed: replace failure: field not set';

  beforeEach(() => {
    world.secops.stored = [
      prebuilt('ACTIVE'),
      custom('pa_1', CODE, { validationStage: 'FAILED', validationReport: report }),
    ];
    world.secops.reports.set(report, {
      fields: { verdict: 'FAIL', stats: { logEntryCount: '1000', failedLogCount: '12' } },
      errors: [{ error: { code: 3, message: ERROR }, logData: Buffer.from('a confidential log').toString('base64') }],
    });
  });

  test('is told with what its report says, without the logs', async () => {
    const verdict = await activate(CHOSEN);
    expect(verdict.exitCode).toBe(1);
    expect(first(verdict).parser).toEqual({
      ...{ chosen: 'improved', outcome: 'rejected', id: 'pa_1', stage: 'FAILED' },
      report: { logs: 1000, failed: 12, errors: [{ error: ERROR }] },
    });
    expect(verdict.text).toContain('SecOps tried pa_1 on logs, and does not take it (FAILED).');
    expect(verdict.text).toContain(`12 of 1000 logs failed:\n             - ${ERROR}\n`);
    expect(verdict.text).toContain('--show-logs shows the logs, too.');
    expect(inspect(verdict, { depth: null })).not.toContain('confidential');
    expect(world.switches()).toEqual([]);
  });

  test('with the logs where that is asked for', async () => {
    const verdict = await activate(CHOSEN, { showLogs: true });
    expect(verdict.text).toContain(`- ${ERROR}\n               a confidential log\n`);
    expect(first(verdict).parser.report.errors[0].log).toBe('a confidential log');
  });

  test.each([
    ['chronicle.validationReports.get', 'read the validation report'],
    ['chronicle.parsingErrors.list', 'read the validation report'],
  ] as const)('is told without the report where %s is missing', async (permission, what) => {
    world.secops.denied.add(permission);
    const verdict = await activate(CHOSEN);
    expect(verdict.exitCode).toBe(1);
    expect(verdict.text).toContain('does not take it (FAILED)');
    expect(verdict.text).toContain(`Could not ${what}: Google Cloud answered 403`);
    expect(verdict.text).toContain(`This takes the permission ${permission} in the project acme-siem`);
  });

  test('after it was waited for, too', async () => {
    world.secops.stored[1] = {
      ...custom('pa_1', CODE, { validationStage: 'VALIDATING' }),
      tried: { at: NOON + MINUTE, fields: { validationStage: 'FAILED', validationReport: report } },
    };
    expect(first(await activate(CHOSEN)).parser).toMatchObject({ outcome: 'rejected', report: { failed: 12 } });
  });
});

describe('the prebuilt parser', () => {
  test('that is active is left', async () => {
    world.secops.stored = [
      prebuilt('ACTIVE', { versionInfo: { version: '12.0', latestParserVersion: '13.0', autoUpgradeDisabled: true } }),
    ];
    const verdict = await activate(PREBUILT);
    expect(verdict.exitCode).toBe(0);
    expect(verdict.text).toContain('  active     the prebuilt parser 12.0, pinned, 13.0 is there');
    expect(world.switches()).toEqual([]);
  });

  test('becomes active when the custom one is deactivated', async () => {
    world.secops.stored = [prebuilt('INACTIVE'), custom('pa_1', CODE, { state: 'ACTIVE', releaseStage: 'RELEASE' })];
    const verdict = await activate(PREBUILT);
    expect(verdict.exitCode).toBe(0);
    expect(first(verdict)).toMatchObject({
      parser: { outcome: 'activated', id: 'pa_prebuilt' },
      active: { kind: 'prebuilt' },
    });
    expect(world.switches()).toEqual(['deactivate pa_1']);
    expect(world.active()).toBe('pa_prebuilt');
  });

  test('is activated where none is active', async () => {
    world.secops.stored = [prebuilt('INACTIVE')];
    expect(first(await activate(PREBUILT)).parser).toMatchObject({ outcome: 'activated', id: 'pa_prebuilt' });
    expect(world.switches()).toEqual(['activate pa_prebuilt']);
  });

  test('that SecOps has not is told', async () => {
    const verdict = await activate(PREBUILT);
    expect(verdict.exitCode).toBe(1);
    expect(verdict.text).toContain('prebuilt: SecOps has no released prebuilt parser of this log type');
    expect(verdict.text).toContain('  active     no parser');
  });
});

describe('an extension', () => {
  test.each(['VALIDATED', 'VALIDATION_SKIPPED', 'ARCHIVED'])('that is %s goes live over its parser', async (state) => {
    world.secops.stored = [prebuilt('ACTIVE'), extension('pe_1', CODE, state), extension('pe_0', 'filter {}', 'LIVE')];
    const verdict = await activate(EXTENDED);
    expect(verdict.exitCode).toBe(0);
    expect(first(verdict)).toMatchObject({
      parser: { outcome: 'was active' },
      extension: { chosen: 'parsers/mine.conf', outcome: 'activated', id: 'pe_1' },
      active: { extension: { id: 'pe_1', liveSince: '2026-03-01T12:00:00.000Z' } },
    });
    expect(verdict.text).toContain('  active     the prebuilt parser 12.0, with the extension pe_1');
    expect(world.switches()).toEqual(['activate pe_1']);
    expect(world.active('parserExtensions')).toBe('pe_1');
  });

  test('that is live is not touched; one that is tried is waited for', async () => {
    world.secops.stored = [prebuilt('ACTIVE'), extension('pe_1', CODE, 'LIVE')];
    expect(first(await activate(EXTENDED)).extension.outcome).toBe('was active');
    world.secops.stored[1] = {
      ...extension('pe_1', CODE, 'VALIDATING'),
      tried: { at: NOON + MINUTE, fields: { state: 'VALIDATED' } },
    };
    expect(first(await activate(EXTENDED)).extension.outcome).toBe('activated');
    expect(world.switches()).toEqual(['activate pe_1']);
  });

  test('that SecOps rejected is told with its report of the other form', async () => {
    const report = reportName('parserExtensions/pe_1/extensionValidationReports/er_1');
    world.secops.stored = [
      prebuilt('ACTIVE'),
      extension('pe_1', CODE, 'REJECTED', { extensionValidationReport: report }),
    ];
    world.secops.reports.set(report, { fields: { validationErrors: ['no logs of the last 30 days'] }, errors: [] });
    const verdict = await activate(EXTENDED);
    expect(verdict.exitCode).toBe(1);
    expect(verdict.text).toContain('does not take it (REJECTED).\n             - no logs of the last 30 days\n');
  });

  test('is left when its parser cannot be activated', async () => {
    world.secops.stored = [prebuilt('ACTIVE'), extension('pe_1', CODE, 'VALIDATED')];
    const verdict = await activate({ ...EXTENDED, ...CHOSEN });
    expect(verdict.exitCode).toBe(1);
    expect(first(verdict)).toMatchObject({ parser: { outcome: 'missing' }, extension: { outcome: 'left' } });
    expect(world.switches()).toEqual([]);
  });
});

describe('what SecOps refuses', () => {
  beforeEach(() => {
    world.secops.stored = [prebuilt('ACTIVE'), custom('pa_1', CODE, { validationStage: 'PASSED' })];
  });

  test('a permission to activate is told with what it takes', async () => {
    world.secops.denied.add('chronicle.parsers.activate');
    const verdict = await activate(CHOSEN);
    expect(verdict.exitCode).toBe(1);
    expect(first(verdict).parser.outcome).toBe('refused');
    expect(verdict.text).toContain('improved: Could not activate pa_1: Google Cloud answered 403 PERMISSION_DENIED');
    expect(verdict.text).toContain(
      'This takes the permission chronicle.parsers.activate in the project acme-siem, which roles/chronicle.admin holds.',
    );
    expect(world.active()).toBe('pa_prebuilt');
  });

  test('a permission to look ends it, before anything is done', async () => {
    world.secops.denied.add('chronicle.parserExtensions.list');
    await expect(activate(CHOSEN)).rejects.toThrow(
      /^Could not list the parser extensions of QUALYS_CONTINUOUS_MONITORING: Google Cloud answered 403 .*\nThis takes the permission chronicle\.parserExtensions\.list in the project acme-siem/,
    );
    expect(world.switches()).toEqual([]);
  });

  test('a log type that SecOps does not know is told with what to check', async () => {
    await expect(activate({ ...CHOSEN, logType: 'QUALYS_NONE' })).rejects.toThrow(
      /of QUALYS_NONE: Google Cloud answered 404 NOT_FOUND.*\nCheck qualys\.secops \(location europe, instance 3d0c6a52.*, project acme-siem\) and the log type\./,
    );
  });

  const busy = { status: 429, reason: 'RESOURCE_EXHAUSTED', message: 'Quota exceeded' };

  test('a quota that is used up for a moment is waited for', async () => {
    world.secops.faults = [
      { on: /\/parsers\?/, fault: busy },
      { on: /:activate$/, fault: busy },
    ];
    expect(first(await activate(CHOSEN)).parser.outcome).toBe('activated');
    expect(world.switches()).toEqual(['activate pa_1', 'activate pa_1']);
  });

  test('and told when it stays used up', async () => {
    world.secops.faults = Array.from({ length: 4 }, () => ({ on: /:activate$/, fault: busy }));
    const verdict = await activate(CHOSEN);
    expect(verdict.exitCode).toBe(1);
    expect(verdict.text).toContain("The API's quota is used up for now: try again in a minute.");
  });

  test('that a parser is active already counts as done: the answer to the request was lost', async () => {
    world.secops.faults = [{ on: /:activate$/, fault: 'applied-then-reset' }];
    expect(first(await activate(CHOSEN)).parser).toMatchObject({ outcome: 'activated', id: 'pa_1' });
    expect(world.switches()).toEqual(['activate pa_1', 'activate pa_1']);
  });

  test('a state in which it does not activate is told in its words', async () => {
    world.secops.faults = [
      {
        on: /:activate$/,
        fault: { status: 400, reason: 'FAILED_PRECONDITION', message: 'a release is being rolled out' },
      },
    ];
    const verdict = await activate(CHOSEN);
    expect(verdict.exitCode).toBe(1);
    expect(verdict.text).toContain('answered 400 FAILED_PRECONDITION: a release is being rolled out.');
  });

  test('others are activated all the same', async () => {
    const squid = { ...custom('pa_2', 'filter { squid }', { validationStage: 'PASSED' }), logType: 'SQUID_WEBPROXY' };
    world.secops.stored.push(squid);
    world.secops.faults = Array.from({ length: 4 }, () => ({ on: /pa_1:activate$/, fault: busy }));
    const verdict = await activate([
      CHOSEN,
      { logType: 'SQUID_WEBPROXY', parser: 'squid/corrected', code: 'filter { squid }' },
    ]);
    expect(verdict.exitCode).toBe(1);
    expect(verdict.text).toContain('SQUID_WEBPROXY\n  parser     squid/corrected: activated');
  });
});

describe('before anything is done', () => {
  beforeEach(() => {
    world.secops.stored = [
      prebuilt('ACTIVE'),
      custom('pa_1', CODE, { validationStage: 'VALIDATING' }),
      extension('pe_0', 'filter {}', 'LIVE'),
    ];
  });

  test('it is shown and asked; anything but a yes ends it', async () => {
    const agree = jest.fn(async () => false);
    await expect(activate(CHOSEN, { agree })).rejects.toThrow('Nothing was activated: it was not agreed to.');
    expect(agree).toHaveBeenCalledWith(
      [
        'SecOps instance 3d0c6a52-9b1e-4f7a-8c2d-5e6f7a8b9c0d (europe, project acme-siem) of prod:',
        LOG_TYPE,
        '  now        the prebuilt parser 12.0, with the extension pe_0',
        '  parser     improved: wait until SecOps has tried pa_1 (VALIDATING), then activate it',
        '  extension  the environment file names none: stays live. SIEM Settings > Parsers deletes it',
        'Logs that come afterwards are parsed otherwise; those that are there are not.',
      ].join('\n'),
    );
    expect(world.switches()).toEqual([]);
  });

  test('a dry run shows it and does nothing, not even wait', async () => {
    const verdict = await activate(CHOSEN, { dryRun: true, agree: fail });
    expect(verdict.exitCode).toBe(0);
    expect(verdict.text).toContain('wait until SecOps has tried pa_1');
    expect(verdict.document).toMatchObject({
      dryRun: true,
      logTypes: [{ parser: { state: 'validating', stage: 'VALIDATING' } }],
    });
    expect(world.clock.now()).toBe(NOON);
    expect(world.switches()).toEqual([]);
  });

  test('a dry run fails on what cannot be activated', async () => {
    world.secops.stored = [prebuilt('ACTIVE')];
    const verdict = await activate([CHOSEN, EXTENDED], { dryRun: true });
    expect(verdict.exitCode).toBe(1);
    expect(verdict.text).toContain('improved: SecOps has no parser with this code.');
    expect(verdict.text).toContain('parsers/mine.conf: SecOps has no extension with this code.');
  });

  test('a log type of which the file says nothing is shown and left', async () => {
    const verdict = await activate({ logType: LOG_TYPE });
    expect(verdict.exitCode).toBe(0);
    expect(verdict.text).toContain('the environment file says nothing of it: left as it is');
    expect(world.switches()).toEqual([]);
  });
});

function fail(): never {
  throw new Error('nobody is to be asked');
}
