/** The letters that have no base letter in Unicode. */
const letters: Readonly<Record<string, string>> = { ä: "ae", ö: "oe", ü: "ue", ß: "ss", æ: "ae", ø: "o", å: "a", ł: "l", đ: "d" };

const MAX_LENGTH = 63;

/** Derives the short name of a company, which addresses of its pages have, from its name. A name without Latin letters gives `org-` and `suffix`. */
export function buildCompanySlug(name: string, suffix: string): string {
  const text = name
    .toLowerCase()
    .replace(/[äöüßæøåłđ]/g, (letter) => letters[letter] ?? letter)
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+/, "")
    .slice(0, MAX_LENGTH)
    .replace(/-+$/, "");
  return text.length < 2 ? `org-${suffix}` : text;
}
