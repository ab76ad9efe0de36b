import * as z from "zod";
import { toCurrencyPrecision } from "../../kernel/amount.ts";
import { conflict, type ErrorDetail, invalidAll } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { Money } from "../../kernel/money.ts";
import { amount, date, IdInput, oneOf } from "../../kernel/schema.ts";
import { Clocks, createClockListener } from "../../storage/scheduler/clocks.ts";
import { Records } from "../../storage/write/records.ts";
import { instalmentStatuses, settleInstalments } from "./instalment.rules.ts";
import { Ledger } from "./ledger.ts";
import { Instalment, type OrderRecord, Orders } from "./order.entity.ts";
import { isEnd } from "./order.rules.ts";

/** Instalments of an order: when which part of it is due. They add up to what is due. */

const MAX_INSTALMENTS = 60;

export const Info = Instalment.extend({
  paid_amount: amount().describe("The part that payments have settled, the oldest instalment first"),
  status: oneOf(instalmentStatuses),
});

const toInfo = ({ instalments, net_payment }: OrderRecord): z.output<typeof Info>[] =>
  settleInstalments(instalments, net_payment);

export const list = fn(IdInput, async ({ id }) => toInfo(await Records.read(Orders, id)));

export const replace = fn(
  IdInput.extend({
    instalments: z
      .array(z.strictObject({ due_date: date(), amount: amount() }))
      .max(MAX_INSTALMENTS)
      .describe("In any order; empty to have none. They add up to what is due"),
  }),
  ({ id, instalments }) =>
    Records.change(
      Orders,
      id,
      (current) => {
        if (isEnd(current.status))
          throw conflict(`The order is ${current.status}`, [{ field: "status", message: `The order is ${current.status}` }]);
        const sorted = instalments
          .map((each, index) => ({ ...each, index }))
          .sort((a, b) => (a.due_date < b.due_date ? -1 : a.due_date > b.due_date ? 1 : 0));
        const details: ErrorDetail[] = [];
        const next = sorted.map(({ due_date, amount: typed, index }, place) => {
          const exact = toCurrencyPrecision(`instalments[${index}].amount`, typed, current.currency);
          if (Money.isZero(exact)) details.push({ field: `instalments[${index}].amount`, message: "Must be above 0" });
          return { number: place + 1, due_date, amount: exact };
        });
        const sum = Money.sum(
          next.map((each) => each.amount),
          Money.countDecimals(current.due),
        );
        if (next.length > 0 && Money.compare(sum, current.due) !== 0)
          details.push({ field: "instalments", message: `Must add up to what is due, ${current.due}; the sum is ${sum}` });
        if (details.length > 0) throw invalidAll(details);
        return Ledger.withFigures({ ...current, instalments: next });
      },
      { answer: toInfo },
    ),
);

/** At `order.instalment_due`: the last day of an unpaid instalment is over. */
export const onInstalmentDue = createClockListener((id, due_at) =>
  Clocks.runDue(Orders, id, "instalment", due_at, (order) => ({ ...order, reminded_for: order.next_due_date })),
);

export * as Instalments from "./instalment.ts";
