import * as z from "zod";
import { hasRole, useActorId } from "../kernel/context.ts";
import { forbidden } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { nameOf } from "../kernel/names.ts";
import { type Filled, filled, patched, patchOf, text } from "../kernel/schema.ts";
import { askedBelow, requireSubject, requireSubjectShown } from "../person/subject.ts";
import { list as listRecords, listSchema } from "../storage/read/list.ts";
import type { ListQuery } from "../storage/read/query.ts";
import { momentsOf } from "../storage/read/timeline.ts";
import { rowOf } from "../storage/table/collection.ts";
import { Records } from "../storage/write/records.ts";
import { transaction } from "../storage/write/transaction.ts";
import { fields, type NoteRecord, Notes, SHOWN, Stored } from "./note.entity.ts";

/** Notes: what somebody writes down about a record, for whoever sees that, or for themselves. */

export const Info = Stored;
export const Row = rowOf(Stored, Notes.definition.row);

export const Create = z.strictObject({
  related_to_type: nameOf("notes").optional().describe("The kind of the record; its id tells it too"),
  related_to_id: text(64).describe("What it is about; it stays"),
  ...fields,
});

export const create = fn(Create, async ({ related_to_type, related_to_id, ...input }) => {
  const { type, id, owner } = await requireSubject("notes", { related_to_type, related_to_id });
  const about = { related_to_type: type, related_to_id: id, personal_key_id: owner };
  const note = Records.born(Notes, { ...about, ...whole(filled(fields, input)) }, owner ? { owner } : {});
  return transaction().create(Notes, note).commit(note);
});

/** With what follows from what people write. */
const whole = <T extends Filled<typeof fields>>(written: T) => ({
  ...written,
  excerpt: [...written.content.slice(0, 2 * SHOWN)].slice(0, SHOWN).join(""),
});

const One = z.strictObject({ id: text(64) });

export const get = fn(One, async ({ id }) => requireSubjectShown(await Records.read(Notes, id)));

export const replace = fn(z.strictObject({ ...fields, id: text(64) }), ({ id, ...input }) => edit(id, filled(fields, input)));

export const update = fn(patchOf(fields).extend({ id: text(64) }), ({ id, ...patch }) => edit(id, patched(fields, patch)));

const edit = (id: string, changes: Partial<Filled<typeof fields>>): Promise<NoteRecord> =>
  Records.change(Notes, id, async (current) => {
    await requireSubjectShown(current);
    const next = { ...current, ...changes };
    if (next.is_private !== current.is_private && current.created_by !== useActorId() && !hasRole("ADMIN"))
      throw forbidden("Whose note it is, or an administrator, says whether it is private");
    return { ...next, ...whole(next) };
  });

export const remove = fn(One, ({ id }) => Records.remove(Notes, id, requireSubjectShown));

export const restore = fn(One, ({ id }) => Records.restore(Notes, id, requireSubjectShown));

const Query = listSchema(Notes, {});

export const asked = (input: z.output<typeof Query>): Promise<ListQuery> => askedBelow(Notes, input);

export const list = fn(Query, async (input) => listRecords(Notes, await asked(input)));

/** What an export has to know of the list. */
export const listed = { collection: Notes, query: Query, asked, info: Info, fields };

/** What a timeline shows of a note. */
export const moments = momentsOf(Notes, {
  title: ({ title, excerpt }) => title || excerpt,
  by: ({ created_by }) => created_by,
});

export * as Note from "./note.ts";
