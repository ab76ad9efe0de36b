import type { Detail } from "../kernel/error.ts";
import type { Makes } from "./inbound.fields.ts";
import type { Wish } from "./keywords.rules.ts";

/** What follows from a message that comes in, beside its conversation. Pure. */

/** Which of the fields of a rule are of no use beside what it makes. */
const useless: Readonly<Record<Makes, readonly string[]>> = {
  conversation: ["inbound_team_id", "inbound_owner_id", "inbound_source_id"],
  ticket: ["inbound_source_id"],
  lead: ["inbound_team_id"],
};

export function wrongInRule(rule: { inbound_makes?: Makes | undefined } & { [field: string]: unknown }): Detail[] {
  const { inbound_makes: makes = "conversation" } = rule;
  return useless[makes].flatMap((field) =>
    rule[field] == null ? [] : [{ field, message: `Nothing is made that would have it: inbound_makes is ${makes}` }],
  );
}

interface Came {
  /** What the number or the account says; nothing of those that are older than rules. */
  inbound_makes: Makes | undefined;
  /** What it says is a word that opts out, in again, or asks who writes. */
  wish: Wish | undefined;
  /** Who wrote was known before. */
  isKnown: boolean;
}

/** What a message makes; null for nothing but its conversation. */
export function madeBy({ inbound_makes = "conversation", wish, isKnown }: Came): Exclude<Makes, "conversation"> | null {
  if (inbound_makes === "conversation" || wish !== undefined) return null;
  return inbound_makes === "lead" && isKnown ? null : inbound_makes;
}
