import { findDueGroup, groupByDue } from "@crm/console/pages/people/activity/due-groups.ts";
import { describe, expect, it } from "vitest";

/** A Thursday; in Tokyo it is already Friday. */
const now = "2026-11-26T16:00:00Z";

describe("groups of tasks", () => {
  it.each([
    [null, "Europe/Berlin", "undated"],
    ["2026-11-26T15:59:59Z", "Europe/Berlin", "overdue"],
    ["2026-11-26T22:59:59Z", "Europe/Berlin", "today"],
    ["2026-11-26T23:30:00Z", "Europe/Berlin", "tomorrow"],
    ["2026-11-26T23:30:00Z", "Asia/Tokyo", "today"],
    ["2026-11-29T22:59:59Z", "Europe/Berlin", "week"],
    // Monday.
    ["2026-11-29T23:00:00Z", "Europe/Berlin", "later"],
    ["9999-12-31T22:59:59Z", "Europe/Berlin", "later"],
  ] as const)("%s in %s is %s", (due_at, timeZone, group) => {
    expect(findDueGroup({ due_at }, { now, timeZone })).toBe(group);
  });

  it("stand in their order, without empty ones", () => {
    const tasks = [{ due_at: null }, { due_at: "2026-11-27T10:00:00Z" }, { due_at: "2026-01-01T10:00:00Z" }];
    expect(groupByDue(tasks, { now, timeZone: "UTC" }).map(({ group }) => group)).toEqual(["overdue", "tomorrow", "undated"]);
  });
});
