import { authorizedFetch } from './session.js';
import { settings } from './settings.js';
import { isSubscription, subscribe } from './subscriptions.js';

const workers = { json: 'jsonWorker.js', graphql: 'graphqlWorker.js' };

globalThis.MonacoEnvironment = {
  getWorker: (_id, label) =>
    new Worker(`${settings.ruruPath}${workers[label] ?? 'editorWorker.js'}`, { type: 'module' }),
};

keepSecretsOutOfStorage();
const { React, createRoot, Ruru } = await import(`${settings.ruruPath}ruru.js`);
createRoot(document.getElementById('ruru-root')).render(
  React.createElement(Ruru, {
    endpoint: settings.graphqlPath,
    fetcher: run,
    defaultQuery: settings.firstQuery,
    showPersistHeadersSettings: false,
    debugTools: [],
  }),
);

function run(operation, { headers = {}, documentAST } = {}) {
  return isSubscription(operation, documentAST) ? subscribe(operation, headers) : ask(operation, headers);
}

async function ask(operation, headers) {
  const response = await authorizedFetch(settings.graphqlPath, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
    body: JSON.stringify(operation),
  });
  return await response.json();
}

/**
 * GraphiQL's history writes the headers of every run to localStorage, whatever is set about keeping headers; and a login
 * that is written by hand is a document like any other.
 */
function keepSecretsOutOfStorage() {
  const { setItem } = Storage.prototype;
  Storage.prototype.setItem = function (key, value) {
    setItem.call(this, key, key.startsWith('graphiql:') ? withoutSecrets(key, value) : value);
  };
}

function withoutSecrets(key, value) {
  if (!/^graphiql:(queries|favorites|tabState)$/.test(key)) return withoutPassword(value);
  return JSON.stringify(JSON.parse(value), (name, part) =>
    name === 'headers' ? null : withoutPassword(part),
  );
}

const withoutPassword = (value) => (typeof value === 'string' && /password/i.test(value) ? '' : value);
