import {
  buildSums,
  computeDays,
  dayScope,
  type EventDays,
  listDailyEvents,
  parseDay,
  sumCounters,
} from "@crm/core/messaging/message/daily-figures.rules.ts";
import { describe, expect, it } from "vitest";

const [EVENING, NIGHT] = ["2027-03-27T22:59:59.999Z", "2027-03-27T23:00:00.000Z"];
const baseMessage = {
  ...{ channel: "sms", purpose: "service" as string | null, status: "queued", held_reason: null as string | null },
  ...{ error_code: null as string | null, tried_at: null, sent_at: null, delivered_at: null, failed_at: null, received_at: null },
  days: {} as EventDays,
};
const stampMessage = (more: object, zone = "Europe/Berlin", now = NIGHT) => {
  const message = { ...baseMessage, ...more };
  return { ...message, days: computeDays(message, { zone, now }) };
};

describe("the days of a message", () => {
  it("are in the time zone of the tenant, and stay when that changes", () => {
    const sent = stampMessage({ status: "sent", tried_at: EVENING, sent_at: NIGHT });
    expect(sent.days).toEqual({ tried: { at: EVENING, day: "2027-03-27" }, sent: { at: NIGHT, day: "2027-03-28" } });
    const deliveredMessage = stampMessage({ ...sent, status: "delivered", delivered_at: NIGHT }, "America/New_York");
    expect(deliveredMessage.days).toEqual({ ...sent.days, delivered: { at: NIGHT, day: "2027-03-27" } });
    // The provider later reports an earlier time.
    expect(stampMessage({ ...sent, sent_at: EVENING }).days.sent).toEqual({ at: EVENING, day: "2027-03-27" });
  });

  it("include the day on which it was first held back", () => {
    const heldMessage = stampMessage({ held_reason: "quiet_hours" }, "UTC", EVENING);
    expect(heldMessage.days).toEqual({ held: { at: EVENING, day: "2027-03-27" } });
    expect(stampMessage({ ...heldMessage, held_reason: "daily_limit" }, "UTC", "2027-04-01T00:00:00.000Z").days).toEqual(
      heldMessage.days,
    );
    expect(stampMessage({ ...heldMessage, status: "sending", held_reason: null }, "UTC", NIGHT).days).toEqual(heldMessage.days);
  });
});

describe("counters for a message", () => {
  it.each([
    [{}, []],
    [{ held_reason: "quiet_hours" }, ["held"]],
    [{ status: "sending", tried_at: NIGHT }, []],
    [{ status: "unknown", tried_at: NIGHT }, ["unknown"]],
    [{ status: "sent", tried_at: NIGHT, sent_at: NIGHT }, ["sent"]],
    [{ status: "delivered", sent_at: NIGHT, delivered_at: NIGHT }, ["sent", "delivered"]],
    [{ status: "undelivered", sent_at: NIGHT, failed_at: NIGHT, error_code: "30005" }, ["sent", "undelivered"]],
    [{ status: "failed", tried_at: NIGHT, failed_at: NIGHT, error_code: "21408" }, ["failed"]],
    [{ status: "failed", failed_at: NIGHT, held_reason: "opted_out", error_code: "opted_out" }, ["failed", "refused"]],
    [{ status: "failed", failed_at: NIGHT, held_reason: "quiet_hours", error_code: "canceled" }, ["failed", "cancelled"]],
    [{ status: "cancelled", failed_at: NIGHT, error_code: "canceled" }, ["failed", "cancelled"]],
    [{ status: "received", purpose: null, received_at: NIGHT }, ["received"]],
  ])("as %o is %o", (more, expected) => {
    expect(listDailyEvents(stampMessage(more)).map(([figure]) => figure)).toEqual(expected);
  });

  it("add it to each day once, and are read for one purpose or all", () => {
    const {
      scopes,
      counts,
      beside: secondarySums,
    } = buildSums(stampMessage({ status: "delivered", sent_at: EVENING, delivered_at: NIGHT }));
    expect([scopes, counts]).toEqual([[dayScope("2027-03-28", "sms")], { "service.delivered": 1 }]);
    expect(secondarySums).toEqual({ scopes: [dayScope("2027-03-27", "sms")], counts: { "service.sent": 1 } });
    expect(parseDay(dayScope("2027-03-28", "sms"))).toBe("2027-03-28");
    expect(parseDay("status=sent")).toBeUndefined();
    const counter = { sk: "day@2027-03-28@sms", "service.sent": 2, "marketing.sent": 3, "in.received": 4, revision: 7 };
    expect([sumCounters([counter]).sent, sumCounters([counter], "marketing").sent]).toEqual([5, 3]);
    expect([sumCounters([counter, counter]).received, sumCounters([counter], "service").received]).toEqual([8, 0]);
  });
});
