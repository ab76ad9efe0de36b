import type { Layout } from "../../kernel/layout.ts";

/** Most macros are texts, so the short form of a new one has the text beside the changes that agents choose most. */
export const ticketMacro: Layout = {
  primary: ["name", "comment", "comment_is_public", "status", "priority_id", "assigned_to_id", "sharing"],
};
