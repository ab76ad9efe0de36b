import type { Detail } from "../kernel/error.ts";
import { hasEnded, type MemberStatus, untilOf } from "./member.rules.ts";

/**
 * Members worked off by a sequence of messages: what has become of each step, and when the next is due (docs/reengagement.md). A step
 * that is under way, `waiting`, has its message; one that was not sent because the batch did not want it then is not among them. Pure.
 */

export const MOST_STEPS = 10;

/** What a batch says of a step: the days after the one before; of the first, after the batch began or the member came. */
export interface Step {
  after_days: number;
}

export const outcomes = ["waiting", "sent", "unknown", "failed", "passed"] as const;

/** What became of a step: `at` is when it came to an end first, or while it waits when it began. */
export interface Taken {
  as: (typeof outcomes)[number];
  at: string;
  message_id: string | null;
  /** Why it failed, or was passed over. */
  why: string | null;
}

/** Whether the sequence goes on for a member of this status: who answered is somebody's to talk to. */
export const goesOn = (status: MemberStatus): boolean => !hasEnded(status) && status !== "RESPONDED";

/** The message that is under way. */
export function waitingIn(taken: readonly Taken[]): Taken | undefined {
  const last = taken.at(-1);
  return last?.as === "waiting" ? last : undefined;
}

export const doneIn = (taken: readonly Taken[]): number => taken.filter(({ as }) => as !== "waiting").length;

/** When the next step is due; null where one is under way, or none is left. */
export function dueOf(steps: readonly Step[], taken: readonly Taken[], begins: string): string | null {
  const next = steps[taken.length];
  if (next === undefined || waitingIn(taken)) return null;
  return untilOf(taken.at(-1)?.at ?? begins, next.after_days);
}

/** From when the first step counts. */
export const beginsAt = (activated_at: string, added_at: string): string => (activated_at > added_at ? activated_at : added_at);

/** What is known of a step's message. */
export interface Known {
  id: string;
  status: string;
  held_reason: string | null;
  error_code: string | null;
  sent_at: string | null;
  failed_at: string | null;
  tried_at: string | null;
}

/** What a message is refused with that is not wanted as it goes out: nothing was done, and its step is still to come. */
export const RECALLED = "recalled";

/** Milliseconds after which of a message that was handed over nobody will hear any more. */
const GIVEN_UP = 4 * 24 * 60 * 60 * 1000;

/** The steps by what their messages say now: it comes to the same however often, and in whatever order, that is told. */
export function settled(taken: readonly Taken[], message: Known, now: string): readonly Taken[] {
  const at = taken.findIndex(({ message_id }) => message_id === message.id);
  const own = taken[at];
  if (!own) return taken;
  if (message.status === "failed" && message.held_reason === RECALLED)
    return own.as === "waiting" ? taken.filter((each) => each !== own) : taken;
  const next = outcomeOf(own, message, now);
  return next.as === own.as ? taken : taken.with(at, next);
}

function outcomeOf(own: Taken, { status, held_reason, error_code, sent_at, failed_at, tried_at }: Known, now: string): Taken {
  // When it ended first stays: the next step counts from then, and may be under way.
  const ended = (as: Taken["as"], at: string, why: string | null = null): Taken => ({
    ...{ ...own, as, why },
    at: own.as === "waiting" ? at : own.at,
  });
  if (status === "failed" || status === "undelivered")
    return ended("failed", sent_at ?? failed_at ?? now, held_reason ?? error_code ?? status);
  if (sent_at !== null) return ended("sent", sent_at);
  const isLost = status === "unknown" && tried_at !== null && Date.parse(now) - Date.parse(tried_at) > GIVEN_UP;
  return isLost && own.as === "waiting" ? ended("unknown", tried_at) : own;
}

/** Why nobody was reached by any step of the sequence; undefined while one is left, or went out. */
export function failureIn(steps: readonly Step[], taken: readonly Taken[]): string | undefined {
  if (taken.length === 0 || taken.length < steps.length) return undefined;
  if (!taken.every(({ as }) => as === "failed" || as === "passed")) return undefined;
  const said = taken.map(({ why }, at) => `${at + 1}: ${why ?? "not sent"}`).join("; ");
  return `No message of the sequence reached them. ${said}`.slice(0, 500);
}

/** Steps of two memberships that are one: what went further holds; a message of the other is called back. */
export const joinedSteps = (survivor: readonly Taken[], other: readonly Taken[]): readonly Taken[] =>
  doneIn(other) > doneIn(survivor) ? other.filter(({ as }) => as !== "waiting") : survivor;

interface Named {
  channel: "sms" | "email";
  template: { channel: string; is_active: boolean } | undefined;
  /** Of which channel its sender is; undefined where there is none, null where none is named. */
  sender: "sms" | "email" | undefined | null;
}

/** All that is wrong with the steps of a sequence, each with its place. */
export function wrongWith(steps: readonly Named[]): Detail[] {
  return steps.flatMap(({ channel, template, sender }, at) => {
    const wrong = (field: string, message: string): Detail => ({ field: `sequence[${at}].${field}`, message });
    const details: Detail[] = [];
    if (!template) details.push(wrong("template_id", "No such record"));
    else if (template.channel.toLowerCase() !== channel) details.push(wrong("template_id", "It is of another channel"));
    else if (!template.is_active) details.push(wrong("template_id", "It is not active"));
    if (sender === undefined) details.push(wrong("sender_id", "No such record"));
    else if (sender !== null && sender !== channel) details.push(wrong("sender_id", "It is of another channel"));
    return details;
  });
}
