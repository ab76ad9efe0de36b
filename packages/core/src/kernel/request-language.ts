import { useRequest } from "./context.ts";
import { type Language, matchLanguage, negotiateLanguage } from "./language.ts";

/** The language in which the caller reads: the first one of `Accept-Language` that the API has, or else English. */
export const requestLanguage = (): Language => negotiateLanguage(useRequest().languages ?? "") ?? "en";

/**
 * The language of a page for a visitor: the one that its record says, else the first one of the visitor's `Accept-Language` that the API has, else that
 * of the tenant, else English.
 */
export const resolveVisitorLanguage = (
  recordLanguage: string | null | undefined,
  tenantLanguage: string | null | undefined,
): string =>
  [recordLanguage, negotiateLanguage(useRequest().languages ?? ""), tenantLanguage].find((tag) => tag && matchLanguage(tag)) ??
  "en";
