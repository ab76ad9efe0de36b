import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { hasRole, useActorId } from "../../kernel/context.ts";
import { forbidden, invalid } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { registryName } from "../../kernel/registry.ts";
import { IdInput, id, instant, oneOf, query, text, toStoredFields } from "../../kernel/schema.ts";
import { list as listRecords, listSchema } from "../../storage/read/list.ts";
import type { ListQuery } from "../../storage/read/list-query.ts";
import { buildTimelineSource } from "../../storage/read/timeline.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { createRecordVerbs } from "../../storage/write/record-verbs.ts";
import { Records } from "../../storage/write/records.ts";
import { transaction } from "../../storage/write/transaction.ts";
import { buildSubjectListQuery, requireSubject, requireSubjectVisible } from "../person/subject.ts";
import { Audience } from "./audience.ts";
import { type CommentRecord, Comments, fields, Stored } from "./comment.entity.ts";
import { COMMENT } from "./comment.kind.ts";
import { resolveMentions } from "./mentions.ts";

/** Comments on records, for all users who see the record. They mention users and teams. A mention notifies, and grants nothing. */

export const Info = Stored;
export const Row = rowSchema(Stored, Comments.definition.row, Comments.definition.longTexts);

export const Create = z.strictObject({
  related_to_type: registryName("comments")
    .optional()
    .describe("Kind of the related record. Optional, because the record determines it"),
  related_to_id: text(64).describe("The record that it belongs to. Cannot be changed"),
  reply_to_id: id(COMMENT)
    .nullish()
    .describe("A comment on the same record. An answer to an answer belongs to the first comment"),
  ...fields,
});

export const create = fn(Create, async ({ related_to_type, related_to_id, reply_to_id, ...input }) => {
  const { type, id, owner } = await requireSubject("comments", { related_to_type, related_to_id });
  const { content } = toStoredFields(fields, input);
  const written = {
    related_to_type: type,
    related_to_id: id,
    personal_key_id: owner,
    reply_to_id: reply_to_id ? await requireFirstComment(reply_to_id, id) : null,
    edited_at: null,
    content,
    ...(await resolveMentions("content", content, id)),
  };
  const comment = Records.init(Comments, written, owner ? { owner } : {});
  return transaction().create(Comments, comment).commit(comment);
});

async function requireFirstComment(replyTo: string, record: string): Promise<string> {
  const comment = await Records.find(Comments, replyTo);
  if (!comment || comment.related_to_id !== record) throw invalid("reply_to_id", "No such comment on this record");
  return comment.reply_to_id ?? comment.id;
}

export const get = fn(IdInput, async ({ id }) => requireSubjectVisible(await Records.read(Comments, id)));

async function requireWritable(comment: CommentRecord): Promise<CommentRecord> {
  await requireSubjectVisible(comment);
  if (comment.created_by !== useActorId() && !hasRole("ADMIN"))
    throw forbidden("Only the author or an administrator can delete or restore a comment");
  return comment;
}

export const { replace, update, remove, restore } = createRecordVerbs(Comments, fields, {
  async edit(current, { content = current.content }) {
    await requireSubjectVisible(current);
    if (current.created_by !== useActorId()) throw forbidden("Only the author can change a comment");
    if (content === current.content) return current;
    const derived = await resolveMentions("content", content, current.related_to_id, current.mentioned_ids);
    return { ...current, content, ...derived, edited_at: Clock.now() };
  },
  remove: requireWritable,
  restore: requireWritable,
});

const Query = listSchema(Comments, {}, { named: ["related_to_id"] });

export const listQuery = (input: z.output<typeof Query>): Promise<ListQuery> => buildSubjectListQuery(Comments, input);

export const list = fn(Query, async (input) => listRecords(Comments, await listQuery(input)));

export const Mentionable = z.object({
  id: z.string(),
  kind: oneOf(["user", "team"]),
  name: z.string(),
  can_mention: z.boolean().describe("False for a user who may not see the record"),
  away: z
    .object({ until: instant().nullable().describe("When the user returns. Null: not known yet") })
    .nullable()
    .describe("The absence of a user who is away now and can be mentioned"),
});

export const listMentionable = fn(
  z.strictObject({
    related_to_id: text(64).describe("The record to be commented on"),
    q: text(100).optional().describe("The beginning of a word of the name"),
    with_unable: query
      .boolean()
      .default(false)
      .describe("Also lists up to 3 users who may not see the record, with `can_mention` false"),
  }),
  async ({ related_to_id, q = "", with_unable }) => {
    const { id } = await requireSubject("comments", { related_to_id });
    return Audience.listMentionable(id, q, with_unable);
  },
);

/** The definition of the list for exports. */
export const listDefinition = { collection: Comments, query: Query, listQuery, info: Info, fields };

/** The timeline entries of comments. */
export const timelineSource = buildTimelineSource(Comments, {
  title: ({ excerpt }) => excerpt,
  readActor: ({ created_by }) => created_by,
});

export * as Comment from "./comment.ts";
