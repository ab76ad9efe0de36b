import { type Due, type QueueFacts, rankRecords } from "@crm/core/views/follow-up-queue.rules.ts";
import { expect, it } from "vitest";

const TODAY = "2026-03-10";

const facts = (id: string, more: Partial<QueueFacts> = {}): QueueFacts => ({
  ...{ id, dues: [], score: null, urgency: null, probability: null, value: null, closeDay: null, lastActivityDay: null },
  ...more,
});
const due = (topic: Due["topic"], day: string, activity?: Due["activity"]): Due => ({
  ...{ topic, day, at: `${day}T12:00:00.000Z` },
  ...(activity ? { activity } : {}),
});
const call = { id: "act_1", subject: "Call Ada", isPromise: true };
const euros = (amount: string) => ({ amount, currency: "EUR", converted: amount });

it.each<[string, Partial<QueueFacts>, number, string[]]>([
  ["nothing due", {}, 0, []],
  ["due today", { dues: [due("contact", TODAY)] }, 25, ["Contact is due today"]],
  ["a day late", { dues: [due("contact", "2026-03-09")] }, 32, ["Contact was due 1 day ago"]],
  ["ten days late", { dues: [due("next_step", "2026-02-28")] }, 50, ["The next step was due 10 days ago"]],
  ["a year late", { dues: [due("ticket", "2025-03-10")] }, 50, ["The ticket was due 365 days ago"]],
  [
    "the latest due of several counts",
    { dues: [due("contact", TODAY), due("activity", "2026-03-08", { ...call, isPromise: false })] },
    34,
    ['"Call Ada" was due 2 days ago', "Contact is due today"],
  ],
  [
    "a promise",
    { dues: [due("activity", TODAY, call)] },
    40,
    ['"Call Ada" is due today', 'Planned with the customer: "Call Ada"'],
  ],
  ["a score", { score: 87 }, 17, ["The score is 87"]],
  ["a score of few points", { score: 4 }, 0, []],
  ["urgency", { urgency: "URGENT" }, 15, ["The follow-up priority is URGENT"]],
  ["no urgency", { urgency: "LOW" }, 0, []],
  ["a probability", { probability: 60 }, 12, ["The probability is 60 percent"]],
  ["the largest value", { value: euros("12000.00") }, 10, ["The value is 12000.00 EUR"]],
  ["closing today", { closeDay: TODAY }, 10, ["The closing date is today"]],
  ["closing in a week", { closeDay: "2026-03-17" }, 10, ["The closing date is in 7 days"]],
  ["closing later", { closeDay: "9999-12-31" }, 0, []],
  ["closing passed", { closeDay: "2026-03-09" }, 15, ["The closing date passed 1 day ago"]],
  ["silent for 13 days", { lastActivityDay: "2026-02-25" }, 0, []],
  ["silent for 14 days", { lastActivityDay: "2026-02-24" }, 7, ["No activity for 14 days"]],
  ["silent for a year", { lastActivityDay: "2025-03-10" }, 15, ["No activity for 365 days"]],
])("gives points: %s", (_, more, priority, texts) => {
  const [entry] = rankRecords([facts("a", more)], TODAY);
  expect([entry?.priority ?? 0, entry?.reasons.map(({ text }) => text) ?? []]).toEqual([priority, texts]);
});

it("limits the sum to 100, and orders equal priorities by due time, then by id", () => {
  const everything = {
    ...{ dues: [due("next_step", "2025-01-01"), due("activity", "2025-01-02", call)], probability: 100 },
    ...{ value: euros("5.00"), closeDay: "2026-01-01", lastActivityDay: "2025-01-01" },
  };
  const ranked = rankRecords(
    [
      facts("d", { urgency: "HIGH" }),
      facts("c", { dues: [due("contact", TODAY)] }),
      facts("b", { dues: [due("contact", TODAY)] }),
      facts("e", { dues: [{ ...due("contact", TODAY), at: `${TODAY}T08:00:00.000Z` }] }),
      facts("a", everything),
    ],
    TODAY,
  );
  expect(ranked.map(({ id, priority, due_at, activity_id }) => [id, priority, due_at, activity_id])).toEqual([
    ["a", 100, "2025-01-01T12:00:00.000Z", "act_1"],
    ["e", 25, `${TODAY}T08:00:00.000Z`, null],
    ["b", 25, `${TODAY}T12:00:00.000Z`, null],
    ["c", 25, `${TODAY}T12:00:00.000Z`, null],
    ["d", 10, null, null],
  ]);
});

it("compares values in the currency of the tenant", () => {
  const yen = { amount: "1600000", currency: "JPY", converted: "10000.00" };
  const ranked = rankRecords([facts("a", { value: euros("5000.00") }), facts("b", { value: yen })], TODAY);
  expect(ranked.map(({ id, priority }) => [id, priority])).toEqual([
    ["b", 10],
    ["a", 5],
  ]);
});
