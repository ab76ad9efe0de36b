import { toPlainLetters } from "../../ui/i18n/plain-letters.ts";

const MAX_LENGTH = 63;

/** Derives the short name of a company, which addresses of its pages have, from its name. A name without Latin letters gives `org-` and `suffix`. */
export function buildCompanySlug(name: string, suffix: string): string {
  const text = toPlainLetters(name)
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+/, "")
    .slice(0, MAX_LENGTH)
    .replace(/-+$/, "");
  return text.length < 2 ? `org-${suffix}` : text;
}
