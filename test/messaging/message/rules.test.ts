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
  ])("%j is %s", (text, keyword) => expect(findKeyword(text)).toBe(keyword));

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
    channel: "sms",
    status: "sending",
    sent_at: null,
    delivered_at: null,
    failed_at: null,
    error_code: null,
    error_message: null,
  };
  const formatTime = (second: number): string => new Date(Date.UTC(2030, 0, 1, 9, 0, second)).toISOString();
  const histories: Record<string, DeliveryReport[]> = {
    delivered: [
      { status: "unknown", reportedAt: formatTime(1) },
      { status: "sent", reportedAt: formatTime(2) },
      { status: "delivered", reportedAt: formatTime(3) },
    ],
    undelivered: [
      { status: "sent", reportedAt: formatTime(2) },
      { status: "undelivered", reportedAt: formatTime(5), error_code: "30005" },
      { status: "undelivered", reportedAt: formatTime(6), error_code: "30006" },
    ],
    failed: [
      { status: "unknown", reportedAt: formatTime(1) },
      { status: "failed", reportedAt: formatTime(2), error_code: "21211", error_message: "Must be a number" },
    ],
  };
  const random = createTestRandom("reports of messages");
  const shuffled = <T>(all: readonly T[]): T[] => {
    const remainingItems = [...all];
    return all.map(() => remainingItems.splice(Math.floor(random() * remainingItems.length), 1)[0] as T);
  };
  const mergeReports = (reports: readonly DeliveryReport[]) => reports.reduce(mergeReport, start);

  it.each(Object.entries(histories))("is the same for any order and repetition of reports: %s", (status, reports) => {
    const finalState = mergeReports(reports);
    expect(finalState.status).toBe(status);
    for (let times = 0; times < 100; times++) expect(mergeReports(shuffled([...reports, ...reports]))).toEqual(finalState);
  });

  it("never changes once it is final", () => {
    for (const status of messageStatuses.filter(isFinal))
      for (const report of Object.values(histories).flat()) expect(mergeReport({ ...start, status }, report).status).toBe(status);
  });

  it("of a mail is undelivered if it bounces after its delivery, in any order", () => {
    const reports: DeliveryReport[] = [
      { status: "delivered", reportedAt: formatTime(3) },
      { status: "undelivered", reportedAt: formatTime(5), error_code: "5.1.1" },
    ];
    const merge = (all: readonly DeliveryReport[]) => all.reduce(mergeReport, { ...start, channel: "email" } as DeliveryState);
    const expectedState = { status: "undelivered", sent_at: formatTime(3), delivered_at: null, failed_at: formatTime(5) };
    expect(merge(reports)).toMatchObject(expectedState);
    expect(merge([...reports].reverse())).toEqual(merge(reports));
    expect(merge([...reports, ...reports])).toEqual(merge(reports));
  });

  it("preserves only the reports that belong to the final status", () => {
    const delivered = mergeReports(histories.delivered ?? []);
    expect(mergeReport(delivered, { status: "failed", reportedAt: formatTime(9), error_code: "30001" })).toEqual(delivered);
  });
});

describe("the decision whether a message may be sent", () => {
  const now = "2030-01-01T12:00:00.000Z";
  const laterTime = "2030-01-01T13:00:00.000Z";
  const free = { purpose: "marketing", now, suppressed: [], consent: "allowed" } as const;
  const buildPolicyInput = (more: Partial<SendPolicyInput>): SendPolicyInput => ({
    ...free,
    is_type_suppressed: false,
    has_postal_address: true,
    next_allowed_at: now,
    limited_until: null,
    capped_until: null,
    ...more,
  });
  const buildHold = (reason: string, until: string | null = null) => ({ may: false, reason, until });

  it.each<[Partial<SendPolicyInput>, object, object, object]>([
    // Input | marketing | service | security
    [{}, { may: true }, { may: true }, { may: true }],
    [{ suppressed: ["STOP"] }, buildHold("suppressed"), buildHold("suppressed"), { may: true }],
    [{ suppressed: ["BOUNCED"] }, buildHold("suppressed"), buildHold("suppressed"), { may: true }],
    [{ suppressed: ["COMPLAINED"] }, buildHold("suppressed"), buildHold("suppressed"), { may: true }],
    [{ suppressed: ["UNSUBSCRIBED"] }, buildHold("suppressed"), { may: true }, { may: true }],
    [{ suppressed: ["BY_HAND"] }, buildHold("suppressed"), { may: true }, { may: true }],
    [{ consent: "refused" }, buildHold("refused"), buildHold("refused"), { may: true }],
    [{ is_type_suppressed: true }, buildHold("suppressed"), { may: true }, { may: true }],
    [{ has_postal_address: false }, buildHold("no_postal_address"), { may: true }, { may: true }],
    [{ consent: "unrefused" }, buildHold("no_consent"), { may: true }, { may: true }],
    [{ next_allowed_at: laterTime }, buildHold("quiet_hours", laterTime), buildHold("quiet_hours", laterTime), { may: true }],
    [{ next_allowed_at: null }, buildHold("quiet_hours"), buildHold("quiet_hours"), { may: true }],
    [{ next_allowed_at: undefined }, { may: true }, { may: true }, { may: true }],
    [{ limited_until: laterTime }, buildHold("daily_limit", laterTime), buildHold("daily_limit", laterTime), { may: true }],
    [{ capped_until: laterTime }, buildHold("frequency_cap", laterTime), { may: true }, { may: true }],
    [{ capped_until: now, limited_until: now }, { may: true }, { may: true }, { may: true }],
    // Only the first reason in the order is reported.
    [
      { suppressed: ["STOP"], next_allowed_at: laterTime, consent: "refused" },
      buildHold("suppressed"),
      buildHold("suppressed"),
      { may: true },
    ],
    [{ consent: "refused", next_allowed_at: laterTime }, buildHold("refused"), buildHold("refused"), { may: true }],
    [
      { next_allowed_at: laterTime, limited_until: laterTime },
      buildHold("quiet_hours", laterTime),
      buildHold("quiet_hours", laterTime),
      { may: true },
    ],
  ])("%j", (more, ...expected) => {
    expect(purposes.map((purpose) => decideSending(buildPolicyInput({ ...more, purpose })))).toEqual(expected);
    expect(decideSending(buildPolicyInput({ ...more, purpose: "answer" }))).toEqual({ may: true });
  });

  it("is no for marketing with any suppression of the address", () => {
    for (const suppressionReason of suppressionReasons)
      expect(decideSending(buildPolicyInput({ suppressed: [suppressionReason] }))).toEqual(buildHold("suppressed"));
  });
});
