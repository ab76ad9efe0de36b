import * as z from "zod";
import type { CustomerRecord } from "../../accounts/customer/customer.entity.ts";
import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { Customer } from "../../accounts/customer/customer.ts";
import { Clock } from "../../kernel/clock.ts";
import { today } from "../../kernel/day.ts";
import { fn } from "../../kernel/fn.ts";
import { amount, IdInput, id, outputInstant, storedDate, text } from "../../kernel/schema.ts";
import * as Cursor from "../../storage/read/cursor.ts";
import type { Partition } from "../../storage/read/list-query.ts";
import { queryPartitions } from "../../storage/read/partition-query.ts";
import { Visibility } from "../../storage/read/visibility.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import { findReadable } from "../../storage/write/readable-records.ts";
import { sumAgeing } from "./ageing.rules.ts";
import { type InvoiceRecord, Invoices } from "./invoice.entity.ts";

/**
 * What customers owe, by how long it is overdue. An index has the open invoices by customer, so a page costs the rows that it sums, the customers that it
 * names, and the check of their orders for callers who do not see all.
 */

/** Open invoices that one page sums. The last customer of a page is complete, up to `MAX_CUSTOMER_ROWS`. */
const MAX_PAGE_ROWS = 1000;
const MAX_CUSTOMER_ROWS = 10_000;

const Row = z
  .object({
    customer_id: id(CUSTOMER),
    customer_name: z.string().nullable().describe("null: you do not see the customer"),
    currency: z.string(),
    open_amount: amount().describe("Sum of the following"),
    not_due: amount(),
    days_1_to_30: amount().describe("1 to 30 days after the due date"),
    days_31_to_60: amount(),
    days_61_to_90: amount(),
    over_90_days: amount(),
    invoice_count: z.number().int(),
  })
  .meta({ id: "CurrencyAgeing" });

export const Info = z.object({
  as_of: outputInstant(),
  day: storedDate().describe("The day in the tenant's time zone from which days are counted"),
  rows: z.array(Row).describe("By customer and currency"),
  is_lower_bound: z.boolean().describe(`true: a customer has more than ${MAX_CUSTOMER_ROWS} open invoices`),
  next_cursor: z.string().nullable().describe("For further customers; null if there are none"),
});
type Ageing = z.output<typeof Info>;

/** The ageing of all customers, in the order of their ids. */
export const list = fn(
  z.strictObject({ cursor: text(1000).optional().describe("The next_cursor of the previous page") }),
  async ({ cursor }): Promise<Ageing> => {
    const after = cursor === undefined ? undefined : (await Cursor.open(cursor, CURSOR_QUERY)).after;
    return readAgeing({ index: "by_rank", facets: { life: "live" } }, after);
  },
);

const CURSOR_QUERY = "invoice ageing";

/** The ageing of one customer. */
export const get = fn(IdInput, async ({ id: customerId }): Promise<Ageing> => {
  const customer = await Customer.read(customerId);
  return readAgeing({ index: "by_rank", facets: { life: "live" }, from: `${customer.id}/`, to: `${customer.id}/` }, undefined);
});

async function readAgeing(partition: Partition, after: string | undefined): Promise<Ageing> {
  const { invoices, stoppedAt, isBound } = await readOpenInvoices(partition, after);
  const visible = await Visibility.filterVisible(Invoices, invoices);
  const day = today();
  const sums = sumAgeing(visible, day);
  const customers = await findReadable(
    [...new Set(sums.map(({ customer_id }) => customer_id))].map((id) => ({ kind: CUSTOMER, id })),
  );
  return {
    as_of: Clock.now(),
    day,
    rows: sums.map((row) => ({ ...row, customer_name: readName(customers.get(row.customer_id)) })),
    is_lower_bound: isBound,
    next_cursor:
      stoppedAt === undefined ? null : await Cursor.seal({ after: stoppedAt, total: 0, isLowerBound: true }, CURSOR_QUERY),
  };
}

const readName = (customer: BaseRecord | undefined): string | null =>
  customer === undefined ? null : (customer as CustomerRecord).name;

interface OpenInvoices {
  invoices: InvoiceRecord[];
  /** The position of the last invoice if there may be more. */
  stoppedAt: string | undefined;
  isBound: boolean;
}

/** Reads open invoices up to the first customer after `MAX_PAGE_ROWS`. */
async function readOpenInvoices(partition: Partition, after: string | undefined): Promise<OpenInvoices> {
  const invoices: InvoiceRecord[] = [];
  let stoppedAt: string | undefined;
  for await (const row of queryPartitions(Invoices, [partition], { order: "asc", after, chunk: MAX_PAGE_ROWS })) {
    const invoice = Invoices.fromRow(row);
    const isNext = invoice.customer_id !== invoices.at(-1)?.customer_id;
    if (invoices.length >= MAX_PAGE_ROWS && isNext) return { invoices, stoppedAt, isBound: false };
    if (invoices.length >= MAX_CUSTOMER_ROWS) return { invoices, stoppedAt: undefined, isBound: true };
    invoices.push(invoice);
    stoppedAt = row.key;
  }
  return { invoices, stoppedAt: undefined, isBound: false };
}

export * as Ageing from "./ageing.ts";
