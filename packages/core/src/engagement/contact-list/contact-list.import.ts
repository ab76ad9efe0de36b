import { contacts as rows } from "../../accounts/contact/contact.import.ts";
import { hasPermission } from "../../kernel/context.ts";
import { forbidden, invalid } from "../../kernel/error.ts";
import { readReference } from "../../kernel/read-reference.ts";
import type { Importable, ImportTarget } from "../../platform/import/importable.ts";
import { RowLog } from "../../platform/import/row-log.ts";
import { contactListGrants } from "./contact-list.kind.ts";
import { ContactList } from "./contact-list.ts";

/**
 * A contact list (`list_id`) as the target of an import. The contacts that the rows create or find become members, part by part. The import logs
 * the new members of a part before it adds them. So a part that runs twice adds them once, and undoing the import removes only the members that it
 * added. The import's `created_at` separates them from members that a user added later.
 */
const list: ImportTarget = {
  async require(id) {
    if (!hasPermission(contactListGrants.write)) throw forbidden("Your role may not change contact lists: omit list_id");
    const { membership } = await readReference("list_id", ContactList.get({ id }), "No such list");
    if (membership !== "STATIC") throw invalid("list_id", "The members of this list follow its filter: use a STATIC list");
  },
  async join(record, id, part, contacts) {
    if (contacts.length === 0) return;
    await RowLog.saveJoined(record.id, part, contacts);
    await ContactList.join(id, contacts, record.created_at);
  },
  async leave(record, id, until) {
    for (;;) {
      const part = await RowLog.findJoined(record.id);
      if (!part) return true;
      if (performance.now() >= until) return false;
      await ContactList.leave(id, part.ids, record.created_at);
      await RowLog.deleteJoined(part);
    }
  },
};

export const contacts: Importable = { ...rows, target: list };
