import {
  applyMessage,
  computeDueTime,
  computeStart,
  findFailure,
  isSequenceActive,
  mergeSteps,
  type StepMessage,
  type StepResult,
  validateSteps,
} from "@crm/core/engagement/reengagement/sequence.rules.ts";
import { describe, expect, it } from "vitest";

const timeOn = (day: number, hour = 12): string => new Date(Date.UTC(2026, 10, day, hour)).toISOString();
const steps = [{ after_days: 0 }, { after_days: 3 }, { after_days: 7 }];
const buildStep = (as: StepResult["as"], day: number, more: Partial<StepResult> = {}): StepResult => ({
  ...{ as, at: timeOn(day), message_id: `m${day}`, why: null },
  ...more,
});

describe("the due time of a step", () => {
  it.each([
    ["the first, as the batch begins", [], timeOn(1)],
    ["one under way: none", [buildStep("waiting", 1)], null],
    ["after one that was sent", [buildStep("sent", 2)], timeOn(5)],
    ["after one that failed", [buildStep("failed", 2)], timeOn(5)],
    ["after one that was passed over", [buildStep("passed", 4)], timeOn(7)],
    ["after one with an unknown outcome", [buildStep("unknown", 4)], timeOn(7)],
    ["counted from the last one only", [buildStep("sent", 1), buildStep("sent", 9)], timeOn(16)],
    ["behind the last: none", [buildStep("sent", 1), buildStep("sent", 4), buildStep("sent", 11)], null],
  ] as const)("%s", (_, takenSteps, due) => expect(computeDueTime(steps, takenSteps, timeOn(1))).toBe(due));

  it("is after the delay of the first step, and null for an empty sequence", () => {
    expect(computeDueTime([{ after_days: 90 }], [], timeOn(1))).toBe("2027-01-30T12:00:00.000Z");
    expect(computeDueTime([], [], timeOn(1))).toBeNull();
    expect([computeStart(timeOn(3), timeOn(1)), computeStart(timeOn(1), timeOn(3))]).toEqual([timeOn(3), timeOn(3)]);
  });

  it.each([
    ["ADDED", true],
    ["CONTACTED", true],
    ["RESPONDED", false],
    ["FAILED", false],
    ["OPTED_OUT", false],
    ["CONVERTED", false],
  ] as const)("of a member that is %s, active: %s", (status, isActive) => expect(isSequenceActive(status)).toBe(isActive));
});

const buildMessage = (status: string, more: Partial<StepMessage> = {}): StepMessage => ({
  ...{ id: "m1", status, held_reason: null, error_code: null, sent_at: null, failed_at: null, tried_at: null },
  ...more,
});
const sentFields = { sent_at: timeOn(2) };

describe("the outcome of a step by its message", () => {
  it.each([
    ["waits", buildMessage("queued"), "waiting", timeOn(1)],
    ["is in hand", buildMessage("sending", { tried_at: timeOn(1) }), "waiting", timeOn(1)],
    ["went out", buildMessage("sent", sentFields), "sent", timeOn(2)],
    ["arrived", buildMessage("delivered", sentFields), "sent", timeOn(2)],
    ["was refused", buildMessage("failed", { failed_at: timeOn(3), held_reason: "suppressed" }), "failed", timeOn(3)],
    ["did not arrive", buildMessage("undelivered", { ...sentFields, failed_at: timeOn(3) }), "failed", timeOn(2)],
    ["is not known of", buildMessage("unknown", { tried_at: timeOn(9) }), "waiting", timeOn(1)],
    ["is not known of after days", buildMessage("unknown", { tried_at: timeOn(5) }), "unknown", timeOn(5)],
  ] as const)("that %s", (_, message, as, when) => {
    const appliedSteps = applyMessage([buildStep("waiting", 1)], message, timeOn(10));
    expect(appliedSteps).toMatchObject([{ as, at: when }]);
    expect(applyMessage(appliedSteps, message, timeOn(11))).toBe(appliedSteps);
  });

  it("is open again after a recall, and ignores the message of another step", () => {
    const recalled = buildMessage("failed", { held_reason: "recalled", failed_at: timeOn(3) });
    expect(applyMessage([buildStep("sent", 0, { message_id: "m0" }), buildStep("waiting", 1)], recalled, timeOn(3))).toHaveLength(
      1,
    );
    const waitingSteps = [buildStep("waiting", 1)];
    expect(applyMessage(waitingSteps, buildMessage("sent", { id: "m7", ...sentFields }), timeOn(3))).toBe(waitingSteps);
  });

  it("has the first end time, in any order of events", () => {
    const failed = buildMessage("undelivered", { ...sentFields, failed_at: timeOn(3), error_code: "30005" });
    const late = applyMessage(
      applyMessage([buildStep("waiting", 1)], buildMessage("sent", sentFields), timeOn(2)),
      failed,
      timeOn(9),
    );
    expect(late).toEqual([buildStep("failed", 1, { at: timeOn(2), why: "30005" })]);
    expect(applyMessage([buildStep("waiting", 1)], failed, timeOn(9))).toEqual(late);
  });
});

describe("a member reached by no step", () => {
  const two = steps.slice(0, 2);
  it.each([
    ["one is left", [buildStep("failed", 1)], undefined],
    ["one is under way", [buildStep("failed", 1), buildStep("waiting", 2)], undefined],
    ["one went out", [buildStep("sent", 1), buildStep("failed", 2)], undefined],
    ["one has an unknown outcome", [buildStep("unknown", 1), buildStep("failed", 2)], undefined],
    [
      "all failed",
      [buildStep("failed", 1, { why: "suppressed" }), buildStep("passed", 2, { why: "No number" })],
      "No message of the sequence was delivered. 1: suppressed; 2: No number",
    ],
  ] as const)("%s", (_, takenSteps, reason) => expect(findFailure(two, takenSteps)).toBe(reason));
});

it("two merged memberships continue with the one that is further, without its pending message", () => {
  const [firstSteps, otherSteps] = [[buildStep("waiting", 1)], [buildStep("sent", 1), buildStep("waiting", 4)]] as const;
  expect(mergeSteps(firstSteps, otherSteps)).toEqual([buildStep("sent", 1)]);
  expect(mergeSteps(otherSteps, firstSteps)).toBe(otherSteps);
});

it("a sequence reports the fault of each step", () => {
  const good = { channel: "sms", template: { channel: "SMS", is_active: true }, sender: null } as const;
  expect(validateSteps([good, { ...good, sender: "sms" }])).toEqual([]);
  const bad = [
    { ...good, template: undefined },
    { ...good, channel: "email" },
    { ...good, template: { channel: "SMS", is_active: false }, sender: undefined },
    { ...good, sender: "email" },
  ] as const;
  expect(validateSteps(bad).map(({ field, message: text }) => `${field}: ${text}`)).toEqual([
    "sequence[0].template_id: No such record",
    "sequence[1].template_id: The template is for another channel",
    "sequence[2].template_id: The template is not active",
    "sequence[2].sender_id: No such record",
    "sequence[3].sender_id: The sender is for another channel",
  ]);
});
