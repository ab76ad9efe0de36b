import * as z from "zod";
import { fn } from "../../kernel/fn.ts";
import { filled, oneOf, patched, patchOf, text } from "../../kernel/schema.ts";
import { list as listRecords, listSchema, queryOf } from "../../storage/read/list.ts";
import { rowOf } from "../../storage/table/collection.ts";
import { Default } from "../../storage/write/default.ts";
import { Records } from "../../storage/write/records.ts";
import { requireUnnamed } from "../../storage/write/references.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import { fields, SmsSenders, Stored, senderStatuses } from "./sender.entity.ts";
import { SMS_SENDER, SMS_SERVICE_ACCOUNT } from "./sms-account.domain.ts";

/** In whose name text messages go out (seed 000, `SMS_sender_accounts`). */

export const Info = Stored;
export const Row = rowOf(Stored, SmsSenders.definition.row);

const One = z.strictObject({ id: text(64) });

const GROUP = "sender";

/** Which sender is meant where a message names none. */
const defaultSender = new Default(SmsSenders, { word: "SMSDEFAULT", group: () => GROUP, noun: "sender" });

export const defaultId = (): Promise<string | undefined> => defaultSender.of(GROUP);

export const list = fn(listSchema(SmsSenders, { status: oneOf(senderStatuses).optional() }), (input) =>
  listRecords(SmsSenders, queryOf(SmsSenders, input)),
);

export const get = fn(One, ({ id }) => Records.read(SmsSenders, id));

export const create = fn(z.strictObject(fields), (input) => {
  const sender = Records.born(SmsSenders, filled(fields, input));
  return retryOnConflict(async () => {
    const tx = transaction().create(SmsSenders, sender);
    await defaultSender.follow(tx, undefined, sender);
    return tx.commit(sender);
  });
});

export const update = fn(patchOf(fields).extend(One.shape), ({ id, ...patch }) =>
  Records.change(SmsSenders, id, async (current, tx) => {
    const next = { ...current, ...patched(fields, patch) };
    await defaultSender.follow(tx, current, next);
    return next;
  }),
);

export const remove = fn(One, ({ id }) =>
  Records.remove(SmsSenders, id, async (current, tx) => {
    await requireUnnamed(SMS_SENDER, [id], [SMS_SERVICE_ACCOUNT]);
    const next = { ...current, is_default: false };
    await defaultSender.follow(tx, current, next);
    return next;
  }),
);

export const restore = fn(One, ({ id }) => Records.restore(SmsSenders, id));

export * as SmsSender from "./sender.ts";
