/** Markup that is safe to send: only `html` and `jsonBlock` make it. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A template whose plain strings are escaped, for text and for quoted attributes. */
export function html(literals: TemplateStringsArray, ...values: readonly (string | Html)[]): Html {
  const parts = literals.map((literal, index) => literal + markupOf(values[index] ?? ''));
  return new Html(parts.join(''));
}

/** What a page hands to its scripts. `<` is escaped, since `</script>` would end the block inside a string too. */
export function jsonBlock(id: string, value: unknown): Html {
  const json = new Html(JSON.stringify(value).replaceAll('<', '\\u003c'));
  return html`<script type="application/json" id="${id}">${json}</script>`;
}

function markupOf(value: string | Html): string {
  return value instanceof Html ? value.text : value.replace(/[&<>"']/g, (char) => entities[char] ?? char);
}
