import { domain } from "../../kernel/domain.ts";
import { NOTE, noteGrants } from "./note.kind.ts";

export const note = domain({
  name: "note",
  kinds: [NOTE],
  layouts: { note: async () => (await import("./note.layout.ts")).note },
  grants: [noteGrants],
  bulk: {
    note: { write: noteGrants.write, remove: noteGrants.write, load: async () => (await import("./note.ts")).Note },
  },
  features: { attachments: [NOTE] },
  exports: { notes: { read: noteGrants.read, load: async () => (await import("./note.ts")).listDefinition } },
});
