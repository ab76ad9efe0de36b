import * as z from "zod";
import { hasRole, useActorId } from "../../kernel/context.ts";
import { forbidden } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { registryName } from "../../kernel/registry.ts";
import { IdInput, type StoredFields, text, toStoredFields } from "../../kernel/schema.ts";
import { list as listRecords, listSchema } from "../../storage/read/list.ts";
import type { ListQuery } from "../../storage/read/list-query.ts";
import { buildTimelineSource } from "../../storage/read/timeline.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { createRecordVerbs } from "../../storage/write/record-verbs.ts";
import { Records } from "../../storage/write/records.ts";
import { transaction } from "../../storage/write/transaction.ts";
import { buildSubjectListQuery, requireSubject, requireSubjectVisible } from "../person/subject.ts";
import { EXCERPT_LENGTH, fields, Notes, Stored } from "./note.entity.ts";

/** Notes on records: for all users who see the record, or private to their author. */

export const Info = Stored;
export const Row = rowSchema(Stored, Notes.definition.row, Notes.definition.longTexts);

export const Create = z.strictObject({
  related_to_type: registryName("notes")
    .optional()
    .describe("Kind of the related record. Optional, because the record determines it"),
  related_to_id: text(64).describe("The record that it belongs to. Cannot be changed"),
  ...fields,
});

export const create = fn(Create, async ({ related_to_type, related_to_id, ...input }) => {
  const { type, id, owner } = await requireSubject("notes", { related_to_type, related_to_id });
  const subject = { related_to_type: type, related_to_id: id, personal_key_id: owner };
  const note = Records.init(Notes, { ...subject, ...withExcerpt(toStoredFields(fields, input)) }, owner ? { owner } : {});
  return transaction().create(Notes, note).commit(note);
});

/** Adds the excerpt to the written fields. */
const withExcerpt = <T extends StoredFields<typeof fields>>(note: T) => ({
  ...note,
  excerpt: [...note.content.slice(0, 2 * EXCERPT_LENGTH)].slice(0, EXCERPT_LENGTH).join(""),
});

export const get = fn(IdInput, async ({ id }) => requireSubjectVisible(await Records.read(Notes, id)));

export const { replace, update, remove, restore } = createRecordVerbs(Notes, fields, {
  async edit(current, changes) {
    await requireSubjectVisible(current);
    const next = { ...current, ...changes };
    if (next.is_private !== current.is_private && current.created_by !== useActorId() && !hasRole("ADMIN"))
      throw forbidden("Only the author or an administrator can change is_private");
    return { ...next, ...withExcerpt(next) };
  },
  remove: requireSubjectVisible,
  restore: requireSubjectVisible,
});

const Query = listSchema(Notes, {});

export const listQuery = (input: z.output<typeof Query>): Promise<ListQuery> => buildSubjectListQuery(Notes, input);

export const list = fn(Query, async (input) => listRecords(Notes, await listQuery(input)));

/** The definition of the list for exports. */
export const listDefinition = { collection: Notes, query: Query, listQuery, info: Info, fields };

/** The timeline entries of notes. */
export const timelineSource = buildTimelineSource(Notes, {
  title: ({ title, excerpt }) => title || excerpt,
  readActor: ({ created_by }) => created_by,
});

export * as Note from "./note.ts";
