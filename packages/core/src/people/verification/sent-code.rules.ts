/** Pure rules: how long a sent code or link is valid (docs/people/verification.md). */

const MINUTE_MS = 60 * 1000;
const CODE_LIFETIME_MS = 10 * MINUTE_MS;
const LINK_LIFETIME_MS = 24 * 60 * MINUTE_MS;
export const MAX_TRIES = 5;

/** The latest code sent to a contact point. */
export interface SentCode {
  /** A new code has a new number. */
  number: number;
  at: string;
  tries: number;
  /** Keyed hashes of the code, and of the contact point to which it was sent. */
  code: string;
  value: string;
}

const computeAge = ({ at }: SentCode, now: string): number => Date.parse(now) - Date.parse(at);

export const isCodeUsable = (sent: SentCode, now: string): boolean =>
  sent.tries < MAX_TRIES && computeAge(sent, now) < CODE_LIFETIME_MS;
export const isLinkUsable = (sent: SentCode, now: string): boolean => computeAge(sent, now) < LINK_LIFETIME_MS;
export const computeCodeExpiry = (sentAt: string): string => new Date(Date.parse(sentAt) + CODE_LIFETIME_MS).toISOString();
