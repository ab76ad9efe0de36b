import {
  computeDue,
  findStatus,
  isWhollyAllocated,
  missingQuantity,
  smallerQuantity,
  statusInput,
} from "@crm/core/commerce/order/pre-order.rules.ts";
import { describe, expect, it } from "vitest";

describe("when a pre-order becomes ready", () => {
  const waiting = { status: "WAITING" as const, hold_until: null, is_held: false, release_at: null };
  const release_at = "2030-05-01T10:00:00.000Z";
  it.each([
    [{}, null],
    [{ release_at }, release_at],
    [{ release_at, is_held: true }, null],
    [{ release_at, hold_until: "2030-07-01" }, "2030-06-30T22:00:00.000Z"],
    // An hour of this day is skipped in Berlin.
    [{ hold_until: "2030-03-31" }, "2030-03-30T23:00:00.000Z"],
    [{ hold_until: "9999-12-31" }, "9999-12-30T23:00:00.000Z"],
    [{ release_at, status: "READY" as const }, null],
  ])("%j: %s", (dates, due) => {
    expect(computeDue({ ...waiting, ...dates }, "Europe/Berlin")).toBe(due);
  });
});

describe("the status of a pre-order", () => {
  it.each([
    ["WAITING", "2", "0", "0", "WAITING"],
    ["WAITING", "2", "1.5", "0", "WAITING"],
    ["WAITING", "2", "2", "0", "READY"],
    ["READY", "2", "0", "1", "READY"],
    ["READY", "2", "0", "2", "PROCESSED"],
    ["READY", "2.5", "0", "2.50", "PROCESSED"],
    ["PROCESSED", "2", "0", "1", "READY"],
  ] as const)("%s, %s with %s allocated and %s sent: %s", (status, quantity, allocated_quantity, fulfilled_quantity, next) => {
    const item = { status, quantity, allocated_quantity };
    expect(findStatus(item, { quantity, fulfilled_quantity, preorder_released_at: "2030-05-01T10:00:00.000Z" })).toBe(next);
  });

  it.each([
    [0, "WAITING"],
    ["3", "CANCELLED"],
    ["ready", "READY"],
    [4, undefined],
    [-1, undefined],
    ["", undefined],
  ])("%j means %s", (input, status) => {
    expect(statusInput().safeParse(input).data).toBe(status);
  });
});

it.each([
  ["3", "0", "3", false],
  ["3", "1.25", "1.75", false],
  ["3", "3", "0", true],
  ["3", "4", "0", true],
])("of %s, with %s allocated, %s is missing", (quantity, allocated_quantity, missing, isWhole) => {
  expect(missingQuantity({ quantity, allocated_quantity })).toBe(missing);
  expect(isWhollyAllocated({ quantity, allocated_quantity })).toBe(isWhole);
  expect(smallerQuantity(quantity, missing)).toBe(missing);
});
