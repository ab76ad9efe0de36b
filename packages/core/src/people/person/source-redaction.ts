import { CONTACT } from "../../accounts/contact/contact.kind.ts";
import { LEAD } from "../../sales/lead/lead.kind.ts";
import { Visibility } from "../../storage/read/visibility.ts";
import type { PersonRecord } from "./person.entity.ts";

/** Ids of leads and contacts stored in a person as sources of its data. Only callers who see the source record get its id. */

type SourcedFields = Pick<PersonRecord, "contact_points" | "preferences">;

/** The source of a preference that a record passed on (people/person/consent.ts). */
const SOURCE_PATTERN = /^(lead|contact) (\S+)$/;

function listSourceIds({ contact_points, preferences }: SourcedFields): string[] {
  const points = contact_points.flatMap(({ lead_id, original_lead_id }) => [lead_id, original_lead_id]);
  const sources = preferences.map(({ source }) => SOURCE_PATTERN.exec(source ?? "")?.[2]);
  return [...points, ...sources].filter((id) => typeof id === "string");
}

/** Returns the ids of the person's source records that the caller sees. */
export async function listVisibleSources(person: SourcedFields): Promise<ReadonlySet<string>> {
  const ids = listSourceIds(person);
  const seen = await Promise.all([LEAD, CONTACT].map((kind) => Visibility.filterVisibleIds(kind, ids)));
  return new Set(seen.flatMap((visibleIds) => [...visibleIds]));
}

/** Removes the ids of source records that are not in `seen`. */
export const redactSources = <P extends SourcedFields>(person: P, seen: ReadonlySet<string>): P => ({
  ...person,
  contact_points: person.contact_points.map((point) => ({
    ...point,
    lead_id: point.lead_id !== null && seen.has(point.lead_id) ? point.lead_id : null,
    original_lead_id: point.original_lead_id !== null && seen.has(point.original_lead_id) ? point.original_lead_id : null,
  })),
  preferences: person.preferences.map((answer) => {
    const [, kind, id] = SOURCE_PATTERN.exec(answer.source ?? "") ?? [];
    return kind && id && !seen.has(id) ? { ...answer, source: kind } : answer;
  }),
});

/** Returns the person without the ids of source records that the caller does not see. Sensitive values stay. */
export const redactHiddenSources = async <P extends SourcedFields>(person: P): Promise<P> =>
  redactSources(person, await listVisibleSources(person));

/** Builds a filter for ids of leads: null for a lead that the caller does not see. */
export async function buildLeadIdFilter(ids: readonly (string | null)[]): Promise<(id: string | null) => string | null> {
  const seen = await Visibility.filterVisibleIds(
    LEAD,
    ids.filter((id) => id !== null),
  );
  return (id) => (id !== null && seen.has(id) ? id : null);
}
