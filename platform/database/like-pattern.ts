/** A LIKE pattern for texts that contain `text`, whatever wildcards stand in it. */
export function containing(text: string): string {
  return `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
}
