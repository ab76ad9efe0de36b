import { Lead } from "../../sales/lead/lead.ts";
import { StableScan } from "../../storage/read/stable-scan.ts";
import { WhereClauses } from "../../storage/read/where-clause.ts";
import { Audience, PAGE_SIZE } from "../audience/audience.ts";
import { contactSets } from "../contact-list/contact-list.ts";
import { customerSets } from "../segment/segment.ts";
import type { FillRecord } from "./fill.ts";
import type { Candidate, Origin } from "./membership.ts";

/** Finds the persons for a fill, page by page in id order, limited to what the user who started the fill can see. A page contains each person once. */

export interface CandidatePage {
  candidates: readonly Candidate[];
  /** Cursor of the next page; undefined at the end. */
  after: string | undefined;
}

/** A person of the audience, and the record that leads to them. The user may not see the person. */
interface NamedPerson extends Origin {
  person: string;
}

export async function loadPage(fill: FillRecord, after: string | undefined): Promise<CandidatePage> {
  const { named, after: next } = await (fill.contact_list_id
    ? loadContacts(fill.contact_list_id, after)
    : fill.segment_id
      ? loadCustomers(fill.segment_id, after)
      : loadLeads(fill, after));
  const visible = await Audience.loadVisible(named.map(({ person }) => person));
  const candidates = new Map<string, Candidate>();
  for (const { person: id, ...origin } of named) {
    const person = visible.get(id);
    if (person && !candidates.has(person.id)) candidates.set(person.id, { person, origin });
  }
  return { candidates: [...candidates.values()], after: next };
}

interface NamedPage {
  named: readonly NamedPerson[];
  after: string | undefined;
}

async function loadContacts(list: string, behind: string | undefined): Promise<NamedPage> {
  const { records, after } = await Audience.loadMembers(contactSets, list, behind);
  return {
    named: records.map(({ id: contact_id, personal_key_id }) => ({ person: personal_key_id, contact_id, source: "list" })),
    after,
  };
}

async function loadCustomers(segment: string, behind: string | undefined): Promise<NamedPage> {
  const { records, after } = await Audience.loadMembers(customerSets, segment, behind);
  const named: NamedPerson[] = [];
  for (const customer of records)
    for (const { person, contact } of await Audience.listReached(customer))
      named.push({ person, contact_id: contact?.id, source: "segment" });
  return { named, after };
}

async function loadLeads({ lead_filter, as_of }: FillRecord, behind: string | undefined): Promise<NamedPage> {
  const { collection, query, listQuery } = Lead.listDefinition;
  const filter = await listQuery(WhereClauses.parseStoredQuery(query, lead_filter ?? {}));
  const extent = await StableScan.plan(collection, filter, { as_of });
  if (!extent) return { named: [], after: undefined };
  const { records, after } = await StableScan.readNext(collection, extent, behind, PAGE_SIZE);
  return {
    named: records.map(({ id: lead_id, personal_key_id }) => ({ person: personal_key_id, lead_id, source: "filter" })),
    after,
  };
}
