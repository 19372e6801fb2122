/** What the server put into this page. */
export const settings = JSON.parse(document.getElementById('explorer-settings').textContent);
