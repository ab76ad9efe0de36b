import * as z from "zod";
import { fn } from "../../kernel/fn.ts";
import { IdInput, oneOf, patchSchema, toStoredFields, toStoredPatch } from "../../kernel/schema.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { DefaultRecord } from "../../storage/write/default-record.ts";
import { Records } from "../../storage/write/records.ts";
import { requireUnreferenced } from "../../storage/write/references.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import { fields, SmsSenders, Stored, senderStatuses } from "./sender.entity.ts";
import { SMS_SENDER, SMS_SERVICE_ACCOUNT } from "./sms-account.kind.ts";

/** Senders of text messages. */

export const Info = Stored;
export const Row = rowSchema(Stored, SmsSenders.definition.row);

const DEFAULT_GROUP = "sender";

/** The default sender, for messages that name none. */
const defaultSender = new DefaultRecord(SmsSenders, { keyPart: "SMSDEFAULT", group: () => DEFAULT_GROUP, noun: "sender" });

export const findDefaultId = (): Promise<string | undefined> => defaultSender.findId(DEFAULT_GROUP);

export const list = fn(listSchema(SmsSenders, { status: oneOf(senderStatuses).optional() }), (input) =>
  listRecords(SmsSenders, buildListQuery(SmsSenders, input)),
);

export const get = fn(IdInput, ({ id }) => Records.read(SmsSenders, id));

export const create = fn(z.strictObject(fields), (input) => {
  const sender = Records.init(SmsSenders, toStoredFields(fields, input));
  return retryOnConflict(async () => {
    const tx = transaction().create(SmsSenders, sender);
    await defaultSender.applyChange(tx, undefined, sender);
    return tx.commit(sender);
  });
});

export const update = fn(patchSchema(fields).extend(IdInput.shape), ({ id, ...patch }) =>
  Records.change(SmsSenders, id, async (current, tx) => {
    const next = { ...current, ...toStoredPatch(fields, patch) };
    await defaultSender.applyChange(tx, current, next);
    return next;
  }),
);

export const remove = fn(IdInput, ({ id }) =>
  Records.remove(SmsSenders, id, async (current, tx) => {
    await requireUnreferenced(SMS_SENDER, [id], [SMS_SERVICE_ACCOUNT]);
    const next = { ...current, is_default: false };
    await defaultSender.applyChange(tx, current, next);
    return next;
  }),
);

export const restore = fn(IdInput, ({ id }) => Records.restore(SmsSenders, id));

export * as SmsSender from "./sender.ts";
