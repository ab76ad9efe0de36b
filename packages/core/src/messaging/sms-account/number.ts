import * as z from "zod";
import { useTenant } from "../../kernel/context.ts";
import { conflict, invalidAll } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { IdInput, id as idOfKind, patchSchema, toStoredFields, toStoredPatch } from "../../kernel/schema.ts";
import { Master } from "../../platform/master-data/master.ts";
import { findImmutableChanges } from "../../platform/provider-account/provider-account.rules.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { readItem } from "../../storage/table/database.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";
import { DefaultRecord } from "../../storage/write/default-record.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction } from "../../storage/write/transaction.ts";
import { validateInboundRule } from "../channel-provider/inbound-routing.rules.ts";
import { fields, type NumberRecord, SmsNumbers, Stored } from "./number.entity.ts";
import { SmsServiceAccounts } from "./service-account.entity.ts";
import { SMS_NUMBER, SMS_SENDER, SMS_SERVICE_ACCOUNT } from "./sms-account.kind.ts";

/** Numbers that send and receive text messages. */

export const Info = Stored;
export const Row = rowSchema(Stored, SmsNumbers.definition.row);

/** The default number of a sender. */
const defaultNumber = new DefaultRecord(SmsNumbers, {
  keyPart: "SMSDEFAULT",
  group: ({ sender_id }) => sender_id,
  noun: "number",
});

/** Returns the default number of a sender; undefined if there is none. */
export const findDefaultId = (sender_id: string): Promise<string | undefined> => defaultNumber.findId(sender_id);

/** Returns the id of the live record of a number. */
export async function findIdByNumber(number: string): Promise<string | undefined> {
  const lock = await readItem(toUniqueKey(number));
  return lock && String(lock.id);
}

export const list = fn(
  listSchema(SmsNumbers, { account: idOfKind(SMS_SERVICE_ACCOUNT).optional(), sender: idOfKind(SMS_SENDER).optional() }),
  (input) => listRecords(SmsNumbers, buildListQuery(SmsNumbers, input)),
);

export const get = fn(IdInput, ({ id }) => Records.read(SmsNumbers, id));

export const create = fn(z.strictObject(fields), async (input) => {
  const storedFields = toStoredFields(fields, input);
  requireValidInboundRule(storedFields);
  const resolvedFields = await Master.resolveAll(fields, storedFields);
  const { sender_id } = await Records.read(SmsServiceAccounts, storedFields.account_id);
  const number = Records.init(SmsNumbers, { ...resolvedFields, sender_id });
  return retryOnConflict(async () => {
    const tx = transaction().create(SmsNumbers, number);
    claimNumber(tx, number);
    await defaultNumber.applyChange(tx, undefined, number);
    return tx.commit(number);
  });
});

/** Changes a number. The number itself and its account stay, because messages were sent with them. */
export const update = fn(patchSchema(fields).extend(IdInput.shape), ({ id, ...patch }) =>
  Records.change(SmsNumbers, id, async (current, tx) => {
    const changedNumber = { ...current, ...toStoredPatch(fields, patch) };
    const details = findImmutableChanges(current, changedNumber, ["number", "account_id"]);
    if (details.length > 0) throw invalidAll(details);
    requireValidInboundRule(changedNumber);
    const next = await Master.resolveAll(fields, changedNumber, current);
    await defaultNumber.applyChange(tx, current, next);
    return next;
  }),
);

export const remove = fn(IdInput, ({ id }) =>
  Records.remove(SmsNumbers, id, async (current, tx) => {
    const next = { ...current, is_default: false };
    tx.delete(toUniqueKey(current.number), { condition: "id = :id", values: { ":id": id } });
    await defaultNumber.applyChange(tx, current, next);
    return next;
  }),
);

export const restore = fn(IdInput, ({ id }) =>
  Records.restore(SmsNumbers, id, async (current, tx) => {
    if (!(await Records.exists(SMS_SERVICE_ACCOUNT, current.account_id)))
      throw conflict("The account of the number is permanently deleted: add the number to another account", [
        { field: "account_id", message: "No such record" },
      ]);
    claimNumber(tx, current);
    return current;
  }),
);

/** Refuses fields of an inbound rule that have no effect. */
function requireValidInboundRule(rule: Parameters<typeof validateInboundRule>[0]): void {
  const details = validateInboundRule(rule);
  if (details.length > 0) throw invalidAll(details);
}

const toUniqueKey = (number: string): Key => ({ pk: tenantKey(useTenant(), "UNIQUE", SMS_NUMBER.name), sk: number });

const claimNumber = (tx: Transaction, { id, number }: NumberRecord): Transaction =>
  tx.put(
    { ...toUniqueKey(number), id },
    {
      condition: "attribute_not_exists(pk)",
      rejection: () => conflict(`The number ${number} already exists`, [{ field: "number", message: "Already in use" }]),
    },
  );

export * as SmsNumber from "./number.ts";
