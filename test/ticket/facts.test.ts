import { type Clock, clocksOf, type Fact, type Owed } from "@crm/core/sla/clock.rules.ts";
import { keptFacts, MOST_PAUSES } from "@crm/core/ticket/clock-facts.rules.ts";
import type { KeptFact } from "@crm/core/ticket/clock-state.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

/** What a ticket keeps of what happened says the same of what is owed as all that happened. */

const MINUTE = 60_000;
const at = (minute: number): string => new Date(Date.parse("2030-01-07T09:00:00.000Z") + minute * MINUTE).toISOString();
const always = [["00:00", "24:00"] as const];
const calendar = {
  ...{ timezone: "UTC", holidays: [], extra_days: {} },
  hours: { mon: always, tue: always, wed: always, thu: always, fri: always, sat: always, sun: always },
};
const targets = { first_response: 3600, next_response: 1800, resolution: 36_000 };
const terms = [{ from: at(0), policy_id: "sla", targets, escalations: [], calendar }];

/** Of the clocks those that run, and of the resolution whatever it is. */
const owed = (facts: readonly Fact[], now: string): Partial<Clock>[] =>
  clocksOf(facts, terms, now)
    .filter(({ metric, stopped_at }) => stopped_at === null || metric === "resolution")
    .map(({ metric, started_at, stopped_at, due_at, is_paused }) => ({ metric, started_at, stopped_at, due_at, is_paused }));

type Way = "message" | "answer" | "note" | "wait" | "resume" | "end" | "merge" | "long merge";

/** What another ticket owed since a minute, with a pause. */
const owedSince = (minute: number): Owed => ({
  response: { since: at(minute), pauses: [] },
  resolution: { since: at(minute - 100), pauses: [{ from: at(minute - 80), to: at(minute - 50) }] },
});

/** What happens as a ticket lets it happen: a message brings it back from waiting and from its end. */
function told(ways: readonly Way[]): Fact[][] {
  let state: "open" | "waiting" | "ended" = "open";
  return ways.map((way, nth): Fact[] => {
    const now = at(nth + 1);
    const was = state;
    if (way === "message") {
      state = "open";
      const back = { waiting: "resumed", ended: "reopened", open: null }[was] as "resumed" | "reopened" | null;
      return [{ at: now, type: "requester_message" }, ...(back ? [{ at: now, type: back }] : [])];
    }
    if (way === "merge" || way === "long merge")
      return [{ at: now, type: "merged", owed: owedSince(way === "merge" ? nth : -500 + nth) }];
    if (way === "answer") return [{ at: now, type: "agent_answer" }];
    if (way === "note") return [{ at: now, type: "requester_message", is_automatic: true }];
    if (way === "wait" && was === "open") {
      state = "waiting";
      return [{ at: now, type: "waiting" }];
    }
    if (way === "end" && was !== "ended") {
      state = "ended";
      return [{ at: now, type: "resolved" }];
    }
    if (way !== "resume" || was === "open") return [];
    state = "open";
    return [{ at: now, type: was === "ended" ? "reopened" : "resumed" }];
  });
}

const opened: KeptFact[] = [{ at: at(0), type: "opened" }];

describe("the facts that a ticket keeps", () => {
  it("say the same as all of them", () => {
    const way = fc.constantFrom<Way>("message", "answer", "note", "wait", "resume", "end", "merge", "long merge");
    fc.assert(
      fc.property(fc.array(way, { maxLength: 60 }), (ways) => {
        let kept = opened;
        const all: Fact[] = [...opened];
        for (const [nth, more] of told(ways).entries()) {
          kept = keptFacts(kept, more);
          all.push(...more);
          expect(owed(kept, at(nth + 1))).toEqual(owed(all, at(nth + 1)));
        }
      }),
      { numRuns: 300 },
    );
  });

  it("are few, however much was said", () => {
    let kept = opened;
    for (let nth = 1; nth < 10_000; nth += 2)
      kept = keptFacts(keptFacts(kept, [{ at: at(nth), type: "requester_message" }]), [
        { at: at(nth + 1), type: "agent_answer" },
      ]);
    expect(kept).toEqual([...opened, { at: at(2), type: "agent_answer" }]);
  });

  it("are bounded, however often it waited; who waited long ago is given the time between", () => {
    let kept: KeptFact[] = [...opened, { at: at(1), type: "agent_answer" }];
    for (let nth = 0; nth < 3 * MOST_PAUSES; nth++)
      kept = keptFacts(kept, [
        { at: at(10 + nth * 4), type: "waiting" },
        { at: at(12 + nth * 4), type: "resumed" },
      ]);
    expect(kept.length).toBeLessThanOrEqual(2 * MOST_PAUSES + 2);
    const [clock] = owed(kept, at(2000));
    const joined = 4 * (2 * MOST_PAUSES) + 2;
    expect(clock?.due_at).toBe(at(600 + joined + 2 * (MOST_PAUSES - 1)));
  });

  it("do not say that nobody answered, where the first pause was a resolution without an answer", () => {
    let kept = opened;
    for (let nth = 0; nth <= MOST_PAUSES; nth++)
      kept = keptFacts(kept, [
        { at: at(10 + nth * 4), type: nth % 2 ? "waiting" : "resolved" },
        { at: at(12 + nth * 4), type: nth % 2 ? "resumed" : "reopened" },
      ]);
    expect(owed(kept, at(2000)).map(({ metric }) => metric)).toEqual(["resolution"]);
  });
});
