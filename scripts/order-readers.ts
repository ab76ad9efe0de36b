import { Money } from "@crm/core/kernel/money.ts";
import { allowAnyInput, type Client } from "@crm/functions/derive/client.ts";

/** The second half of `npm run order-history`: what reads orders, against sums of the files. */

/** A sale of the files. */
export interface Sale {
  customer: string;
  day: string;
  isPaid: boolean;
  /** Prices and taxes of its lines. */
  lines: readonly { price: string; taxPercent: string }[];
}

interface Buyer {
  name: string;
  paid: string[];
  days: string[];
}

interface Check {
  crm: Client;
  settle(): Promise<unknown>;
  checkFigure(title: string, actual: unknown, expected: unknown): void;
}

/** Returns a price with its tax, in cents, rounded half up. */
function computeCents({ price, taxPercent }: Sale["lines"][number]): bigint {
  const [cents, hundredths] = [price, taxPercent].map((text) => BigInt(Math.round(Number(text) * 100))) as [bigint, bigint];
  return cents + (cents * hundredths + 5_000n) / 10_000n;
}

const formatCents = (cents: bigint): string => `${cents / 100n}.${String(cents % 100n).padStart(2, "0")}`;

const toTotal = ({ lines }: Sale): string => formatCents(lines.reduce((sum, line) => sum + computeCents(line), 0n));

function groupByCustomer(sales: readonly Sale[]): Buyer[] {
  return [...Map.groupBy(sales, ({ customer }) => customer)].map(([name, own]) => ({
    name,
    paid: own.filter(({ isPaid }) => isPaid).map(toTotal),
    days: own.map(({ day }) => day).sort(),
  }));
}

const toRevenue = ({ paid }: Buyer): string => Money.sum(["0.00", ...paid]);
const sortNames = (rows: readonly { name?: string | undefined }[]): string[] => rows.map(({ name }) => String(name)).sort();

/** Half away from zero, as amounts are divided. */
const divide = (amount: string, count: number): string | null =>
  count === 0 ? null : formatCents((BigInt(amount.replace(".", "")) * 2n + BigInt(count)) / (2n * BigInt(count)));

export async function checkOrderReaders(sales: readonly Sale[], { crm, settle, checkFigure }: Check): Promise<void> {
  const buyers = groupByCustomer(sales);
  const { data: customers } = await crm.listCustomers({ limit: 100 });
  const idByName = new Map(customers.map(({ id, name }) => [name, id]));
  const figures = customers
    .filter(({ name }) => buyers.some((buyer) => buyer.name === name))
    .map(({ name, lifetime_value, paid_orders_count, last_order_at }) => [
      name,
      lifetime_value,
      paid_orders_count,
      last_order_at?.slice(0, 10),
    ]);
  checkFigure(
    "lifetime value, paid orders, last order",
    figures.sort(),
    buyers.map((buyer) => [buyer.name, toRevenue(buyer), buyer.paid.length, buyer.days.at(-1)]).sort(),
  );

  const metrics = [];
  for (const { name } of buyers) {
    const { data } = await crm.getCustomer360({ id: String(idByName.get(name)) });
    const { total_revenue, total_orders, average_order_value, customer_since, last_order } = data.lifetime_value_metrics;
    metrics.push([name, total_revenue, total_orders, average_order_value, customer_since, last_order]);
  }
  checkFigure(
    "lifetime value of the 360",
    metrics.sort(),
    buyers
      .map((buyer) => [
        ...[buyer.name, toRevenue(buyer), buyer.paid.length, divide(toRevenue(buyer), buyer.paid.length)],
        ...[buyer.days[0], buyer.days.at(-1)],
      ])
      .sort(),
  );

  const paying = buyers.filter(({ paid }) => paid.length > 0);
  const values: Record<string, (buyer: Buyer) => number> = {
    recency_score: ({ days }) => Date.parse(String(days.at(-1))),
    frequency_score: ({ paid }) => paid.length,
    monetary_score: (buyer) => Number(toRevenue(buyer)),
  };
  const toScore = (buyer: Buyer, readValue: (buyer: Buyer) => number): number =>
    Math.max(1, Math.ceil((5 * paying.filter((other) => readValue(other) <= readValue(buyer)).length) / paying.length));
  const filters: [title: string, filter: Record<string, unknown>, matches: (buyer: Buyer) => boolean][] = [
    ["at least three paid orders", { paid_orders_count: { gte: 3 } }, ({ paid }) => paid.length >= 3],
    ["lifetime value of 5,000 and more", { lifetime_value: { gte: "5000" } }, (buyer) => Number(toRevenue(buyer)) >= 5000],
    ...Object.entries(values).flatMap(([score, readValue]) =>
      [1, 5].map((value): (typeof filters)[number] => [
        `${score} ${value}`,
        { [score]: value },
        (buyer) => paying.includes(buyer) && toScore(buyer, readValue) === value,
      ]),
    ),
  ];
  for (const [name, filter, matches] of filters) {
    const { data: segment } = await allowAnyInput(crm).createSegment({ name, membership: "DYNAMIC", filter });
    await settle();
    const { data: members } = await crm.listSegmentMembers({ id: segment.id, limit: 100 });
    checkFigure(`segment: ${name}`, sortNames(members), sortNames(buyers.filter(matches)));
  }
  await checkReengagement(buyers, { crm, settle, checkFigure });
}

/** Wins back customers who bought for much, but not of late: one of them buys again. */
async function checkReengagement(buyers: readonly Buyer[], { crm, settle, checkFigure }: Check): Promise<void> {
  const [before, value] = ["2025-02-01", "2000.00"];
  const quiet = buyers.filter((buyer) => String(buyer.days.at(-1)) < before && Number(toRevenue(buyer)) >= Number(value));
  const { data: batch } = await crm.createReengagementBatch({ batch_name: "Quiet buyers", currency: "USD" });
  await crm.fillReengagementBatch({ id: batch.id, last_order_before: before, value_min: value });
  await settle();
  const { data: members } = await crm.listReengagementBatchMembers({ id: batch.id, limit: 100 });
  const names: { name: string }[] = [];
  for (const { personal_key_id = "" } of members) {
    const { data: person } = await crm.getPerson({ id: personal_key_id });
    names.push({ name: [person.first_name, person.last_name].filter(Boolean).join(" ") });
  }
  checkFigure("re-engagement: quiet customers", sortNames(names), sortNames(quiet));
  await crm.activateReengagementBatch({ id: batch.id });
  const [member] = members;
  const name = String(names[0]?.name);
  if (!member) return;
  await crm.contactReengagementMember({ id: member.id, method: "PHONE" });
  const { data: customers } = await crm.listCustomers({ limit: 100 });
  const customer_id = String(customers.find((customer) => customer.name === name)?.id);
  const line_items = [{ name: "Welcome back", quantity: "3", unit_price: "33.33" }];
  const { data: order } = await crm.createOrder({ customer_id, currency: "USD", line_items, status: "CONFIRMED" });
  await crm.createOrderPayment({ id: order.id, amount: "99.99" });
  await settle();
  const { data: converted } = await crm.getReengagementMember({ id: member.id });
  const { status, conversion_value, converted_order_id } = converted as Record<string, unknown>;
  checkFigure("re-engagement: conversion", [status, conversion_value, converted_order_id], ["CONVERTED", "99.99", order.id]);
  await crm.createOrderRefund({ id: order.id, amount: "33.33", credits: true, reason: "One came back" });
  await settle();
  const { data: reduced } = await crm.getReengagementMember({ id: member.id });
  const { data: sums } = await crm.getReengagementBatch({ id: batch.id });
  checkFigure(
    "re-engagement: revenue after a refund",
    [(reduced as Record<string, unknown>).conversion_value, (sums as Record<string, unknown>).reactivated_revenue],
    ["66.66", "66.66"],
  );
}
