import { domain } from "../../kernel/domain.ts";
import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone, leaders } from "../../kernel/permission.ts";

export const NOTE = kind("note", "not", {
  path: "/notes",
  load: () => import("./note.entity.ts"),
  display: { icon: "sticky-note", title: "{title}" },
});

export const noteGrants = declarePermissions("note", {
  read: everyone,
  write: [...leaders, "SALES_REP", "MARKETER", "SUPPORT_AGENT", "USER"],
});

export const note = domain({
  name: "note",
  kinds: [NOTE],
  grants: [noteGrants],
  bulk: {
    note: { write: noteGrants.write, remove: noteGrants.write, load: async () => (await import("./note.ts")).Note },
  },
  features: { attachments: [NOTE] },
  exports: { notes: async () => (await import("./note.export.ts")).notes },
});
