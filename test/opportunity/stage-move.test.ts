import {
  type How,
  lackingIn,
  moveOf,
  requireAllOf,
  requireLeaving,
  type StageAt,
} from "@crm/core/opportunity/stage-move.rules.ts";
import { describe, expect, it } from "vitest";

const stage = (id: string, more: Partial<StageAt> = {}): StageAt => ({
  ...{ id, name: id.toUpperCase(), probability: 10, forecast_category: "PIPELINE", is_closed: false, is_won: false },
  ...{ required_fields: [], exit_checks: [], ...more },
});
const [a, b, c] = [stage("a"), stage("b"), stage("c")];
const won = stage("won", { is_closed: true, is_won: true });
const lost = stage("lost", { is_closed: true });
const open = [a, b, c];
const why = { reason: "Because" };
const any = { mayLeaveAny: true };
const again = { isReopening: true, ...why };

const says = (field: string) => expect.objectContaining({ field });

describe("a move", () => {
  it.each<[string, StageAt, StageAt, How, string]>([
    ["to the next stage", a, b, {}, "FORWARD"],
    ["to the next stage with a reason", b, c, why, "FORWARD"],
    ["back by one", b, a, why, "BACK"],
    ["back by two", c, a, why, "BACK"],
    ["from the last open stage to its win", c, won, {}, "WON"],
    ["from the last open stage to its loss", c, lost, {}, "LOST"],
    ["from any stage by a win", a, won, any, "WON"],
    ["from any stage by a loss", b, lost, any, "LOST"],
    ["of a won one that is reopened", won, a, again, "REOPENED"],
    ["of a lost one that is reopened, in any stage", lost, c, again, "REOPENED"],
  ])("%s is one", (_, from, to, how, move) => {
    expect(moveOf(open, from, to, how)).toBe(move);
  });

  it.each<[string, StageAt, StageAt, How, object]>([
    ["over a stage", a, c, {}, { code: "RULE_VIOLATION", details: [says("stage_id")] }],
    ["over a stage, whatever the reason", a, c, why, { code: "RULE_VIOLATION" }],
    ["over a stage, though it may leave any", a, c, any, { code: "RULE_VIOLATION" }],
    ["back without a reason", b, a, {}, { code: "VALIDATION_ERROR", details: [says("reason")] }],
    ["back with an empty reason", b, a, { reason: "  " }, { code: "VALIDATION_ERROR", details: [says("reason")] }],
    ["to an end from before the last stage", b, won, {}, { code: "RULE_VIOLATION", details: [says("stage_id")] }],
    ["to a loss from before the last stage", a, lost, why, { code: "RULE_VIOLATION" }],
    ["out of a win", won, c, why, { code: "RULE_VIOLATION" }],
    ["from a win to a loss", won, lost, any, { code: "RULE_VIOLATION" }],
    ["reopened without a reason", won, a, { isReopening: true }, { code: "VALIDATION_ERROR", details: [says("reason")] }],
    ["reopened into an end", won, lost, again, { code: "RULE_VIOLATION" }],
    ["reopened though it is open", a, b, again, { code: "RULE_VIOLATION" }],
  ])("%s is refused", (_, from, to, how, refused) => {
    expect(() => moveOf(open, from, to, how)).toThrow(expect.objectContaining(refused));
  });

  it("goes on from a stage that is no longer in use, in its place among those that are", () => {
    const retired = stage("retired");
    expect(moveOf([a, retired, b], retired, b, {})).toBe("FORWARD");
    expect(() => moveOf([a, retired, b, c], retired, c, {})).toThrow("No stage is skipped: from RETIRED it goes on to B");
  });
});

describe("what a stage requires", () => {
  const asks = stage("asks", { required_fields: ["amount", "products", "next_step"] });

  it.each([
    [{}, ["amount", "products", "next_step"]],
    [{ amount: "0.00", products: [], next_step: "" }, ["products", "next_step"]],
    [{ amount: null, products: [{}], next_step: "Call" }, ["amount"]],
    [{ amount: "0", products: [{}], next_step: "Call" }, []],
  ])("of %o lacks %o", (opportunity, lacking) => {
    expect(lackingIn(asks, opportunity)).toEqual(lacking);
  });

  it("is a customer for every win", () => {
    expect(lackingIn(won, {})).toEqual(["customer_id"]);
    expect(lackingIn(lost, {})).toEqual([]);
  });

  it("is said field by field, and let be where it was lacking already", () => {
    expect(() => requireAllOf(asks, { amount: "1" })).toThrow(
      expect.objectContaining({
        code: "RULE_VIOLATION",
        details: [says("products"), says("next_step")],
      }),
    );
    expect(() => requireAllOf(asks, { amount: "1" }, { amount: "1" })).not.toThrow();
    expect(() => requireAllOf(asks, {}, { amount: "1" })).toThrow(expect.objectContaining({ details: [says("amount")] }));
  });
});

describe("what is checked before it goes on", () => {
  const at = "2026-03-01T10:00:00.000Z";
  const bare = { last_activity_date: null, stage_changed_at: at };

  it.each([
    ["HAS_CONTACT", {}, { contact_id: "ctc" }, "contact_id"],
    ["HAS_PRODUCTS", { products: [] }, { products: [{}] }, "products"],
    ["HAS_COMPETITOR", {}, { competitors: [{}] }, "competitors"],
    ["HAS_NEXT_STEP", { next_step: "" }, { next_step: "Call" }, "next_step"],
    ["HAS_ACTIVITY", { last_activity_date: "2026-03-01T09:59:59.999Z" }, { last_activity_date: at }, "last_activity_date"],
  ] as const)("%s", (check, without, having, field) => {
    const from = stage("from", { exit_checks: [check] });
    expect(() => requireLeaving(from, { ...bare, ...without })).toThrow(
      expect.objectContaining({ code: "RULE_VIOLATION", details: [says(field)] }),
    );
    expect(() => requireLeaving(from, { ...bare, ...having })).not.toThrow();
  });
});
