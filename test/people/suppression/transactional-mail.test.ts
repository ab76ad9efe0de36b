import type { PortUse } from "@crm/core/kernel/capabilities.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { SuppressionReason } from "@crm/core/people/suppression/reasons.rules.ts";
import { Suppressions } from "@crm/core/people/suppression/suppression-store.ts";
import { TransactionalMail } from "@crm/core/people/suppression/transactional-mail.ts";
import { functionNames } from "@crm/functions/api/function-loaders.ts";
import { functions } from "@crm/functions/api/index.ts";
import { allowAnyInput } from "@crm/functions/derive/client.ts";
import { schedules } from "@crm/functions/schedule/index.ts";
import { subscribers } from "@crm/functions/subscribe/index.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createActiveContract, createRenewingClient } from "../../agreements/contract/support.ts";
import { createQuote } from "../../agreements/quote/support.ts";
import { createApprovedQuote } from "../../agreements/signature/support.ts";
import {
  type AutomationFixture,
  automationForStage,
  createTemplate,
  moveToStage,
  publishAutomations,
} from "../../engagement/stage-automation/support.ts";
import { createBookingLink, createVisitorClient, MONDAY, setWorkingHours, timeAt } from "../../scheduling/booking/support.ts";
import { createInvitation, meetingInput } from "../../scheduling/invitation/support.ts";
import { addUser, signUp, startTestApp, type Tenant } from "../../support/app.ts";

/**
 * Every automated email or text message to a person checks whether the address refuses it. For each function that can send one, this file
 * has a scenario, or the reason why its messages cannot be refused.
 */

let app: App;
let tenant: Tenant;
let link: { token: string };
beforeAll(async () => {
  app = await startTestApp();
  app.setClock({ now: timeAt("05:55") });
  tenant = await signUp(app, { currency: "EUR", visibility: "all" });
  const host = await addUser(app, tenant, "SALES_REP");
  await setWorkingHours(host);
  link = await createBookingLink(host);
  tenant = { ...tenant, admin: createRenewingClient(app, tenant) };
  const scene = { app, tenant } as AutomationFixture;
  const { id } = await createTemplate(scene, { subject: "On its way", body_html: "<p>On its way</p>" });
  await publishAutomations(scene, automationForStage("qualification", { action: "mail", template_id: id, to: "contact" }));
});
afterAll(() => app.stop());

/** Prepares a message to the address, by function; the returned function triggers it. */
type Scenario = (email: string) => Promise<() => Promise<unknown>>;

const createPerson = async (email: string): Promise<string> => {
  const contact_points = [{ contact_type: "email", contact_value: email }];
  return (await tenant.admin.createPerson({ first_name: "Ada", last_name: "Quist", contact_points })).data.id;
};

const createTicket = async (email: string): Promise<string> => {
  const ticketInput = { subject: "The pump is loud", description: "It hums.", requester: { email, name: "Ada Quist" } };
  return (await tenant.admin.createTicket(ticketInput)).data.id;
};

const NOTICE_TIME = "2027-04-17T00:00:01Z";

const scenarios: Readonly<Record<string, Readonly<Record<string, Scenario>>>> = {
  "booking-mails": {
    "a visitor books": async (email) => async () => {
      const visitor = createVisitorClient(app);
      const slotQuery = { token: link.token, from: MONDAY, to: MONDAY, timezone: "UTC" };
      const [time] = (await visitor.showBookingTimes(slotQuery)).data.slots;
      const request_id = crypto.randomUUID();
      return allowAnyInput(visitor).bookTime({ token: link.token, start: time?.start, name: "Vera", email, request_id });
    },
  },
  invitations: {
    "a person is invited": async (email) => {
      const id = await createPerson(email);
      return () => createInvitation(tenant.admin, [{ id }], { ...meetingInput });
    },
  },
  "ticket-letters": {
    "a ticket is answered": async (email) => {
      const id = await createTicket(email);
      return () => tenant.admin.addTicketComment({ id, body: "We look into it", is_public: true });
    },
    "a survey is sent": async (email) => {
      const id = await createTicket(email);
      await tenant.admin.resolveTicket({ id });
      return () => tenant.admin.sendTicketSurvey({ id });
    },
  },
  "signature-mails": {
    "a signature is asked for": async (email) => {
      const id = await createApprovedQuote(tenant.admin);
      return () => tenant.admin.requestQuoteSignature({ id, signers: [{ name: "Ada Quist", email }] });
    },
  },
  "offer-mails": {
    "a quote is sent": async (email) => {
      const { id } = await createQuote(tenant.admin, {});
      await tenant.admin.submitQuote({ id });
      return () => tenant.admin.sendQuote({ id, to: email });
    },
  },
  "invoice-mails": {
    "an invoice is sent": async (email) => {
      const { data: customer } = await tenant.admin.createCustomer({ name: "Acme" });
      const order = { customer_id: customer.id, status: "CONFIRMED", line_items: [{ name: "Boat", unit_price: "10" }] };
      const { data } = await tenant.admin.createOrder(order);
      const { data: draft } = await tenant.admin.createOrderInvoice({ id: data.id });
      await tenant.admin.issueInvoice({ id: draft.id });
      return () => tenant.admin.sendInvoice({ id: draft.id, to: email });
    },
  },
  "after-sales-mails": {
    "a case is approved": async (email) => {
      const { data: customer } = await tenant.admin.createCustomer({ name: "Acme" });
      const contact = { customer_id: customer.id, first_name: "Ada", last_name: "Quist", email };
      const { data: buyer } = await tenant.admin.createContact(contact);
      const line_items = [{ name: "Boat", unit_price: "10" }];
      const order = { customer_id: customer.id, contact_id: buyer.id, status: "CONFIRMED", line_items };
      const { data } = await tenant.admin.createOrder(order);
      const complaint = { order_id: data.id, case_type: "COMPLAINT" };
      const { id } = (await tenant.admin.createAfterSalesCase(complaint)).data;
      return () => tenant.admin.approveAfterSalesCase({ id });
    },
  },
  "pre-order-mails": {
    "a pre-order is released": async (email) => {
      const input = { name: "Acme", email, customer_type: "INDIVIDUAL" };
      const { data: customer } = await tenant.admin.createCustomer(input);
      const line = { name: "Boat", unit_price: "10", is_preorder: true };
      const order = { customer_id: customer.id, status: "CONFIRMED", line_items: [line] };
      const { data } = await tenant.admin.createOrder(order);
      const id = String(data.line_items[0]?.pre_order_id);
      return () => tenant.admin.releasePreOrder({ id });
    },
  },
  workflows: {
    "a deal moves on": async (email) => {
      const { data: customer } = await tenant.admin.createCustomer({ name: "Acme" });
      const contact = { customer_id: customer.id, first_name: "Ada", last_name: "Quist", email };
      const { data } = await tenant.admin.createContact(contact);
      const dealInput = { name: "Deal", customer_id: customer.id, contact_id: data.id };
      const { data: deal } = await tenant.admin.createOpportunity(dealInput);
      return () => moveToStage({ rep: { client: tenant.admin } }, deal.id, "qualification");
    },
  },
  // This scenario is last, because it moves the clock by months.
  "contract-renewal-mails": {
    "a contract is about to renew itself": async (email) => {
      const individual = { customer_type: "individual", first_name: "Ada", last_name: "Quist", email };
      const { data: customer } = await tenant.admin.createCustomer(individual);
      const term = { start_date: "2027-02-01", end_date: "2027-05-31", auto_renew: true, auto_renew_agreed: true };
      await createActiveContract(app, tenant, tenant.admin, { ...term, customer_id: customer.id });
      return async () => app.setClock({ now: NOTICE_TIME });
    },
  },
};

/** Senders that do not write to persons, whose messages cannot be refused, or that are tested elsewhere, each with the reason. */
const exemptSenders: Readonly<Record<string, string>> = {
  mail: "links by which users set their passwords",
  "activity-reminder-texts": "users, at their own numbers",
  notifications: "users, who set their own preferences",
  "ticket-clocks": "users with late tickets",
  "project-members": "users who become members of projects",
  "comment-notices": "users who are mentioned in comments or follow records",
  mailers: "no recipients: only checks whether an account works",
  "message-sending": "asked at the gate of messages (test/messaging/message/opt-out-model)",
  public: "confirmations of consent, sent within the request of a form (test/people/suppression/subscription-types)",
  persons: "codes that prove an address, sent on request of its owner",
};

const listSenders = (): string[] => {
  const sends = (uses: readonly PortUse[] = []): boolean =>
    ["mail", "sms", "mailer"].some((port) => uses.includes(port as PortUse));
  return [
    ...functionNames.filter((name) => sends((functions[name] as { uses?: readonly PortUse[] }).uses)),
    ...subscribers.flatMap(({ name, listener }) => (sends(listener.uses) ? [name] : [])),
    ...schedules.flatMap(({ name, declared }) => (sends(declared.uses) ? [name] : [])),
  ];
};

it("each function that may send mails has a scenario or an exemption", () => {
  expect(listSenders().sort()).toEqual([...Object.keys(scenarios), ...Object.keys(exemptSenders)].sort());
});

const runInTenant = <T>(work: () => Promise<T>): Promise<T> => runIn(systemContext(app.ports, tenant.id, "test"), work);
const addSuppression = (address: string, reason: SuppressionReason) =>
  runInTenant(() => Suppressions.add({ channel: "email", address, reason }));

/** Allows a rejection only if it is about the address. */
async function allowAddressRejection(request: Promise<unknown>): Promise<void> {
  try {
    await request;
  } catch (error) {
    const { code, details } = error as { code?: string; details?: { field: string }[] };
    expect([code, details?.every(({ field }) => ["to", "personal_key_id", "signers[0].email"].includes(field))]).toEqual([
      "RULE_VIOLATION",
      true,
    ]);
  }
}

interface SuppressionCase {
  earlierReason?: SuppressionReason;
  lateReason?: SuppressionReason;
  isDelivered: boolean;
}

const cases: Readonly<Record<string, SuppressionCase>> = {
  "without any reason": { isDelivered: true },
  "where it bounced": { earlierReason: "BOUNCED", isDelivered: false },
  "after a complaint": { earlierReason: "COMPLAINED", isDelivered: false },
  "where it bounced a moment ago": { lateReason: "BOUNCED", isDelivered: false },
  "where marketing alone is refused": { earlierReason: "UNSUBSCRIBED", isDelivered: true },
};

let mailboxCount = 0;

describe.each(
  Object.entries(scenarios).flatMap(([name, variants]) => Object.keys(variants).map((variant) => [name, variant] as const)),
)("%s, as %s", (name, variant) => {
  it("writes only to addresses that do not refuse", async () => {
    const begin = scenarios[name]?.[variant] as Scenario;
    const startedCases: { says: string; email: string; act: () => Promise<unknown>; had: number; its: SuppressionCase }[] = [];
    for (const [description, suppressionCase] of Object.entries(cases)) {
      const email = `outward${++mailboxCount}@mail.example`;
      startedCases.push({ says: description, email, its: suppressionCase, act: await begin(email), had: 0 });
    }
    await app.settle();
    for (const startedCase of startedCases) {
      startedCase.had = app.mail.sent(startedCase.email).length;
      if (startedCase.its.earlierReason) await addSuppression(startedCase.email, startedCase.its.earlierReason);
    }
    for (const { act, email, its: suppressionCase } of startedCases) {
      await (suppressionCase.earlierReason && !suppressionCase.isDelivered ? allowAddressRejection(act()) : act());
      if (suppressionCase.lateReason) await addSuppression(email, suppressionCase.lateReason);
    }
    await app.settle();
    const deliveries = startedCases.map(({ says: description, email, had: earlierCount }) => [
      description,
      app.mail.sent(email).length > earlierCount,
    ]);
    expect(deliveries).toEqual(Object.entries(cases).map(([description, { isDelivered: comes }]) => [description, comes]));
  });
});

it("all persons with an address are checked, and the result names those who can still be contacted", async () => {
  const [shared, free] = ["office@mail.example", "free@mail.example"];
  const contact_points = [{ contact_type: "email", contact_value: shared, is_shared: true }];
  const make = async (last_name: string) => (await tenant.admin.createPerson({ last_name, contact_points })).data.id;
  const [, otherId] = [await make("One"), await make("Other")];
  const refuses = () => runInTenant(() => TransactionalMail.isAddressRefused(" Office@Mail.example"));
  expect(await refuses()).toBe(false);
  const preferences = [{ channel: "email", purpose: "service", consent: "REFUSED" }];
  await tenant.admin.setPreferences({ id: otherId, preferences });
  expect(await refuses()).toBe(true);
  expect(await runInTenant(() => TransactionalMail.filterAllowed([shared, free, "none"]))).toEqual([free, "none"]);
});
