/** How long what was sent to a contact point proves that it is somebody's (docs/verification.md). Pure. */

const MINUTE = 60 * 1000;
const CODE = 10 * MINUTE;
const LINK = 24 * 60 * MINUTE;
export const TRIES = 5;

/** What was sent last. */
export interface Sent {
  /** Which code it was: another one has another number. */
  number: number;
  at: string;
  tries: number;
  /** Keyed hashes of the code, and of what it was sent to. */
  code: string;
  value: string;
}

const age = ({ at }: Sent, now: string): number => Date.parse(now) - Date.parse(at);

export const isCodeGood = (sent: Sent, now: string): boolean => sent.tries < TRIES && age(sent, now) < CODE;
export const isLinkGood = (sent: Sent, now: string): boolean => age(sent, now) < LINK;
export const codeEnds = (at: string): string => new Date(Date.parse(at) + CODE).toISOString();
