import {
  type DeliveryReport,
  type DeliveryState,
  isFinal,
  mergeReport,
  messageStatuses,
} from "@crm/core/messaging/channel-provider/message-status.rules.ts";
import { findKeyword } from "@crm/core/messaging/channel-provider/opt-out-keywords.rules.ts";
import { listTimeZones, nextAllowedTime } from "@crm/core/messaging/message/quiet-hours.rules.ts";
import {
  decideSending,
  purposes,
  type SendPolicyInput,
  suppressionReasons,
} from "@crm/core/messaging/message/send-policy.rules.ts";
import { describe, expect, it } from "vitest";
import { createTestRandom } from "../../support/random.ts";

describe("a word", () => {
  it.each([
    ["STOP", "stop"],
    [" stop.\n", "stop"],
    ["„Stop!“", "stop"],
    ["ＳＴＯＰ", "stop"],
    ["st\u200bop", "stop"],
    ["Stop all", "stop"],
    ["opt-out", "stop"],
    ["unsubscribe", "stop"],
    ["Unstop", "start"],
    ["start", "start"],
    ["help?", "help"],
    ["Please stop by at ten", undefined],
    ["stop it", undefined],
    ["don't stop", undefined],
    ["", undefined],
    ["👍", undefined],
  ])("%j is %s", (text, wish) => expect(findKeyword(text)).toBe(wish));

  it("may be defined by the tenant, in any script", () => {
    expect(findKeyword("Stopp", ["STOPP", "ARRÊT", "停止"])).toBe("stop");
    expect(findKeyword("arrêt!", ["STOPP", "ARRÊT"])).toBe("stop");
    expect(findKeyword("arre\u0302t", ["ARRÊT"])).toBe("stop");
    expect(findKeyword("停止", ["停止"])).toBe("stop");
    expect(findKeyword("!", ["!"])).toBeUndefined();
  });
});

describe("quiet hours", () => {
  const usual = { from: "20:00", to: "08:00" };
  const berlin = ["Europe/Berlin"];
  const newYork = ["America/New_York"];
  it.each<[string, readonly string[], { from: string; to: string }, string, string | undefined]>([
    ["by day", berlin, usual, "2026-06-01T10:00:00.000Z", "2026-06-01T10:00:00.000Z"],
    ["from eight in the evening on", berlin, usual, "2026-06-01T18:00:00.000Z", "2026-06-02T06:00:00.000Z"],
    ["until a second before", berlin, usual, "2026-06-01T17:59:59.000Z", "2026-06-01T17:59:59.000Z"],
    ["behind midnight", berlin, usual, "2026-06-02T01:00:00.000Z", "2026-06-02T06:00:00.000Z"],
    ["until eight, and no longer", berlin, usual, "2026-06-02T06:00:00.000Z", "2026-06-02T06:00:00.000Z"],
    ["while clocks go forward", berlin, usual, "2026-03-28T22:00:00.000Z", "2026-03-29T06:00:00.000Z"],
    ["while clocks go back", berlin, usual, "2026-10-24T22:00:00.000Z", "2026-10-25T07:00:00.000Z"],
    ["at noon", berlin, { from: "12:00", to: "14:00" }, "2026-06-01T10:30:00.000Z", "2026-06-01T12:00:00.000Z"],
    // The end time occurs twice on that night; the hour between is quiet again.
    [
      "that end in the hour that comes twice",
      newYork,
      { from: "22:00", to: "01:30" },
      "2026-11-01T05:40:00.000Z",
      "2026-11-01T05:40:00.000Z",
    ],
    ["that begin in it again", newYork, { from: "22:00", to: "01:30" }, "2026-11-01T06:10:00.000Z", "2026-11-01T06:30:00.000Z"],
    ["none", berlin, { from: "20:00", to: "20:00" }, "2026-06-01T23:00:00.000Z", "2026-06-01T23:00:00.000Z"],
    ["nowhere known", [], usual, "2026-06-01T23:00:00.000Z", "2026-06-01T23:00:00.000Z"],
    ["from Adak to New York", listTimeZones("US"), usual, "2026-06-01T13:00:00.000Z", "2026-06-01T18:00:00.000Z"],
    [
      "in no hour of a day",
      ["Pacific/Kiritimati", "Pacific/Pago_Pago"],
      { from: "10:00", to: "09:00" },
      "2026-06-01T13:00:00.000Z",
      undefined,
    ],
  ])("%s", (_, zones, hours, now, until) => expect(nextAllowedTime(zones, hours, now)).toBe(until));

  it("depend on the country of the number", () => {
    expect(listTimeZones("DE")).toContain("Europe/Berlin");
    expect(listTimeZones("US")).toEqual(expect.arrayContaining(["America/New_York", "Pacific/Honolulu"]));
    expect(listTimeZones(undefined)).toEqual([]);
  });
});

describe("the status of a message", () => {
  const start: DeliveryState = {
    status: "sending",
    sent_at: null,
    delivered_at: null,
    failed_at: null,
    error_code: null,
    error_message: null,
  };
  const at = (second: number): string => new Date(Date.UTC(2030, 0, 1, 9, 0, second)).toISOString();
  const histories: Record<string, DeliveryReport[]> = {
    delivered: [
      { status: "unknown", at: at(1) },
      { status: "sent", at: at(2) },
      { status: "delivered", at: at(3) },
    ],
    undelivered: [
      { status: "sent", at: at(2) },
      { status: "undelivered", at: at(5), error_code: "30005" },
      { status: "undelivered", at: at(6), error_code: "30006" },
    ],
    failed: [
      { status: "unknown", at: at(1) },
      { status: "failed", at: at(2), error_code: "21211", error_message: "Must be a number" },
    ],
  };
  const random = createTestRandom("reports of messages");
  const shuffled = <T>(all: readonly T[]): T[] => {
    const left = [...all];
    return all.map(() => left.splice(Math.floor(random() * left.length), 1)[0] as T);
  };
  const come = (reports: readonly DeliveryReport[]) => reports.reduce(mergeReport, start);

  it.each(Object.entries(histories))("is the same for any order and repetition of reports: %s", (status, reports) => {
    const whole = come(reports);
    expect(whole.status).toBe(status);
    for (let times = 0; times < 100; times++) expect(come(shuffled([...reports, ...reports]))).toEqual(whole);
  });

  it("never changes once it is final", () => {
    for (const status of messageStatuses.filter(isFinal))
      for (const report of Object.values(histories).flat()) expect(mergeReport({ ...start, status }, report).status).toBe(status);
  });

  it("preserves only the reports that belong to the final status", () => {
    const delivered = come(histories.delivered ?? []);
    expect(mergeReport(delivered, { status: "failed", at: at(9), error_code: "30001" })).toEqual(delivered);
  });
});

describe("the decision whether a message may be sent", () => {
  const now = "2030-01-01T12:00:00.000Z";
  const later = "2030-01-01T13:00:00.000Z";
  const free = { purpose: "marketing", now, suppressed: [], consent: "ALLOWED", is_opt_in_required: true } as const;
  const asked = (more: Partial<SendPolicyInput>): SendPolicyInput => ({
    ...free,
    next_allowed_at: now,
    limited_until: null,
    capped_until: null,
    ...more,
  });
  const held = (reason: string, until: string | null = null) => ({ may: false, reason, until });

  it.each<[Partial<SendPolicyInput>, object, object, object]>([
    // Input | marketing | service | security
    [{}, { may: true }, { may: true }, { may: true }],
    [{ suppressed: ["STOP"] }, held("suppressed"), held("suppressed"), { may: true }],
    [{ suppressed: ["BOUNCED"] }, held("suppressed"), held("suppressed"), { may: true }],
    [{ suppressed: ["COMPLAINED"] }, held("suppressed"), held("suppressed"), { may: true }],
    [{ suppressed: ["UNSUBSCRIBED"] }, held("suppressed"), { may: true }, { may: true }],
    [{ suppressed: ["BY_HAND"] }, held("suppressed"), { may: true }, { may: true }],
    [{ consent: "REFUSED" }, held("refused"), held("refused"), { may: true }],
    [{ consent: "NOT_ASKED" }, held("no_consent"), { may: true }, { may: true }],
    [{ consent: "NOT_ASKED", is_opt_in_required: false }, { may: true }, { may: true }, { may: true }],
    [{ next_allowed_at: later }, held("quiet_hours", later), held("quiet_hours", later), { may: true }],
    [{ next_allowed_at: null }, held("quiet_hours"), held("quiet_hours"), { may: true }],
    [{ next_allowed_at: undefined }, { may: true }, { may: true }, { may: true }],
    [{ limited_until: later }, held("daily_limit", later), held("daily_limit", later), { may: true }],
    [{ capped_until: later }, held("frequency_cap", later), { may: true }, { may: true }],
    [{ capped_until: now, limited_until: now }, { may: true }, { may: true }, { may: true }],
    // Only the first reason in the order is reported.
    [{ suppressed: ["STOP"], next_allowed_at: later, consent: "REFUSED" }, held("suppressed"), held("suppressed"), { may: true }],
    [{ consent: "REFUSED", next_allowed_at: later }, held("refused"), held("refused"), { may: true }],
    [{ next_allowed_at: later, limited_until: later }, held("quiet_hours", later), held("quiet_hours", later), { may: true }],
  ])("%j", (more, ...expected) => {
    expect(purposes.map((purpose) => decideSending(asked({ ...more, purpose })))).toEqual(expected);
    expect(decideSending(asked({ ...more, purpose: "answer" }))).toEqual({ may: true });
  });

  it("is no for marketing with any suppression of the address", () => {
    for (const each of suppressionReasons) expect(decideSending(asked({ suppressed: [each] }))).toEqual(held("suppressed"));
  });
});
