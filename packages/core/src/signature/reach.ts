import { usePorts, useSettings } from "../kernel/context.ts";
import { invalid, ruleViolation } from "../kernel/error.ts";
import { lazily } from "../kernel/once.ts";
import { phonePoint } from "../person/contact.ts";
import { BUILTIN } from "./advance.rules.ts";
import type { CodeWay } from "./session.rules.ts";

/** How codes reach somebody, checked before they are asked to sign. */
interface Asked {
  phone?: string | null | undefined;
  code_by?: CodeWay | undefined;
}

/** What is kept of it; `before` stands before the names of fields in what is wrong. */
export async function reachOf(
  { phone = null, code_by = "email" }: Asked,
  provider: string,
  before = "",
): Promise<{ phone: string | null; code_by: CodeWay }> {
  if (code_by === "email") return { phone, code_by };
  if (provider !== BUILTIN) throw invalid(`${before}code_by`, "Codes by SMS are sent by our own page alone: provider builtin");
  if (usePorts().smsSender === undefined)
    throw ruleViolation("No text messages are sent here", [
      { field: `${before}code_by`, message: "No sender of SMS is set up: email" },
    ]);
  const number = (await phonePoint(phone, useSettings().default_country))?.normalized;
  if (number === undefined || number.includes(";"))
    throw invalid(`${before}phone`, "Required for codes by SMS: a telephone number such as +14155550123, without an extension");
  return { phone: number, code_by };
}

/** Whether one number would prove two signatures. */
export const sharesNumber = (one: { phone: string | null; code_by: CodeWay }, other: typeof one): boolean =>
  one.code_by === "sms" && other.code_by === "sms" && one.phone === other.phone;

/** Loaded by who asks for signatures: what ends them writes to nobody. */
export const outward = lazily(() => import("../suppression/outward.ts"));

export const REFUSES = "Refuses mails, or is no address: name another, or ask them first";

export const SHARED = "Signs already: each signer has a number of their own";
