import type * as z from "zod";
import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { Clock } from "../../kernel/clock.ts";
import { requestTime } from "../../kernel/day.ts";
import { invalid } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { IdInput, id as idOf, oneOf } from "../../kernel/schema.ts";
import { PERSON } from "../../people/person/person.kind.ts";
import { Master } from "../../platform/master-data/master.ts";
import { Directory } from "../../platform/user/directory.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import type { ListQuery } from "../../storage/read/list-query.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import { Conversations, channels, Stored } from "./conversation.entity.ts";
import { Messages } from "./message.entity.ts";

/** Conversations. Users see a conversation if they can see its person. */

export const Info = Stored;
export const Row = rowSchema(Stored, Conversations.definition.row);

const Query = listSchema(Conversations, {
  person: idOf(PERSON).optional(),
  customer: idOf(CUSTOMER).optional(),
  staff: idOf(USER).optional(),
  channel: oneOf(channels).optional(),
});
const listQuery = async (input: z.output<typeof Query>): Promise<ListQuery> => buildListQuery(Conversations, input);

export const list = fn(Query, async (input) => listRecords(Conversations, await listQuery(input)));

/** The definition of the list for exports. */
export const listDefinition = { collection: Conversations, query: Query, listQuery, info: Info, fields: {} };

export const get = fn(IdInput, ({ id }) => Records.read(Conversations, id));

/** Lists the messages of a conversation, newest first. */
export const listMessages = fn(listSchema(Messages, {}).extend(IdInput.shape), async ({ id, ...input }) => {
  await Records.read(Conversations, id);
  return listRecords(Messages, { ...buildListQuery(Messages, input), parent: id });
});

export const assign = fn(IdInput.extend({ assigned_staff_id: idOf(USER).nullable() }), ({ id, assigned_staff_id }) =>
  Records.change(Conversations, id, async (current) => {
    if (assigned_staff_id !== null && !(await Directory.findActive(assigned_staff_id)))
      throw invalid("assigned_staff_id", "No active user has this id");
    return { ...current, assigned_staff_id };
  }),
);

/** Marks all messages received until now as read. */
export const markRead = fn(IdInput, ({ id }) =>
  Records.change(Conversations, id, (current) => ({ ...current, unread_count: 0, read_at: Clock.now() })),
);

/** Closes a conversation that needs no answer. The next message opens it again. */
export const close = fn(IdInput, ({ id }) =>
  Records.change(Conversations, id, (current) => {
    if (current.closed_at !== null) return current;
    const time = requestTime();
    return { ...current, unread_count: 0, read_at: time, closed_at: time };
  }),
);

export const reopen = fn(IdInput, ({ id }) => Records.change(Conversations, id, (current) => ({ ...current, closed_at: null })));

const partyFields = { customer_id_crm: idOf(CUSTOMER).nullable().describe("null: of no customer") };

/** Names the customer with whom the messages are. */
export const link = fn(IdInput.extend(partyFields), ({ id, customer_id_crm }) =>
  Records.change(Conversations, id, async (current) => ({
    ...current,
    ...(await Master.resolveAll(partyFields, { customer_id_crm }, current)),
  })),
);

export * as Conversation from "./conversation.ts";
