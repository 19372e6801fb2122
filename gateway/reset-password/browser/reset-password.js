const byId = (id) => document.getElementById(id);
const choose = byId('choose');
const ask = byId('ask');
const chosen = byId('chosen');
const token = new URLSearchParams(location.hash.slice(1)).get('token');

// The link of a newer mail, opened here, changes no more than what stands behind the #.
addEventListener('hashchange', () => location.reload());

if (token) {
  choose.hidden = false;
  choose.elements.password.focus();
} else showAsking('The link in the mail leads here. Ask for one, if you have none:');

choose.addEventListener('submit', async (event) => {
  event.preventDefault();
  const { password, again } = Object.fromEntries(new FormData(choose));
  if (password !== again) return tell(choose, 'The two are not the same.');
  await send(choose, 'api/auth/reset-password', { token, password }, () => {
    // Good once: it need not stay in the history.
    history.replaceState(null, '', location.pathname);
    choose.hidden = true;
    ask.hidden = true;
    chosen.hidden = false;
    chosen.textContent =
      'Your new password is set, and whoever was signed in with the old one is signed out.';
    chosen.focus();
  });
});

ask.addEventListener('submit', async (event) => {
  event.preventDefault();
  const { username } = Object.fromEntries(new FormData(ask));
  await send(ask, 'api/auth/request-password-reset', { username }, ({ detail }) => {
    ask.querySelector('.told').textContent = detail;
  });
});

/** Sends what a form asks for, and tells there what kept it from being done. */
async function send(form, path, body, done) {
  const button = form.querySelector('button');
  tell(form, '');
  button.disabled = true;
  try {
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(body),
    });
    const answer = await response.json().catch(() => ({}));
    if (response.ok) done(answer);
    else refuse(form, answer.detail ?? `The server answered ${response.status}.`);
  } catch {
    tell(form, 'The server does not answer; try again.');
  } finally {
    button.disabled = false;
  }
}

/** What is wrong with a link's token comes with the name of the field, which says nothing to a person. */
function refuse(form, detail) {
  const words = detail.replace(/^token: /, '');
  tell(form, words);
  if (words !== detail) showAsking('Have another link mailed:');
}

function showAsking(why) {
  ask.hidden = false;
  byId('why-ask').textContent = why;
}

function tell(form, words) {
  form.querySelector('.error').textContent = words;
}
