/** Pure rules: how long codes and sessions are valid. */

/** A code is valid for ten minutes and five tries. */
const CODE_VALIDITY_MS = 10 * 60 * 1000;
export const MAX_TRIES = 5;
/** Duration of a session after the code was entered. */
export const SESSION_MS = 30 * 60 * 1000;
const HOUR_MS = 60 * 60 * 1000;
/** Maximum codes for one signer, in an hour and in total. */
const MAX_CODES = { hour: 5, all: 20 } as const;

/** How codes reach a signer. */
export const codeChannels = ["email", "sms"] as const;
export type CodeChannel = (typeof codeChannels)[number];

/** Returns the destination of codes for pages and evidence. A telephone number shows only its last two digits. */
export const formatCodeDestination = ({
  code_by,
  email,
  phone,
}: {
  code_by: CodeChannel;
  email: string;
  phone: string | null;
}): string => (code_by === "sms" ? `•••• ${(phone ?? "").slice(-2)}` : email);

interface CodeState {
  code_number: number;
  code_at: string | null;
  tries: number;
  codes_at: readonly string[];
}

export const isCodeValid = ({ code_at, tries }: Pick<CodeState, "code_at" | "tries">, now: string): boolean =>
  code_at !== null && tries < MAX_TRIES && Date.parse(now) - Date.parse(code_at) < CODE_VALIDITY_MS;

/** Returns when the codes of the last hour were issued. */
const listRecentCodes = ({ codes_at }: Pick<CodeState, "codes_at">, now: string): string[] =>
  codes_at.filter((issuedAt) => Date.parse(now) - Date.parse(issuedAt) < HOUR_MS);

/** Issues another code; undefined if the limit is reached. */
export function issueCode<A extends CodeState>(access: A, now: string): A | undefined {
  const recent = listRecentCodes(access, now);
  if (recent.length >= MAX_CODES.hour || access.code_number >= MAX_CODES.all) return undefined;
  return { ...access, code_number: access.code_number + 1, code_at: now, tries: 0, codes_at: [...recent, now] };
}
