import { defaultDeadlines } from "@crm/core/agreements/approval/approver.rules.ts";
import { coversLevel, determineApprovalNeed } from "@crm/core/engagement/email-send/approval-need.rules.ts";
import {
  addLeftOut,
  classifyClaim,
  findSendFaults,
  isCancellable,
  isDeletable,
  isOpenToChange,
  isUnderWay,
  isWithdrawable,
  sendStatuses,
} from "@crm/core/engagement/email-send/email-send.rules.ts";
import { deriveOutcomes } from "@crm/core/messaging/message/daily-figures.rules.ts";
import { describe, expect, it } from "vitest";

describe("a send", () => {
  it.each([
    ["changed and scheduled", isOpenToChange, ["DRAFT", "SCHEDULED"]],
    ["cancelled", isCancellable, ["DRAFT", "PENDING_APPROVAL", "SCHEDULED", "SENDING"]],
    ["withdrawn to a draft", isWithdrawable, ["PENDING_APPROVAL", "SCHEDULED"]],
    ["deleted", isDeletable, ["DRAFT", "PENDING_APPROVAL", "SENT", "CANCELLED"]],
    ["on the way with its mails", isUnderWay, ["SENDING", "SENT"]],
  ] as const)("may be %s", (_, rule, statuses) => {
    expect(sendStatuses.filter(rule)).toEqual(statuses);
  });
});

describe("a send needs approval", () => {
  const settings = { side_by_side: false, patience: defaultDeadlines } as const;
  const levels = [
    { name: "Large", recipients_from: 100, approvers: ["MANAGER"], ...settings },
    { name: "Huge", recipients_from: 1000, approvers: ["DIRECTOR", "ADMIN"], ...settings },
  ] as const;
  const every = { name: "Every", every: true, approvers: ["ADMIN"], ...settings } as const;
  it.each([
    ["by no level", [], 1_000_000, null, []],
    ["below the first level", levels, 99, null, []],
    ["from the first level", levels, 100, "Large", ["The audience has 100 members. Approval is needed from 100."]],
    ["by the last level that it reaches", levels, 1000, "Huge", ["The audience has 1000 members. Approval is needed from 1000."]],
    ["by a level for every send, also without recipients", [...levels, every], 0, "Every", ["Every send requires approval"]],
  ] as const)("%s", (_, ruleLevels, recipients, level, reasons) => {
    expect(determineApprovalNeed(ruleLevels, recipients)).toMatchObject({ level, reasons });
  });

  it.each([
    ["Large", "Large", true],
    ["Huge", "Large", true],
    ["Large", "Huge", false],
    [null, "Large", false],
    ["Of an earlier rule", "Large", false],
  ])("and an approval of %s covers %s: %s", (approved, needed, isCovered) => {
    expect(coversLevel(levels, approved, needed)).toBe(isCovered);
  });
});

describe("the fields of a send that depend on each other", () => {
  const mail = { channel: "email", to_members: false, segment_id: "seg_a", template_id: "mtp_a" } as const;
  const text = { ...mail, channel: "sms" } as const;
  const members = { ...mail, segment_id: null, to_members: true, campaign_id: "cpg_a" } as const;
  it.each([
    ["a segment", mail, []],
    ["a list", { ...mail, segment_id: null, contact_list_id: "one" }, []],
    ["members of a campaign", { ...members, member_status: ["ADDED"] }, []],
    ["no audience", { ...mail, segment_id: null, contact_list_id: null }, ["segment_id"]],
    ["a segment and a list", { ...mail, contact_list_id: "two" }, ["contact_list_id"]],
    ["a segment and members", { ...members, segment_id: "seg_a" }, ["to_members"]],
    ["members without a campaign", { ...members, campaign_id: null }, ["campaign_id"]],
    ["statuses without members", { ...mail, member_status: ["ADDED"] }, ["member_status"]],
    ["neither template nor content", { ...mail, template_id: null }, ["template_id"]],
    ["template and content", { ...mail, content: { subject: "One" } }, ["content"]],
    ["a subject besides the template", { ...mail, subject: "One" }, []],
    ["a subject besides the content", { ...mail, template_id: null, content: { subject: "One" }, subject: "Two" }, ["subject"]],
    ["a text message with a subject", { ...text, subject: "One" }, ["subject"]],
    ["an account of mails", { ...mail, sender_id: "mla_00000000000000000a" }, []],
    ["a text message from an account of mails", { ...text, sender_id: "mla_00000000000000000a" }, ["sender_id"]],
    ["a mail from a sender of text messages", { ...mail, sender_id: "ssd_00000000000000000a" }, ["sender_id"]],
  ])("with %s", (_, send, fields) => {
    expect(findSendFaults(send).map(({ field }) => field)).toEqual(fields);
  });
});

describe("persons who are left out", () => {
  it("are counted by reason", () => {
    const counts = addLeftOut(addLeftOut({}, ["no_address", "excluded"]), ["no_address"]);
    expect(counts).toEqual({ no_address: 2, excluded: 1 });
  });
});

describe("the claim on a mailbox", () => {
  const claim = { person: "per_a", page: "con_1" };
  it("is of this page, of another page, or of another person with the same address", () => {
    expect(classifyClaim(claim, ["per_a"], "con_1")).toBe("written");
    expect(classifyClaim(claim, ["per_b", "per_a"], "con_1")).toBe("written");
    expect(classifyClaim(claim, ["per_a"], "con_2")).toBe("met");
    expect(classifyClaim(claim, ["per_b"], "con_1")).toBe("duplicate");
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
