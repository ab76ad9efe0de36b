import type { Fact } from "../sla/clock.rules.ts";
import type { StoredFact } from "./sla-state.ts";

/**
 * Which facts of a ticket are kept, so that a ticket with ten thousand comments costs no more to write than another. Pure. What has been
 * answered is judged, and nothing asks for its messages again; what changes no clock is not kept at all.
 */

/** Pauses of a ticket that are kept apart; of more the two oldest become one, with the time between them. */
export const MAX_PAUSES = 100;

/** The facts that clocks go by after more has happened. */
export function appendFacts(facts: readonly StoredFact[], more: readonly Fact[]): StoredFact[] {
  let kept = [...facts];
  for (const fact of more) kept = withFact(kept, fact);
  return mergeExcessPauses(kept);
}

function withFact(facts: StoredFact[], fact: Fact): StoredFact[] {
  switch (fact.type) {
    case "requester_message":
      return fact.is_automatic ? facts : withMessage(facts, fact.at);
    case "agent_answer":
      return fact.is_automatic ? facts : withAnswer(facts, fact.at);
    case "resolved":
      return [...withoutMessages(facts), fact];
    case "merged":
      return [...facts, { ...fact, owed: { response: fact.owed.response, resolution: fact.owed.resolution } }];
    default:
      return [...facts, { at: fact.at, type: fact.type }];
  }
}

const withoutMessages = (facts: readonly StoredFact[]): StoredFact[] => facts.filter(({ type }) => type !== "requester_message");

/** One that waits for an answer is enough: a later one moves nothing. It ends a pause all the same. */
function withMessage(facts: StoredFact[], at: string): StoredFact[] {
  const isOwed = !isFirstAnswered(facts) || facts.some(({ type }) => type === "requester_message");
  const resumed = isWaiting(facts) ? [{ at, type: "resumed" } as const] : [];
  return isOwed ? [...facts, ...resumed] : [...facts, { at, type: "requester_message" }, ...resumed];
}

/** The first answer says when the first response was; of later ones nothing is left but that nobody waits any more. */
function withAnswer(facts: StoredFact[], at: string): StoredFact[] {
  const rest = withoutMessages(facts);
  if (!isFirstAnswered(facts)) return [...rest, { at, type: "agent_answer" }];
  return rest.map((fact) => (fact.type === "merged" ? { ...fact, owed: { ...fact.owed, response: null } } : fact));
}

/** A resolution ends the first response as well. */
const isFirstAnswered = (facts: readonly StoredFact[]): boolean =>
  facts.some(({ type }) => type === "agent_answer" || type === "resolved");

const stateFactTypes = ["waiting", "resumed", "resolved", "reopened"];
const isWaiting = (facts: readonly StoredFact[]): boolean =>
  facts.findLast(({ type }) => stateFactTypes.includes(type))?.type === "waiting";

function mergeExcessPauses(facts: StoredFact[]): StoredFact[] {
  const begun = facts.filter(({ type }) => type === "waiting" || type === "resolved");
  if (begun.length <= MAX_PAUSES) return facts;
  const states = facts.filter(({ type }) => stateFactTypes.includes(type));
  const from = states[0]?.at ?? "";
  // The first pause has ended by now, and so has the second: behind them there are others.
  const ends = states.filter(({ type }) => type === "resumed" || type === "reopened");
  const to = ends[1]?.at ?? from;
  const isJoined = ({ at, type }: StoredFact): boolean => stateFactTypes.includes(type) && at <= to;
  const [resolved, answered] = ["resolved", "agent_answer"].map((wanted) => facts.find(({ type }) => type === wanted)?.at);
  const answer = resolved !== undefined && resolved <= to && answered === undefined ? resolved : undefined;
  const joined: StoredFact[] = [
    { at: from, type: "waiting" },
    { at: to, type: "resumed" },
    ...(answer === undefined ? [] : [{ at: answer, type: "agent_answer" } as const]),
  ];
  const rest = facts.filter((fact) => !isJoined(fact));
  const place = rest.findIndex(({ at }) => at > to);
  return place === -1 ? [...rest, ...joined] : rest.toSpliced(place, 0, ...joined);
}
