/**
 * Cleans user input for mails that the system sends. To a stranger such a mail comes from the operator, so a tenant's text must not contain
 * links and must look like a name.
 */

const MAX_NAME_LENGTH = 50;

/** A character that a name cannot have. The slash of a legal form such as A/S stays: between two single letters it makes no link. */
const FORBIDDEN = /(?!(?<=(?<![\p{L}\p{M}\p{N}])\p{L})\/(?=\p{L}(?![\p{L}\p{M}\p{N}])))[^\p{L}\p{M}\p{N} '’&-]/gu;

/** Reduces a name to letters, the characters `'’&-`, the slash of A/S, and numbers of up to four digits. */
export function sanitizeName(name: string): string {
  const letters = name
    .normalize("NFKC")
    .replaceAll(FORBIDDEN, " ")
    .replaceAll(/\p{N}{5,}/gu, " ")
    .replaceAll(/\s+/g, " ")
    .trim();
  const cut = [...letters].slice(0, MAX_NAME_LENGTH).join("");
  return cut.trim();
}

/**
 * Rewrites a line so that no mail program makes a link of it: removes schemes, and replaces the dots, `@` and slashes of addresses by
 * blanks.
 */
export const stripLinks = (line: string): string =>
  line
    .normalize("NFKC")
    .replaceAll(/\b[a-z][a-z0-9+.-]{1,20}:(?=\S)/gi, " ")
    .replaceAll(/(?<=[\p{L}\p{N}-])\.(?=\p{L})/gu, " ")
    .replaceAll(/[/\\@]+/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim();
