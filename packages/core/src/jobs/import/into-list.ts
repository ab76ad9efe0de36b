import { contactListGrants } from "../../contact-list/contact-list.domain.ts";
import { ContactList } from "../../contact-list/contact-list.ts";
import type { ImportRecord } from "../../import/import.ts";
import { Journal } from "../../import/journal.ts";
import { may } from "../../kernel/context.ts";
import { forbidden, invalid } from "../../kernel/error.ts";
import { namedIn } from "../../kernel/named.ts";

/**
 * Contacts that an import makes or finds become members of a list (`list_id`), part by part behind their rows. Whom a part adds is
 * written down before: so a part that is done once more adds them once, and who takes the import back takes out those alone whom
 * it has added, which is told by the instant as of which they were: that of the import.
 */

type OfList = Pick<ImportRecord, "id" | "created_at">;

/** Refuses a list that its caller may not add to. */
export async function requireList(id: string): Promise<void> {
  if (!may(contactListGrants.write)) throw forbidden("Your role may not change lists of contacts: leave list_id out");
  const list = await namedIn("list_id", ContactList.get({ id }), "No such list");
  if (list.membership !== "STATIC") throw invalid("list_id", "Its members follow its filter: name a STATIC one");
}

/** What the rows of a part made or found becomes a member, as far as who asked for it sees it. */
export async function join(record: OfList, list: string, part: number, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await Journal.keepJoined(record.id, part, ids);
  await ContactList.join(list, ids, record.created_at);
}

/** Takes out whom the import has added, a part at a time; whether all of that is done. */
export async function leave(record: OfList, list: string, until: number): Promise<boolean> {
  for (;;) {
    const part = await Journal.joined(record.id);
    if (!part) return true;
    if (performance.now() >= until) return false;
    await ContactList.leave(list, part.ids, record.created_at);
    await Journal.forgetJoined(part);
  }
}
