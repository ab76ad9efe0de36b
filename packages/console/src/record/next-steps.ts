import type { ConsoleRecord } from "../data/records.ts";
import type { Action } from "../data/schema.ts";

const isSigned = ({ requires_signature, customer_signed, company_signed }: ConsoleRecord): boolean =>
  !requires_signature || (customer_signed === true && company_signed === true);

/** Actions that are the next step only of some records that allow them. In all other cases the menu has them. */
const conditions: Readonly<Record<string, (record: ConsoleRecord) => boolean>> = {
  // What was sent can be sent again, but the customer acts next.
  sendQuote: ({ status }) => status === "APPROVED",
  sendProposal: ({ status }) => status === "APPROVED",
  signContract: (record) => !isSigned(record),
  convertContract: (record) => isSigned(record) && !record.order_id,
  createOrderPayment: ({ balance }) => !/^0(\.0*)?$/.test(String(balance)),
};

/** Whether an action is a button beside the title of the record. */
export const isNextStep = ({ name, primary }: Pick<Action, "name" | "primary">, record: ConsoleRecord): boolean =>
  primary && (conditions[name]?.(record) ?? true);
