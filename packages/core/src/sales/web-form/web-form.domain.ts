import { domain } from "../../kernel/domain.ts";
import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone } from "../../kernel/permission.ts";

export const FORM = kind("form", "frm", {
  path: "/forms",
  load: () => import("./form.entity.ts"),
  display: { icon: "clipboard-list" },
});

export const formGrants = declarePermissions("form", {
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
