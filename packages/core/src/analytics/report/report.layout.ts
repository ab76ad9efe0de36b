import type { Layout } from "../../kernel/layout.ts";

export const report: Layout = {
  sections: [{ name: "key", label: "Key fields", fields: ["name", "kind", "visibility"] }],
  primary: ["name"],
  columns: ["name", "kind", "visibility", "created_by", "created_at"],
  card: ["kind", "visibility", "created_by"],
  tabs: [],
};
