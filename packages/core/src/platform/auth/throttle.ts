import { isIPv6 } from "node:net";
import { Clock } from "../../kernel/clock.ts";
import { useRequest } from "../../kernel/context.ts";
import { isFailure, rateLimited } from "../../kernel/error.ts";
import { isConditionFailed, update } from "../../storage/table/database.ts";
import { hashTexts, type Key, systemKey } from "../../storage/table/key.ts";

/**
 * Slows down guessing, before there is a user or a tenant to count for: attempts in windows of a quarter of an hour,
 * counted before the password is looked at, so that guesses side by side are counted too.
 */
const WINDOW_SECONDS = 15 * 60;
/** Of mails: an hour. */
const MAIL_WINDOW_SECONDS = 60 * 60;
/** Of what programs write to strangers: a day. */
const PROGRAM_WINDOW_SECONDS = 24 * 60 * 60;

type AttemptKind = "login" | "signup" | "reset" | "invitation" | "mail" | "program";

const windowSeconds: Readonly<Partial<Record<AttemptKind, number>>> = {
  mail: MAIL_WINDOW_SECONDS,
  invitation: MAIL_WINDOW_SECONDS,
  program: PROGRAM_WINDOW_SECONDS,
};

/** What attempts are counted for, and how many of them a window has. */
export type Subject = readonly [name: string, most: number];

export interface Attempt {
  /** The attempt was right: it gives its counts back, so that only failures add up. */
  refund(): Promise<void>;
}

/** The window that it is now, and what is counted in it. */
function currentWindow(what: AttemptKind) {
  const length = windowSeconds[what] ?? WINDOW_SECONDS;
  const window = Math.floor(Clock.ms() / 1000 / length);
  const ends = (window + 1) * length;
  const keyOf = (...subject: string[]): Key => ({ pk: systemKey("throttle", what, hashTexts(...subject)), sk: String(window) });
  /** Adds one by an expression with `:one` and `:ttl`; RATE_LIMITED where its condition does not hold. */
  async function count(subject: readonly string[], { ExpressionAttributeValues, ...expressions }: Expressions): Promise<void> {
    const values = { ...ExpressionAttributeValues, ":one": 1, ":ttl": ends + length };
    try {
      await update({ Key: keyOf(...subject), ...expressions, ExpressionAttributeValues: values });
    } catch (error) {
      if (!isConditionFailed(error)) throw error;
      throw rateLimited(ends - Clock.ms() / 1000, "Too many attempts; try again later");
    }
  }
  return { keyOf, count };
}

type Expressions = Omit<Parameters<typeof update>[0], "Key">;

/**
 * Counts an attempt for each subject in turn, narrowest first: what a narrow one refuses does not count for the wider,
 * so nobody at one address can use up what an account has everywhere. RATE_LIMITED where a subject has no more.
 */
export async function attempt(what: AttemptKind, ...subjects: readonly Subject[]): Promise<Attempt> {
  const { keyOf, count } = currentWindow(what);
  for (const [name, most] of subjects) {
    await count([name], {
      UpdateExpression: "ADD #count :one SET #ttl = :ttl",
      ConditionExpression: "attribute_not_exists(#count) OR #count < :most",
      ExpressionAttributeNames: { "#count": "count", "#ttl": "ttl" },
      ExpressionAttributeValues: { ":most": most },
    });
  }
  return {
    async refund() {
      await Promise.all(
        subjects.map(([name]) =>
          update({
            Key: keyOf(name),
            UpdateExpression: "ADD #count :back",
            ExpressionAttributeNames: { "#count": "count" },
            ExpressionAttributeValues: { ":back": -1 },
          }),
        ),
      );
    },
  };
}

/** Side by side from one address: an office may begin its day at once. */
const MAX_CONCURRENT_ATTEMPTS = 500;

/**
 * Does what may fail for one address, which has so many failures in a window: what goes through does not count, and what is
 * under way is bounded too, so that nobody is faster than the count. RATE_LIMITED before anything is done.
 */
export async function limitFailures<T>(what: AttemptKind, most: number, work: () => Promise<T>): Promise<T> {
  const address = ["address", callerAddress()];
  const { keyOf, count } = currentWindow(what);
  await count(address, {
    UpdateExpression: "ADD underway :one SET #ttl = :ttl",
    ConditionExpression:
      "(attribute_not_exists(failed) OR failed < :most) AND (attribute_not_exists(underway) OR underway < :side)",
    ExpressionAttributeNames: { "#ttl": "ttl" },
    ExpressionAttributeValues: { ":most": most, ":side": MAX_CONCURRENT_ATTEMPTS },
  });
  const leave = (failed: number) =>
    update({
      Key: keyOf(...address),
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
 * Who is at the other end, for counting: the address, or one bucket for all where it is not known. Of IPv6, the network: a
 * household has more addresses than there are emails.
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
