import type { ErrorDetail } from "../../kernel/error.ts";
import { hasFailed } from "../../messaging/channel-provider/message-status.rules.ts";
import { addDays, hasEnded, type MemberStatus } from "./member.rules.ts";

/**
 * The message sequence of a member: the result of each step, and when the next step is due (docs/engagement/reengagement.md). A `waiting` step has
 * a message that is not yet sent. A step whose message was recalled is removed from the list, so it is taken again. Pure.
 */

export const MAX_STEPS = 10;

/** A step as the batch defines it. The days count from the step before; for the first step, from the start of the batch or of the membership. */
export interface Step {
  after_days: number;
}

export const outcomes = ["waiting", "sent", "unknown", "failed", "passed"] as const;

/** The result of a step. `at` is when the step first ended; while it waits, when it began. */
export interface StepResult {
  as: (typeof outcomes)[number];
  at: string;
  message_id: string | null;
  /** Why the step failed or was skipped. */
  why: string | null;
}

/** Returns whether the sequence continues for a member of this status. It stops after a response, because a user takes over. */
export const isSequenceActive = (status: MemberStatus): boolean => !hasEnded(status) && status !== "RESPONDED";

/** Returns the step whose message is not yet sent. */
export function findWaiting(results: readonly StepResult[]): StepResult | undefined {
  const last = results.at(-1);
  return last?.as === "waiting" ? last : undefined;
}

export const countFinishedSteps = (results: readonly StepResult[]): number => results.filter(({ as }) => as !== "waiting").length;

/** Returns when the next step is due; null while a step waits, or if none is left. */
export function computeDueTime(steps: readonly Step[], results: readonly StepResult[], begins: string): string | null {
  const next = steps[results.length];
  if (next === undefined || findWaiting(results)) return null;
  return addDays(results.at(-1)?.at ?? begins, next.after_days);
}

/** Returns the instant from which the first step's days count. */
export const computeStart = (activated_at: string, added_at: string): string =>
  activated_at > added_at ? activated_at : added_at;

/** The fields of a step's message that decide its result. */
export interface StepMessage {
  id: string;
  status: string;
  held_reason: string | null;
  error_code: string | null;
  sent_at: string | null;
  failed_at: string | null;
  tried_at: string | null;
}

/** The reason with which a message is refused that is no longer wanted at delivery. Nothing was sent, so its step is taken again. */
export const RECALLED = "recalled";

/** After this time without news, the result of a message that was handed to the provider counts as unknown. */
const GIVE_UP_MS = 4 * 24 * 60 * 60 * 1000;

/** Applies the current state of a message to its step. Repeated and reordered calls give the same result. */
export function applyMessage(results: readonly StepResult[], message: StepMessage, now: string): readonly StepResult[] {
  const index = results.findIndex(({ message_id }) => message_id === message.id);
  const result = results[index];
  if (!result) return results;
  if (message.status === "failed" && message.held_reason === RECALLED)
    return result.as === "waiting" ? results.filter((stepResult) => stepResult !== result) : results;
  const next = computeOutcome(result, message, now);
  return next.as === result.as ? results : results.with(index, next);
}

function computeOutcome(
  stepResult: StepResult,
  { status, held_reason, error_code, sent_at, failed_at, tried_at }: StepMessage,
  now: string,
): StepResult {
  // The first end of a step stays: the next step counts from it and may already have begun.
  const endStep = (as: StepResult["as"], time: string, why: string | null = null): StepResult => ({
    ...{ ...stepResult, as, why },
    at: stepResult.as === "waiting" ? time : stepResult.at,
  });
  if (hasFailed(status)) return endStep("failed", sent_at ?? failed_at ?? now, held_reason ?? error_code ?? status);
  if (sent_at !== null) return endStep("sent", sent_at);
  const isLost = status === "unknown" && tried_at !== null && Date.parse(now) - Date.parse(tried_at) > GIVE_UP_MS;
  return isLost && stepResult.as === "waiting" ? endStep("unknown", tried_at) : stepResult;
}

/** Returns why no step of the sequence reached the person; undefined while a step is left or if one was sent. */
export function findFailure(steps: readonly Step[], results: readonly StepResult[]): string | undefined {
  if (results.length === 0 || results.length < steps.length) return undefined;
  if (!results.every(({ as }) => as === "failed" || as === "passed")) return undefined;
  const summary = results.map(({ why }, index) => `${index + 1}: ${why ?? "not sent"}`).join("; ");
  return `No message of the sequence was delivered. ${summary}`.slice(0, 500);
}

/** Merges the steps of two memberships. The sequence that is further stays, and waiting messages of the other are recalled. */
export const mergeSteps = (survivor: readonly StepResult[], duplicate: readonly StepResult[]): readonly StepResult[] =>
  countFinishedSteps(duplicate) > countFinishedSteps(survivor) ? duplicate.filter(({ as }) => as !== "waiting") : survivor;

interface StepReferences {
  channel: "sms" | "email";
  template: { channel: string; is_active: boolean } | undefined;
  /** The channel of the sender; undefined if the sender does not exist, null if the step names none. */
  sender: "sms" | "email" | undefined | null;
}

/** Returns all errors in the steps of a sequence, each with its field path. */
export function validateSteps(steps: readonly StepReferences[]): ErrorDetail[] {
  return steps.flatMap(({ channel, template, sender }, index) => {
    const createDetail = (field: string, message: string): ErrorDetail => ({ field: `sequence[${index}].${field}`, message });
    const details: ErrorDetail[] = [];
    if (!template) details.push(createDetail("template_id", "No such record"));
    else if (template.channel.toLowerCase() !== channel)
      details.push(createDetail("template_id", "The template is for another channel"));
    else if (!template.is_active) details.push(createDetail("template_id", "The template is not active"));
    if (sender === undefined) details.push(createDetail("sender_id", "No such record"));
    else if (sender !== null && sender !== channel) details.push(createDetail("sender_id", "The sender is for another channel"));
    return details;
  });
}
