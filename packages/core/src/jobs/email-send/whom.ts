import { contactSets } from "../../contact-list/contact-list.ts";
import { CUSTOMER } from "../../customer/customer.domain.ts";
import type { SendRecord } from "../../email-send/email-send.ts";
import { customerSets } from "../../segment/segment.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import { Audience, type PersonRecord, type Reached } from "../audience/audience.ts";

/** Whom a send finds, a page at a time in order of ids, as far as who scheduled it sees them; each person once. */

/** Somebody of the audience, with what merge fields say of them: the contact that they are, and the customer. */
export interface Found {
  person: PersonRecord;
  contact: Reached["contact"];
  customer: BaseRecord | undefined;
}

export interface Page {
  found: readonly Found[];
  /** Behind which the next page begins; undefined at the end. */
  after: string | undefined;
}

type Named = Reached & { customer: BaseRecord | undefined };

export async function pageBehind(send: SendRecord, after: string | undefined): Promise<Page> {
  const { named, after: next } = await (send.contact_list_id
    ? ofList(send.contact_list_id, after)
    : ofSegment(String(send.segment_id), after));
  const seen = await Audience.seen(named.map(({ person }) => person));
  const found = new Map<string, Found>();
  for (const { person: id, contact, customer } of named) {
    const person = seen.get(id);
    if (person && !found.has(person.id)) found.set(person.id, { person, contact, customer });
  }
  return { found: [...found.values()], after: next };
}

async function ofList(list: string, behind: string | undefined) {
  const { records, after } = await Audience.membersBehind(contactSets, list, behind);
  const ids = records.flatMap(({ customer_id }) => (customer_id ? [{ kind: CUSTOMER, id: customer_id }] : []));
  const customers = await Records.shownOf(ids);
  const named = records.map((contact): Named => {
    const { personal_key_id: person, customer_id } = contact;
    return { person, contact, customer: customers.get(customer_id ?? "") };
  });
  return { named, after };
}

async function ofSegment(segment: string, behind: string | undefined) {
  const { records, after } = await Audience.membersBehind(customerSets, segment, behind);
  const named: Named[] = [];
  for (const customer of records) for (const reached of await Audience.reachedBy(customer)) named.push({ ...reached, customer });
  return { named, after };
}
