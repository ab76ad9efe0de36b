/** When a code or a session is good. Pure. */

/** A code is good for ten minutes and five tries. */
const CODE = 10 * 60 * 1000;
export const TRIES = 5;
/** So long one signs with a code that was entered. */
export const SESSION = 30 * 60 * 1000;
const HOUR = 60 * 60 * 1000;
/** Codes in an hour, and for one signer in all. */
export const CODES = { hour: 5, all: 20 } as const;

/** How codes reach whoever signs. */
export const codeWays = ["email", "sms"] as const;
export type CodeWay = (typeof codeWays)[number];

/** Where codes go, as it is shown and kept as evidence: of a number its last two digits. */
export const codeTo = ({ code_by, email, phone }: { code_by: CodeWay; email: string; phone: string | null }): string =>
  code_by === "sms" ? `•••• ${(phone ?? "").slice(-2)}` : email;

interface Code {
  code_number: number;
  code_at: string | null;
  tries: number;
  codes_at: readonly string[];
}

export const isCodeGood = ({ code_at, tries }: Pick<Code, "code_at" | "tries">, now: string): boolean =>
  code_at !== null && tries < TRIES && Date.parse(now) - Date.parse(code_at) < CODE;

/** When codes were made that count for the hour. */
export const recentOf = ({ codes_at }: Pick<Code, "codes_at">, now: string): string[] =>
  codes_at.filter((at) => Date.parse(now) - Date.parse(at) < HOUR);

/** Another code; undefined where there were enough. */
export function anotherCode<A extends Code>(access: A, now: string): A | undefined {
  const recent = recentOf(access, now);
  if (recent.length >= CODES.hour || access.code_number >= CODES.all) return undefined;
  return { ...access, code_number: access.code_number + 1, code_at: now, tries: 0, codes_at: [...recent, now] };
}
