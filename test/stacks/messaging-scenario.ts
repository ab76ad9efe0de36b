import { Clock } from "@crm/core/kernel/clock.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { queueId } from "@crm/core/messaging/delivery/queue.entity.ts";
import { QueueWorker } from "@crm/core/messaging/delivery/queue-worker.ts";
import type { App } from "@crm/local/app.ts";
import { requestPage } from "../agreements/share-link/support.ts";
import { findMailLink } from "../functions/pages/support.ts";
import { callWebhook } from "../messaging/inbound-webhook/provider-requests.ts";
import { buildNotification, createCertificateChain, signSnsMessage, TOPIC } from "../messaging/inbound-webhook/sns.ts";
import { readMessageId, type SmsProviderDouble, setUpSmsProvider } from "../messaging/message/sms-provider-double.ts";
import type { Receivers } from "../messaging/outbound-webhook/receivers.ts";
import { sendFile } from "../platform/import/support.ts";
import { createForm, sendToForm } from "../sales/web-form/form-client.ts";
import { receiveMails } from "../service/ticket/support-mail.ts";
import { addUser, newLead, postalSettings, signUp, type Tenant } from "../support/app.ts";

/**
 * Text messages in both directions, and events to other systems, as far as they run automatically, for the test of the functions'
 * permissions. Returns a function that runs a slice of a queue that ends before its messages are all sent.
 */
export async function runMessaging(app: App, receivers: Receivers): Promise<() => Promise<void>> {
  const tenant = await signUp(app, {
    ...postalSettings,
    quiet_hours: { from: "00:00", to: "00:00" },
    message_cap: { messages: 1, days: 1 },
  });
  const { admin } = tenant;
  const endpoint = { url: "https://systems.example.com/crm", events: ["*"], include_record: true };
  await admin.createWebhookEndpoint(endpoint);
  receivers.answers.set("systems.example.com", () => 500);
  const texts = await setUpSmsProvider(app, tenant, "twilio", { daily_limit: 1000 });
  const house = { name: "News", way: "house", address: "news@harbour.example", is_default: true };
  const { data: account } = await admin.createMailAccount(house);
  await admin.checkMailAccount({ id: account.id });
  const point = { contact_type: "phone", contact_value: "+12125550199" };
  const { data: person } = await admin.createPerson({ last_name: "Hopper", contact_points: [point] });
  await admin.setPreferences({ id: person.id, preferences: [{ channel: "sms", consent: "ALLOWED" }] });
  await app.settle();
  const send = async (more: object): Promise<void> => {
    await admin.sendMessage({ channel: "sms", body: `Hello ${JSON.stringify(more)}`, ...more });
    await app.settle();
  };
  for (const [at, answer] of ["ok", "rate_limited", "refused", "lost"].entries()) {
    await texts.setAnswer(answer);
    await send({ to: `+1212555030${at}` });
  }
  await texts.setAnswer("ok");
  for (const _ of [1, 2]) await send({ person_id: person.id, purpose: "marketing" });
  const [own] = (await texts.messages()).slice(-1);
  for (const act of ["send", "deliver"]) await texts.act(readMessageId(own), act);
  for (const reason of ["Yes", "STOP", "START", "STOP"]) {
    await texts.act(readMessageId(own), "reply", { reason });
    await app.settle();
  }
  await send({ person_id: person.id });
  for (const purpose of ["service", "marketing"])
    await send({ channel: "email", to: "reader@mail.example", subject: "Hello", purpose });
  await confirmConsent(app, tenant);
  await admin.verifyContactPoint({ id: person.id, point_id: person.contact_points[0]?.id ?? "" });
  await sendFile(app, tenant.token, "/suppressions/import", "channel,address,reason\nemail,gone@mail.example,BY_HAND\n");
  // The signature of SNS is checked with its certificate, which is downloaded.
  const { data: hook } = await admin.createInboundWebhook({ provider: "ses", secret: TOPIC });
  await callWebhook(app, hook.id, signSnsMessage(buildNotification("{}", Clock.ms()), createCertificateChain(Clock.ms()).leaf));
  await runInboundMessages(app, tenant, texts);
  const { data: lead } = await admin.createLead(newLead());
  await admin.deleteLead({ id: lead.id });
  await app.settle();
  receivers.answers.delete("systems.example.com");
  app.setClock({ advance: 10 * 60_000 });
  await app.settle();
  await admin.sendMessage({ channel: "sms", body: "More", to: "+12125550401" });
  app.setClock({ advance: 10 * 60_000 });
  return () =>
    runIn(systemContext(app.ports, tenant.id, "message-sending"), () => QueueWorker.runSlice(queueId(texts.number), 0));
}

/** A form asks for consent that its sender confirms by mail. */
async function confirmConsent(app: App, tenant: Tenant): Promise<void> {
  const consent = { consent_text: "News", consent_channel: "email", subscription_type: "newsletter" };
  const { key } = await createForm(tenant, consent);
  await sendToForm(app, `/forms/${key}`, { body: { email: "subscriber@mail.example", first_name: "Ann", consent: "on" } });
  await requestPage(app, await findMailLink(app, "subscriber@mail.example", "/u/"), {}, { act: "confirm" });
}

/** Inbound messages create a ticket, which is answered, and a lead; an email joins a conversation. */
async function runInboundMessages(app: App, tenant: Tenant, texts: SmsProviderDouble): Promise<void> {
  const { admin } = tenant;
  const texted = async (from: string, body: string): Promise<void> => {
    await texts.text(from, body);
    await app.settle();
  };
  const rep = await addUser(app, tenant, "SALES_REP");
  const { data: team } = await admin.createTeam({ name: "Service" });
  const assignment = { inbound_team_id: team.id, inbound_owner_id: rep.id };
  await admin.updateSmsNumber({ id: texts.number, inbound_makes: "ticket", ...assignment });
  for (const body of ["It hums", "Loudly"]) await texted("+16467770001", body);
  const { data: tickets } = await admin.listTickets({ limit: 10 });
  const id = tickets[0]?.id ?? "";
  await admin.addTicketComment({ id, body: "We are on our way", is_public: true });
  await app.settle();
  await admin.resolveTicket({ id });
  await admin.closeTicket({ id });
  await texted("+16467770001", "It hums again");
  const leading = { inbound_makes: "lead", inbound_owner_id: rep.id, inbound_team_id: null, inbound_source_id: "email" };
  await admin.updateSmsNumber({ id: texts.number, ...leading });
  for (const body of ["Prices?", "Hello?"]) await texted("+16467770002", body);
  const address = `sales@${tenant.slug}.in.example`;
  await admin.createMailAccount({
    name: "Sales",
    way: "house",
    address,
    inbound_makes: "lead",
    inbound_owner_id: rep.id,
  });
  const { data: customer } = await admin.createCustomer({ name: "Harbour" });
  const contactInput = { customer_id: customer.id, first_name: "Ida", last_name: "Lund", email: "ida@customer.example" };
  await admin.createContact(contactInput);
  for (const from of ["ada@customer.example", "ada@customer.example", contactInput.email])
    await receiveMails(app, tenant, { from, subject: "Prices", to: address });
}
