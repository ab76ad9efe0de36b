import { hash } from "node:crypto";
import { invalid } from "../../kernel/error.ts";
import { fold } from "../../kernel/text.ts";

/** Codes of values of master data. */

const toSlug = (label: string): string =>
  fold(label)
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .slice(0, 63);

/** Builds a code from a label; labels without Latin letters need a given code. */
export function buildCode(label: string): string {
  const slug = toSlug(label);
  if (!slug) throw invalid("code", "No code can be derived from this name: specify one");
  return slug;
}

/** Lists codes for a name of any script, the best first: that of its letters, and one that no other name has. */
export function listFreeCodes(name: string): string[] {
  const slug = toSlug(name);
  const unique = hash("sha256", fold(name.trim()), "hex").slice(0, 12);
  return [...(slug === "" ? [] : [slug]), `${slug === "" ? "value" : slug.slice(0, 50)}_${unique}`];
}
