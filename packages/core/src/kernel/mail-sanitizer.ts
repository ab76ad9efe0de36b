/**
 * What people typed, as it may stand in mails of ours: to a stranger a mail is from us, whatever a tenant calls itself. So it
 * neither leads anywhere nor says more than a name does.
 */

const MAX_NAME_LENGTH = 50;

/** A name as it may be called: letters, a few signs of names, and short numbers. */
export function sanitizeName(name: string): string {
  const letters = name
    .normalize("NFKC")
    .replaceAll(/[^\p{L}\p{M}\p{N} '’&-]+/gu, " ")
    .replaceAll(/\p{N}{5,}/gu, " ")
    .replaceAll(/\s+/g, " ")
    .trim();
  const cut = [...letters].slice(0, MAX_NAME_LENGTH).join("");
  return cut.trim();
}

/** A line of which no program makes a link: without schemes, and with a blank where an address has its dots, signs and slashes. */
export const stripLinks = (line: string): string =>
  line
    .normalize("NFKC")
    .replaceAll(/\b[a-z][a-z0-9+.-]{1,20}:(?=\S)/gi, " ")
    .replaceAll(/(?<=[\p{L}\p{N}-])\.(?=\p{L})/gu, " ")
    .replaceAll(/[/\\@]+/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim();
