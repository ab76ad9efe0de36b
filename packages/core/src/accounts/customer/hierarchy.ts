import * as z from "zod";
import { invalid } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { id, oneOf, query, text } from "../../kernel/schema.ts";
import { Directory } from "../../platform/user/directory.ts";
import { Counter } from "../../storage/read/counter.ts";
import { buildListQuery, list as listRecords } from "../../storage/read/list.ts";
import { queryPartitions } from "../../storage/read/partition-query.ts";
import { Visibility } from "../../storage/read/visibility.ts";
import { Records } from "../../storage/write/records.ts";
import { type CustomerRecord, Customers } from "./customer.entity.ts";
import { CUSTOMER } from "./customer.kind.ts";
import { accountTypes } from "./customer.rules.ts";
import { Customer } from "./customer.ts";
import { figureFields, OpportunityAmount } from "./figures.schema.ts";
import { RollUp } from "./roll-up.rules.ts";
import { Tree } from "./tree.ts";

/** A customer with the customers above and below it, and their totals. */

const nodeFields = ["id", "customer_number", "name", "account_type", "hierarchy_level", "status"] as const;

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

/** Levels below the customer that one request shows, customers on them, and rows that it reads to find those that the caller can see. */
const [MAX_DEPTH, MAX_DESCENDANTS, MAX_ROWS] = [10, 200, 1000];
/** Rows of each query. */
const CHUNK_SIZE = 25;

const Descendant = z.object({ ...Node.shape, parent_customer_id: z.string().nullable() }).meta({ id: "CustomerDescendant" });
type Descendant = z.output<typeof Descendant>;

export const Info = z.object({
  customer: Node,
  ancestors: z.array(Node).describe("From the top; ancestors that the caller cannot see contain no details"),
  children: z.array(Node).describe("Children that the caller can see, as in the list by `parent`"),
  next_cursor: z.string().nullable().describe("Cursor of further children"),
  descendants: z
    .array(Descendant)
    .optional()
    .describe(
      `Only with depth: the customers below it level by level, without those below a customer that the caller cannot see; at most ${MAX_DESCENDANTS}`,
    ),
  descendants_complete: z
    .boolean()
    .optional()
    .describe("Only with depth: false if customers are missing on these levels because there are too many"),
  roll_up: z
    .object({
      customers: z.number().int(),
      total_opportunities: figureFields.total_opportunities,
      open_opportunities: figureFields.open_opportunities,
      won_opportunities: figureFields.won_opportunities,
      amounts: z.array(OpportunityAmount).describe("Won and open amounts, by currency"),
      is_lower_bound: z.boolean().describe(`Whether there are more than ${RollUp.MAX_LEVELS} levels below it`),
    })
    .describe("Totals of the customer and of all customers below it that the caller can see"),
});

const Get = z.strictObject({
  id: text(64),
  limit: query.int(1, 100).optional().describe("Number of children; defaults to 20"),
  cursor: text(1000).optional(),
  depth: query.int(1, MAX_DEPTH).optional().describe("Levels below it that `descendants` shows"),
});

export const get = fn(Get, async ({ id: customerId, limit, cursor, depth }): Promise<z.output<typeof Info>> => {
  const customer = await Customer.read(customerId);
  const [above, children, roll_up, below] = await Promise.all([
    listAncestors(customer),
    listRecords(
      Customers,
      buildListQuery(Customers, { parent: customerId, limit, cursor, sort: "created_at", order: "asc" } as object),
    ),
    computeRollUp(customer),
    depth === undefined ? {} : listDescendants(customer.id, depth),
  ]);
  return {
    customer: toNode(customer),
    ancestors: above,
    children: children.rows.map(toNode),
    next_cursor: children.meta.next_cursor,
    ...below,
    roll_up,
  };
});

/**
 * Lists the customers below a customer that the caller can see, as a client finds them that asks for the children of each. Each level is one
 * merged query of the children of the level above.
 */
async function listDescendants(customerId: string, depth: number) {
  const descendants: Descendant[] = [];
  let [parents, rowCount, isComplete] = [[customerId], 0, true];
  for (let level = 1; level <= depth && parents.length > 0 && isComplete; level++) {
    const rows: CustomerRecord[] = [];
    const partitions = parents.flatMap(Tree.childPartitions);
    for await (const row of queryPartitions(Customers, partitions, { order: "asc", after: undefined, chunk: CHUNK_SIZE })) {
      isComplete = rowCount++ < MAX_ROWS;
      if (!isComplete) break;
      rows.push(Customers.fromRow(row));
    }
    const visible = await Visibility.filterVisible(Customers, rows);
    const shown = visible.slice(0, MAX_DESCENDANTS - descendants.length);
    isComplete &&= shown.length === visible.length;
    for (const customer of shown)
      descendants.push({ ...toNode(customer), parent_customer_id: customer.parent_customer_id ?? null });
    parents = shown.map(({ id }) => id);
  }
  return { descendants, descendants_complete: isComplete };
}

async function listAncestors({ parent_customer_id }: CustomerRecord): Promise<Node[]> {
  const above = parent_customer_id ? (await Tree.loadPathToRoot(parent_customer_id)).reverse() : [];
  const seen = new Set(
    await Visibility.filterVisible(
      Customers,
      above.filter(({ deleted_at }) => !deleted_at),
    ),
  );
  return above.map((ancestor) => (seen.has(ancestor) ? toNode(ancestor) : hiddenNode));
}

const toNode = (customer: CustomerRecord): Node =>
  Object.fromEntries(nodeFields.map((field) => [field, customer[field] ?? null])) as Node;

const hiddenNode = Object.fromEntries(nodeFields.map((field) => [field, null])) as Node;

/** Sums the customer and the customers below it that the caller sees. Read from counters, so the cost does not grow with their number. */
async function computeRollUp(customer: CustomerRecord): Promise<z.output<typeof Info>["roll_up"]> {
  const scopes = Counter.ownerScopes(await Directory.listVisibleOwners()).map((owner) => RollUp.belowScope(customer.id, owner));
  return RollUp.sumCounters([RollUp.toCounts(customer), ...(await Counter.readConsistent(CUSTOMER.name, scopes))]);
}

const Add = z.strictObject({
  id: text(64),
  child_customer_id: id(CUSTOMER),
  account_type: oneOf(accountTypes).optional(),
});

/** Moves a customer, with all customers below it, below this one. */
export const add = fn(Add, async ({ id: customerId, child_customer_id, ...more }) => {
  const { id: parent_customer_id } = await Customer.read(customerId);
  if (!(await Records.find(Customers, child_customer_id))) throw invalid("child_customer_id", "No such customer");
  return Customer.update({ id: child_customer_id, parent_customer_id, ...more });
});

export * as Hierarchy from "./hierarchy.ts";
