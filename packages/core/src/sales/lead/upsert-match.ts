import { Person } from "../../people/person/person.ts";
import { findHolders, normalizePoint } from "../../people/person/point-holders.ts";
import { buildUniqueMatches } from "../../platform/custom-field/unique-matchers.ts";
import { Visibility } from "../../storage/read/visibility.ts";
import { Records } from "../../storage/write/records.ts";
import {
  ambiguousMatch,
  hiddenRecord,
  matchByNumber,
  type UpsertMatch,
  type UpsertMatching,
} from "../../storage/write/upsert.ts";
import { type LeadRecord, Leads } from "./lead.entity.ts";
import { leads } from "./lead.import.ts";
import { Lead } from "./lead.ts";

/**
 * Upsert matches of leads. A lead has no unique key, but there may be one open lead for an email address or for the person of an external
 * key. It is updated in the same way as by a row of an import file.
 */
export const matching = async (): Promise<UpsertMatching> => ({
  fields: {
    email: emailMatch,
    external_key: externalKeyMatch,
    lead_number: matchByNumber(Leads, "lead_number"),
    ...(await buildUniqueMatches(Leads)),
  },
  item: {
    schema: Lead.Create,
    create: (input) => leads.create(input, undefined),
    update: leads.update,
  },
});

const emailMatch: UpsertMatch = {
  normalize: (value) => normalizePoint("email", value),
  find: async (value, last) => {
    const email = await normalizePoint("email", String(value));
    const holders = await findHolders("email", email);
    return findOpenLead(
      holders.flatMap(Person.listIds),
      last,
      async (lead) => (await normalizePoint("email", lead.email ?? "")) === email,
    );
  },
};

const externalKeyMatch: UpsertMatch = {
  normalize: async (value) => value.trim(),
  find: async (value, last) => {
    const holder = await Person.findByExternalKey(String(value).trim());
    const person = holder === undefined ? undefined : await Person.find(holder);
    const ids: readonly string[] = person ? Person.listIds(person) : [];
    return findOpenLead(ids, last, async ({ personal_key_id }) => ids.includes(personal_key_id));
  },
};

/** The most leads of one value that are examined. */
const MAX_LEADS = 100;

/**
 * Finds the only open lead of these persons that the caller sees. `last` is the lead that the previous upsert created for the value. It is
 * checked too, because the index may not show it yet.
 */
async function findOpenLead(
  persons: readonly string[],
  last: string | undefined,
  isMeant: (lead: LeadRecord) => Promise<boolean>,
): Promise<string | undefined> {
  const listed = persons.length > 0 ? await Lead.loadByPerson(persons) : [];
  const open = listed.filter(({ is_converted }) => !is_converted).map(({ id }) => id);
  const ids = [...new Set([...(last === undefined ? [] : [last]), ...open])].slice(0, MAX_LEADS);
  const matches: LeadRecord[] = [];
  for (const lead of await Records.loadMany(Leads, ids, { live: true }))
    if (lead && !lead.is_converted && (await isMeant(lead))) matches.push(lead);
  const visibleLeads = await Visibility.filterVisible(Leads, matches);
  if (visibleLeads.length > 1) throw ambiguousMatch(visibleLeads);
  if (visibleLeads.length === 0 && matches.length > 0) throw hiddenRecord();
  return visibleLeads[0]?.id;
}
