import {
  beginsAt,
  dueOf,
  failureIn,
  goesOn,
  joinedSteps,
  type Known,
  settled,
  type Taken,
  wrongWith,
} from "@crm/core/reengagement/sequence.rules.ts";
import { describe, expect, it } from "vitest";

const at = (day: number, hour = 12): string => new Date(Date.UTC(2026, 10, day, hour)).toISOString();
const steps = [{ after_days: 0 }, { after_days: 3 }, { after_days: 7 }];
const step = (as: Taken["as"], day: number, more: Partial<Taken> = {}): Taken => ({
  ...{ as, at: at(day), message_id: `m${day}`, why: null },
  ...more,
});

describe("when a step is due", () => {
  it.each([
    ["the first, as the batch begins", [], at(1)],
    ["one under way: none", [step("waiting", 1)], null],
    ["after one that was sent", [step("sent", 2)], at(5)],
    ["after one that failed", [step("failed", 2)], at(5)],
    ["after one that was passed over", [step("passed", 4)], at(7)],
    ["after one of which nobody knows", [step("unknown", 4)], at(7)],
    ["counted from the last, whatever was before", [step("sent", 1), step("sent", 9)], at(16)],
    ["behind the last: none", [step("sent", 1), step("sent", 4), step("sent", 11)], null],
  ] as const)("%s", (_, taken, due) => expect(dueOf(steps, taken, at(1))).toBe(due));

  it("the first waits its days, and a sequence of none has none", () => {
    expect(dueOf([{ after_days: 90 }], [], at(1))).toBe("2027-01-30T12:00:00.000Z");
    expect(dueOf([], [], at(1))).toBeNull();
    expect([beginsAt(at(3), at(1)), beginsAt(at(1), at(3))]).toEqual([at(3), at(3)]);
  });

  it.each([
    ["ADDED", true],
    ["CONTACTED", true],
    ["RESPONDED", false],
    ["FAILED", false],
    ["OPTED_OUT", false],
    ["CONVERTED", false],
  ] as const)("of a member that is %s: %s", (status, is) => expect(goesOn(status)).toBe(is));
});

const message = (status: string, more: Partial<Known> = {}): Known => ({
  ...{ id: "m1", status, held_reason: null, error_code: null, sent_at: null, failed_at: null, tried_at: null },
  ...more,
});
const sent = { sent_at: at(2) };

describe("what becomes of a step by its message", () => {
  it.each([
    ["waits", message("queued"), "waiting", at(1)],
    ["is in hand", message("sending", { tried_at: at(1) }), "waiting", at(1)],
    ["went out", message("sent", sent), "sent", at(2)],
    ["arrived", message("delivered", sent), "sent", at(2)],
    ["was refused", message("failed", { failed_at: at(3), held_reason: "suppressed" }), "failed", at(3)],
    ["did not arrive", message("undelivered", { ...sent, failed_at: at(3) }), "failed", at(2)],
    ["is not known of", message("unknown", { tried_at: at(9) }), "waiting", at(1)],
    ["is not known of after days", message("unknown", { tried_at: at(5) }), "unknown", at(5)],
  ] as const)("that %s", (_, known, as, when) => {
    const once = settled([step("waiting", 1)], known, at(10));
    expect(once).toMatchObject([{ as, at: when }]);
    expect(settled(once, known, at(11))).toBe(once);
  });

  it("that was called back is to be taken once more; that of another step changes nothing", () => {
    const recalled = message("failed", { held_reason: "recalled", failed_at: at(3) });
    expect(settled([step("sent", 0, { message_id: "m0" }), step("waiting", 1)], recalled, at(3))).toHaveLength(1);
    const own = [step("waiting", 1)];
    expect(settled(own, message("sent", { id: "m7", ...sent }), at(3))).toBe(own);
  });

  it("keeps when it ended first, in whatever order that is told", () => {
    const failed = message("undelivered", { ...sent, failed_at: at(3), error_code: "30005" });
    const late = settled(settled([step("waiting", 1)], message("sent", sent), at(2)), failed, at(9));
    expect(late).toEqual([step("failed", 1, { at: at(2), why: "30005" })]);
    expect(settled([step("waiting", 1)], failed, at(9))).toEqual(late);
  });
});

describe("who was reached by no step", () => {
  const two = steps.slice(0, 2);
  it.each([
    ["one is left", [step("failed", 1)], undefined],
    ["one is under way", [step("failed", 1), step("waiting", 2)], undefined],
    ["one went out", [step("sent", 1), step("failed", 2)], undefined],
    ["nobody knows of one", [step("unknown", 1), step("failed", 2)], undefined],
    [
      "all failed",
      [step("failed", 1, { why: "suppressed" }), step("passed", 2, { why: "No number" })],
      "No message of the sequence reached them. 1: suppressed; 2: No number",
    ],
  ] as const)("%s", (_, taken, reason) => expect(failureIn(two, taken)).toBe(reason));
});

it("two memberships that become one go on with what went further, without its message that is under way", () => {
  const [one, other] = [[step("waiting", 1)], [step("sent", 1), step("waiting", 4)]] as const;
  expect(joinedSteps(one, other)).toEqual([step("sent", 1)]);
  expect(joinedSteps(other, one)).toBe(other);
});

it("a sequence says of each step what is wrong with it", () => {
  const good = { channel: "sms", template: { channel: "SMS", is_active: true }, sender: null } as const;
  expect(wrongWith([good, { ...good, sender: "sms" }])).toEqual([]);
  const bad = [
    { ...good, template: undefined },
    { ...good, channel: "email" },
    { ...good, template: { channel: "SMS", is_active: false }, sender: undefined },
    { ...good, sender: "email" },
  ] as const;
  expect(wrongWith(bad).map(({ field, message: said }) => `${field}: ${said}`)).toEqual([
    "sequence[0].template_id: No such record",
    "sequence[1].template_id: It is of another channel",
    "sequence[2].template_id: It is not active",
    "sequence[2].sender_id: No such record",
    "sequence[3].sender_id: It is of another channel",
  ]);
});
