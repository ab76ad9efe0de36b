import { ownMatches } from "../custom-field/matching.ts";
import { holdersOf, samePoint } from "../person/holders.ts";
import { Person } from "../person/person.ts";
import { Visible } from "../storage/read/visibility.ts";
import { Records } from "../storage/write/records.ts";
import { byNumber, hidden, type Match, type Matching, several } from "../storage/write/upsert.ts";
import { type LeadRecord, Leads } from "./lead.entity.ts";
import { leads } from "./lead.import.ts";
import { Lead } from "./lead.ts";

/**
 * A lead is never unique, but of one email, or of the person of one external key, one is open for whom it is upserted: it is
 * changed as a row of a file changes it.
 */
export const matching = async (): Promise<Matching> => ({
  on: {
    email: byEmail,
    external_key: byExternalKey,
    lead_number: byNumber(Leads, "lead_number"),
    ...(await ownMatches(Leads)),
  },
  item: {
    schema: Lead.Create,
    create: (input) => leads.create(input, undefined),
    update: leads.update,
  },
});

const byEmail: Match = {
  same: (value) => samePoint("email", value),
  find: async (value, last) => {
    const email = await samePoint("email", String(value));
    const holders = await holdersOf("email", email);
    return openOf(holders.flatMap(Person.idsOf), last, async (lead) => (await samePoint("email", lead.email ?? "")) === email);
  },
};

const byExternalKey: Match = {
  same: async (value) => value.trim(),
  find: async (value, last) => {
    const holder = await Person.withExternalKey(String(value).trim());
    const person = holder === undefined ? undefined : await Person.find(holder);
    const ids: readonly string[] = person ? Person.idsOf(person) : [];
    return openOf(ids, last, async ({ personal_key_id }) => ids.includes(personal_key_id));
  },
};

/** So many leads of one value are looked at. */
const MOST = 100;

/** The one open lead of these persons that the caller sees; `last` too, which may not be among them yet. */
async function openOf(
  persons: readonly string[],
  last: string | undefined,
  isMeant: (lead: LeadRecord) => Promise<boolean>,
): Promise<string | undefined> {
  const listed = persons.length > 0 ? await Lead.allOf(persons) : [];
  const open = listed.filter(({ is_converted }) => !is_converted).map(({ id }) => id);
  const ids = [...new Set([...(last === undefined ? [] : [last]), ...open])].slice(0, MOST);
  const found: LeadRecord[] = [];
  for (const lead of await Records.loadMany(Leads, ids, { live: true }))
    if (lead && !lead.is_converted && (await isMeant(lead))) found.push(lead);
  const shown = await Visible.among(Leads, found);
  if (shown.length > 1) throw several(shown);
  if (shown.length === 0 && found.length > 0) throw hidden();
  return shown[0]?.id;
}
