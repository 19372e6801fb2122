export interface MailText {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** A part of a mail: a paragraph, a link, something to copy, or several things below one another. */
export type Block =
  | string
  | { readonly label: string; readonly link: string }
  | { readonly code: string }
  | { readonly list: readonly string[] };

/** The same in plain text and in HTML, which loads nothing from elsewhere. */
export function layOut(subject: string, blocks: readonly Block[]): MailText {
  const text = `${blocks.map(plain).join('\n\n')}\n`;
  const style =
    'font: 16px/1.5 sans-serif; color: #1a1a1a; max-width: 36em; margin: 2em auto; padding: 0 1em';
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><body style="${style}">${blocks.map(marked).join('')}</body></html>`;
  return { subject, text, html };
}

function plain(block: Block): string {
  if (typeof block === 'string') return block;
  if ('link' in block) return `${block.label}:\n${block.link}`;
  if ('code' in block) return block.code;
  return block.list.map((item) => `- ${item}`).join('\n');
}

function marked(block: Block): string {
  if (typeof block === 'string') return `<p>${escapeHtml(block)}</p>`;
  if ('link' in block) return `<p><a href="${escapeHtml(block.link)}">${escapeHtml(block.label)}</a></p>`;
  if ('code' in block) {
    return `<p style="font-family: monospace; overflow-wrap: anywhere">${escapeHtml(block.code)}</p>`;
  }
  return `<ul>${block.list.map((item) => `<li>${escapeHtml(item)}</li>`).join('')}</ul>`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}
