import type { App } from "@crm/local/app.ts";
import { expect } from "vitest";
import {
  amendmentParams,
  createAmendment,
  createYearContract,
  day,
  waiveInternalApproval,
} from "../../agreements/amendment/support.ts";
import { createProposal } from "../../agreements/proposal/support.ts";
import { createSentQuote } from "../../agreements/share-link/support.ts";
import { findSigningLink, newMailbox, requestSignatures } from "../../agreements/signature/support.ts";
import { createLeadFor } from "../../platform/notification/support.ts";
import { createBookingLink, setWorkingHours } from "../../scheduling/booking/support.ts";
import { createInvitation } from "../../scheduling/invitation/support.ts";
import { createPublishedArticle } from "../../service/knowledge/support.ts";
import { createSurvey } from "../../service/survey/support.ts";
import { addUser, type Tenant } from "../../support/app.ts";
import { findMailLink } from "./support.ts";

/** Creates a record for each page of customers, and returns the addresses of the pages. They do not depend on a language. */
export async function createCustomerPages(app: App, tenant: Tenant) {
  const { admin, slug } = tenant;
  const line = { name: "Hull survey", quantity: "1", unit_price: "100.00", discount_percent: "5" };
  const sails = { name: "Sails", quantity: "1", unit_price: "50.00", tax_percent: "20", optional: true };
  const signer = newMailbox();
  await requestSignatures(admin, [{ name: "Åsa Köper", email: signer }]);
  const host = await addUser(app, tenant, "SALES_REP");
  await setWorkingHours(host, "Europe/Berlin");
  for (const language of ["en", "de", "ar", "ja"])
    await createPublishedArticle(app, admin, `Start ${language}`, { is_public: true, category_id: "getting_started", language });
  return {
    quote: (await createSentQuote(app, admin, { line_items: [line, sails], discount_percent: "2" })).link,
    signing: await findSigningLink(app, signer),
    survey: (await createSurvey(app, admin)).link,
    booking: `/book?token=${(await createBookingLink(host)).token}`,
    knowledge: `/kb/${slug}`,
    preferences: await sendNews(app, admin),
    order: await sendOrder(app, admin),
    invoice: (await createSentInvoice(app, admin)).link,
    proposal: await sendProposal(app, admin),
    amendment: await sendAmendment(app, tenant),
    invitation: await inviteGuest(app, admin),
  };
}

/** Sends a marketing mail, and returns the link to the preferences of its recipient. */
async function sendNews(app: App, admin: Tenant["admin"]): Promise<string> {
  const address = "reader@mail.example";
  const account = { name: "News", way: "house", from_name: "Harbour", address: "news@harbour.example", is_default: true };
  await admin.createMailAccount(account);
  const contact_points = [{ contact_type: "email", contact_value: address }];
  await admin.createPerson({ first_name: "Ann", contact_points });
  await admin.sendMessage({ channel: "email", to: address, subject: "Hello", body: "Words", purpose: "marketing" });
  await app.settle();
  const headers = app.mail.sent(address).at(-1)?.headers ?? {};
  return /<(.*)>/.exec(headers["List-Unsubscribe"] ?? "")?.[1] ?? expect.fail("The mail has no link");
}

async function sendOrder(app: App, admin: Tenant["admin"]): Promise<string> {
  const { data: customer } = await admin.createCustomer({ name: "Fjord" });
  const line_items = [{ name: "Hull survey", quantity: "1", unit_price: "100.00" }];
  const { data } = await admin.createOrder({
    customer_id: customer.id,
    currency: "EUR",
    line_items,
    payment_terms: "30 days net",
    status: "CONFIRMED",
  });
  await admin.sendOrder({ id: data.id, to: "orders@mail.example" });
  return findMailLink(app, "orders@mail.example", "/q/");
}

/** Sends an invoice that is partly paid and credited, and its credit note. */
export async function createSentInvoice(app: App, admin: Tenant["admin"]) {
  const { data: customer } = await admin.createCustomer({ name: "Fjord" });
  const line_items = [
    { name: "Hull survey", quantity: "2", unit_price: "100.00", tax_percent: "19" },
    { name: "Mooring", quantity: "1", unit_price: "40.00", tax_percent: "7" },
  ];
  const terms = { payment_terms: "30 days net", status: "CONFIRMED", customer_reference: "PO-77" };
  const { data: order } = await admin.createOrder({ customer_id: customer.id, currency: "EUR", line_items, ...terms });
  const { data: draft } = await admin.createOrderInvoice({ id: order.id });
  const { id } = (await admin.issueInvoice({ id: draft.id })).data;
  await admin.createOrderPayment({ id: order.id, amount: "100.00" });
  const { data: note } = await admin.creditInvoice({ id, amount: "50.00", reason: "One arrived broken" });
  const to = "books@mail.example";
  await admin.sendInvoice({ id: note.id, to });
  await admin.sendInvoice({ id, to });
  return { id, link: await findMailLink(app, to, "/q/") };
}

async function sendProposal(app: App, admin: Tenant["admin"]): Promise<string> {
  const { id } = await createProposal(admin);
  await admin.submitProposal({ id });
  await admin.sendProposal({ id, to: "proposals@mail.example" });
  return findMailLink(app, "proposals@mail.example", "/q/");
}

/** Sends an amendment that changes the value, the end and the payment terms of a contract. */
async function sendAmendment(app: App, tenant: Tenant): Promise<string> {
  const { admin } = tenant;
  await waiveInternalApproval(tenant);
  const { id } = await createYearContract(app, { tenant }, admin);
  const amendment = await createAmendment(admin, id, { value_delta: "300", effective_date: day(5) });
  await admin.submitContractAmendment(amendmentParams(amendment));
  await admin.sendContractAmendment({ ...amendmentParams(amendment), to: "amendments@mail.example" });
  return findMailLink(app, "amendments@mail.example", "/q/");
}

async function inviteGuest(app: App, admin: Tenant["admin"]): Promise<string> {
  const contact_points = [{ contact_type: "email", contact_value: "guest@mail.example" }];
  const { data: person } = await admin.createPerson({ first_name: "Gus", contact_points });
  await createInvitation(admin, [person]);
  return findMailLink(app, "guest@mail.example", "/invitation");
}

/** Creates what the pages without scripts for users need, and returns the addresses of the pages. */
export async function createUserPages(app: App, tenant: Tenant) {
  const email = `invited@${tenant.slug}.example`;
  await tenant.admin.createUser({ email, first_name: "Inge", last_name: "Invited", role: "USER" });
  const user = await addUser(app, tenant, "USER");
  await user.client.replaceNotificationPreferences({ types: { lead_assigned: { email: true } } });
  await createLeadFor(tenant, user);
  const activation = await findMailLink(app, email, "/activate");
  await user.client.forgotPassword({ email: user.email });
  return {
    activation,
    password_reset: await findMailLink(app, user.email, "/reset-password"),
    forgotten_password: "/forgot-password",
    notifications: await findMailLink(app, user.email, "/notification-preferences"),
  };
}
