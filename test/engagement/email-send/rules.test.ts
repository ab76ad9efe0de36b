import {
  classifyClaim,
  findAudienceFault,
  isCancellable,
  isDeletable,
  isOpenToChange,
  isUnderWay,
  sendStatuses,
} from "@crm/core/engagement/email-send/email-send.rules.ts";
import { deriveOutcomes } from "@crm/core/messaging/message/daily-figures.rules.ts";
import { describe, expect, it } from "vitest";

describe("a send", () => {
  it.each([
    ["changed and scheduled", isOpenToChange, ["DRAFT", "SCHEDULED"]],
    ["cancelled", isCancellable, ["DRAFT", "SCHEDULED", "SENDING"]],
    ["deleted", isDeletable, ["DRAFT", "SENT", "CANCELLED"]],
    ["on the way with its mails", isUnderWay, ["SENDING", "SENT"]],
  ] as const)("may be %s", (_, rule, statuses) => {
    expect(sendStatuses.filter(rule)).toEqual(statuses);
  });

  it("has either a segment or a list", () => {
    expect(findAudienceFault({ segment_id: "one" })).toBeUndefined();
    expect(findAudienceFault({ segment_id: null, contact_list_id: "one" })).toBeUndefined();
    expect(findAudienceFault({ segment_id: null, contact_list_id: null })?.field).toBe("segment_id");
    expect(findAudienceFault({ segment_id: "one", contact_list_id: "two" })?.field).toBe("contact_list_id");
  });
});

describe("the claim on a mailbox", () => {
  const claim = { person: "per_a", page: "con_1" };
  it("is of this page, of another page, or of another person with the same address", () => {
    expect(classifyClaim(claim, ["per_a"], "con_1")).toBe("written");
    expect(classifyClaim(claim, ["per_b", "per_a"], "con_1")).toBe("written");
    expect(classifyClaim(claim, ["per_a"], "con_2")).toBe("met");
    expect(classifyClaim(claim, ["per_b"], "con_1")).toBe("passed");
  });
});

describe("the outcome of a message", () => {
  const message = { channel: "email", purpose: "marketing", status: "queued", held_reason: null, error_code: null, days: {} };
  const sentAt = "2026-03-02T09:00:00.000Z";
  it.each([
    [{}, ["written", "queued"]],
    [{ held_reason: "daily_limit" }, ["written", "queued"]],
    [{ status: "sending" }, ["written", "queued"]],
    [{ status: "unknown" }, ["written", "unknown"]],
    [{ status: "sent", sent_at: sentAt }, ["written", "sent"]],
    [{ status: "delivered", sent_at: sentAt }, ["written", "sent", "delivered"]],
    [{ status: "undelivered", sent_at: sentAt }, ["written", "sent", "undelivered"]],
    [{ status: "failed" }, ["written", "failed"]],
    [{ status: "failed", held_reason: "refused", error_code: "refused" }, ["written", "refused"]],
    [{ status: "failed", held_reason: "recalled", error_code: "recalled" }, ["written", "recalled"]],
    [{ status: "failed", error_code: "canceled" }, ["written", "recalled"]],
    [{ status: "cancelled", error_code: "canceled" }, ["written", "recalled"]],
  ])("%j is %j", (more, outcomes) => {
    expect(deriveOutcomes({ ...message, ...more })).toEqual(outcomes);
  });
});
