import type { ErrorDetail } from "../../kernel/error.ts";
import { addDays, hasEnded, type MemberStatus } from "./member.rules.ts";

/**
 * Members worked off by a sequence of messages: what has become of each step, and when the next is due (docs/engagement/reengagement.md). A step
 * that is under way, `waiting`, has its message; one that was not sent because the batch did not want it then is not among them. Pure.
 */

export const MAX_STEPS = 10;

/** What a batch says of a step: the days after the one before; of the first, after the batch began or the member came. */
export interface Step {
  after_days: number;
}

export const outcomes = ["waiting", "sent", "unknown", "failed", "passed"] as const;

/** What became of a step: `at` is when it came to an end first, or while it waits when it began. */
export interface StepResult {
  as: (typeof outcomes)[number];
  at: string;
  message_id: string | null;
  /** Why it failed, or was passed over. */
  why: string | null;
}

/** Whether the sequence goes on for a member of this status: who answered is somebody's to talk to. */
export const isSequenceActive = (status: MemberStatus): boolean => !hasEnded(status) && status !== "RESPONDED";

/** The message that is under way. */
export function findWaiting(taken: readonly StepResult[]): StepResult | undefined {
  const last = taken.at(-1);
  return last?.as === "waiting" ? last : undefined;
}

export const countDone = (taken: readonly StepResult[]): number => taken.filter(({ as }) => as !== "waiting").length;

/** When the next step is due; null where one is under way, or none is left. */
export function computeDueTime(steps: readonly Step[], taken: readonly StepResult[], begins: string): string | null {
  const next = steps[taken.length];
  if (next === undefined || findWaiting(taken)) return null;
  return addDays(taken.at(-1)?.at ?? begins, next.after_days);
}

/** From when the first step counts. */
export const computeStart = (activated_at: string, added_at: string): string =>
  activated_at > added_at ? activated_at : added_at;

/** What is known of a step's message. */
export interface StepMessage {
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
const GIVE_UP_MS = 4 * 24 * 60 * 60 * 1000;

/** The steps by what their messages say now: it comes to the same however often, and in whatever order, that is told. */
export function applyMessage(taken: readonly StepResult[], message: StepMessage, now: string): readonly StepResult[] {
  const at = taken.findIndex(({ message_id }) => message_id === message.id);
  const own = taken[at];
  if (!own) return taken;
  if (message.status === "failed" && message.held_reason === RECALLED)
    return own.as === "waiting" ? taken.filter((each) => each !== own) : taken;
  const next = computeOutcome(own, message, now);
  return next.as === own.as ? taken : taken.with(at, next);
}

function computeOutcome(
  own: StepResult,
  { status, held_reason, error_code, sent_at, failed_at, tried_at }: StepMessage,
  now: string,
): StepResult {
  // When it ended first stays: the next step counts from then, and may be under way.
  const ended = (as: StepResult["as"], at: string, why: string | null = null): StepResult => ({
    ...{ ...own, as, why },
    at: own.as === "waiting" ? at : own.at,
  });
  if (status === "failed" || status === "undelivered")
    return ended("failed", sent_at ?? failed_at ?? now, held_reason ?? error_code ?? status);
  if (sent_at !== null) return ended("sent", sent_at);
  const isLost = status === "unknown" && tried_at !== null && Date.parse(now) - Date.parse(tried_at) > GIVE_UP_MS;
  return isLost && own.as === "waiting" ? ended("unknown", tried_at) : own;
}

/** Why nobody was reached by any step of the sequence; undefined while one is left, or went out. */
export function findFailure(steps: readonly Step[], taken: readonly StepResult[]): string | undefined {
  if (taken.length === 0 || taken.length < steps.length) return undefined;
  if (!taken.every(({ as }) => as === "failed" || as === "passed")) return undefined;
  const said = taken.map(({ why }, at) => `${at + 1}: ${why ?? "not sent"}`).join("; ");
  return `No message of the sequence reached them. ${said}`.slice(0, 500);
}

/** Steps of two memberships that are one: what went further holds; a message of the other is called back. */
export const mergeSteps = (survivor: readonly StepResult[], other: readonly StepResult[]): readonly StepResult[] =>
  countDone(other) > countDone(survivor) ? other.filter(({ as }) => as !== "waiting") : survivor;

interface StepReferences {
  channel: "sms" | "email";
  template: { channel: string; is_active: boolean } | undefined;
  /** Of which channel its sender is; undefined where there is none, null where none is named. */
  sender: "sms" | "email" | undefined | null;
}

/** All that is wrong with the steps of a sequence, each with its place. */
export function validateSteps(steps: readonly StepReferences[]): ErrorDetail[] {
  return steps.flatMap(({ channel, template, sender }, at) => {
    const wrong = (field: string, message: string): ErrorDetail => ({ field: `sequence[${at}].${field}`, message });
    const details: ErrorDetail[] = [];
    if (!template) details.push(wrong("template_id", "No such record"));
    else if (template.channel.toLowerCase() !== channel) details.push(wrong("template_id", "It is of another channel"));
    else if (!template.is_active) details.push(wrong("template_id", "It is not active"));
    if (sender === undefined) details.push(wrong("sender_id", "No such record"));
    else if (sender !== null && sender !== channel) details.push(wrong("sender_id", "It is of another channel"));
    return details;
  });
}
