import * as Rules from "@crm/core/engagement/campaign/campaign-status.rules.ts";
import { isFailure } from "@crm/core/kernel/error.ts";
import { describe, expect, it } from "vitest";

const { campaignStatuses } = Rules;

const AT = "2030-01-01T12:00:00.000Z";

const catchError = (work: () => unknown): unknown => {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
};

describe("a campaign", () => {
  it.each([
    ["DRAFT", "PLANNING IN_PROGRESS CANCELLED"],
    ["PLANNING", "IN_PROGRESS CANCELLED"],
    ["IN_PROGRESS", "ON_HOLD COMPLETED CANCELLED"],
    ["ON_HOLD", "IN_PROGRESS COMPLETED CANCELLED"],
    ["COMPLETED", ""],
    ["CANCELLED", ""],
  ] as const)("that is %s can become: %s", (from, to) => {
    expect(campaignStatuses.filter((status) => Rules.isTransitionAllowed(from, status)).join(" ")).toBe(to);
    expect(campaignStatuses.filter((status) => !catchError(() => Rules.requireTransition(from, status))).join(" ")).toBe(to);
    expect(Rules.isOpenCampaign(from)).toBe(to !== "");
    expect(Rules.isTransitionAllowed(from, "CANCELLED")).toBe(Rules.isOpenCampaign(from));
  });

  it.each([
    ["PLANNING", "COMPLETED", "A campaign that is PLANNING can only become IN_PROGRESS, CANCELLED"],
    ["IN_PROGRESS", "IN_PROGRESS", "A campaign that is IN_PROGRESS can only become ON_HOLD, COMPLETED, CANCELLED"],
    ["COMPLETED", "IN_PROGRESS", "COMPLETED is a final status: clone the campaign or create another one"],
  ] as const)("from %s to %s is refused with the allowed statuses", (from, to, message) => {
    const error = catchError(() => Rules.requireTransition(from, to));
    expect(isFailure(error, "CONFLICT")).toBe(true);
    expect(error).toMatchObject({
      message: `A campaign that is ${from} cannot become ${to}`,
      details: [{ field: "status", message }],
    });
  });

  it.each<[string, string | undefined]>([
    ["PLANNED", "PLANNING"],
    ["ACTIVE", "IN_PROGRESS"],
    ["PAUSED", "ON_HOLD"],
    ...campaignStatuses.map((status): [string, string] => [status, status]),
    ["planned", undefined],
    ["", undefined],
    ["constructor", undefined],
  ])("status %s is read as %s", (name, expected) => {
    expect(Rules.parseStatus(name)).toBe(expected);
  });

  it("has no alias that is a status", () => {
    expect(Object.keys(Rules.statusAliases).filter((alias) => (campaignStatuses as readonly string[]).includes(alias))).toEqual(
      [],
    );
  });
});

describe("a member", () => {
  it.each([
    ["ADDED", {}],
    ["ADDED", { sent_at: null, opened_at: undefined }],
    ["SENT", { sent_at: AT }],
    ["OPENED", { sent_at: AT, opened_at: AT }],
    ["CLICKED", { clicked_at: AT, sent_at: AT }],
    ["RESPONDED", { responded_at: AT }],
    ["CONVERTED", { converted_at: AT, responded_at: null }],
    // The furthest step counts, also if an earlier step has a later instant.
    ["CLICKED", { sent_at: AT, clicked_at: AT, opened_at: "2031-01-01T12:00:00.000Z" }],
  ] as const)("is %s with %j, and active", (status, instants) => {
    expect(Rules.computeMemberStatus(instants)).toBe(status);
    expect(Rules.computeMemberState(instants)).toEqual({ status, is_active: true, inactive_reason: null });
  });

  it.each([
    ["ADDED", "BOUNCED", { bounced_at: AT }],
    ["SENT", "BOUNCED", { sent_at: AT, bounced_at: AT, opted_out_at: null }],
    ["CONVERTED", "OPTED_OUT", { converted_at: AT, opted_out_at: AT }],
    ["OPENED", "OPTED_OUT", { opened_at: AT, opted_out_at: AT, bounced_at: "2031-01-01T12:00:00.000Z" }],
  ] as const)("that is %s is inactive with the reason %s: %j", (status, inactive_reason, instants) => {
    expect(Rules.computeMemberState(instants)).toEqual({ status, is_active: false, inactive_reason });
    expect(Rules.inactiveReasons).toContain(inactive_reason);
  });
});
