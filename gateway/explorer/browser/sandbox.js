import { authorizedFetch } from './session.js';
import { settings } from './settings.js';

/** The page promises word within 3 s; Apollo's own app then takes seconds more to say its first word. */
const scriptPatience = 2000;
const framePatience = 12_000;

const byId = (id) => document.getElementById(id);

// A late answer is taken all the same: the notice goes and Sandbox comes.
let patience = setTimeout(showUnreachable, scriptPatience);

const script = document.createElement('script');
script.src = settings.sandboxScriptUrl;
script.addEventListener('error', showUnreachable);
script.addEventListener('load', embed);
document.head.append(script);

addEventListener('message', ({ origin }) => {
  if (origin !== settings.sandboxFrameOrigin) return;
  clearTimeout(patience);
  show({ loading: false, unreachable: false });
});

/**
 * Sandbox's frame is Apollo's; its requests are made by this page, in `handleRequest`. The token is added
 * there, because headers given to Sandbox travel to Apollo in the address of its frame.
 */
function embed() {
  clearTimeout(patience);
  patience = setTimeout(showUnreachable, framePatience);
  show({ loading: true, unreachable: false });
  new window.EmbeddedSandbox({
    target: '#sandbox',
    initialEndpoint: new URL(settings.graphqlPath, location.href).href,
    endpointIsEditable: false,
    handleRequest: authorizedFetch,
    allowDynamicStyles: false,
    runTelemetry: false,
    initialState: { document: settings.firstQuery, includeCookies: false, pollForSchemaUpdates: false },
  });
}

function showUnreachable() {
  clearTimeout(patience);
  show({ loading: false, unreachable: true });
}

function show({ loading, unreachable }) {
  byId('sandbox-loading').hidden = !loading;
  byId('sandbox-unreachable').hidden = !unreachable;
}
