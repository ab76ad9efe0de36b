import { CONTACT } from "../contact/contact.domain.ts";
import { LEAD } from "../lead/lead.domain.ts";
import { Visible } from "../storage/read/visibility.ts";
import type { PersonRecord } from "./person.entity.ts";

/** What leads and contacts wrote into a person beside what they told of them: their own ids, for who sees these. */

type Points = Pick<PersonRecord, "contact_points" | "preferences">;

/** The source of an answer that a record told of (person/consent.ts). */
const SOURCE = /^(lead|contact) (\S+)$/;

function recordsIn({ contact_points, preferences }: Points): string[] {
  const points = contact_points.flatMap(({ lead_id, original_lead_id }) => [lead_id, original_lead_id]);
  const sources = preferences.map(({ source }) => SOURCE.exec(source ?? "")?.[2]);
  return [...points, ...sources].filter((id) => typeof id === "string");
}

/** Which of the leads and contacts that a person names the caller sees. */
export async function namersSeen(person: Points): Promise<ReadonlySet<string>> {
  const ids = recordsIn(person);
  const seen = await Promise.all([LEAD, CONTACT].map((kind) => Visible.idsSeen(kind, ids)));
  return new Set(seen.flatMap((each) => [...each]));
}

/** The person without the ids of others. */
export const namingOnly = <P extends Points>(person: P, seen: ReadonlySet<string>): P => ({
  ...person,
  contact_points: person.contact_points.map((point) => ({
    ...point,
    lead_id: point.lead_id !== null && seen.has(point.lead_id) ? point.lead_id : null,
    original_lead_id: point.original_lead_id !== null && seen.has(point.original_lead_id) ? point.original_lead_id : null,
  })),
  preferences: person.preferences.map((answer) => {
    const [, kind, id] = SOURCE.exec(answer.source ?? "") ?? [];
    return kind && id && !seen.has(id) ? { ...answer, source: kind } : answer;
  }),
});

/** The person as the caller sees them, but for what is sealed. */
export const asNamed = async <P extends Points>(person: P): Promise<P> => namingOnly(person, await namersSeen(person));

/** Ids of leads among reasons and the like: null for one that the caller does not see. */
export async function leadsAmong(ids: readonly (string | null)[]): Promise<(id: string | null) => string | null> {
  const seen = await Visible.idsSeen(
    LEAD,
    ids.filter((id) => id !== null),
  );
  return (id) => (id !== null && seen.has(id) ? id : null);
}
