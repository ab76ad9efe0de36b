import { Contact } from "../../contact/contact.ts";
import { contactSets } from "../../contact-list/contact-list.ts";
import { Customer } from "../../customer/customer.ts";
import { useContext, useSettings } from "../../kernel/context.ts";
import { startOfDay } from "../../kernel/zone.ts";
import { isWanted } from "../../reengagement/fill.rules.ts";
import type { FillRecord } from "../../reengagement/fill.ts";
import { MOST_CONTACTS } from "../../reengagement/wins.ts";
import { partitionsOf } from "../../segment/members.ts";
import type { Roster } from "../../segment/roster.ts";
import { customerSets } from "../../segment/segment.ts";
import { rowsOf } from "../../storage/read/among.ts";
import { keysBehind } from "../../storage/read/scan.ts";
import { Steady } from "../../storage/read/steady.ts";
import { Visible } from "../../storage/read/visibility.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import { References } from "../../storage/write/references.ts";

/** Whom a filling finds, a page at a time in order of ids, as far as who asked sees them. */

/** Records of one page. */
const PAGE = 100;

export interface Found {
  /** Ids of persons, some of them perhaps not seen. */
  persons: readonly string[];
  /** Behind which the next page begins; undefined at the end. */
  after: string | undefined;
}

type Customers = typeof customerSets.members extends { fromItem: (item: never) => infer R } ? R : never;

export async function pageBehind(fill: FillRecord, after: string | undefined): Promise<Found> {
  if (fill.contact_list_id) {
    const { records, after: next } = await membersBehind(contactSets, fill.contact_list_id, after);
    return { persons: records.map(({ personal_key_id }) => personal_key_id), after: next };
  }
  const { records, after: next } = await (fill.segment_id
    ? membersBehind(customerSets, fill.segment_id, after)
    : customersBehind(fill, after));
  const { timezone } = useSettings();
  const asked = {
    ...fill,
    active_before: fill.last_activity_before && startOfDay(timezone, fill.last_activity_before),
    ordered_before: fill.last_order_before && startOfDay(timezone, fill.last_order_before),
  };
  const wanted = records.filter((customer) => isWanted(customer, asked));
  const persons: string[] = [];
  for (const customer of wanted) persons.push(...(await personsOf(customer)));
  return { persons, after: next };
}

/** Members of a set, as far as they are seen. */
async function membersBehind<R extends BaseRecord>(roster: Roster<R>, set: string, after: string | undefined) {
  const partitions = partitionsOf(set, await useContext().visible());
  const ids = await keysBehind(roster.members, partitions, { order: "asc", after, most: PAGE });
  const there = (await Records.loadMany(roster.members, ids, { live: true })).filter((record) => record !== undefined);
  return { records: await Visible.among(roster.members, there), after: ids.length < PAGE ? undefined : ids.at(-1) };
}

async function customersBehind({ as_of }: FillRecord, after: string | undefined) {
  const { collection, asked } = Customer.listed;
  const extent = await Steady.extentOf(collection, await asked({} as never), { as_of });
  return extent ? Steady.next(collection, extent, after, PAGE) : { records: [] as Customers[], after: undefined };
}

/** An individual themselves; of a business its contacts that are seen. */
async function personsOf({ id, personal_key_id }: Customers): Promise<readonly string[]> {
  if (personal_key_id) return [personal_key_id];
  const { collection } = Contact.listed;
  const { records } = await rowsOf(collection, References.partitionsBy(collection as never, "customer_id", [id]), MOST_CONTACTS);
  return (await Visible.among(collection, records)).map((contact) => contact.personal_key_id);
}
