import { contactSets } from "../../contact-list/contact-list.ts";
import { Customer } from "../../customer/customer.ts";
import { useSettings } from "../../kernel/context.ts";
import { startOfDay } from "../../kernel/zone.ts";
import { isWanted } from "../../reengagement/fill.rules.ts";
import type { FillRecord } from "../../reengagement/fill.ts";
import { customerSets } from "../../segment/segment.ts";
import { Steady } from "../../storage/read/steady.ts";
import { Audience, type Customers, PAGE } from "../audience/audience.ts";

/** Whom a filling finds, a page at a time in order of ids, as far as who asked sees them. */

export interface Found {
  /** Ids of persons, some of them perhaps not seen. */
  persons: readonly string[];
  /** Behind which the next page begins; undefined at the end. */
  after: string | undefined;
}

export async function pageBehind(fill: FillRecord, after: string | undefined): Promise<Found> {
  if (fill.contact_list_id) {
    const { records, after: next } = await Audience.membersBehind(contactSets, fill.contact_list_id, after);
    return { persons: records.map(({ personal_key_id }) => personal_key_id), after: next };
  }
  const { records, after: next } = await (fill.segment_id
    ? Audience.membersBehind(customerSets, fill.segment_id, after)
    : customersBehind(fill, after));
  const { timezone } = useSettings();
  const asked = {
    ...fill,
    active_before: fill.last_activity_before && startOfDay(timezone, fill.last_activity_before),
    ordered_before: fill.last_order_before && startOfDay(timezone, fill.last_order_before),
  };
  const wanted = records.filter((customer) => isWanted(customer, asked));
  const persons: string[] = [];
  for (const customer of wanted) persons.push(...(await Audience.reachedBy(customer)).map(({ person }) => person));
  return { persons, after: next };
}

async function customersBehind({ as_of }: FillRecord, after: string | undefined) {
  const { collection, asked } = Customer.listed;
  const extent = await Steady.extentOf(collection, await asked({} as never), { as_of });
  return extent ? Steady.next(collection, extent, after, PAGE) : { records: [] as Customers[], after: undefined };
}
