import type { Layout } from "../../kernel/layout.ts";

/** The page of a form has an editor of its questions and texts, so the short form asks for a name alone. */
export const webForm: Layout = {
  primary: ["name"],
  columns: ["name", "kind", "is_active", "makes_lead", "campaign_id", "created_at"],
};
