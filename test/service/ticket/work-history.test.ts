import { parseEscalation } from "@crm/core/service/ticket/escalation.rules.ts";
import { appendWork, MAX_WORK_EVENTS } from "@crm/core/service/ticket/work-history.rules.ts";
import { describe, expect, it } from "vitest";

const ticket = {
  status: "OPEN" as const,
  deleted_at: null,
  assigned_to_id: "usr_1",
  snoozed_until: null,
  work_history: [],
};
const change = { at: "2026-11-21T08:00:00.000Z", by: "usr_2" };
const UNTIL = "2026-11-22T08:00:00.000Z";

describe("the history of the work on a ticket", () => {
  it.each([
    ["nothing of another change", {}, {}, []],
    ["another assignee", {}, { assigned_to_id: "usr_3" }, [{ type: "ASSIGNED", agent_id: "usr_3", by: "usr_2", cause: null }]],
    ["a return to the queue", {}, { assigned_to_id: null }, [{ type: "UNASSIGNED", agent_id: null }]],
    ["a snooze", {}, { snoozed_until: UNTIL }, [{ type: "SNOOZED", until: UNTIL }]],
    ["the end of a snooze", { snoozed_until: UNTIL }, {}, [{ type: "SNOOZE_ENDED", until: null }]],
    ["no end of a snooze by the end of the ticket", { snoozed_until: UNTIL }, { status: "RESOLVED" as const }, []],
    ["no end of a snooze by a deletion", { snoozed_until: UNTIL }, { deleted_at: change.at }, []],
  ])("has %s", (_, before, after, added) => {
    expect(appendWork({ ...ticket, ...before }, { ...ticket, ...after }, change)).toMatchObject(added);
  });

  it("has the cause of an assignment, and not that of a snooze", () => {
    const assignment = { cause: "STAND_IN", absent_user_id: "usr_1" } as const;
    const after = { ...ticket, assigned_to_id: "usr_3", snoozed_until: UNTIL };
    expect(appendWork(ticket, after, { ...change, assignment })).toMatchObject([
      { type: "ASSIGNED", cause: "STAND_IN", absent_user_id: "usr_1" },
      { type: "SNOOZED", cause: null, absent_user_id: null },
    ]);
  });

  it("of a new ticket is empty, and keeps the newest entries", () => {
    expect(appendWork(null, ticket, change)).toEqual([]);
    let current = { ...ticket, work_history: appendWork(null, ticket, change) };
    for (let count = 0; count <= MAX_WORK_EVENTS; count++) {
      const after = { ...current, assigned_to_id: `usr_${count + 10}` };
      current = { ...after, work_history: appendWork(current, after, change) };
    }
    expect(current.work_history.map(({ agent_id }) => agent_id)).toEqual(
      Array.from({ length: MAX_WORK_EVENTS }, (_, index) => `usr_${index + 11}`),
    );
  });
});

describe("the migration of escalations", () => {
  it.each([
    ["resolution", "150% of the resolution target", { escalation_percent: 150, escalation_reason: null }],
    ["first_response", "100% of the first response target", { escalation_percent: 100, escalation_reason: null }],
    ["first_response", "The customer calls each hour", { escalation_percent: null }],
    [null, "100% of the resolution target", { escalation_percent: null }],
    [null, null, { escalation_percent: null }],
  ])("turns %j %j into %j", (metric, reason, fields) => {
    expect(parseEscalation({ escalation_metric: metric, escalation_reason: reason })).toEqual(fields);
  });

  it("keeps a percent that was stored in the form of the release before", () => {
    const stored = { escalation_metric: "resolution", escalation_reason: null, escalation_percent: 150 };
    expect(parseEscalation(stored)).toEqual({ escalation_percent: 150 });
  });
});
