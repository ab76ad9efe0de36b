import * as z from "zod";
import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { requestTime, today } from "../../kernel/day.ts";
import { invalid } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { LineItems } from "../../kernel/line-item.rules.ts";
import {
  IdInput,
  id,
  master,
  oneNumberedOf,
  oneOf,
  patchSchema,
  text,
  toStoredFields,
  toStoredPatch,
} from "../../kernel/schema.ts";
import { Master } from "../../platform/master-data/master.ts";
import { loadActiveRule } from "../../platform/rule/active-rule.ts";
import { User } from "../../platform/user/user.ts";
import { TICKET } from "../../service/ticket/ticket.kind.ts";
import { findTicket } from "../../service/ticket/ticket-lookup.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { type OrderRecord, Orders } from "../order/order.entity.ts";
import { ORDER } from "../order/order.kind.ts";
import { changeOrderChild } from "../order/order-child.ts";
import { AfterSalesCases, type CaseRecord, fields, MAX_ITEMS, Stored } from "./after-sales.entity.ts";
import { afterSalesGrants } from "./after-sales.kind.ts";
import { AFTER_SALES_REASONS } from "./after-sales.masters.ts";
import { AfterSalesRule } from "./after-sales.rule-kind.ts";
import { caseStatuses, caseTypes } from "./after-sales.rules.ts";
import { buildItems, requireServiceable, withClaims } from "./claims.ts";
import { createRmaCode, rmaCode } from "./rma-code.ts";
import { computeServiceLevel } from "./service-level.ts";
import { applyStep } from "./step.ts";

/** After-sales cases: what happens with items of an order after the sale (docs/commerce/after-sales.md). */

export const Info = Stored;
export const Row = rowSchema(Stored, AfterSalesCases.definition.row);

const statusInput = () => oneNumberedOf(caseStatuses).describe(`Or its position from 0: ${caseStatuses.join(", ")}`);

const filters = {
  customer: id(CUSTOMER).optional(),
  ticket: id(TICKET).optional(),
  status: statusInput().optional(),
  case_type: oneOf(caseTypes).optional(),
  rma_code: rmaCode().optional().describe("In any letter case, with or without hyphens"),
};
const ListInput = listSchema(AfterSalesCases, filters);

const listQuery = async (query: z.output<typeof ListInput>) => buildListQuery(AfterSalesCases, query);

export const list = fn(ListInput, async (query) => listRecords(AfterSalesCases, await listQuery(query)));

/** The definition of the list, for exports. */
export const listDefinition = { collection: AfterSalesCases, query: ListInput, listQuery, info: Info, fields };

export const listByOrder = fn(ListInput.extend({ id: text(64) }), async ({ id: orderId, ...query }) => {
  const order = await Records.read(Orders, orderId);
  return listRecords(AfterSalesCases, { ...buildListQuery(AfterSalesCases, query), parent: order.id });
});

export const get = fn(IdInput, ({ id: caseId }) => Records.read(AfterSalesCases, caseId));

const ItemInput = z.strictObject({
  line_id: text(64).meta({ "x-item-of": "line_items" }).describe("A line of the order"),
  quantity: LineItems.quantity(),
  reason_id: master(AFTER_SALES_REASONS).nullish().describe("If empty, the reason of the case"),
});

const ownerField = { owner_id: User.newOwner() };

const caseFields = {
  ...fields,
  case_type: oneOf(caseTypes),
  ticket_id: id(TICKET).nullish().describe("The ticket that the case came of, of the same customer"),
  items: z
    .array(ItemInput)
    .max(MAX_ITEMS)
    .default([])
    .describe("Required but for a REFUND and a COMPLAINT. At most what was delivered and is in no other case"),
};

const OrderCase = z.strictObject({ ...caseFields, ...ownerField });
type CaseInput = z.output<typeof OrderCase>;

/** Opens a case about an order. */
export const create = fn(OrderCase.extend({ order_id: id(ORDER) }), async ({ order_id, ...input }) => {
  if (!(await Records.find(Orders, order_id))) throw invalid("order_id", "No such order");
  return openAsUser(order_id, input);
});

/** Opens a case about the order of the path. */
export const createForOrder = fn(OrderCase.extend(IdInput.shape), ({ id: orderId, ...input }) => openAsUser(orderId, input));

const OWNER_CHECK = [afterSalesGrants.assign, "after-sales cases"] as const;

async function openAsUser(orderId: string, { owner_id, ...input }: CaseInput): Promise<CaseRecord> {
  const owner = await User.resolveNewOwner(owner_id, ...OWNER_CHECK);
  return open(orderId, { ...input, owner_id: owner, requested_by: "STAFF" });
}

/** A new case, by a user or by the customer. */
export type OpenInput = Omit<CaseInput, "owner_id"> & Pick<CaseRecord, "owner_id" | "requested_by">;

/** Opens a case, and claims its items in the same transaction. `addWrites` adds further writes. */
export async function open(
  orderId: string,
  { items, case_type, ticket_id, owner_id, requested_by, ...input }: OpenInput,
  addWrites: (tx: Transaction, opened: CaseRecord) => unknown = () => undefined,
): Promise<CaseRecord> {
  if (items.length === 0 && case_type !== "REFUND" && case_type !== "COMPLAINT")
    throw invalid("items", `Required for a case of type ${case_type}`);
  const { definition } = await loadActiveRule(AfterSalesRule);
  const dueTimes = await computeServiceLevel(definition.sla_policy_id);
  let opened: CaseRecord | undefined;
  return Records.change(
    Orders,
    orderId,
    async (order, tx) => {
      requireServiceable(order);
      if (ticket_id) await requireTicket(ticket_id, order);
      const resolved = await Master.resolveAll(fields, toStoredFields(fields, input));
      const reasons = await resolveReasons(items);
      opened = Records.init(AfterSalesCases, {
        order_id: order.id,
        order_number: order.order_number,
        customer_id: order.customer_id,
        ticket_id: ticket_id ?? null,
        case_type,
        status: "REQUESTED",
        status_changed_at: requestTime(),
        rma_code: createRmaCode(),
        ...resolved,
        contact_id: resolved.contact_id ?? order.contact_id,
        inquiry_date: resolved.inquiry_date ?? today(),
        owner_id,
        requested_by,
        items: buildItems(order, reasons),
        currency: order.currency,
        ...unresolved,
        ...dueTimes,
      });
      tx.create(AfterSalesCases, opened);
      await addWrites(tx, opened);
      return withClaims(order, undefined, opened);
    },
    { answer: () => opened as CaseRecord },
  );
}

const unresolved = {
  amount: null,
  message: null,
  received_date: null,
  resolution: null,
  resolved_at: null,
  rejection_reason: null,
  refund_id: null,
  invoice_id: null,
  exchange_order_id: null,
  overdue: [],
};

async function requireTicket(ticketId: string, { customer_id }: OrderRecord): Promise<void> {
  const ticket = await findTicket(ticketId);
  if (!ticket) throw invalid("ticket_id", "No such ticket");
  if (ticket.customer_id !== null && ticket.customer_id !== customer_id)
    throw invalid("ticket_id", "Must be a ticket of the customer of the order");
}

/** Resolves the reasons of items, which input may name by code. */
const resolveReasons = <T extends { reason_id?: string | null | undefined }>(items: readonly T[]): Promise<T[]> =>
  Promise.all(
    items.map(async (item, index) =>
      item.reason_id
        ? { ...item, reason_id: await Master.resolve(AFTER_SALES_REASONS, item.reason_id, `items[${index}].reason_id`, null) }
        : item,
    ),
  );

const Patch = patchSchema({ ...fields, ...ownerField }).extend({
  ...IdInput.shape,
  status: statusInput()
    .optional()
    .describe("APPROVED, RECEIVED, INSPECTED or CANCELLED, for all items alike. Reject and resolve by their own operations"),
});

/** Changes fields of a case. */
export const update = fn(Patch, ({ id: caseId, owner_id, status, ...patch }) => {
  const edit = async (current: CaseRecord): Promise<CaseRecord> => {
    const merged = { ...current, ...toStoredPatch(fields, patch) };
    const next = await Master.resolveAll(fields, merged, current);
    return {
      ...next,
      inquiry_date: next.inquiry_date ?? current.inquiry_date,
      owner_id:
        owner_id === undefined ? current.owner_id : await User.resolveChangedOwner(current.owner_id, owner_id, ...OWNER_CHECK),
    };
  };
  if (status === undefined) return Records.change(AfterSalesCases, caseId, edit);
  return changeOrderChild(AfterSalesCases, caseId, async (order, current) => {
    const edited = await edit(current);
    const child = status === current.status ? edited : applyStep(edited, { status: requireStep(status) });
    return { order: withClaims(order, current, child), child };
  });
});

function requireStep(status: CaseRecord["status"]): "APPROVED" | "RECEIVED" | "INSPECTED" | "CANCELLED" {
  if (status === "REJECTED" || status === "RESOLVED" || status === "REQUESTED")
    throw invalid("status", "Must be APPROVED, RECEIVED, INSPECTED or CANCELLED: reject and resolve by their own operations");
  return status;
}

export * as AfterSales from "./after-sales.ts";
