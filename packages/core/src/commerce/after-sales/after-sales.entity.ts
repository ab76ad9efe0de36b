import * as z from "zod";
import { CONTACT } from "../../accounts/contact/contact.kind.ts";
import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { aboutPerson, personalData, reach } from "../../kernel/personal-data.ts";
import { amount, currency, date, id, instant, master, oneLine, oneOf, text, toStoredShape } from "../../kernel/schema.ts";
import { numberSearchWords } from "../../kernel/text.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { PRODUCT } from "../../sales/product/product.kind.ts";
import { TICKET } from "../../service/ticket/ticket.kind.ts";
import { type BaseRecord, Collection, type CounterSums, indexBy, separateScope } from "../../storage/table/collection.ts";
import { changedTo, fieldChanged } from "../../storage/table/event-filter.ts";
import { INVOICE } from "../invoice/invoice.kind.ts";
import { ORDER, ORDER_LINE } from "../order/order.kind.ts";
import { REFUND } from "../payment/payment.kind.ts";
import { AFTER_SALES_CASE } from "./after-sales.kind.ts";
import { AFTER_SALES_REASONS } from "./after-sales.masters.ts";
import { caseStatuses, caseTypes, conditions, isEnded, resolutions } from "./after-sales.rules.ts";
import { buildProductSums } from "./product-figures.rules.ts";

export const MAX_ITEMS = 50;

/** Fields of a case that a caller writes. */
export const fields = {
  reason_id: master(AFTER_SALES_REASONS).nullish().describe("The reason of items that name none of their own"),
  contact_id: id(CONTACT).nullish().describe("The contact who gets the mails. If empty, that of the order"),
  tracking_number: personalData("identifier", oneLine(100).nullish().describe("The parcel that the customer sends back")),
  inquiry_date: date().nullish().describe("When the customer asked. If empty, today"),
  details: text(5000).nullish(),
  notes: text(5000).nullish().describe("Internal; not shown to the customer"),
};

const quantityText = () => z.string().meta({ "x-type": "number" });

export const Item = z
  .object({
    line_id: id(ORDER_LINE),
    product_id: id(PRODUCT).nullable(),
    name: z.string().describe("Name of the line when the case was opened"),
    quantity: quantityText(),
    reason_id: master(AFTER_SALES_REASONS).nullable(),
    received_quantity: quantityText().nullable().describe("null: nothing has arrived"),
    accepted_quantity: quantityText().nullable().describe("null: not inspected"),
    condition: oneOf(conditions).nullable(),
    inspection_notes: text(2000).nullable(),
  })
  .meta({ id: "AfterSalesItem" });
export type ItemRecord = z.output<typeof Item>;

export const Stored = z.object({
  order_id: id(ORDER),
  order_number: personalData("identifier", z.string()),
  customer_id: id(CUSTOMER),
  ticket_id: id(TICKET).nullable().describe("The ticket that the case came of"),
  case_type: personalData("relationship", oneOf(caseTypes)),
  status: personalData("relationship", oneOf(caseStatuses)),
  status_changed_at: instant(),
  rma_code: personalData("identifier", z.string().describe("Names the case, also for the customer")),
  ...toStoredShape(fields),
  inquiry_date: date(),
  owner_id: id(USER).nullable().describe("The user who works on it; null: unassigned"),
  requested_by: personalData("relationship", oneOf(["STAFF", "CUSTOMER"]).describe("CUSTOMER: on the page of the order")),
  items: personalData("relationship", z.array(Item)),
  currency: personalData("financial", currency()),
  amount: amount().nullable().describe("The sum that was refunded or credited; null: nothing"),
  message: personalData(
    "communication",
    text(2000).nullable().describe("Text of the mail about the last step, in addition to the usual one"),
  ),
  received_date: date().nullable(),
  resolution: personalData("relationship", oneOf(resolutions).nullable()),
  resolved_at: instant().nullable(),
  rejection_reason: text(2000).nullable(),
  refund_id: id(REFUND).nullable(),
  invoice_id: id(INVOICE).nullable().describe("The credit note"),
  exchange_order_id: id(ORDER).nullable().describe("The order at no charge that replaces the items"),
  response_due_at: personalData(
    "none",
    instant().nullable().describe("Until when the request must be approved or rejected; null: no service level"),
  ),
  resolution_due_at: personalData("none", instant().nullable().describe("Until when the case must end; null: no service level")),
  overdue: z.array(oneOf(["RESPONSE", "RESOLUTION"])).describe("The service levels that were missed"),
});

export type CaseRecord = z.output<typeof Stored> & BaseRecord;

const isOverdue = (record: CaseRecord, level: CaseRecord["overdue"][number]): boolean => record.overdue.includes(level);

/** Cases that were rejected or cancelled do not count in the figures of their products. */
const buildSums = ({ status, items, reason_id, resolution }: CaseRecord): CounterSums =>
  buildProductSums(
    status === "REJECTED" || status === "CANCELLED"
      ? []
      : items.map((item) => ({ ...item, reason_id: item.reason_id ?? reason_id, resolution })),
    (product) => separateScope("product", product),
  );

/** What happens with items of an order after the sale. A case is visible with its order. */
export const AfterSalesCases = new Collection<CaseRecord>({
  kind: AFTER_SALES_CASE,
  schema: Stored,
  personalData: {
    purpose: "Handle returns, exchanges, repairs, refunds and complaints of customers.",
    subject: aboutPerson(reach("contact_id", CONTACT), reach("customer_id", CUSTOMER), reach("order_id", ORDER)),
    recipients: ["mail", "webhook"],
  },
  row: [
    "rma_code",
    "case_type",
    "status",
    "status_changed_at",
    "order_id",
    "order_number",
    "customer_id",
    "contact_id",
    "ticket_id",
    "owner_id",
    "reason_id",
    "requested_by",
    "tracking_number",
    "inquiry_date",
    "received_date",
    "resolution",
    "amount",
    "currency",
    "response_due_at",
    "resolution_due_at",
  ],
  indexes: {
    by_time: indexBy(),
    by_related: indexBy("order_id"),
    by_status: indexBy("status"),
    by_class: indexBy("rma_code"),
    by_outcome: indexBy("customer_id"),
    by_owner: indexBy("owner_id"),
  },
  filters: {
    status: { index: "by_status", field: "status" },
    customer: { index: "by_outcome", field: "customer_id", hasOwnCounters: true },
    rma_code: { index: "by_class", field: "rma_code", hasOwnCounters: true },
    ticket: { extraIndex: "ticket", field: "ticket_id", hasOwnCounters: true },
    case_type: { field: "case_type" },
  },
  extraIndex: { of: ({ ticket_id }) => (ticket_id ? [{ partition: ["ticket", ticket_id] }] : []), since: 1 },
  owner: "owner_id",
  visibleWith: "order_id",
  parent: "order_id",
  sums: buildSums,
  searchWords: ({ rma_code, order_number, tracking_number }) => [
    ...numberSearchWords(rma_code),
    ...numberSearchWords(order_number),
    ...(tracking_number ? numberSearchWords(tracking_number) : []),
  ],
  clocks: {
    response: (record) => (record.status === "REQUESTED" && !isOverdue(record, "RESPONSE") ? record.response_due_at : null),
    resolution: (record) => (isEnded(record.status) || isOverdue(record, "RESOLUTION") ? null : record.resolution_due_at),
  },
  events: {
    status_changed: fieldChanged("status"),
    approved: changedTo("status", "APPROVED"),
    received: changedTo("status", "RECEIVED"),
    resolved: changedTo("status", "RESOLVED"),
    rejected: changedTo("status", "REJECTED"),
    assigned: fieldChanged("owner_id"),
    overdue: (after, before) => after.overdue.length > (before?.overdue.length ?? 0),
  },
});
