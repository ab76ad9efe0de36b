import { invalid } from "../../kernel/error.ts";
import { isId } from "../../kernel/id.ts";
import { fold } from "../../kernel/text.ts";
import { Visibility } from "../../storage/read/visibility.ts";
import { Records } from "../../storage/write/records.ts";
import { findIdByNumber } from "../../storage/write/upsert.ts";
import { type CustomerRecord, Customers } from "./customer.entity.ts";
import { CUSTOMER } from "./customer.kind.ts";
import { readNameLock } from "./locks.ts";

/** Finds the customer that a text typed by a user refers to. */

/** Finds businesses of a name that the caller sees, among the first ten. If some have exactly this spelling, only those. */
export async function findByName(name: string): Promise<CustomerRecord[]> {
  const { ids } = await readNameLock(name);
  const records = (await Records.loadMany(Customers, ids, { live: true })).filter((record) => record !== undefined);
  const seen = await Visibility.filterVisible(Customers, records);
  const exact = seen.filter((customer) => fold(customer.name.trim()) === fold(name.trim()));
  return exact.length > 0 ? exact : seen;
}

const NUMBER_PATTERN = /^c-\d{4}-\d+$/i;

/** Returns the id of the customer that an id, a number or a unique name refers to. An error names `field`. */
export async function resolveCustomerId(field: string, reference: string): Promise<string> {
  const text = reference.trim();
  if (isId(text, CUSTOMER)) return text;
  const numbered = NUMBER_PATTERN.test(text) ? await findIdByNumber(Customers, "customer_number", text) : undefined;
  if (numbered !== undefined) return numbered;
  const [match, another] = await findByName(text);
  if (!match) throw invalid(field, "No customer that you can see has this id, number or name");
  if (another) throw invalid(field, "Several customers have this name: specify one by its id or number");
  return match.id;
}
