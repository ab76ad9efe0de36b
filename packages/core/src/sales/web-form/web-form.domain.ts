import { domain } from "../../kernel/domain.ts";
import { FORM, formGrants } from "./web-form.kind.ts";

export const intake = domain({
  name: "intake",
  kinds: [FORM],
  layouts: { form: async () => (await import("./web-form.layout.ts")).webForm },
  grants: [formGrants],
  authorities: {
    form: { rights: "visitor", basis: { checked: [FORM] } },
  },
  bulk: {
    form: { write: formGrants.manage, remove: formGrants.manage, load: async () => (await import("./form.ts")).Form },
  },
  exports: { forms: { read: formGrants.read, load: async () => (await import("./form.ts")).listDefinition } },
});
