import { usePorts, useSettings } from "../../kernel/context.ts";
import { invalid, ruleViolation } from "../../kernel/error.ts";
import { memoize } from "../../kernel/memoize.ts";
import { parseSmsNumber } from "../../people/person/contact-point-parser.ts";
import type { CodeChannel } from "./session.rules.ts";
import { BUILTIN } from "./transition.rules.ts";

/** How codes reach a signer; checked before the request starts. */
interface ContactInput {
  phone?: string | null | undefined;
  code_by?: CodeChannel | undefined;
}

/** Returns the stored contact fields. `before` is the path prefix in errors. */
export async function resolveContact(
  { phone = null, code_by = "email" }: ContactInput,
  provider: string,
  before = "",
): Promise<{ phone: string | null; code_by: CodeChannel }> {
  if (code_by === "email") return { phone, code_by };
  if (provider !== BUILTIN) throw invalid(`${before}code_by`, "Codes by SMS are available only for the provider builtin");
  if (usePorts().smsSender === undefined)
    throw ruleViolation("SMS is not available", [
      { field: `${before}code_by`, message: "No SMS sender is configured: use email" },
    ]);
  const number = await parseSmsNumber(phone, useSettings().default_country);
  if (number === undefined)
    throw invalid(`${before}phone`, "Required for codes by SMS: a phone number such as +14155550123, without an extension");
  return { phone: number, code_by };
}

/** Returns whether both signers get codes at the same number, which would make one telephone prove two signatures. */
export const hasSharedNumber = (a: { phone: string | null; code_by: CodeChannel }, b: typeof a): boolean =>
  a.code_by === "sms" && b.code_by === "sms" && a.phone === b.phone;

/** Loaded only by the code that requests signatures; the code that ends requests sends no mail. */
export const loadOutward = memoize(() => import("../../people/suppression/transactional-mail.ts"));

export const REFUSES_MAIL_TEXT = "Refuses emails or is not a valid address: use another address, or ask the recipient first";

export const SHARED_NUMBER_TEXT = "Another signer has this number: each signer needs a separate one";
