import * as z from "zod";
import { invalid, ruleViolation } from "../../kernel/error.ts";
import { email } from "../../kernel/schema.ts";
import { parseEmailPoint } from "../person/contact-point-parser.ts";
import { TransactionalMail } from "./transactional-mail.ts";

/** Copies of mails to further addresses, which all recipients see. */

export const MAX_COPIES = 10;

export const Input = z
  .array(email())
  .max(MAX_COPIES)
  .nullish()
  .describe("Addresses that get a copy of the mail, visible to all recipients");

/** Returns the normalized addresses, each once; null for none. */
export function normalize(cc: readonly string[] | null | undefined): string[] | null {
  if (!cc || cc.length === 0) return null;
  const addresses = cc.map((address, index) => {
    const point = parseEmailPoint(address);
    if (!point) throw invalid(`cc[${index}]`, "Must be an email address in a valid format");
    return point.normalized;
  });
  return [...new Set(addresses)];
}

/** Like `normalize`. Throws if an address refuses mails. Three reads for each address. */
export async function requireAllowed(cc: readonly string[] | null | undefined): Promise<string[] | null> {
  const addresses = normalize(cc);
  const refusals = await Promise.all((addresses ?? []).map((address) => TransactionalMail.isAddressRefused(address)));
  const refused = addresses?.find((_, index) => refusals[index]);
  if (refused !== undefined)
    throw ruleViolation(`${refused} refuses emails or does not exist`, [{ field: "cc", message: "Leave this address out" }]);
  return addresses;
}

export * as MailCopies from "./mail-copies.ts";
