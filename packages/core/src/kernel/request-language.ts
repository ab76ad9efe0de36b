import { useRequest } from "./context.ts";
import { type Language, negotiateLanguage } from "./language.ts";

/** The language in which the caller reads: the first one of `Accept-Language` that the API has, or else English. */
export const requestLanguage = (): Language => negotiateLanguage(useRequest().languages ?? "") ?? "en";
