import { Customer } from "../../accounts/customer/customer.ts";
import { useSettings } from "../../kernel/context.ts";
import { startOfDay } from "../../kernel/time-zone.ts";
import { StableScan } from "../../storage/read/stable-scan.ts";
import { Audience, type AudienceCustomer, PAGE_SIZE } from "../audience/audience.ts";
import { contactSets } from "../contact-list/contact-list.ts";
import { customerSets } from "../segment/segment.ts";
import { matchesCriteria } from "./fill.rules.ts";
import type { FillRecord } from "./fill.ts";

/** Finds the persons for a batch fill, page by page in id order, limited to what the user who started the fill can see. */

interface AudiencePage {
  /** Ids of persons. The caller may not see all of them. */
  persons: readonly string[];
  /** Cursor of the next page; undefined at the end. */
  after: string | undefined;
}

export async function loadPage(fill: FillRecord, after: string | undefined): Promise<AudiencePage> {
  if (fill.contact_list_id) {
    const { records, after: next } = await Audience.loadMembers(contactSets, fill.contact_list_id, after);
    return { persons: records.map(({ personal_key_id }) => personal_key_id), after: next };
  }
  const { records, after: next } = await (fill.segment_id
    ? Audience.loadMembers(customerSets, fill.segment_id, after)
    : loadCustomers(fill, after));
  const { timezone } = useSettings();
  const criteria = {
    ...fill,
    active_before: fill.last_activity_before && startOfDay(timezone, fill.last_activity_before),
    ordered_before: fill.last_order_before && startOfDay(timezone, fill.last_order_before),
  };
  const matches = records.filter((customer) => matchesCriteria(customer, criteria));
  const persons: string[] = [];
  for (const customer of matches) persons.push(...(await Audience.listReached(customer)).map(({ person }) => person));
  return { persons, after: next };
}

async function loadCustomers({ as_of }: FillRecord, after: string | undefined) {
  const { collection, listQuery } = Customer.listDefinition;
  const extent = await StableScan.plan(collection, await listQuery({}), { as_of });
  return extent
    ? StableScan.readNext(collection, extent, after, PAGE_SIZE)
    : { records: [] as AudienceCustomer[], after: undefined };
}
