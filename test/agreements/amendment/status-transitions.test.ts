import {
  type AmendmentAct,
  type AmendmentStatus,
  amendmentActs,
  amendmentStatuses,
  isActAllowed,
  isAwaitingApproval,
  isPending,
  isRemovable,
  type RequiredSteps,
  resolveStatus,
} from "@crm/core/agreements/amendment/status.rules.ts";
import { describe, expect, it } from "vitest";

/** Written independently of the code: for each status, the status after each action when every approval is required. */
const transitions: Record<AmendmentStatus, Partial<Record<AmendmentAct, AmendmentStatus>>> = {
  DRAFT: { change: "DRAFT", submit: "LEGAL_REVIEW", withdraw: "WITHDRAWN", void: "VOID" },
  LEGAL_REVIEW: {
    ...{ change: "DRAFT", agree: "INTERNAL_APPROVAL", refuse: "REJECTED", lapse: "DRAFT" },
    ...{ withdraw: "WITHDRAWN", void: "VOID" },
  },
  INTERNAL_APPROVAL: {
    ...{ change: "DRAFT", agree: "CUSTOMER_APPROVAL", refuse: "REJECTED", lapse: "DRAFT" },
    ...{ withdraw: "WITHDRAWN", void: "VOID" },
  },
  CUSTOMER_APPROVAL: { change: "DRAFT", accept: "SIGNING", decline: "REJECTED", withdraw: "WITHDRAWN", void: "VOID" },
  SIGNING: { change: "DRAFT", decline: "REJECTED", complete: "SIGNED", withdraw: "WITHDRAWN", void: "VOID" },
  SIGNED: { effect: "EFFECTIVE", void: "VOID" },
  EFFECTIVE: {},
  REJECTED: { change: "DRAFT" },
  WITHDRAWN: {},
  VOID: {},
};

const allSteps: RequiredSteps = { legal_review: true, internal_approval: true, customer_approval: true, signature: true };
const noSteps: RequiredSteps = { legal_review: false, internal_approval: false, customer_approval: false, signature: false };

describe("an amendment", () => {
  it.each(amendmentStatuses.flatMap((status) => amendmentActs.map((act) => [status, act] as const)))("%s: %s", (status, act) => {
    expect(resolveStatus(status, act, allSteps)).toBe(transitions[status][act]);
    expect(isActAllowed(status, act)).toBe(transitions[status][act] !== undefined);
  });

  const stepCombinations = (Object.keys(allSteps) as (keyof RequiredSteps)[]).reduce<RequiredSteps[]>(
    (all, step) => all.flatMap((steps) => [steps, { ...steps, [step]: true }]),
    [noSteps],
  );

  it("passes exactly the required steps, in a fixed order", () => {
    expect(stepCombinations).toHaveLength(16);
    for (const steps of stepCombinations) {
      const path: AmendmentStatus[] = [];
      let status: AmendmentStatus = "DRAFT";
      while (status !== "SIGNED") {
        const act: AmendmentAct = (
          { DRAFT: "submit", LEGAL_REVIEW: "agree", INTERNAL_APPROVAL: "agree", CUSTOMER_APPROVAL: "accept" } as const
        )[status as string] as AmendmentAct;
        status = resolveStatus(status, act ?? "complete", steps) as AmendmentStatus;
        path.push(status);
      }
      expect(path).toEqual([
        ...(steps.legal_review ? ["LEGAL_REVIEW"] : []),
        ...(steps.internal_approval ? ["INTERNAL_APPROVAL"] : []),
        ...(steps.customer_approval ? ["CUSTOMER_APPROVAL"] : []),
        ...(steps.signature ? ["SIGNING"] : []),
        "SIGNED",
      ]);
    }
  });

  it("cannot be changed, withdrawn or deleted once it binds both sides", () => {
    for (const status of ["SIGNED", "EFFECTIVE"] as const) {
      for (const act of ["change", "withdraw", "decline", "submit"] as const)
        expect(resolveStatus(status, act, allSteps)).toBeUndefined();
      expect(isRemovable(status)).toBe(false);
    }
  });

  it("is pending, awaiting approval or removable depending on its status", () => {
    const statusFlags = amendmentStatuses.map((status) => [
      status,
      isPending(status),
      isAwaitingApproval(status),
      isRemovable(status),
    ]);
    expect(statusFlags).toEqual([
      ["DRAFT", true, false, true],
      ["LEGAL_REVIEW", true, true, false],
      ["INTERNAL_APPROVAL", true, true, false],
      ["CUSTOMER_APPROVAL", true, false, false],
      ["SIGNING", true, false, false],
      ["SIGNED", true, false, false],
      ["EFFECTIVE", false, false, false],
      ["REJECTED", false, false, true],
      ["WITHDRAWN", false, false, true],
      ["VOID", false, false, false],
    ]);
  });
});
