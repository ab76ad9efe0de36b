import * as z from "zod";
import { invalid } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { Money } from "../kernel/money.ts";
import { id, oneOf, query, text } from "../kernel/schema.ts";
import { list as listRecords, queryOf } from "../storage/read/list.ts";
import { keysBehind } from "../storage/read/scan.ts";
import { Visible } from "../storage/read/visibility.ts";
import { Records } from "../storage/write/records.ts";
import { CUSTOMER } from "./customer.domain.ts";
import { type CustomerRecord, Customers } from "./customer.entity.ts";
import { accountTypes } from "./customer.rules.ts";
import { Customer } from "./customer.ts";
import { amounts, figureFields } from "./figures.schema.ts";
import { Tree } from "./tree.ts";

/** A customer among those above and below it, and what these come to (seed 001, customer_hierarchy). */

const shown = ["id", "customer_number", "name", "account_type", "hierarchy_level", "status"] as const;

const Node = z
  .object({
    id: z.string().nullable(),
    customer_number: z.string().nullable(),
    name: z.string().nullable(),
    account_type: z.string().nullable(),
    hierarchy_level: z.number().int().nullable(),
    status: z.string().nullable(),
  })
  .meta({ id: "CustomerNode" });
type Node = z.output<typeof Node>;

export const Info = z.object({
  customer: Node,
  ancestors: z.array(Node).describe("From the top; one that the caller does not see says nothing of itself"),
  children: z.array(Node).describe("That the caller sees, as the list by `parent` has them"),
  next_cursor: z.string().nullable().describe("Of further children"),
  roll_up: z
    .object({
      customers: z.number().int(),
      total_opportunities: figureFields.total_opportunities,
      open_opportunities: figureFields.open_opportunities,
      won_opportunities: figureFields.won_opportunities,
      amounts,
      is_lower_bound: z.boolean().describe("There are more than were looked at"),
    })
    .describe("Of the customer and of those below it, at any depth, that the caller sees"),
});

const Get = z.strictObject({
  id: text(64),
  limit: query.int(1, 100).optional().describe("Of children; 20 unless told otherwise"),
  cursor: text(1000).optional(),
});

export const get = fn(Get, async ({ id: wanted, limit, cursor }): Promise<z.output<typeof Info>> => {
  const customer = await Customer.read(wanted);
  const [above, children, roll_up] = await Promise.all([
    ancestorsOf(customer),
    listRecords(Customers, queryOf(Customers, { parent: wanted, limit, cursor, sort: "created_at", order: "asc" } as object)),
    rolledUp(customer),
  ]);
  return {
    customer: nodeOf(customer),
    ancestors: above,
    children: children.rows.map(nodeOf),
    next_cursor: children.meta.next_cursor,
    roll_up,
  };
});

async function ancestorsOf({ parent_customer_id: parent }: CustomerRecord): Promise<Node[]> {
  const above = parent ? (await Tree.wayUp(parent)).reverse() : [];
  const seen = new Set(
    await Visible.among(
      Customers,
      above.filter(({ deleted_at }) => !deleted_at),
    ),
  );
  return above.map((each) => (seen.has(each) ? nodeOf(each) : hidden));
}

const nodeOf = (customer: CustomerRecord): Node =>
  Object.fromEntries(shown.map((field) => [field, customer[field] ?? null])) as Node;

const hidden = Object.fromEntries(shown.map((field) => [field, null])) as Node;

/** So many customers are looked at in a request. */
const MOST = 100;

/** What a customer and those below it come to, as far as the caller sees them. */
async function rolledUp(customer: CustomerRecord): Promise<z.output<typeof Info>["roll_up"]> {
  const found = [customer];
  let isMore = false;
  const known = new Set([customer.id]);
  for (let level = [customer.id]; level.length > 0 && !isMore; ) {
    const most = MOST + 1 - found.length;
    const keys = await Promise.all(
      level.map((each) => keysBehind(Customers, Tree.below(each), { order: "asc", after: undefined, most })),
    );
    const ids = [...new Set(keys.flat())].filter((each) => !known.has(each));
    isMore = ids.length >= most;
    level = ids.slice(0, most - 1);
    for (const each of level) known.add(each);
    const records = await Records.loadMany(Customers, level, { live: true });
    found.push(...records.filter((record) => record !== undefined));
  }
  return { ...summed(await Visible.among(Customers, found)), is_lower_bound: isMore };
}

function summed(customers: readonly CustomerRecord[]) {
  const sum = (field: "total_opportunities" | "open_opportunities" | "won_opportunities"): number =>
    customers.reduce((total, each) => total + each[field], 0);
  const by = Map.groupBy(
    customers.flatMap((each) => each.amounts),
    ({ currency }) => currency,
  );
  return {
    customers: customers.length,
    total_opportunities: sum("total_opportunities"),
    open_opportunities: sum("open_opportunities"),
    won_opportunities: sum("won_opportunities"),
    amounts: [...by.keys()].sort().map((currency) => ({
      currency,
      won_amount: Money.sum((by.get(currency) ?? []).map(({ won_amount }) => won_amount)),
      pipeline_value: Money.sum((by.get(currency) ?? []).map(({ pipeline_value }) => pipeline_value)),
    })),
  };
}

const Add = z.strictObject({
  id: text(64),
  child_customer_id: id(CUSTOMER),
  account_type: oneOf(accountTypes).optional(),
});

/** Puts a customer, with all that stands below it, below this one (seed 001, "Add child account"). */
export const add = fn(Add, async ({ id: wanted, child_customer_id, ...more }) => {
  const { id: parent_customer_id } = await Customer.read(wanted);
  if (!(await Records.find(Customers, child_customer_id))) throw invalid("child_customer_id", "No such customer");
  return Customer.update({ id: child_customer_id, parent_customer_id, ...more });
});

export * as Hierarchy from "./hierarchy.ts";
