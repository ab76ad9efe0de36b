import { type Clock, computeClocks, type Fact, type SlaDue } from "@crm/core/service/sla/clock.rules.ts";
import { appendFacts, MAX_PAUSES } from "@crm/core/service/ticket/sla-facts.rules.ts";
import type { StoredFact } from "@crm/core/service/ticket/sla-state.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

/** The facts stored on a ticket give the same due targets as its full history. */

const MINUTE_MS = 60_000;
const timeAt = (minute: number): string => new Date(Date.parse("2030-01-07T09:00:00.000Z") + minute * MINUTE_MS).toISOString();
const allDay = [["00:00", "24:00"] as const];
const calendar = {
  ...{ timezone: "UTC", holidays: [], extra_days: {} },
  hours: { mon: allDay, tue: allDay, wed: allDay, thu: allDay, fri: allDay, sat: allDay, sun: allDay },
};
const targets = { first_response: 3600, next_response: 1800, resolution: 36_000 };
const terms = [{ from: timeAt(0), policy_id: "sla", targets, escalations: [], calendar }];

/** The running clocks, and the resolution clock in any state. */
const listOwedClocks = (facts: readonly Fact[], now: string): Partial<Clock>[] =>
  computeClocks(facts, terms, now)
    .filter(({ metric, stopped_at }) => stopped_at === null || metric === "resolution")
    .map(({ metric, started_at, stopped_at, due_at, is_paused }) => ({ metric, started_at, stopped_at, due_at, is_paused }));

type TicketEvent = "message" | "answer" | "note" | "wait" | "resume" | "end" | "merge" | "long merge";

/** What another ticket has owed since a minute, with a pause. */
const buildOwed = (minute: number): SlaDue => ({
  response: { since: timeAt(minute), pauses: [] },
  resolution: { since: timeAt(minute - 100), pauses: [{ from: timeAt(minute - 80), to: timeAt(minute - 50) }] },
});

/** Builds only facts that a ticket allows: a message resumes a waiting ticket and reopens a closed one. */
function buildFacts(ticketEvents: readonly TicketEvent[]): Fact[][] {
  let state: "open" | "waiting" | "ended" = "open";
  return ticketEvents.map((event, nth): Fact[] => {
    const now = timeAt(nth + 1);
    const previousState = state;
    if (event === "message") {
      state = "open";
      const back = { waiting: "resumed", ended: "reopened", open: null }[previousState] as "resumed" | "reopened" | null;
      return [{ at: now, type: "requester_message" }, ...(back ? [{ at: now, type: back }] : [])];
    }
    if (event === "merge" || event === "long merge")
      return [{ at: now, type: "merged", owed: buildOwed(event === "merge" ? nth : -500 + nth) }];
    if (event === "answer") return [{ at: now, type: "agent_answer" }];
    if (event === "note") return [{ at: now, type: "requester_message", is_automatic: true }];
    if (event === "wait" && previousState === "open") {
      state = "waiting";
      return [{ at: now, type: "waiting" }];
    }
    if (event === "end" && previousState !== "ended") {
      state = "ended";
      return [{ at: now, type: "resolved" }];
    }
    if (event !== "resume" || previousState === "open") return [];
    state = "open";
    return [{ at: now, type: previousState === "ended" ? "reopened" : "resumed" }];
  });
}

const openedFacts: StoredFact[] = [{ at: timeAt(0), type: "opened" }];

describe("the facts stored for a ticket", () => {
  it("give the same result as all facts", () => {
    const eventArbitrary = fc.constantFrom<TicketEvent>(
      "message",
      "answer",
      "note",
      "wait",
      "resume",
      "end",
      "merge",
      "long merge",
    );
    fc.assert(
      fc.property(fc.array(eventArbitrary, { maxLength: 60 }), (ticketEvents) => {
        let storedFacts = openedFacts;
        const all: Fact[] = [...openedFacts];
        for (const [nth, more] of buildFacts(ticketEvents).entries()) {
          storedFacts = appendFacts(storedFacts, more);
          all.push(...more);
          expect(listOwedClocks(storedFacts, timeAt(nth + 1))).toEqual(listOwedClocks(all, timeAt(nth + 1)));
        }
      }),
      { numRuns: 300 },
    );
  });

  it("stay few, regardless of the number of messages", () => {
    let storedFacts = openedFacts;
    for (let nth = 1; nth < 10_000; nth += 2)
      storedFacts = appendFacts(appendFacts(storedFacts, [{ at: timeAt(nth), type: "requester_message" }]), [
        { at: timeAt(nth + 1), type: "agent_answer" },
      ]);
    expect(storedFacts).toEqual([...openedFacts, { at: timeAt(2), type: "agent_answer" }]);
  });

  it("are limited in number; the oldest pauses are merged and include the time between them", () => {
    let storedFacts: StoredFact[] = [...openedFacts, { at: timeAt(1), type: "agent_answer" }];
    for (let nth = 0; nth < 3 * MAX_PAUSES; nth++)
      storedFacts = appendFacts(storedFacts, [
        { at: timeAt(10 + nth * 4), type: "waiting" },
        { at: timeAt(12 + nth * 4), type: "resumed" },
      ]);
    expect(storedFacts.length).toBeLessThanOrEqual(2 * MAX_PAUSES + 2);
    const [clock] = listOwedClocks(storedFacts, timeAt(2000));
    const joinedMinutes = 4 * (2 * MAX_PAUSES) + 2;
    expect(clock?.due_at).toBe(timeAt(600 + joinedMinutes + 2 * (MAX_PAUSES - 1)));
  });

  it("do not report a missing answer if the first pause was a resolution without an answer", () => {
    let storedFacts = openedFacts;
    for (let nth = 0; nth <= MAX_PAUSES; nth++)
      storedFacts = appendFacts(storedFacts, [
        { at: timeAt(10 + nth * 4), type: nth ? "waiting" : "resolved" },
        { at: timeAt(12 + nth * 4), type: nth ? "resumed" : "reopened" },
      ]);
    expect(listOwedClocks(storedFacts, timeAt(2000)).map(({ metric }) => metric)).toEqual(["resolution"]);
  });
});
