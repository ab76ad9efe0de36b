import { isIPv6 } from "node:net";
import { Clock } from "../../kernel/clock.ts";
import { useRequest } from "../../kernel/context.ts";
import { isFailure, rateLimited } from "../../kernel/error.ts";
import { isConditionFailed, update } from "../../storage/table/database.ts";
import { hashTexts, type Key, systemKey } from "../../storage/table/key.ts";

/**
 * Slows down guessing before a user or tenant is known. Attempts are counted in windows of a quarter of an hour, before the password is checked, so
 * that concurrent guesses are counted too.
 */
const WINDOW_SECONDS = 15 * 60;
/** For mails: an hour. */
const MAIL_WINDOW_SECONDS = 60 * 60;
/** For messages that programs send to strangers: a day. */
const PROGRAM_WINDOW_SECONDS = 24 * 60 * 60;

type AttemptKind = "login" | "device" | "signup" | "reset" | "invitation" | "mail" | "program";

const windowSeconds: Readonly<Partial<Record<AttemptKind, number>>> = {
  mail: MAIL_WINDOW_SECONDS,
  invitation: MAIL_WINDOW_SECONDS,
  program: PROGRAM_WINDOW_SECONDS,
};

/**
 * A name that attempts are counted for, and how many attempts one window allows. The number can depend on which attempt it is for the
 * subject before.
 */
export type Subject = readonly [name: string, most: number | ((attemptNumber: number) => number)];

export interface Attempt {
  /** Takes the attempt back after a success, so that only failures add up. */
  refund(): Promise<void>;
}

/** Returns the functions that count in the current window. */
function currentWindow(kind: AttemptKind) {
  const length = windowSeconds[kind] ?? WINDOW_SECONDS;
  const window = Math.floor(Clock.ms() / 1000 / length);
  const ends = (window + 1) * length;
  const buildKey = (...subject: string[]): Key => ({
    pk: systemKey("throttle", kind, hashTexts(...subject)),
    sk: String(window),
  });
  /**
   * Adds one, with an update expression that uses `:one` and `:ttl`, and returns the new values. Throws RATE_LIMITED if its condition fails.
   */
  async function count(subject: readonly string[], { ExpressionAttributeValues, ...expressions }: Expressions) {
    const values = { ...ExpressionAttributeValues, ":one": 1, ":ttl": ends + length };
    try {
      const Key = buildKey(...subject);
      return (await update({ Key, ...expressions, ExpressionAttributeValues: values, ReturnValues: "UPDATED_NEW" })).Attributes;
    } catch (error) {
      if (!isConditionFailed(error)) throw error;
      throw rateLimited(ends - Clock.ms() / 1000, "Too many attempts; try again later");
    }
  }
  return { buildKey, count };
}

type Expressions = Omit<Parameters<typeof update>[0], "Key">;

/**
 * Counts an attempt for each subject in order, narrowest first. An attempt that a narrow subject refuses does not count for the wider ones, so one
 * address cannot use up the attempts that an account has everywhere. Throws RATE_LIMITED if a subject has no attempts left.
 */
export async function attempt(kind: AttemptKind, ...subjects: readonly Subject[]): Promise<Attempt> {
  const { buildKey, count } = currentWindow(kind);
  let attemptNumber = 0;
  for (const [name, limit] of subjects) {
    const counted = await count([name], {
      UpdateExpression: "ADD #count :one SET #ttl = :ttl",
      ConditionExpression: "attribute_not_exists(#count) OR #count < :most",
      ExpressionAttributeNames: { "#count": "count", "#ttl": "ttl" },
      ExpressionAttributeValues: { ":most": typeof limit === "number" ? limit : limit(attemptNumber) },
    });
    attemptNumber = Number(counted?.count);
  }
  return {
    async refund() {
      await Promise.all(
        subjects.map(([name]) =>
          update({
            Key: buildKey(name),
            UpdateExpression: "ADD #count :back",
            ExpressionAttributeNames: { "#count": "count" },
            ExpressionAttributeValues: { ":back": -1 },
          }),
        ),
      );
    },
  };
}

/** Concurrent attempts from one address. The number is high because all of an office may sign in at once. */
const MAX_CONCURRENT_ATTEMPTS = 500;

/**
 * Runs `work`, whose UNAUTHENTICATED failures are counted for the caller's address; successes do not count. Concurrent attempts are bounded too, so
 * that a caller cannot outrun the count. Throws RATE_LIMITED before `work` begins.
 */
export async function limitFailures<T>(kind: AttemptKind, limit: number, work: () => Promise<T>): Promise<T> {
  const address = ["address", callerAddress()];
  const { buildKey, count } = currentWindow(kind);
  await count(address, {
    UpdateExpression: "ADD underway :one SET #ttl = :ttl",
    ConditionExpression:
      "(attribute_not_exists(failed) OR failed < :most) AND (attribute_not_exists(underway) OR underway < :side)",
    ExpressionAttributeNames: { "#ttl": "ttl" },
    ExpressionAttributeValues: { ":most": limit, ":side": MAX_CONCURRENT_ATTEMPTS },
  });
  const leave = (failed: number) =>
    update({
      Key: buildKey(...address),
      UpdateExpression: "ADD underway :back, failed :failed",
      ExpressionAttributeValues: { ":back": -1, ":failed": failed },
    });
  try {
    const result = await work();
    await leave(0);
    return result;
  } catch (error) {
    await leave(isFailure(error, "UNAUTHENTICATED") ? 1 : 0);
    throw error;
  }
}

/**
 * Returns the caller's address for counting, or one shared bucket if the address is unknown. An IPv6 address is reduced to its /64 network, because
 * one household has more addresses than there are emails.
 */
export function callerAddress(): string {
  const ip = useRequest().ip?.replace(/^::ffff:(?=\d+\.)/i, "") ?? "unknown";
  if (!isIPv6(ip)) return ip;
  const [head = "", tail = ""] = ip.split("%")[0]?.split("::") ?? [];
  const [front, back] = [head, tail].map((part) => (part === "" ? [] : part.split(":")));
  const full = ip.includes("::")
    ? [...(front ?? []), ...Array(8 - (front ?? []).length - (back ?? []).length).fill("0"), ...(back ?? [])]
    : (front ?? []);
  return `${full
    .slice(0, 4)
    .map((part) => Number.parseInt(part, 16).toString(16))
    .join(":")}::/64`;
}

export * as Throttle from "./throttle.ts";
