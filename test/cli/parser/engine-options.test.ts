import { parseEngineOptions } from '../../../cli/parser/engine-options';

test('words, truth values and numbers, those of UDM apart', () => {
  expect(parseEngineOptions([])).toEqual({});
  expect(parseEngineOptions(['jsonNull=empty', 'shortCircuit=false', 'maxSteps=10', 'udm.urlScheme=error'])).toEqual({
    jsonNull: 'empty',
    shortCircuit: false,
    maxSteps: 10,
    udm: { urlScheme: 'error' },
  });
});

test.each([
  ['nope=1', '--option nope=1: there is no option nope. docs/parsers.md lists them.'],
  ['jsonNull', '--option jsonNull=: expected absent or empty.'],
  ['jsonNull=x', '--option jsonNull=x: expected absent or empty.'],
  ['shortCircuit=yes', '--option shortCircuit=yes: expected true or false.'],
  ['maxSteps=-1', '--option maxSteps=-1: expected a whole number.'],
  ['udm.urlScheme=loud', '--option udm.urlScheme=loud: expected error or warning or ignore.'],
])('%s is refused', (setting, problem) => {
  expect(() => parseEngineOptions([setting])).toThrow(problem);
});
