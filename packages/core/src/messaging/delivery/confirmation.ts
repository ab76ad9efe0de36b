import { Clock } from "../../kernel/clock.ts";
import type { DomainEvent } from "../../kernel/ports.ts";
import { isFault } from "../../lib/provider-http/fault.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { Clocks } from "../../storage/scheduler/clocks.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import type { ProviderReceipt, SmsProvider } from "../channel-provider/sms-provider.ts";
import { type MessageRecord, Messages } from "../message/message.entity.ts";
import { SmsServiceAccounts } from "../sms-account/service-account.entity.ts";
import { createProvider } from "../sms-account/service-account.ts";
import { markUnknown } from "./queue-worker.ts";
import { computeNextCheck, findMessageId, StatusUpdate } from "./status-update.ts";

/** Handles `message.settle_due`: asks the provider for the status of a message without a report. Never sends it again. */
export const onSettleDue = ({ record_id, due_at }: DomainEvent): Promise<void> =>
  Tenant.runWithSettings(async () => {
    const message = due_at && (await Clocks.loadDue(Messages, record_id, "settle", due_at));
    if (!message) return;
    // The worker has stopped: it is not known whether the message was sent.
    if (message.status === "sending") await markUnknown(message.id);
    // Mail providers cannot be asked for a status: a mail's status is reported, or stays unknown.
    const { service_account_id } = message;
    const account =
      service_account_id === null ? undefined : await Records.load(SmsServiceAccounts, service_account_id, { live: true });
    const receipt = account && (await findReceipt(message, await createProvider(account)));
    if (receipt && account) await StatusUpdate.applyReceipt(message.id, account.provider, receipt);
    await postponeCheck(message.id, due_at as string);
  });

async function findReceipt(message: MessageRecord, provider: SmsProvider): Promise<ProviderReceipt | undefined> {
  const { provider_id, from_address, to_address, body, tried_at } = message;
  try {
    if (provider_id !== null) return { provider_id, report: await provider.fetchStatus(provider_id) };
    const all = await provider.find(
      { from: from_address, to: to_address, text: body, report_to: undefined },
      tried_at ?? message.created_at,
    );
    for (const receipt of all ?? []) {
      const messageId = await findMessageId(provider.provider, receipt.provider_id);
      if (messageId === undefined || messageId === message.id) return receipt;
    }
  } catch (error) {
    if (!isFault(error)) throw error;
  }
  return undefined;
}

/** Moves the clock to the next check, unless the status found has moved it. */
const postponeCheck = (id: string, due_at: string): Promise<void> =>
  retryOnConflict(async () => {
    const current = await Clocks.loadDue(Messages, id, "settle", due_at);
    if (!current) return;
    const settleAt = computeNextCheck(current);
    const next = { ...current, settle_at: settleAt === due_at ? Clock.addSeconds(60) : settleAt };
    await transaction().replace(Messages, current, Records.nextVersion(current, next)).commit(undefined);
  });
