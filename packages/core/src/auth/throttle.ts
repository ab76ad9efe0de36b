import { Clock } from "../kernel/clock.ts";
import { useRequest } from "../kernel/context.ts";
import { rateLimited } from "../kernel/error.ts";
import { isConditionFailed, update } from "../storage/database.ts";
import { hashed, systemKey } from "../storage/key.ts";

/**
 * Slows down guessing, before there is a user or a tenant to count for: attempts in windows of a quarter of an hour,
 * counted before the password is looked at, so that guesses side by side are counted too.
 */
const WINDOW = 15 * 60;

export async function attempt(what: "login" | "signup" | "reset", subjects: Record<string, number>): Promise<void> {
  const window = Math.floor(Clock.ms() / 1000 / WINDOW);
  const ends = (window + 1) * WINDOW;
  await Promise.all(
    Object.entries(subjects).map(async ([subject, most]) => {
      try {
        await update({
          Key: { pk: systemKey("throttle", what, hashed(subject)), sk: String(window) },
          UpdateExpression: "ADD #count :one SET #ttl = :ttl",
          ConditionExpression: "attribute_not_exists(#count) OR #count < :most",
          ExpressionAttributeNames: { "#count": "count", "#ttl": "ttl" },
          ExpressionAttributeValues: { ":one": 1, ":most": most, ":ttl": ends + WINDOW },
        });
      } catch (error) {
        if (!isConditionFailed(error)) throw error;
        throw rateLimited(ends - Clock.ms() / 1000, "Too many attempts; try again later");
      }
    }),
  );
}

/** An attempt that was right gives its count back, so that only failures add up. */
export async function succeeded(what: "login", subjects: Record<string, number>): Promise<void> {
  const window = Math.floor(Clock.ms() / 1000 / WINDOW);
  await Promise.all(
    Object.keys(subjects).map((subject) =>
      update({
        Key: { pk: systemKey("throttle", what, hashed(subject)), sk: String(window) },
        UpdateExpression: "ADD #count :back",
        ExpressionAttributeNames: { "#count": "count" },
        ExpressionAttributeValues: { ":back": -1 },
      }),
    ),
  );
}

/** Who is at the other end, for counting: the address, or one bucket for all where it is not known. */
export const caller = (): string => useRequest().ip ?? "unknown";

export * as Throttle from "./throttle.ts";
