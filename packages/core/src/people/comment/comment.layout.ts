import type { Layout } from "../../kernel/layout.ts";

export const comment: Layout = {
  relatedLabels: { personal_key_id: "All comments", related_to_id: "Comments" },
  sections: [
    { name: "comment", label: "Comment", fields: ["content", "edited_at"] },
    { name: "about", label: "About", fields: ["related_to_type", "related_to_id", "personal_key_id"] },
  ],
  primary: ["content", "related_to_id"],
  columns: ["excerpt", "related_to_id", "created_by", "created_at"],
  card: ["excerpt", "related_to_id", "created_at"],
};
