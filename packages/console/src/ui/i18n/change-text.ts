/** Writes a change so that the arrow goes from the value before to the one after, in the direction of the page. */
export const writeChange = (before: string, after: string): string =>
  [before, document.documentElement.dir === "rtl" ? "←" : "→", after].join(" ");
