import { Command } from 'commander';
import { addDestroyVerb } from '../../../cli/deploy/destroy-verb';
import { addDeployVerb } from '../../../cli/deploy/verb';
import { type FakeTerraform, fakeTerraform } from '../fake-terraform';

let fake: FakeTerraform;
const { PATH } = process.env;
const terminals = [process.stdin, process.stderr].map((stream) => ({ stream, isTTY: stream.isTTY }));
beforeEach(() => {
  fake = fakeTerraform();
  process.env.PATH = fake.env.PATH;
  for (const { stream } of terminals) stream.isTTY = false;
});
afterEach(() => {
  fake.remove();
  process.env.PATH = PATH;
  for (const { stream, isTTY } of terminals) stream.isTTY = isTTY;
});

test.each([
  [['destroy', 'prod'], 'prod is protected (protected: true in environments/prod.yaml)'],
  [['destroy', 'prod', 'logpush-taegis', '--confirm', 'prod'], 'prod is protected'],
  [['destroy', 'dev'], 'Nobody can be asked here: a destroy takes --confirm dev.'],
  [['destroy', 'dev', '--confirm', 'de'], '--confirm de: expected dev. Nothing was destroyed.'],
  [['destroy', 'dev', '--confirm', 'Dev'], '--confirm Dev: expected dev. Nothing was destroyed.'],
  [['destroy', 'nowhere', '--confirm', 'nowhere'], 'nowhere.yaml not found.'],
  [['deploy', 'dev'], 'a deploy takes --review FILE (of ./tributary plan --review FILE) or --yes.'],
  [['deploy', 'dev', '--review', '/no/such.json'], '--review /no/such.json could not be read'],
  [
    ['deploy', 'dev', '--review', '/no/such.json', '--yes'],
    "option '--yes' cannot be used with option '--review <file>'",
  ],
])('%j is refused before Terraform is looked for', async (args, problem) => {
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  addDeployVerb(program);
  addDestroyVerb(program);
  await expect(program.parseAsync(args, { from: 'user' })).rejects.toThrow(problem);
  expect(fake.calls()).toEqual([]);
});
