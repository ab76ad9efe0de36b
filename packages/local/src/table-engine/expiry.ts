import type { Row } from "./storage.ts";

/** DynamoDB does not remove items whose time to live ended longer ago. */
export const MAX_EXPIRY_AGE_SECONDS = 5 * 365 * 86_400;

/** Whether the time to live in the attribute (in seconds) is over. Items without a number there never expire. */
export function isExpired({ item }: Row, attribute: string, now: number): boolean {
  const value = item[attribute];
  if (!value || !("N" in value)) return false;
  const expiresAt = Number(value.N);
  return expiresAt <= now && expiresAt > now - MAX_EXPIRY_AGE_SECONDS;
}
