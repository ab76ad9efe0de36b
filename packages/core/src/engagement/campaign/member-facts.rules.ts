import { isId } from "../../kernel/id.ts";
import { OPPORTUNITY } from "../../sales/opportunity/opportunity.kind.ts";
import type { ResponseRecord } from "./response.entity.ts";
import { applyResponse, earlierInstant, type MemberFacts, type ResponseFact } from "./response.rules.ts";

/**
 * The instants of a member as the records behind them show them: responses, messages and steps that a user set (docs/engagement/campaigns.md, Members).
 * A member is computed again from them when a sale is undone and when merged persons are separated. Pure.
 */

/** The instants that can have no response behind them. */
export const recordedFields = [
  "sent_at",
  "tracked_at",
  "opened_at",
  "clicked_at",
  "responded_at",
  "converted_at",
  "bounced_at",
  "opted_out_at",
] as const;
type RecordedField = (typeof recordedFields)[number];

/** An instant of a person that no response shows. */
interface RecordedInstant {
  person_id: string;
  field: RecordedField;
  at: string;
}

/** Joins instants. The earliest of each person and field stays. */
export function joinInstants(...lists: readonly (readonly RecordedInstant[])[]): RecordedInstant[] {
  const earliest = new Map<string, RecordedInstant>();
  for (const instant of lists.flat()) {
    const key = `${instant.person_id} ${instant.field}`;
    const known = earliest.get(key);
    if (!known || instant.at < known.at) earliest.set(key, instant);
  }
  return [...earliest.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, instant]) => instant);
}

/** Returns a member with instants of a person that no response shows. The earliest instant of each step stays. */
export function recordInstant<M extends MemberFacts & { recorded_instants: RecordedInstant[] }>(
  member: M,
  personId: string,
  instants: Partial<Record<RecordedField, string | null>>,
): M {
  const recorded = recordedFields.flatMap((field): RecordedInstant[] => {
    const at = instants[field];
    return at ? [{ person_id: personId, field, at }] : [];
  });
  return {
    ...member,
    ...Object.fromEntries(recorded.map(({ field, at }) => [field, earlierInstant(member[field], at)])),
    recorded_instants: joinInstants(member.recorded_instants, recorded),
  };
}

const noFacts: MemberFacts = {
  ...{
    sent_at: null,
    tracked_at: null,
    opened_at: null,
    clicked_at: null,
    responded_at: null,
    converted_at: null,
    bounced_at: null,
  },
  ...{ opted_out_at: null, converted_opportunity_id: null, converted_order_id: null },
};

type StoredResponse = Pick<ResponseRecord, "kind" | "source" | "occurred_at" | "sales">;

/** Returns what a response says of its member. The order of a sale is the one that was confirmed first. */
function toFact({ kind, source, occurred_at, sales }: StoredResponse): ResponseFact {
  const order = sales.find(({ record_id }) => !isId(record_id, OPPORTUNITY));
  return {
    ...{ kind, source, at: occurred_at },
    opportunity_id: sales.length > 0 && isId(source, OPPORTUNITY) ? source : null,
    order_id: order?.record_id ?? null,
  };
}

const compareFacts = (a: ResponseFact, b: ResponseFact): number =>
  a.at === b.at ? (a.source < b.source ? -1 : 1) : a.at < b.at ? -1 : 1;

/** Returns the facts of a member from the instants of its persons and from its responses. Only the opt-out does not follow from them. */
export function computeFacts(
  recorded: readonly RecordedInstant[],
  responses: readonly StoredResponse[],
  personIds: readonly string[],
): MemberFacts {
  const facts = { ...noFacts };
  for (const { person_id, field, at } of recorded)
    if (personIds.includes(person_id)) facts[field] = earlierInstant(facts[field], at);
  return responses.map(toFact).sort(compareFacts).reduce(applyResponse, facts);
}
