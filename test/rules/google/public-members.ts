import type { Rule } from '../rule';

export const PUBLIC_MEMBERS: Rule = {
  id: 'public-members',
  title: 'Nothing is open to everybody (allUsers, allAuthenticatedUsers)',
  controls: [],
  check: ({ resource }) =>
    Object.entries<Record<string, unknown>>(resource).flatMap(([type, of]) =>
      Object.entries(of)
        .filter(([, one]) => /\ball(Authenticated)?Users\b/.test(JSON.stringify(one)))
        .map(([id]) => `${type}.${id}: open to everybody`),
    ),
};
