import {
  type ContractStatus,
  contractStatuses,
  deliverableStatuses,
  deliverableTransitions,
  hasBegun,
  isEnd,
  isOpen,
  isTerminable,
  mayBecome,
} from "@crm/core/agreements/contract/status.rules.ts";
import { describe, expect, it } from "vitest";

/** Written independently of the code, from the requirements: any transition not listed here is forbidden. */
const allowedTransitions = new Set([
  "DRAFT UNDER_REVIEW",
  "DRAFT PENDING_APPROVAL",
  "DRAFT APPROVED",
  "UNDER_REVIEW PENDING_APPROVAL",
  "UNDER_REVIEW APPROVED",
  "UNDER_REVIEW DRAFT",
  "PENDING_APPROVAL APPROVED",
  "PENDING_APPROVAL DRAFT",
  "APPROVED ACTIVE",
  "APPROVED TERMINATED",
  "APPROVED DRAFT",
  "ACTIVE EXPIRED",
  "ACTIVE TERMINATED",
]);

const pairs = contractStatuses.flatMap((from) => contractStatuses.map((to) => [from, to] as const));

describe("a contract", () => {
  it.each(pairs)("from %s to %s changes only if that is allowed", (from, to) => {
    expect(mayBecome(from, to)).toBe(allowedTransitions.has(`${from} ${to}`));
  });

  it("is ended, open, terminable or begun depending on its status", () => {
    const listStatuses = (isMatch: (status: ContractStatus) => boolean) => contractStatuses.filter(isMatch);
    expect(listStatuses(isEnd)).toEqual(["EXPIRED", "TERMINATED"]);
    expect(listStatuses(isOpen)).toEqual(["DRAFT", "UNDER_REVIEW", "PENDING_APPROVAL", "APPROVED"]);
    expect(listStatuses(isTerminable)).toEqual(["APPROVED", "ACTIVE"]);
    expect(listStatuses(hasBegun)).toEqual(["ACTIVE", "EXPIRED", "TERMINATED"]);
  });
});

describe("a deliverable", () => {
  const transitionNames = deliverableStatuses.flatMap((from) => deliverableTransitions[from].map((to) => `${from} ${to}`));

  it("is in progress, delivered and accepted, and an accepted one is final", () => {
    expect(transitionNames).toEqual([
      "PENDING IN_PROGRESS",
      "PENDING DELIVERED",
      "IN_PROGRESS PENDING",
      "IN_PROGRESS DELIVERED",
      "DELIVERED IN_PROGRESS",
      "DELIVERED ACCEPTED",
    ]);
  });
});
