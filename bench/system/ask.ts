import { people, tokensOf } from './people.ts';

/** Asks as an ADMIN. @throws with the whole answer when there are errors in it */
export async function ask<Answer>(
  origin: string,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<Answer> {
  const [token = ''] = tokensOf(people('ADMIN', 1));
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  });
  const text = await response.text();
  const { data, errors } = JSON.parse(text);
  if (errors || response.status !== 200) throw new Error(`${query} was answered with: ${text}`);
  return data;
}
