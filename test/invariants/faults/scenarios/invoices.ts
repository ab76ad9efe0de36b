import { expect } from "vitest";
import { defineScenario, type Fixture, isScenarioSource } from "../harness.ts";

/** Invoices: number, document, what is open, and mails. */

async function createDraft({ crm }: Fixture): Promise<string> {
  const { data: customer } = await crm.createCustomer({ name: "Struck" });
  const line = { name: "Hull", quantity: "1", unit_price: "100.00" };
  const input = { customer_id: customer.id, currency: "EUR", line_items: [line], status: "CONFIRMED" };
  const { data: order } = await crm.createOrder(input);
  return (await crm.createOrderInvoice({ id: order.id })).data.id;
}

async function createIssued(scene: Fixture): Promise<string> {
  const id = await createDraft(scene);
  await scene.crm.issueInvoice({ id });
  return id;
}

/** Every number of a series is given once, from 1. */
async function requireGapless({ crm }: Fixture, document_type: string): Promise<void> {
  const { data, meta } = await crm.listInvoices({ document_type, status: "ISSUED", limit: "100" });
  expect(meta?.total).toBe(data.length);
  const positions = data.map(({ invoice_number }) => Number(invoice_number?.split("-").at(-1)));
  expect(positions.sort((a, b) => a - b)).toEqual(data.map((_, index) => index + 1));
}

const issue = defineScenario<string>({
  name: "issueInvoice",
  covers: { operations: ["issueInvoice"], subscribers: ["invoice-settlement", "invoice-documents"] },
  prepare: createDraft,
  ask: ({ crm }, id, options) => crm.issueInvoice({ id }, options),
  async check(scene, id) {
    const { data: invoice } = await scene.crm.getInvoice({ id });
    expect(invoice).toMatchObject({ status: "ISSUED", open_amount: "100.00", payment_state: "UNPAID" });
    expect(invoice.pdf_sha256).toMatch(/^[0-9a-f]{64}$/);
    await requireGapless(scene, "INVOICE");
  },
});

const credit = defineScenario<string>({
  name: "creditInvoice",
  covers: { operations: ["creditInvoice"] },
  prepare: createIssued,
  ask: ({ crm }, id, options) => crm.creditInvoice({ id, amount: "40", reason: "Goodwill" }, options),
  async check(scene, id) {
    const { data: invoice } = await scene.crm.getInvoice({ id });
    expect(invoice).toMatchObject({ credited_amount: "40.00", open_amount: "60.00" });
    expect((await scene.crm.getOrder({ id: invoice.order_id })).data).toMatchObject({ credited: "40.00", due: "60.00" });
    expect((await scene.crm.listOrderInvoices({ id: invoice.order_id })).data).toHaveLength(2);
    await requireGapless(scene, "CREDIT_NOTE");
  },
});

const DAY_SECONDS = 24 * 60 * 60;

const reminder = defineScenario<{ id: string; to: string }>({
  name: "a reminder of an invoice",
  covers: { subscribers: ["invoice-reminders", "invoice-mails"], due: ["invoice"] },
  async open({ crm }) {
    const definition = { payment_days: 0, levels: [{ days_after_due: 1 }] };
    const { data } = await crm.createRuleVersion({ kind: "invoice_reminders", definition });
    await crm.publishRuleVersion({ kind: "invoice_reminders", id: data.id });
  },
  async prepare(scene) {
    const id = await createIssued(scene);
    const to = `${id}@mail.example`;
    await scene.crm.sendInvoice({ id, to });
    return { id, to };
  },
  proceed: ({ system }) => system.advance(2 * DAY_SECONDS),
  countsWrite: (name, target) => name.startsWith("invoice-") && isScenarioSource(name) && target !== "objects",
  async check({ crm, system }, { id, to }) {
    expect((await crm.getInvoice({ id })).data).toMatchObject({ reminder_level: 1, next_reminder_at: null });
    const subjects = system.app.mail.sent(to).map(({ subject }) => subject.split(":")[0]);
    expect(subjects.filter((subject) => subject === "Reminder")).toHaveLength(1);
  },
});

export const scenarios = [issue, credit, reminder];
