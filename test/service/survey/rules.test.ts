import { buildSatisfactionSums, formatRatio, parseCells, Tally } from "@crm/core/service/survey/satisfaction.rules.ts";
import { computeClocks, computeExpiry, computeNextStep, isOpen, toLastDay } from "@crm/core/service/survey/survey.rules.ts";
import { describe, expect, it } from "vitest";

const FIRST_RESOLVED_AT = "2030-01-07T09:00:00.000Z";
const SECOND_RESOLVED_AT = "2030-01-09T09:00:00.000Z";
const settings = { survey_is_sent: true, survey_after_hours: 24 };
const resolvedTicket = (resolved_at: string) => ({ is_resolved: true, resolved_at, personal_key_id: "per_1" });
const openTicket = { is_resolved: false, resolved_at: null, personal_key_id: "per_1" };
const buildSurvey = (
  status: "SCHEDULED" | "SENT" | "ANSWERED" | "EXPIRED" | "CANCELLED",
  cancelled_because: "REOPENED" | "TICKET_GONE" | "REFUSED" | null = null,
) => ({
  status,
  cancelled_because,
  resolved_at: FIRST_RESOLVED_AT,
});
const scheduleStep = (resolved_at: string, send_at: string) => ({ to: "SCHEDULED", resolved_at, send_at });
const cancelStep = { to: "CANCELLED", because: "REOPENED" };
const FIRST_SEND_AT = "2030-01-08T09:00:00.000Z";
const SECOND_SEND_AT = "2030-01-10T09:00:00.000Z";

describe("a survey", () => {
  it.each([
    [
      "is planned at the resolution",
      resolvedTicket(FIRST_RESOLVED_AT),
      undefined,
      scheduleStep(FIRST_RESOLVED_AT, FIRST_SEND_AT),
    ],
    ["is planned once, however often that is told", resolvedTicket(FIRST_RESOLVED_AT), buildSurvey("SCHEDULED"), undefined],
    ["is not planned of what is open", openTicket, undefined, undefined],
    ["is not planned without a requester", { ...resolvedTicket(FIRST_RESOLVED_AT), personal_key_id: null }, undefined, undefined],
    ["that was planned is cancelled by a reopening", openTicket, buildSurvey("SCHEDULED"), cancelStep],
    ["that was sent is cancelled by a reopening", openTicket, buildSurvey("SENT"), cancelStep],
    ["that is over stays so at a reopening", openTicket, buildSurvey("EXPIRED"), undefined],
    [
      "asks about the newest resolution while it waits",
      resolvedTicket(SECOND_RESOLVED_AT),
      buildSurvey("SCHEDULED"),
      scheduleStep(SECOND_RESOLVED_AT, SECOND_SEND_AT),
    ],
    [
      "asks again where it was cancelled",
      resolvedTicket(SECOND_RESOLVED_AT),
      buildSurvey("CANCELLED", "REOPENED"),
      scheduleStep(SECOND_RESOLVED_AT, SECOND_SEND_AT),
    ],
    [
      "is sent again if the first one was not answered",
      resolvedTicket(SECOND_RESOLVED_AT),
      buildSurvey("EXPIRED"),
      scheduleStep(SECOND_RESOLVED_AT, SECOND_SEND_AT),
    ],
    [
      "is sent again after a reopening that was not processed",
      resolvedTicket(SECOND_RESOLVED_AT),
      buildSurvey("SENT"),
      scheduleStep(SECOND_RESOLVED_AT, SECOND_SEND_AT),
    ],
    ["asks no more once it was answered", resolvedTicket(SECOND_RESOLVED_AT), buildSurvey("ANSWERED"), undefined],
    ["stays answered at a reopening", openTicket, buildSurvey("ANSWERED"), undefined],
    [
      "that could not be sent is not tried again",
      resolvedTicket(FIRST_RESOLVED_AT),
      buildSurvey("CANCELLED", "REFUSED"),
      undefined,
    ],
    [
      "comes back with its ticket",
      resolvedTicket(FIRST_RESOLVED_AT),
      buildSurvey("CANCELLED", "TICKET_GONE"),
      scheduleStep(FIRST_RESOLVED_AT, FIRST_SEND_AT),
    ],
  ])("%s", (_what, ticket, before, step) => {
    expect(computeNextStep(ticket, before, settings)).toEqual(step);
  });

  it("is not planned if the tenant has disabled surveys, and is due at once without a delay", () => {
    expect(computeNextStep(resolvedTicket(FIRST_RESOLVED_AT), undefined, { ...settings, survey_is_sent: false })).toBeUndefined();
    expect(computeNextStep(resolvedTicket(FIRST_RESOLVED_AT), undefined, { ...settings, survey_after_hours: 0 })).toEqual(
      scheduleStep(FIRST_RESOLVED_AT, FIRST_RESOLVED_AT),
    );
  });

  it("expires at the end of its last day in the time zone of the tenant, also across clock changes", () => {
    expect(computeExpiry("2030-03-20T12:00:00.000Z", "Europe/Berlin")).toBe("2030-04-03T22:00:00.000Z");
    expect(toLastDay("2030-04-03T22:00:00.000Z", "Europe/Berlin")).toBe("2030-04-03");
    expect(computeExpiry("2030-03-20T12:00:00.000Z", "Pacific/Auckland")).toBe("2030-04-04T11:00:00.000Z");
  });

  it("is open until its expiry, exclusively", () => {
    const sent = { status: "SENT" as const, expires_at: SECOND_RESOLVED_AT };
    expect([isOpen(sent, FIRST_RESOLVED_AT), isOpen(sent, SECOND_RESOLVED_AT)]).toEqual([true, false]);
    expect(isOpen({ ...sent, status: "CANCELLED" }, FIRST_RESOLVED_AT)).toBe(false);
  });

  it("has one clock while it is planned, two while it is open, and none once it is answered", () => {
    const facts = { send_at: FIRST_RESOLVED_AT, sent_at: FIRST_RESOLVED_AT, reminded_at: null, expires_at: SECOND_RESOLVED_AT };
    expect(computeClocks({ ...facts, status: "SCHEDULED" })).toEqual({
      sending: FIRST_RESOLVED_AT,
      reminder: null,
      expiry: null,
    });
    expect(computeClocks({ ...facts, status: "SENT" })).toEqual({
      sending: null,
      reminder: SECOND_SEND_AT,
      expiry: SECOND_RESOLVED_AT,
    });
    expect(computeClocks({ ...facts, status: "SENT", reminded_at: FIRST_RESOLVED_AT })).toEqual({
      sending: null,
      reminder: null,
      expiry: SECOND_RESOLVED_AT,
    });
    expect(computeClocks({ ...facts, status: "ANSWERED" })).toEqual({ sending: null, reminder: null, expiry: null });
  });
});

describe("figures", () => {
  const buildTally = (ratings: readonly number[], nps: readonly number[]): Tally => {
    const tally = new Tally();
    const answers = ratings.map((rating, index) => ({ rating, nps: nps[index] ?? null, answered_day: "2030-01-07" }));
    for (const answer of answers)
      for (const cell of parseCells({ sk: "csat@all@2030-01@*", ...buildSatisfactionSums(answer).counts }))
        tally.join(cell.tally);
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
  ])("of %j and %j", (ratings, nps, expected) => {
    const { mean, csat, nps: net } = buildTally(ratings, nps);
    expect({ mean, csat, nps: net }).toEqual(expected);
  });

  it("are exact where floating-point numbers are not", () => {
    expect(formatRatio(9_007_199_254_740_991, 9_007_199_254_740_992)).toBe("1.0000");
    expect([formatRatio(1, 20_000), formatRatio(1, 20_001)]).toEqual(["0.0001", "0.0000"]);
  });

  it("are stored by month, for all and for each agent", () => {
    const { scopes, counts } = buildSatisfactionSums({
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
    expect(buildSatisfactionSums({ rating: null, answered_day: null }).scopes).toEqual([]);
  });
});
