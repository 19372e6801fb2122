/** In UTF-16 code units: for a longer text a buffer is sooner, which costs as much as fifty letters to begin with. */
const shortText = 80;

/** A text in UTF-8 with a letter for each byte: what Latin-1 writes as that UTF-8. Half of a pair that stands alone is U+FFFD. */
export function byteLetters(text: string): string {
  if (text.length > shortText) return encoded(text);
  let letters = '';
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) continue;
    if (isSurrogate(unit)) return encoded(text);
    letters += text.slice(start, at) + bytesOf(unit);
    start = at + 1;
  }
  return letters + text.slice(start);
}

const encoded = (text: string) => Buffer.from(text).toString('latin1');

const isSurrogate = (unit: number) => unit >= 0xd800 && unit <= 0xdfff;

/** RFC 3629, section 3, for two bytes and for three. */
function bytesOf(unit: number): string {
  const last = 0x80 | (unit & 0x3f);
  if (unit < 0x800) return String.fromCharCode(0xc0 | (unit >> 6), last);
  return String.fromCharCode(0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 0x3f), last);
}
