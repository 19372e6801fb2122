import { settings } from './settings.js';

const loginMutation = `mutation SignIn($input: LoginInput!) {
  login(input: $input) { accessToken expiresAt user { username role } }
}`;
const logoutMutation = 'mutation SignOut { logout }';

/** In this variable and nowhere else: neither storage nor a URL, which Apollo's frame would be given. */
let session;

/** @returns {Promise<{accessToken: string, expiresAt: string, user: {username: string, role: string}}>}; throws what to tell the person */
export async function signIn(credentials) {
  session = (await ask(loginMutation, { input: credentials })).login;
  return session;
}

/** Forgets the token at once; that the server ends its session too is worth a try, not a wait. */
export function signOut() {
  ask(logoutMutation).catch(() => undefined);
  session = undefined;
}

export function authorization() {
  return session && `Bearer ${session.accessToken}`;
}

/**
 * `fetch` for the explorers. Cookies stay out, so that what is seen here is what a client with this token sees;
 * an Authorization that the person wrote into Headers wins.
 */
export function authorizedFetch(url, options = {}) {
  const headers = new Headers(options.headers);
  if (session && isOurs(url) && !headers.has('authorization')) headers.set('authorization', authorization());
  return fetch(url, { ...options, headers, credentials: 'omit' });
}

/** Whether operations are answered there. */
function isOurs(url) {
  const { href } = new URL(url, location.href);
  return [settings.graphqlPath, settings.streamPath].some(
    (path) => new URL(path, location.href).href === href,
  );
}

async function ask(query, variables) {
  const response = await authorizedFetch(settings.graphqlPath, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ query, variables }),
  }).catch(() => {
    throw new Error('The server does not answer.');
  });
  const answer = await response.json().catch(() => ({}));
  if (answer.data && !answer.errors) return answer.data;
  throw new Error(answer.errors?.[0]?.message ?? answer.detail ?? `The server answered ${response.status}.`);
}
