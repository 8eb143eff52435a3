import { Command } from 'commander';
import { addRotateVerb } from '../../../../cli/collector/rotate/verb';

const rotate = (...args: string[]) => {
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  addRotateVerb(program);
  return program.parseAsync(['rotate', ...args], { from: 'user' });
};

test.each([
  [['prod', 'cloudtrail-cortex'], 'Allowed choices are qualys-secops.'],
  [['prod', 'qualys-secops', 'a-password'], 'too many arguments'],
  [['prod', 'qualys-secops', '--password=x'], "unknown option '--password=x'"],
  [['prod', 'qualys-secops', '--finish', '--username=x'], "option '--finish' cannot be used with option '--username"],
  [['prod', 'qualys-secops', '--finish', '--no-probe'], "option '--finish' cannot be used with option '--no-probe'"],
  [['prod', 'qualys-secops', '--finish', '--no-run'], "option '--finish' cannot be used with option '--no-run'"],
  [['nowhere', 'qualys-secops'], 'nowhere.yaml not found.'],
  [['nowhere', 'qualys-secops', '--finish'], 'nowhere.yaml not found.'],
])('%j is refused', async (args, problem) => {
  await expect(rotate(...args)).rejects.toThrow(problem);
});
