import * as z from "zod";
import { fn } from "../../kernel/fn.ts";
import { LineItems } from "../../kernel/line-item.rules.ts";
import { date, IdInput, oneOf, text } from "../../kernel/schema.ts";
import { changeOrderChild } from "../order/order-child.ts";
import { AfterSalesCases, type CaseRecord, MAX_ITEMS } from "./after-sales.entity.ts";
import { conditions } from "./after-sales.rules.ts";
import { withClaims } from "./claims.ts";
import { applyStep, type StepInput } from "./step.ts";

/** The steps of a case that move no money: it is approved, its items arrive and are inspected, or it is rejected or cancelled. */

const takeStep = (caseId: string, step: StepInput): Promise<CaseRecord> =>
  changeOrderChild(AfterSalesCases, caseId, (order, current) => {
    const child = applyStep(current, step);
    return { order: withClaims(order, current, child), child };
  });

const messageField = { message: text(2000).nullish().describe("Further text of the mail to the customer") };

/** Approves a request: the customer may send the items back under the RMA code. */
export const approve = fn(IdInput.extend(messageField), ({ id, message }) => takeStep(id, { status: "APPROVED", message }));

const ReceivedItem = z.strictObject({
  line_id: text(64).meta({ "x-item-of": "items" }),
  quantity: LineItems.quantity(),
});

/** Records that the items have arrived. */
export const receive = fn(
  IdInput.extend({
    ...messageField,
    received_date: date().nullish().describe("If empty, today"),
    items: z
      .array(ReceivedItem)
      .min(1)
      .max(MAX_ITEMS)
      .optional()
      .describe("Items that arrived. If left out, all that the case names"),
  }),
  ({ id, ...input }) => takeStep(id, { status: "RECEIVED", ...input }),
);

/** A quantity that may be 0. */
const acceptedQuantity = () =>
  z.union([z.literal("0"), z.literal(0).transform(() => "0" as const), LineItems.quantity()]).meta({ "x-type": "number" });

const InspectedItem = z.strictObject({
  line_id: text(64).meta({ "x-item-of": "items" }),
  accepted_quantity: acceptedQuantity().describe("0: nothing is accepted, and the items go back to the customer"),
  condition: oneOf(conditions).nullish(),
  notes: text(2000).nullish(),
});

/** Records the result of the inspection. */
export const inspect = fn(
  IdInput.extend({
    items: z.array(InspectedItem).max(MAX_ITEMS).optional().describe("Items that are left out are accepted as they arrived"),
  }),
  ({ id, items }) => takeStep(id, { status: "INSPECTED", items }),
);

/** Rejects a case. What has arrived goes back to the customer. */
export const reject = fn(
  IdInput.extend({
    ...messageField,
    reason: text(2000)
      .refine((value) => value.trim() !== "", "Must not be blank")
      .describe("Shown to the customer"),
  }),
  ({ id, reason, message }) => takeStep(id, { status: "REJECTED", reason, message }),
);

/** Cancels a case before anything has arrived. */
export const cancel = fn(IdInput, ({ id }) => takeStep(id, { status: "CANCELLED" }));

export * as AfterSalesLifecycle from "./lifecycle.ts";
