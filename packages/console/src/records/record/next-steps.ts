import type { Action } from "../../api/kind.ts";

type Fields = Readonly<Record<string, unknown>>;

const isSigned = ({ requires_signature, customer_signed, company_signed }: Fields): boolean =>
  !requires_signature || (customer_signed === true && company_signed === true);

/** Actions that are the next step only of some records that allow them. In all other cases the menu has them. */
const conditions: Readonly<Record<string, (record: Fields) => boolean>> = {
  // What was sent can be sent again, but the customer acts next.
  sendQuote: ({ status }) => status === "APPROVED",
  sendProposal: ({ status }) => status === "APPROVED",
  // It can become an order and a contract, but rarely becomes both.
  convertQuote: ({ is_converted_to_order, is_converted_to_contract }) => !is_converted_to_order && !is_converted_to_contract,
  signContract: (record) => !isSigned(record),
  convertContract: (record) => isSigned(record) && !record.order_id,
  createOrderPayment: ({ balance }) => !/^0(\.0*)?$/.test(String(balance)),
};

/** Whether an action is a button beside the title of the record. */
export const isNextStep = ({ name, primary }: Pick<Action, "name" | "primary">, record: Fields): boolean =>
  primary && (conditions[name]?.(record) ?? true);
