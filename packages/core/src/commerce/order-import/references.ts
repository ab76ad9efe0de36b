import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { resolveCustomerId } from "../../accounts/customer/name-lookup.ts";
import { collectDetails, type ErrorDetail, invalid } from "../../kernel/error.ts";
import { isId } from "../../kernel/id.ts";
import { listCustomers } from "../../people/person/customers.ts";
import { Person } from "../../people/person/person.ts";
import { findHolders } from "../../people/person/point-holders.ts";
import { type Input, toText } from "../../platform/import/importable.ts";
import { PRODUCT } from "../../sales/product/product.kind.ts";
import { Product } from "../../sales/product/product.ts";
import { Records } from "../../storage/write/records.ts";
import { ORDER } from "../order/order.kind.ts";
import { OrderNumber } from "../order/order-number.ts";

/** Finds the records that cells of a file name. */

type Resolvers = Readonly<Record<string, (reference: string) => Promise<string>>>;

/** Replaces references by ids. References that name no record are left out and reported. */
export async function resolveReferences(
  input: Input,
  resolvers: Resolvers,
): Promise<{ known: Input; wrong: readonly ErrorDetail[] }> {
  const details: ErrorDetail[] = [];
  const known = { ...input };
  for (const [field, resolve] of Object.entries(resolvers)) {
    const reference = toText(input[field]);
    if (reference === undefined) continue;
    const id = await collectDetails(details, resolve(reference), undefined);
    if (id === undefined) delete known[field];
    else known[field] = id;
  }
  return { known, wrong: details };
}

/** Finds a customer by id, number, name, or by the email address or external key of its person or contact. */
export async function findCustomerId(reference: string): Promise<string> {
  const text = reference.trim();
  if (text.includes("@")) return findSoleCustomer(await findHolders("email", text), "email address");
  const holder = isId(text, CUSTOMER) ? undefined : await Person.findByExternalKey(text);
  const person = holder === undefined ? undefined : await Person.resolveMerged(holder);
  return person ? findSoleCustomer([person], "external key") : resolveCustomerId("customer_id", text);
}

type PersonRecord = NonNullable<Awaited<ReturnType<typeof Person.resolveMerged>>>;

/** Returns the customer that one of the persons is, or else the only customer that they are contacts of. */
async function findSoleCustomer(persons: readonly PersonRecord[], key: string): Promise<string> {
  const { ownCustomerIds, contactCustomerIds } = await listCustomers(persons.flatMap(Person.listIds));
  const candidates = ownCustomerIds.length > 0 ? ownCustomerIds : contactCustomerIds;
  const references = candidates.map((id) => ({ kind: CUSTOMER, id }));
  const [match, another] = [...(await Records.findVisibleByIds(references)).values()];
  if (!match) throw invalid("customer_id", `No customer that you can see has a person with this ${key}`);
  if (another) throw invalid("customer_id", `Several customers have a person with this ${key}: specify one by its id or number`);
  return match.id;
}

export async function findProductId(reference: string): Promise<string> {
  if (isId(reference, PRODUCT)) return reference;
  const id = await (await Product.matching()).fields.sku?.find(reference, undefined);
  if (id === undefined) throw invalid("product_id", "No product has this id or code");
  return id;
}

export async function findOrderId(reference: string): Promise<string> {
  if (isId(reference, ORDER)) return reference;
  const id = (await OrderNumber.load(reference.trim()))?.order_id;
  if (id === undefined) throw invalid("order_number", "No order that you can see has this number");
  return id;
}
