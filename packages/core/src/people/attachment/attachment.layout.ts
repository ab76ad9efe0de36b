import type { Layout } from "../../kernel/layout.ts";

export const attachment: Layout = {
  relatedLabels: { personal_key_id: "All attachments", related_to_id: "Attachments" },
  sections: [
    {
      name: "file",
      label: "File",
      fields: ["file_name", "file_type", "file_size", "document_type_id", "category_id", "description"],
    },
    { name: "about", label: "About", fields: ["related_to_type", "related_to_id", "personal_key_id"] },
  ],
  primary: ["upload_id", "related_to_id", "file_name", "document_type_id", "description"],
  columns: ["file_name", "document_type_id", "file_size", "related_to_id", "created_by", "created_at"],
  card: ["file_size", "related_to_id", "created_at"],
  tabs: [],
};
