import { fingerprint, matches } from '../../../functions/qualys/credentials';

const credentials = { username: 'api-user', password: 'pä:ss' };

it('knows credentials by their fingerprint', () => {
  expect(matches(credentials, fingerprint(credentials))).toBe(true);
});

it.each([
  { username: 'api-user', password: 'pä:sS' },
  { username: 'api-user:pä', password: 'ss' },
  { username: 'pä:ss', password: 'api-user' },
])('tells others from them: %j', (others) => {
  expect(matches(others, fingerprint(credentials))).toBe(false);
});

it('gives nothing away, and not even that two are equal', () => {
  expect(fingerprint(credentials)).not.toContain('pä');
  expect(fingerprint(credentials)).not.toBe(fingerprint(credentials));
});

it.each(['', 'x', 'aa:', ':bb', 'aa:bb'])('takes %p for the fingerprint of nothing', (broken) => {
  expect(matches(credentials, broken)).toBe(false);
});
