import { Clock } from "../../kernel/clock.ts";
import { useSettings } from "../../kernel/context.ts";
import { Money } from "../../kernel/money.ts";
import type { DomainEvent } from "../../kernel/ports.ts";
import { loadActiveRule } from "../../platform/rule/active-rule.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { changedFields, Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import { Orders } from "../order/order.entity.ts";
import { type InvoiceRecord, Invoices } from "./invoice.entity.ts";
import { findReminderTime, type ReminderLevel } from "./reminder.rules.ts";
import { InvoiceReminders } from "./reminders.rule-kind.ts";
import { type Settlement, settleIssued } from "./settlement.rules.ts";

/**
 * Keeps what is open of the invoices of an order. The order names its invoices and has the figures of its ledger, so everything follows from the
 * order as it is now, whichever event comes first.
 */

export const onClaimsChanged = ({ record_id }: DomainEvent): Promise<void> =>
  Tenant.runWithSettings(() => retryOnConflict(() => settleOrder(record_id)));

async function settleOrder(orderId: string): Promise<void> {
  const order = await Records.load(Orders, orderId);
  if (!order) return;
  const settlements = settleIssued(order);
  if (settlements.size === 0) return;
  const { definition } = await loadActiveRule(InvoiceReminders);
  for (const invoice of await Records.loadMany(Invoices, [...settlements.keys()], { live: true })) {
    const settlement = invoice && settlements.get(invoice.id);
    if (!invoice || !settlement) continue;
    const next = withSettlement(invoice, settlement, definition.levels);
    if (changedFields(invoice, next).length === 0) continue;
    // An older state of the order must not overwrite a newer one.
    await transaction().requireUnchanged(order).replace(Invoices, invoice, Records.nextVersion(invoice, next)).commit(undefined);
  }
}

/** A settled invoice has no reminder. One that is open again gets the next level. */
function withSettlement(invoice: InvoiceRecord, settlement: Settlement, levels: readonly ReminderLevel[]): InvoiceRecord {
  const isSettled = Money.isZero(settlement.open_amount);
  const isReopened = Money.isZero(invoice.open_amount) && !isSettled;
  const { due_date, reminder_level } = invoice;
  const next_reminder_at = isSettled
    ? null
    : isReopened && due_date !== null
      ? findReminderTime(levels, { due_date, reminder_level }, { timezone: useSettings().timezone, now: Clock.now() })
      : invoice.next_reminder_at;
  return { ...invoice, ...settlement, next_reminder_at };
}
