import { LEAD } from "../lead/lead.domain.ts";
import { Visible } from "../storage/read/visibility.ts";
import type { PersonRecord } from "./person.entity.ts";

/** What leads wrote into a person beside what they told of them: their own ids, for who sees these leads. */

type Points = Pick<PersonRecord, "contact_points">;

const leadsIn = ({ contact_points }: Points): string[] =>
  contact_points.flatMap(({ lead_id, original_lead_id }) => [lead_id, original_lead_id].filter((id) => id !== null));

/** Which of the leads that a person names the caller sees. */
export const leadsSeen = (person: Points): Promise<ReadonlySet<string>> => Visible.idsSeen(LEAD, leadsIn(person));

/** The person without the ids of other leads. */
export const namingOnly = <P extends Points>(person: P, seen: ReadonlySet<string>): P => ({
  ...person,
  contact_points: person.contact_points.map((point) => ({
    ...point,
    lead_id: point.lead_id !== null && seen.has(point.lead_id) ? point.lead_id : null,
    original_lead_id: point.original_lead_id !== null && seen.has(point.original_lead_id) ? point.original_lead_id : null,
  })),
});

/** The person as the caller sees them, but for what is sealed. */
export const asNamed = async <P extends Points>(person: P): Promise<P> => namingOnly(person, await leadsSeen(person));

/** Ids of leads among reasons and the like: null for one that the caller does not see. */
export async function leadsAmong(ids: readonly (string | null)[]): Promise<(id: string | null) => string | null> {
  const seen = await Visible.idsSeen(
    LEAD,
    ids.filter((id) => id !== null),
  );
  return (id) => (id !== null && seen.has(id) ? id : null);
}
