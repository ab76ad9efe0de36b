import type { Fact } from "../sla/clock.rules.ts";
import type { StoredFact } from "./sla-state.ts";

/**
 * Decides which facts of a ticket are kept, so that a ticket with ten thousand comments costs no more to write than another. Answered messages are
 * judged and not needed again, and facts that change no clock are not kept. Pure.
 */

/** Maximum number of pauses kept separately. Beyond it, the two oldest are merged, including the time between them. */
export const MAX_PAUSES = 100;

/** Returns the kept facts after new facts. */
export function appendFacts(facts: readonly StoredFact[], more: readonly Fact[]): StoredFact[] {
  let keptFacts = [...facts];
  for (const fact of more) keptFacts = withFact(keptFacts, fact);
  return mergeExcessPauses(keptFacts);
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

/** One unanswered message is enough: later ones change no due time. They still end a pause. */
function withMessage(facts: StoredFact[], instant: string): StoredFact[] {
  const isOwed = !isFirstAnswered(facts) || facts.some(({ type }) => type === "requester_message");
  const resumed = isWaiting(facts) ? [{ at: instant, type: "resumed" } as const] : [];
  return isOwed ? [...facts, ...resumed] : [...facts, { at: instant, type: "requester_message" }, ...resumed];
}

/** The first answer is kept as the time of the first response. Later answers only remove the messages that they answer. */
function withAnswer(facts: StoredFact[], instant: string): StoredFact[] {
  const rest = withoutMessages(facts);
  if (!isFirstAnswered(facts)) return [...rest, { at: instant, type: "agent_answer" }];
  return rest.map((fact) => (fact.type === "merged" ? { ...fact, owed: { ...fact.owed, response: null } } : fact));
}

/** A resolution also ends the first response. */
const isFirstAnswered = (facts: readonly StoredFact[]): boolean =>
  facts.some(({ type }) => type === "agent_answer" || type === "resolved");

const stateFactTypes = ["waiting", "resumed", "resolved", "reopened"];
const isWaiting = (facts: readonly StoredFact[]): boolean =>
  facts.findLast(({ type }) => stateFactTypes.includes(type))?.type === "waiting";

function mergeExcessPauses(facts: StoredFact[]): StoredFact[] {
  const pauseStarts = facts.filter(({ type }) => type === "waiting" || type === "resolved");
  if (pauseStarts.length <= MAX_PAUSES) return facts;
  const states = facts.filter(({ type }) => stateFactTypes.includes(type));
  const from = states[0]?.at ?? "";
  // The first two pauses have ended, because there are later ones.
  const ends = states.filter(({ type }) => type === "resumed" || type === "reopened");
  const to = ends[1]?.at ?? from;
  const isJoined = ({ at, type }: StoredFact): boolean => stateFactTypes.includes(type) && at <= to;
  const [resolved, answeredAt] = ["resolved", "agent_answer"].map((factType) => facts.find(({ type }) => type === factType)?.at);
  const answer = resolved !== undefined && resolved <= to && answeredAt === undefined ? resolved : undefined;
  const mergedFacts: StoredFact[] = [
    { at: from, type: "waiting" },
    { at: to, type: "resumed" },
    ...(answer === undefined ? [] : [{ at: answer, type: "agent_answer" } as const]),
  ];
  const rest = facts.filter((fact) => !isJoined(fact));
  const place = rest.findIndex(({ at }) => at > to);
  return place === -1 ? [...rest, ...mergedFacts] : rest.toSpliced(place, 0, ...mergedFacts);
}
