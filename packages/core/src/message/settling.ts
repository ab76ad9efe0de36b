import { Clock } from "../kernel/clock.ts";
import type { DomainEvent } from "../kernel/ports.ts";
import { isFault } from "../provider/fault.ts";
import { Clocks } from "../storage/jobs/clocks.ts";
import { Records } from "../storage/write/records.ts";
import { retryOnConflict, transaction } from "../storage/write/transaction.ts";
import { Tenant } from "../tenant/tenant.ts";
import { type MessageRecord, Messages } from "./message.entity.ts";
import { lookAt, messageOf, Outcome } from "./outcome.ts";
import type { SmsProvider, Taken } from "./provider/sms-provider.ts";
import { unknown } from "./sending.ts";
import { SmsServiceAccounts } from "./sms-account/service-account.entity.ts";
import { providerOf } from "./sms-account/service-account.ts";

/** Asks what has become of a message of which its provider told nothing; never sends it again. At `message.settle_due`. */
export const onSettle = ({ record_id, due_at }: DomainEvent): Promise<void> =>
  Tenant.asConfigured(async () => {
    const message = due_at && (await Clocks.standing(Messages, record_id, "settle", due_at));
    if (!message) return;
    // Whoever had it in hand is gone: whether it was handed over, nobody knows.
    if (message.status === "sending") await unknown(message.id);
    // Of a mail nobody can be asked: what becomes of it is told, or not.
    const { service_account_id: own } = message;
    const account = own === null ? undefined : await Records.load(SmsServiceAccounts, own, { live: true });
    const found = account && (await lookedFor(message, await providerOf(account)));
    if (found && account) await Outcome.taken(message.id, account.provider, found);
    await later(message.id, due_at as string);
  });

async function lookedFor(message: MessageRecord, provider: SmsProvider): Promise<Taken | undefined> {
  const { provider_id, from_address: from, to_address: to, body: text, tried_at } = message;
  try {
    if (provider_id !== null) return { provider_id, report: await provider.status(provider_id) };
    const all = await provider.find({ from, to, text, report_to: undefined }, tried_at ?? message.created_at);
    for (const each of all ?? []) {
      const known = await messageOf(provider.provider, each.provider_id);
      if (known === undefined || known === message.id) return each;
    }
  } catch (error) {
    if (!isFault(error)) throw error;
  }
  return undefined;
}

/** Its clock goes on, unless what was found has moved it. */
const later = (id: string, due_at: string): Promise<void> =>
  retryOnConflict(async () => {
    const current = await Clocks.standing(Messages, id, "settle", due_at);
    if (!current) return;
    const at = lookAt(current);
    const next = { ...current, settle_at: at === due_at ? Clock.after(60) : at };
    await transaction().replace(Messages, current, Records.nextVersion(current, next)).commit(undefined);
  });
