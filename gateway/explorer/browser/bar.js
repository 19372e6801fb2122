import { authorization, signIn, signOut } from './session.js';

const byId = (id) => document.getElementById(id);
const form = byId('sign-in');
const signInLabel = byId('session-button').textContent;

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const credentials = Object.fromEntries(new FormData(form));
  const button = form.querySelector('button');
  byId('sign-in-error').textContent = '';
  button.disabled = true;
  try {
    showSession(await signIn(credentials));
  } catch (error) {
    byId('sign-in-error').textContent = error.message;
  } finally {
    form.elements.password.value = '';
    button.disabled = false;
  }
  if (!form.hidden) form.elements.password.focus();
});

byId('sign-out').addEventListener('click', () => {
  signOut();
  showSession(undefined);
});

byId('copy-header').hidden = !navigator.clipboard;
byId('copy-header').addEventListener('click', async () => {
  await navigator.clipboard.writeText(JSON.stringify({ Authorization: authorization() }));
  byId('signed-in-as').textContent = 'Copied.';
});

// A click into Sandbox's frame never reaches this document, so a panel would not close by itself.
addEventListener('blur', () => {
  if (document.activeElement instanceof HTMLIFrameElement)
    document.querySelector('.panel:popover-open')?.hidePopover();
});

function showSession(session) {
  form.hidden = session !== undefined;
  byId('signed-in').hidden = session === undefined;
  byId('session-button').textContent = session ? `● ${session.user.username}` : signInLabel;
  byId('authorization').textContent = session ? shortened(`Authorization: ${authorization()}`) : '';
  byId('signed-in-as').textContent = session
    ? `Signed in as ${session.user.username} (${session.user.role}) until ${timeOf(session.expiresAt)}.`
    : '';
  if (session) byId('signed-in').focus();
  else form.elements.username.focus();
}

function timeOf(instant) {
  return new Date(instant).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
}

function shortened(text) {
  return text.length > 48 ? `${text.slice(0, 36)}…${text.slice(-8)}` : text;
}
