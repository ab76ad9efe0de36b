import { Clock } from "../kernel/clock.ts";
import { useRequest } from "../kernel/context.ts";
import { rateLimited } from "../kernel/error.ts";
import { isConditionFailed, update } from "../storage/table/database.ts";
import { hashed, type Key, systemKey } from "../storage/table/key.ts";

/**
 * Slows down guessing, before there is a user or a tenant to count for: attempts in windows of a quarter of an hour,
 * counted before the password is looked at, so that guesses side by side are counted too.
 */
const WINDOW = 15 * 60;

/** What attempts are counted for, and how many of them a window has. */
export type Subject = readonly [name: string, most: number];

export interface Attempt {
  /** The attempt was right: it gives its counts back, so that only failures add up. */
  forgive(): Promise<void>;
}

/**
 * Counts an attempt for each subject in turn, narrowest first: what a narrow one refuses does not count for the wider,
 * so nobody at one address can use up what an account has everywhere. RATE_LIMITED where a subject has no more.
 */
export async function attempt(what: "login" | "signup" | "reset", ...subjects: readonly Subject[]): Promise<Attempt> {
  const window = Math.floor(Clock.ms() / 1000 / WINDOW);
  const ends = (window + 1) * WINDOW;
  const keyOf = ([name]: Subject): Key => ({ pk: systemKey("throttle", what, hashed(name)), sk: String(window) });
  for (const subject of subjects) {
    try {
      await update({
        Key: keyOf(subject),
        UpdateExpression: "ADD #count :one SET #ttl = :ttl",
        ConditionExpression: "attribute_not_exists(#count) OR #count < :most",
        ExpressionAttributeNames: { "#count": "count", "#ttl": "ttl" },
        ExpressionAttributeValues: { ":one": 1, ":most": subject[1], ":ttl": ends + WINDOW },
      });
    } catch (error) {
      if (!isConditionFailed(error)) throw error;
      throw rateLimited(ends - Clock.ms() / 1000, "Too many attempts; try again later");
    }
  }
  return {
    async forgive() {
      await Promise.all(
        subjects.map((subject) =>
          update({
            Key: keyOf(subject),
            UpdateExpression: "ADD #count :back",
            ExpressionAttributeNames: { "#count": "count" },
            ExpressionAttributeValues: { ":back": -1 },
          }),
        ),
      );
    },
  };
}

/** Who is at the other end, for counting: the address, or one bucket for all where it is not known. */
export const caller = (): string => useRequest().ip ?? "unknown";

export * as Throttle from "./throttle.ts";
