/** Groups a secret by four characters, so that it can be typed. */
export const groupSecret = (secret: string): string => (secret.match(/.{1,4}/g) ?? []).join(" ");

/** Returns the address of a text file, for a link that saves it. */
export const buildTextFile = (lines: readonly string[]): string =>
  `data:text/plain;charset=utf-8,${encodeURIComponent(`${lines.join("\n")}\n`)}`;
