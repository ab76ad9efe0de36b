/** Pure rules: keywords with which people opt out of text messages, opt in again, or ask for help. */

export const keywords = ["stop", "start", "help"] as const;
export type Keyword = (typeof keywords)[number];

const defaultKeywords: Readonly<Record<Keyword, readonly string[]>> = {
  // The carriers' own keywords, and those that 47 CFR 64.1200(a)(10) adds.
  stop: ["STOP", "STOPALL", "STOP ALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT", "OPT OUT"],
  start: ["START", "UNSTOP"],
  help: ["HELP", "INFO"],
};

/** Removes marks and invisible characters, unifies width and case, and separates words by single spaces. */
const normalizeText = (text: string): string =>
  text
    .normalize("NFKC")
    .replaceAll(/\p{Cf}/gu, "")
    .replaceAll(/[\s\p{P}\p{S}]+/gu, " ")
    .trim()
    .toUpperCase();

/** Returns the keyword of a message that contains nothing else. `stopWords` are additional words of the tenant for STOP. */
export function findKeyword(text: string, stopWords: readonly string[] = []): Keyword | undefined {
  const normalizedText = normalizeText(text);
  if (normalizedText === "") return undefined;
  if (stopWords.some((word) => normalizeText(word) === normalizedText)) return "stop";
  return keywords.find((keyword) => defaultKeywords[keyword].includes(normalizedText));
}
