/** What pages of ours show as theirs, as SVG. */
export const icon =
  "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'><rect width='32' height='32' rx='8' fill='#5b21b6'/><path d='M8 10h16v4a2 2 0 0 0 0 4v4H8v-4a2 2 0 0 0 0-4z' fill='#fff'/></svg>";
