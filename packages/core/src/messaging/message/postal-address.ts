import { useSettings } from "../../kernel/context.ts";
import { type ErrorDetail, ruleViolation } from "../../kernel/error.ts";

/** The postal address of the tenant, which marketing mails must state (CAN-SPAM Act, 15 U.S.C. 7704(a)(5)). */

/** Returns the lines of the letterhead: the name, then at least one line of the address; undefined without an address. */
export function find(): readonly string[] | undefined {
  const { sender } = useSettings().letterhead;
  return sender.length > 1 ? sender : undefined;
}

/** Returns the error of a marketing mail whose sender has no postal address; undefined if there is one. */
export const findFault = (): ErrorDetail | undefined =>
  find() === undefined
    ? {
        field: "letterhead.sender",
        message:
          "Marketing mail must state the postal address of its sender: an administrator must enter the name and the address lines in the settings, under letterhead.sender",
      }
    : undefined;

/** Throws RULE_VIOLATION if the sender has no postal address. */
export function require(): void {
  const fault = findFault();
  if (fault) throw ruleViolation("The sender of marketing mail has no postal address", [fault]);
}

export * as PostalAddress from "./postal-address.ts";
