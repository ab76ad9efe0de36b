import * as z from "zod";
import { CUSTOMER } from "../customer/customer.domain.ts";
import { Clock } from "../kernel/clock.ts";
import { invalid } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { id as idOf, oneOf, text } from "../kernel/schema.ts";
import { PERSON } from "../person/person.domain.ts";
import { list as listRecords, listSchema, queryOf } from "../storage/read/list.ts";
import type { ListQuery } from "../storage/read/query.ts";
import { rowOf } from "../storage/table/collection.ts";
import { Records } from "../storage/write/records.ts";
import { Directory } from "../user/directory.ts";
import { USER } from "../user/user.domain.ts";
import { Conversations, channels, Stored } from "./conversation.entity.ts";
import { Messages } from "./message.entity.ts";

/** Conversations, as those see them who see their persons. */

export const Info = Stored;
export const Row = rowOf(Stored, Conversations.definition.row);

const One = z.strictObject({ id: text(64) });

const Query = listSchema(Conversations, {
  person: idOf(PERSON).optional(),
  customer: idOf(CUSTOMER).optional(),
  staff: idOf(USER).optional(),
  channel: oneOf(channels).optional(),
});
const asked = async (input: z.output<typeof Query>): Promise<ListQuery> => queryOf(Conversations, input);

export const list = fn(Query, async (input) => listRecords(Conversations, await asked(input)));

/** What an export has to know of the list. */
export const listed = { collection: Conversations, query: Query, asked, info: Info, fields: {} };

export const get = fn(One, ({ id }) => Records.read(Conversations, id));

/** What was said in one, the newest first. */
export const messages = fn(listSchema(Messages, {}).extend(One.shape), async ({ id, ...input }) => {
  await Records.read(Conversations, id);
  return listRecords(Messages, { ...queryOf(Messages, input), parent: id });
});

export const assign = fn(One.extend({ assigned_staff_id: idOf(USER).nullable() }), ({ id, assigned_staff_id }) =>
  Records.change(Conversations, id, async (current) => {
    if (assigned_staff_id !== null && !(await Directory.active(assigned_staff_id)))
      throw invalid("assigned_staff_id", "No active user has this id");
    return { ...current, assigned_staff_id };
  }),
);

/** All that came in up to now. */
export const markRead = fn(One, ({ id }) =>
  Records.change(Conversations, id, (current) => ({ ...current, unread_count: 0, read_at: Clock.now() })),
);

export * as Conversation from "./conversation.ts";
