import { contacts as rows } from "../../accounts/contact/contact.import.ts";
import { hasPermission } from "../../kernel/context.ts";
import { forbidden, invalid } from "../../kernel/error.ts";
import { readReference } from "../../kernel/read-reference.ts";
import type { Importable, ImportTarget } from "../../platform/import/importable.ts";
import { RowLog } from "../../platform/import/row-log.ts";
import { contactListGrants } from "./contact-list.domain.ts";
import { ContactList } from "./contact-list.ts";

/**
 * A list of contacts (`list_id`) as the target of an import: the contacts that its rows create or find become members, part by part. The members that
 * a part adds are written down before they are added. So a part that runs twice adds them once, and taking the import back removes only the members
 * that it added; `created_at` of the import tells them from members that somebody added since.
 */
const list: ImportTarget = {
  async require(id) {
    if (!hasPermission(contactListGrants.write)) throw forbidden("Your role may not change lists of contacts: leave list_id out");
    const { membership } = await readReference("list_id", ContactList.get({ id }), "No such list");
    if (membership !== "STATIC") throw invalid("list_id", "Its members follow its filter: name a STATIC one");
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
