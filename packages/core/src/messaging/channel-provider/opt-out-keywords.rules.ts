/** Words by which people opt out of text messages, in again, or ask who writes. Pure. */

export type Keyword = "stop" | "start" | "help";

const defaultKeywords: Readonly<Record<Keyword, readonly string[]>> = {
  // The carriers' own, and those that 47 CFR 64.1200(a)(10) names beside them.
  stop: ["STOP", "STOPALL", "STOP ALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT", "OPT OUT"],
  start: ["START", "UNSTOP"],
  help: ["HELP", "INFO"],
};

/** Without marks and signs that nobody sees, of one width and one case, with one blank between words. */
const normalizeText = (text: string): string =>
  text
    .normalize("NFKC")
    .replaceAll(/\p{Cf}/gu, "")
    .replaceAll(/[\s\p{P}\p{S}]+/gu, " ")
    .trim()
    .toUpperCase();

/** What a message wishes that is one of the words and nothing else; `own` are further words of the tenant for STOP. */
export function findKeyword(text: string, own: readonly string[] = []): Keyword | undefined {
  const said = normalizeText(text);
  if (said === "") return undefined;
  if (own.some((word) => normalizeText(word) === said)) return "stop";
  return (Object.keys(defaultKeywords) as Keyword[]).find((wish) => defaultKeywords[wish].includes(said));
}
