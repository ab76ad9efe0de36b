import { domain } from "../kernel/domain.ts";
import { kind } from "../kernel/id.ts";
import { everyone, grants } from "../kernel/permission.ts";

export const FORM = kind("form", "frm", {
  path: "/forms",
  load: () => import("./form.entity.ts"),
  shown: { icon: "clipboard-list" },
});

export const formGrants = grants("form", {
  read: everyone,
  manage: ["ADMIN", "DIRECTOR", "MARKETER"],
});

export const intake = domain({
  name: "intake",
  kinds: [FORM],
  grants: [formGrants],
  bulk: {
    form: { write: formGrants.manage, remove: formGrants.manage, load: async () => (await import("./form.ts")).Form },
  },
  exports: { forms: async () => (await import("./form.export.ts")).forms },
});
