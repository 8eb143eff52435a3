import { movesBetween, stateCommands, withShards } from '../../../cli/logpush/reshard';

test.each([
  ['cloudflare:\n  account: {}\n', 'cloudflare:\n  shards: 16\n  account: {}\n'],
  ['cloudflare:\n  shards: 1 # one\n  zones: []\n', 'cloudflare:\n  shards: 16 # one\n  zones: []\n'],
  ['cloudflare:\n  zones: []\n  shards: 256\n', 'cloudflare:\n  zones: []\n  shards: 16\n'],
])('the number of stacks is put into %j', (text, expected) => {
  expect(withShards(text, 16)).toBe(expected);
});

test('only jobs that change their stack move; one that is gone does not', () => {
  const before = new Map([
    ['a', 'one'],
    ['b', 'one'],
    ['c', 'one'],
  ]);
  const after = new Map([
    ['a', 'one'],
    ['b', 'one-0'],
    ['d', 'one-1'],
  ]);
  expect(movesBetween(before, after)).toEqual([{ address: 'b', from: 'one', to: 'one-0' }]);
});

test('each move is one command, and the old number is forgotten last', () => {
  expect(
    stateCommands('e-logpush-taegis', [{ address: 'x.y', from: 'e-logpush-taegis', to: 'e-logpush-taegis-0' }]),
  ).toEqual([
    "terraform state mv -state=.reshard/e-logpush-taegis.tfstate -state-out=.reshard/e-logpush-taegis-0.tfstate 'x.y' 'x.y'",
    "terraform state rm -state=.reshard/e-logpush-taegis.tfstate 'terraform_data.shards-held'",
  ]);
});
