import * as z from "zod";
import { useTenant } from "../../kernel/context.ts";
import { conflict, invalidAll } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { filled, id as idOfKind, patched, patchOf, text } from "../../kernel/schema.ts";
import { Master } from "../../masters/master.ts";
import { unmoved } from "../../provider/account.ts";
import { list as listRecords, listSchema, queryOf } from "../../storage/read/list.ts";
import { rowOf } from "../../storage/table/collection.ts";
import { get as getItem } from "../../storage/table/database.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";
import { Default } from "../../storage/write/default.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction } from "../../storage/write/transaction.ts";
import { wrongInRule } from "../inbound.rules.ts";
import { fields, type NumberRecord, SmsNumbers, Stored } from "./number.entity.ts";
import { SmsServiceAccounts } from "./service-account.entity.ts";
import { SMS_NUMBER, SMS_SENDER, SMS_SERVICE_ACCOUNT } from "./sms-account.domain.ts";

/** Numbers from which text messages go out, and to which they come (seed 000, `SMS_sender_phone_numbers`). */

export const Info = Stored;
export const Row = rowOf(Stored, SmsNumbers.definition.row);

const One = z.strictObject({ id: text(64) });

/** From which number of a sender messages go out. */
const defaultNumber = new Default(SmsNumbers, { word: "SMSDEFAULT", group: ({ sender_id }) => sender_id, noun: "number" });

/** Undefined where its sender has none that is the default. */
export const defaultId = (sender_id: string): Promise<string | undefined> => defaultNumber.of(sender_id);

/** Which live record has a number. */
export async function idOf(number: string): Promise<string | undefined> {
  const lock = await getItem(lockOf(number));
  return lock && String(lock.id);
}

export const list = fn(
  listSchema(SmsNumbers, { account: idOfKind(SMS_SERVICE_ACCOUNT).optional(), sender: idOfKind(SMS_SENDER).optional() }),
  (input) => listRecords(SmsNumbers, queryOf(SmsNumbers, input)),
);

export const get = fn(One, ({ id }) => Records.read(SmsNumbers, id));

export const create = fn(z.strictObject(fields), async (input) => {
  const stated = filled(fields, input);
  requireUseful(stated);
  const told = await Master.resolveAll(fields, stated);
  const { sender_id } = await Records.read(SmsServiceAccounts, stated.account_id);
  const number = Records.born(SmsNumbers, { ...told, sender_id });
  return retryOnConflict(async () => {
    const tx = transaction().create(SmsNumbers, number);
    take(tx, number);
    await defaultNumber.follow(tx, undefined, number);
    return tx.commit(number);
  });
});

/** All but the number itself and its account: messages went out from it. */
export const update = fn(patchOf(fields).extend(One.shape), ({ id, ...patch }) =>
  Records.change(SmsNumbers, id, async (current, tx) => {
    const changed = { ...current, ...patched(fields, patch) };
    const details = unmoved(current, changed, ["number", "account_id"]);
    if (details.length > 0) throw invalidAll(details);
    requireUseful(changed);
    const next = await Master.resolveAll(fields, changed, current);
    await defaultNumber.follow(tx, current, next);
    return next;
  }),
);

export const remove = fn(One, ({ id }) =>
  Records.remove(SmsNumbers, id, async (current, tx) => {
    const next = { ...current, is_default: false };
    tx.delete(lockOf(current.number), { condition: "id = :id", values: { ":id": id } });
    await defaultNumber.follow(tx, current, next);
    return next;
  }),
);

export const restore = fn(One, ({ id }) =>
  Records.restore(SmsNumbers, id, async (current, tx) => {
    if (!(await Records.exists(SMS_SERVICE_ACCOUNT, current.account_id)))
      throw conflict("Its account is deleted for good: add the number to another", [
        { field: "account_id", message: "No such record" },
      ]);
    take(tx, current);
    return current;
  }),
);

/** That a rule for what comes in says nothing that has no effect. */
function requireUseful(stated: Parameters<typeof wrongInRule>[0]): void {
  const details = wrongInRule(stated);
  if (details.length > 0) throw invalidAll(details);
}

const lockOf = (number: string): Key => ({ pk: tenantKey(useTenant(), "UNIQUE", SMS_NUMBER.name), sk: number });

const take = (tx: Transaction, { id, number }: NumberRecord): Transaction =>
  tx.put(
    { ...lockOf(number), id },
    {
      condition: "attribute_not_exists(pk)",
      refused: () => conflict(`${number} is there already`, [{ field: "number", message: "Already in use" }]),
    },
  );

export * as SmsNumber from "./number.ts";
