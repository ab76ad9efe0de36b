import { cellsIn, cellsOf, ratio, Tally } from "@crm/core/ticket/survey/satisfaction.rules.ts";
import { clocksOf, endOf, isOpen, lastDayOf, stepOf } from "@crm/core/ticket/survey/survey.rules.ts";
import { describe, expect, it } from "vitest";

const T1 = "2030-01-07T09:00:00.000Z";
const T2 = "2030-01-09T09:00:00.000Z";
const settings = { survey_is_sent: true, survey_after_hours: 24 };
const resolvedAt = (resolved_at: string) => ({ is_resolved: true, resolved_at, personal_key_id: "per_1" });
const open = { is_resolved: false, resolved_at: null, personal_key_id: "per_1" };
const survey = (
  status: "SCHEDULED" | "SENT" | "ANSWERED" | "EXPIRED" | "CANCELLED",
  cancelled_because: "REOPENED" | "TICKET_GONE" | "REFUSED" | null = null,
) => ({
  status,
  cancelled_because,
  resolved_at: T1,
});
const scheduled = (resolved_at: string, send_at: string) => ({ to: "SCHEDULED", resolved_at, send_at });
const reopened = { to: "CANCELLED", because: "REOPENED" };
const tomorrow = "2030-01-08T09:00:00.000Z";
const later = "2030-01-10T09:00:00.000Z";

describe("a survey", () => {
  it.each([
    ["is planned at the resolution", resolvedAt(T1), undefined, scheduled(T1, tomorrow)],
    ["is planned once, however often that is told", resolvedAt(T1), survey("SCHEDULED"), undefined],
    ["is not planned of what is open", open, undefined, undefined],
    ["is not planned of nobody", { ...resolvedAt(T1), personal_key_id: null }, undefined, undefined],
    ["that was planned is cancelled by a reopening", open, survey("SCHEDULED"), reopened],
    ["that was sent is cancelled by a reopening", open, survey("SENT"), reopened],
    ["that is over stays so at a reopening", open, survey("EXPIRED"), undefined],
    ["asks about the newest resolution while it waits", resolvedAt(T2), survey("SCHEDULED"), scheduled(T2, later)],
    ["asks again where it was cancelled", resolvedAt(T2), survey("CANCELLED", "REOPENED"), scheduled(T2, later)],
    ["asks again where nobody answered", resolvedAt(T2), survey("EXPIRED"), scheduled(T2, later)],
    ["asks again where it was sent, though nobody told of the reopening", resolvedAt(T2), survey("SENT"), scheduled(T2, later)],
    ["asks no more once it was answered", resolvedAt(T2), survey("ANSWERED"), undefined],
    ["stays answered at a reopening", open, survey("ANSWERED"), undefined],
    ["that could not be sent is not tried again", resolvedAt(T1), survey("CANCELLED", "REFUSED"), undefined],
    ["comes back with its ticket", resolvedAt(T1), survey("CANCELLED", "TICKET_GONE"), scheduled(T1, tomorrow)],
  ])("%s", (_what, ticket, before, step) => {
    expect(stepOf(ticket, before, settings)).toEqual(step);
  });

  it("is not planned where the tenant asks nobody, and at once where it waits for nothing", () => {
    expect(stepOf(resolvedAt(T1), undefined, { ...settings, survey_is_sent: false })).toBeUndefined();
    expect(stepOf(resolvedAt(T1), undefined, { ...settings, survey_after_hours: 0 })).toEqual(scheduled(T1, T1));
  });

  it("ends with its last day in the tenant's zone, also where clocks are turned", () => {
    expect(endOf("2030-03-20T12:00:00.000Z", "Europe/Berlin")).toBe("2030-04-03T22:00:00.000Z");
    expect(lastDayOf("2030-04-03T22:00:00.000Z", "Europe/Berlin")).toBe("2030-04-03");
    expect(endOf("2030-03-20T12:00:00.000Z", "Pacific/Auckland")).toBe("2030-04-04T11:00:00.000Z");
  });

  it("is open until its end and not at it", () => {
    const sent = { status: "SENT" as const, expires_at: T2 };
    expect([isOpen(sent, T1), isOpen(sent, T2)]).toEqual([true, false]);
    expect(isOpen({ ...sent, status: "CANCELLED" }, T1)).toBe(false);
  });

  it("has one clock while it is planned, two while it waits, and none once it is answered", () => {
    const facts = { send_at: T1, sent_at: T1, reminded_at: null, expires_at: T2 };
    expect(clocksOf({ ...facts, status: "SCHEDULED" })).toEqual({ sending: T1, reminder: null, expiry: null });
    expect(clocksOf({ ...facts, status: "SENT" })).toEqual({ sending: null, reminder: later, expiry: T2 });
    expect(clocksOf({ ...facts, status: "SENT", reminded_at: T1 })).toEqual({ sending: null, reminder: null, expiry: T2 });
    expect(clocksOf({ ...facts, status: "ANSWERED" })).toEqual({ sending: null, reminder: null, expiry: null });
  });
});

describe("figures", () => {
  const tallyOf = (ratings: readonly number[], nps: readonly number[]): Tally => {
    const tally = new Tally();
    const answers = ratings.map((rating, at) => ({ rating, nps: nps[at] ?? null, answered_day: "2030-01-07" }));
    for (const answer of answers)
      for (const cell of cellsIn({ sk: "csat@all@2030-01@*", ...cellsOf(answer).counts })) tally.join(cell.tally);
    return tally;
  };

  it.each([
    [[], [], { mean: null, csat: null, nps: null }],
    [[5], [], { mean: "5.0000", csat: "1.0000", nps: null }],
    [[1, 2, 3], [], { mean: "2.0000", csat: "0.0000", nps: null }],
    [[5, 4, 4], [10, 9, 0], { mean: "4.3333", csat: "1.0000", nps: 33 }],
    [[5, 5, 1], [0, 6, 9], { mean: "3.6667", csat: "0.6667", nps: -33 }],
    [[3, 3, 3, 3, 3, 3, 3, 3], [9, 8, 8, 8, 7, 7, 7, 7], { mean: "3.0000", csat: "0.0000", nps: 13 }],
    [[3, 3, 3, 3, 3, 3, 3, 3], [6, 8, 8, 8, 7, 7, 7, 7], { mean: "3.0000", csat: "0.0000", nps: -13 }],
    [[1, 1], [0, 3], { mean: "1.0000", csat: "0.0000", nps: -100 }],
  ])("of %j and %j", (ratings, nps, wanted) => {
    const { mean, csat, nps: net } = tallyOf(ratings, nps);
    expect({ mean, csat, nps: net }).toEqual(wanted);
  });

  it("are exact where floating-point numbers are not", () => {
    expect(ratio(9_007_199_254_740_991, 9_007_199_254_740_992)).toBe("1.0000");
    expect([ratio(1, 20_000), ratio(1, 20_001)]).toEqual(["0.0001", "0.0000"]);
  });

  it("stand under the month, for everybody and for each agent", () => {
    const { scopes, counts } = cellsOf({
      agent_id: "usr_1",
      team_id: null,
      category_id: "cat_1",
      rating: 2,
      nps: 7,
      answered_day: "2030-01-07",
    });
    expect(scopes).toEqual([
      "csat@all@2030-01@*",
      "csat@agent@2030-01@usr_1",
      "csat@team@2030-01@*@none",
      "csat@team@2030-01@usr_1@none",
      "csat@category@2030-01@*@cat_1",
      "csat@category@2030-01@usr_1@cat_1",
    ]);
    expect(counts).toEqual({ "07r2": 1, "07s": 1 });
    expect(cellsOf({ rating: null, answered_day: null }).scopes).toEqual([]);
  });
});
