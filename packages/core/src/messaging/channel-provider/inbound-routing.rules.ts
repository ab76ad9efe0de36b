import type { ErrorDetail } from "../../kernel/error.ts";
import type { InboundTarget } from "./inbound-routing.fields.ts";
import type { Keyword } from "./opt-out-keywords.rules.ts";

/** Pure rules: what an inbound message creates besides its conversation. */

/** The fields of a rule that have no effect for each target. */
const unusedFields: Readonly<Record<InboundTarget, readonly string[]>> = {
  conversation: ["inbound_team_id", "inbound_owner_id", "inbound_source_id"],
  ticket: ["inbound_source_id"],
  lead: ["inbound_team_id"],
};

export function validateInboundRule(
  rule: { inbound_makes?: InboundTarget | undefined } & { [field: string]: unknown },
): ErrorDetail[] {
  const { inbound_makes = "conversation" } = rule;
  return unusedFields[inbound_makes].flatMap((field) =>
    rule[field] == null ? [] : [{ field, message: `Has no effect while inbound_makes is ${inbound_makes}: remove it` }],
  );
}

interface InboundFacts {
  /** The rule of the number or the account; undefined for records that are older than rules. */
  inbound_makes: InboundTarget | undefined;
  /** The keyword, if the message is one: opt-out, opt-in or help. */
  keyword: Keyword | undefined;
  /** Whether the sender was already a known person. */
  isKnown: boolean;
}

/** Returns what a message creates; null for only its conversation. */
export function resolveInboundTarget({
  inbound_makes = "conversation",
  keyword,
  isKnown,
}: InboundFacts): Exclude<InboundTarget, "conversation"> | null {
  if (inbound_makes === "conversation" || keyword !== undefined) return null;
  return inbound_makes === "lead" && isKnown ? null : inbound_makes;
}
