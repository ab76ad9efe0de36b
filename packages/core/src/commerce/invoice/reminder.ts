import { Clock } from "../../kernel/clock.ts";
import { useSettings } from "../../kernel/context.ts";
import { today } from "../../kernel/day.ts";
import { Money } from "../../kernel/money.ts";
import { addDays, startOfDay } from "../../kernel/time-zone.ts";
import { loadActiveRule } from "../../platform/rule/active-rule.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { Clocks, createClockListener } from "../../storage/scheduler/clocks.ts";
import { Records } from "../../storage/write/records.ts";
import { Orders } from "../order/order.entity.ts";
import { type InvoiceRecord, Invoices } from "./invoice.entity.ts";
import { addMail } from "./mails.rules.ts";
import { findReminderTime } from "./reminder.rules.ts";
import { InvoiceReminders } from "./reminders.rule-kind.ts";
import { settleIssued } from "./settlement.rules.ts";

/** At `invoice.reminder_due`: the customer is reminded of what is open, each level once. */
export const onReminderDue = createClockListener((id, due_at) => Tenant.runWithSettings(() => remind(id, due_at)));

const remind = (invoiceId: string, due_at: string): Promise<void> =>
  Clocks.runDue(Invoices, invoiceId, "reminder", due_at, async (invoice): Promise<InvoiceRecord> => {
    const silent = { ...invoice, next_reminder_at: null };
    const order = await Records.load(Orders, invoice.order_id, { live: true });
    const { due_date } = invoice;
    if (!order || due_date === null) return silent;
    // Decided by the order as it is now: the invoice follows it moments later.
    const open = settleIssued(order).get(invoice.id)?.open_amount;
    if (open === undefined || Money.isZero(open)) return silent;
    const { timezone } = useSettings();
    if (order.needs_review) return { ...invoice, next_reminder_at: startOfDay(timezone, addDays(today(), 1)) };
    const { definition } = await loadActiveRule(InvoiceReminders);
    const level = definition.levels[invoice.reminder_level];
    if (!level) return silent;
    const reminder_level = invoice.reminder_level + 1;
    const reminded = {
      ...invoice,
      reminder_level,
      reminded_at: Clock.now(),
      next_reminder_at: findLaterTime(invoice, reminder_level, definition.levels, timezone),
    };
    return addMail(reminded, {
      mail_type: "REMINDER",
      level: reminder_level,
      to: invoice.sent_to,
      subject: null,
      message: level.text ?? null,
      language: null,
    });
  });

/** Returns when the next level is due: at least a day after this one, so that late levels do not follow each other at once. */
function findLaterTime(
  { due_date }: InvoiceRecord,
  reminder_level: number,
  levels: Parameters<typeof findReminderTime>[0],
  timezone: string,
): string | null {
  const now = startOfDay(timezone, addDays(today(), 1));
  return due_date === null ? null : findReminderTime(levels, { due_date, reminder_level }, { timezone, now });
}
