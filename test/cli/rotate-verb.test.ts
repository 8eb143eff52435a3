import { Command } from 'commander';
import { addRotateVerb } from '../../cli/rotate-verb';

const rotate = (...args: string[]) => {
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  addRotateVerb(program);
  return program.parseAsync(['rotate', ...args], { from: 'user' });
};

test.each([
  [['prod', 'cloudtrail-cortex'], 'Allowed choices are qualys-secops, logpush-taegis.'],
  [['prod', 'qualys-secops', 'a-password'], 'The password is no argument'],
  [['prod', 'logpush-taegis', 'gateway_dns', 'a-key'], 'too many arguments'],
  [['prod', 'logpush-taegis', '--finish'], '--finish are options of qualys-secops'],
  [['prod', 'logpush-taegis', '--no-probe'], '--finish are options of qualys-secops'],
  [['nowhere', 'logpush-taegis'], 'nowhere.yaml not found.'],
  [['prod', 'qualys-secops', '--password=x'], "unknown option '--password=x'"],
  [['prod', 'qualys-secops', '--finish', '--username=x'], "option '--finish' cannot be used with option '--username"],
  [['prod', 'qualys-secops', '--finish', '--no-probe'], "option '--finish' cannot be used with option '--no-probe'"],
  [['prod', 'qualys-secops', '--finish', '--no-run'], "option '--finish' cannot be used with option '--no-run'"],
  [['nowhere', 'qualys-secops'], 'nowhere.yaml not found.'],
  [['nowhere', 'qualys-secops', '--finish'], 'nowhere.yaml not found.'],
])('%j is refused', async (args, problem) => {
  await expect(rotate(...args)).rejects.toThrow(problem);
});
