import {
  classifyMove,
  listMissingFields,
  type MoveOptions,
  requireExitChecks,
  requireStageFields,
  type StageDefinition,
} from "@crm/core/sales/opportunity/stage-move.rules.ts";
import { describe, expect, it } from "vitest";

const buildStage = (id: string, more: Partial<StageDefinition> = {}): StageDefinition => ({
  ...{ id, name: id.toUpperCase(), probability: 10, forecast_category: "PIPELINE", is_closed: false, is_won: false },
  ...{ required_fields: [], exit_checks: [], ...more },
});
const [a, b, c] = [buildStage("a"), buildStage("b"), buildStage("c")];
const wonStage = buildStage("won", { is_closed: true, is_won: true });
const lostStage = buildStage("lost", { is_closed: true });
const openStages = [a, b, c];
const reasonOption = { reason: "Because" };
const anyStageOption = { mayLeaveAny: true };
const reopenOption = { isReopening: true, ...reasonOption };

const detailFor = (field: string) => expect.objectContaining({ field });

describe("a move", () => {
  it.each<[string, StageDefinition, StageDefinition, MoveOptions, string]>([
    ["to the next stage", a, b, {}, "FORWARD"],
    ["to the next stage with a reason", b, c, reasonOption, "FORWARD"],
    ["back by one", b, a, reasonOption, "BACK"],
    ["back by two", c, a, reasonOption, "BACK"],
    ["from the last open stage to its win", c, wonStage, {}, "WON"],
    ["from the last open stage to its loss", c, lostStage, {}, "LOST"],
    ["from any stage by a win", a, wonStage, anyStageOption, "WON"],
    ["from any stage by a loss", b, lostStage, anyStageOption, "LOST"],
    ["of a won one that is reopened", wonStage, a, reopenOption, "REOPENED"],
    ["of a lost one that is reopened, in any stage", lostStage, c, reopenOption, "REOPENED"],
  ])("%s is one", (_, from, to, options, move) => {
    expect(classifyMove(openStages, from, to, options)).toBe(move);
  });

  it.each<[string, StageDefinition, StageDefinition, MoveOptions, object]>([
    ["over a stage", a, c, {}, { code: "RULE_VIOLATION", details: [detailFor("stage_id")] }],
    ["over a stage, even with a reason", a, c, reasonOption, { code: "RULE_VIOLATION" }],
    ["over a stage, though it may leave any", a, c, anyStageOption, { code: "RULE_VIOLATION" }],
    ["back without a reason", b, a, {}, { code: "VALIDATION_ERROR", details: [detailFor("reason")] }],
    ["back with an empty reason", b, a, { reason: "  " }, { code: "VALIDATION_ERROR", details: [detailFor("reason")] }],
    ["to an end from before the last stage", b, wonStage, {}, { code: "RULE_VIOLATION", details: [detailFor("stage_id")] }],
    ["to a loss from before the last stage", a, lostStage, reasonOption, { code: "RULE_VIOLATION" }],
    ["out of a win", wonStage, c, reasonOption, { code: "RULE_VIOLATION" }],
    ["from a win to a loss", wonStage, lostStage, anyStageOption, { code: "RULE_VIOLATION" }],
    [
      "reopened without a reason",
      wonStage,
      a,
      { isReopening: true },
      { code: "VALIDATION_ERROR", details: [detailFor("reason")] },
    ],
    ["reopened into an end", wonStage, lostStage, reopenOption, { code: "RULE_VIOLATION" }],
    ["reopened though it is open", a, b, reopenOption, { code: "RULE_VIOLATION" }],
  ])("%s is refused", (_, from, to, options, rejection) => {
    expect(() => classifyMove(openStages, from, to, options)).toThrow(expect.objectContaining(rejection));
  });

  it("continues from a stage that is no longer in use, by its position among the others", () => {
    const retired = buildStage("retired");
    expect(classifyMove([a, retired, b], retired, b, {})).toBe("FORWARD");
    expect(() => classifyMove([a, retired, b, c], retired, c, {})).toThrow("Stages cannot be skipped: from RETIRED, move to B");
  });
});

describe("requirements of a stage", () => {
  const asks = buildStage("asks", { required_fields: ["amount", "products", "next_step"] });

  it.each([
    [{}, ["amount", "products", "next_step"]],
    [{ amount: "0.00", products: [], next_step: "" }, ["products", "next_step"]],
    [{ amount: null, products: [{}], next_step: "Call" }, ["amount"]],
    [{ amount: "0", products: [{}], next_step: "Call" }, []],
  ])("of %o lacks %o", (opportunity, lacking) => {
    expect(listMissingFields(asks, opportunity)).toEqual(lacking);
  });

  it("include a customer for every win", () => {
    expect(listMissingFields(wonStage, {})).toEqual(["customer_id"]);
    expect(listMissingFields(lostStage, {})).toEqual([]);
  });

  it("are reported field by field, except for fields that were already missing", () => {
    expect(() => requireStageFields(asks, { amount: "1" })).toThrow(
      expect.objectContaining({
        code: "RULE_VIOLATION",
        details: [detailFor("products"), detailFor("next_step")],
      }),
    );
    expect(() => requireStageFields(asks, { amount: "1" }, { amount: "1" })).not.toThrow();
    expect(() => requireStageFields(asks, {}, { amount: "1" })).toThrow(
      expect.objectContaining({ details: [detailFor("amount")] }),
    );
  });
});

describe("exit checks of a stage", () => {
  const changedAt = "2026-03-01T10:00:00.000Z";
  const bare = { last_activity_date: null, stage_changed_at: changedAt };

  it.each([
    ["HAS_CONTACT", {}, { contact_id: "ctc" }, "contact_id"],
    ["HAS_PRODUCTS", { products: [] }, { products: [{}] }, "products"],
    ["HAS_COMPETITOR", {}, { competitors: [{}] }, "competitors"],
    ["HAS_NEXT_STEP", { next_step: "" }, { next_step: "Call" }, "next_step"],
    ["HAS_ACTIVITY", { last_activity_date: "2026-03-01T09:59:59.999Z" }, { last_activity_date: changedAt }, "last_activity_date"],
  ] as const)("%s", (check, without, having, field) => {
    const from = buildStage("from", { exit_checks: [check] });
    expect(() => requireExitChecks(from, { ...bare, ...without })).toThrow(
      expect.objectContaining({ code: "RULE_VIOLATION", details: [detailFor(field)] }),
    );
    expect(() => requireExitChecks(from, { ...bare, ...having })).not.toThrow();
  });
});
