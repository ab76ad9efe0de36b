import type { ErrorDetail } from "../../kernel/error.ts";
import type { InboundTarget } from "./inbound-routing.fields.ts";
import type { Keyword } from "./opt-out-keywords.rules.ts";

/** What follows from a message that comes in, beside its conversation. Pure. */

/** Which of the fields of a rule are of no use beside what it makes. */
const unusedFields: Readonly<Record<InboundTarget, readonly string[]>> = {
  conversation: ["inbound_team_id", "inbound_owner_id", "inbound_source_id"],
  ticket: ["inbound_source_id"],
  lead: ["inbound_team_id"],
};

export function validateInboundRule(
  rule: { inbound_makes?: InboundTarget | undefined } & { [field: string]: unknown },
): ErrorDetail[] {
  const { inbound_makes: makes = "conversation" } = rule;
  return unusedFields[makes].flatMap((field) =>
    rule[field] == null ? [] : [{ field, message: `Nothing is made that would have it: inbound_makes is ${makes}` }],
  );
}

interface InboundFacts {
  /** What the number or the account says; nothing of those that are older than rules. */
  inbound_makes: InboundTarget | undefined;
  /** What it says is a word that opts out, in again, or asks who writes. */
  keyword: Keyword | undefined;
  /** Who wrote was known before. */
  isKnown: boolean;
}

/** What a message makes; null for nothing but its conversation. */
export function resolveInboundTarget({
  inbound_makes = "conversation",
  keyword: wish,
  isKnown,
}: InboundFacts): Exclude<InboundTarget, "conversation"> | null {
  if (inbound_makes === "conversation" || wish !== undefined) return null;
  return inbound_makes === "lead" && isKnown ? null : inbound_makes;
}
