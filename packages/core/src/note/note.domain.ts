import { domain } from "../kernel/domain.ts";
import { kind } from "../kernel/id.ts";
import { everyone, grants, leaders } from "../kernel/permission.ts";

export const NOTE = kind("note", "not", {
  path: "/notes",
  load: () => import("./note.entity.ts"),
  shown: { icon: "sticky-note", title: "{title}" },
});

export const noteGrants = grants("note", {
  read: everyone,
  write: [...leaders, "SALES_REP", "MARKETER", "SUPPORT_AGENT", "USER"],
});

export const note = domain({
  name: "note",
  kinds: [NOTE],
  grants: [noteGrants],
  takes: { attachments: [NOTE] },
  exports: { notes: async () => (await import("./note.export.ts")).notes },
});
