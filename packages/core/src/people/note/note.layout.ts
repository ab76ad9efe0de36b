import type { Layout } from "../../kernel/layout.ts";

export const note: Layout = {
  relatedLabels: { personal_key_id: "All notes", related_to_id: "Notes" },
  sections: [
    { name: "note", label: "Note", fields: ["title", "content", "is_pinned", "is_private"] },
    { name: "about", label: "About", fields: ["related_to_type", "related_to_id", "personal_key_id"] },
  ],
  primary: ["title", "content", "related_to_id", "is_private"],
  columns: ["title", "excerpt", "related_to_id", "is_pinned", "created_by", "created_at"],
  card: ["excerpt", "related_to_id", "created_at"],
  tabs: ["attachment"],
};
