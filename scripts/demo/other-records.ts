import { createHash, createHmac } from "node:crypto";
import { StandardScore } from "@crm/core/sales/scoring/standard-model.rules.ts";
import type { Client } from "@crm/functions/derive/client.ts";
import { createServicesAgreement } from "../samples/contracts.ts";
import type { DemoJournal } from "./journal.ts";
import { buildProductLines } from "./product-lines.ts";
import { pickBetween, pickOne, type Random, staff } from "./sample-data.ts";

/** Records of a year beside the leads of the plan: guests with names of many scripts, and records of every kind. */

/** Everything is dated relative to `now`, so a run at another time makes the same records with other dates. */
export interface DemoContext {
  /** The administrator's client. */
  admin: Client;
  rep: { id: string; as: Client };
  random: Random;
  now: number;
  slug: string;
  /** The server's URL. */
  url: string;
  /** Runs a step of several requests once, also over several runs of the demo. */
  runOnce: DemoJournal["runOnce"];
  /** The administrator's client for requests inside such a step; they are no steps themselves. */
  unjournaledAdmin: Client;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const daysAgo = ({ now }: DemoContext, days: number): string => new Date(now - days * DAY_MS).toISOString();

/** Names in several scripts and forms, among them single names. */
export const guests = [
  {
    ...{ full_name: "王小明", email: "xiaoming@harbour-hotel.example", phone: "+49 30 23125 901", job_title: "Hotel Manager" },
    ...{ company: "Harbour Hotel", address: { street: "Uferweg 12", city: "Berlin", postal_code: "10115", country: "DE" } },
  },
  {
    ...{ full_name: "Sukarno", email: "sukarno@spice-route.example", phone: "+44 20 7946 0901", job_title: "Importer" },
    ...{ company: null, address: { street: "8 Mill Row", city: "London", postal_code: "E1 8AA", country: "GB" } },
  },
  {
    ...{
      full_name: "Ольга Дмитриевна Соколова",
      email: "olga@sokolova.example",
      phone: "+49 30 23125 902",
      job_title: "Architect",
    },
    ...{
      company: "Sokolova & Partner",
      address: { street: "Seestraße 40", city: "Berlin", postal_code: "13353", country: "DE" },
    },
  },
  {
    ...{ full_name: "山田 太郎", email: "yamada@kumo.example", phone: "+44 20 7946 0902", job_title: "Engineer" },
    ...{ company: null, address: { street: "21 Canal Walk", city: "London", postal_code: "N1 9AG", country: "GB" } },
  },
  {
    ...{ full_name: "أمينة الحسن", email: "amina@alhassan.example", phone: "+33 1 99 00 90 01", job_title: "Gallery Owner" },
    ...{ company: "Galerie Alhassan", address: { street: "5 rue du Port", city: "Paris", postal_code: "75010", country: "FR" } },
  },
  {
    ...{
      full_name: "José Luis García Márquez",
      email: "jl@garcia-marquez.example",
      phone: "+44 20 7946 0903",
      job_title: "Chef",
    },
    ...{ company: null, address: { street: "3 Orchard Lane", city: "London", postal_code: "SE1 7PB", country: "GB" } },
  },
  {
    ...{ full_name: "Nguyễn Thị Minh Khai", email: "khai@lotus.example", phone: "+61 2 5550 9001", job_title: "Director" },
    ...{ company: "Lotus Charter", address: { street: "17 Wharf Street", city: "Sydney", postal_code: "2000", country: "AU" } },
  },
  {
    ...{ first_name: "Ó", email: "o@island.example", phone: "+44 20 7946 0904", job_title: "Ferry Captain" },
    ...{ company: null, address: { street: "1 Quay Steps", city: "London", postal_code: "SW1A 1AA", country: "GB" } },
  },
] as const;

/** Creates persons with several contact points and with consents. */
async function createPersons({ admin }: DemoContext): Promise<string[]> {
  const ids: string[] = [];
  for (const [at, { email, phone, company: _company, address, ...person }] of guests.entries()) {
    const { street, ...place } = address;
    const { data } = await admin.createPerson({
      ...person,
      external_key: `guest-${at + 1}`,
      birth_date: `19${60 + at * 4}-0${at + 1}-1${at}`,
      contact_points: [
        { contact_type: "email", contact_value: email, is_primary: true },
        { contact_type: "email", contact_value: `office.${email}` },
        { contact_type: "phone", contact_value: phone },
      ],
      addresses: [{ type: "primary", address_line1: street, ...place }],
      preferences: [
        { channel: "email", purpose: "newsletter", consent: at % 3 === 0 ? "REFUSED" : "ALLOWED", source: "Harbour Fair" },
        { channel: "phone", consent: "ALLOWED", source: "Harbour Fair" },
      ],
    });
    ids.push(data.id);
  }
  return ids;
}

/** Creates leads of each product line. Every second one is converted to a customer with an opportunity and a quote. */
async function createLeads(told: DemoContext, persons: readonly string[]): Promise<void> {
  const { admin, rep, random } = told;
  for (const [at, personal_key_id] of persons.entries()) {
    const { company, address, job_title, ...guest } = guests[at] as (typeof guests)[number];
    const lines = buildProductLines(told, { name: "full_name" in guest ? guest.full_name : guest.first_name, address });
    const { data: lead } = await admin.createLead({
      personal_key_id,
      owner_id: rep.id,
      lead_source_id: "referral",
      ...{ company, job_title },
      budget: `${pickBetween(random, 4, 36) * 100}.00`,
      ...{ authority: "Decides alone", timeline: "this quarter" },
      ...lines[at % lines.length],
    });
    await admin.createInteraction({
      personal_key_id,
      lead_id: lead.id,
      interaction_type_id: "call",
      channel: "phone",
      interaction_date: daysAgo(told, pickBetween(random, 2, 60)),
      subject: "Asked what is covered, and from when",
      sentiment: pickOne(random, ["POSITIVE", "NEUTRAL"] as const),
    });
    await admin.createJourneyEntry({
      id: personal_key_id,
      occurred_at: daysAgo(told, 70),
      stage: "Awareness",
      interaction_type: "visit",
    });
    await rep.as.createPotential({
      personal_key_id,
      ...{ status: pickOne(random, ["new", "open", "on_hold"] as const), stage: "interested", priority: "medium" },
      ...{ estimated_value: `${pickBetween(random, 3, 30) * 100}.00`, probability_score: pickBetween(random, 2, 8) * 10 },
      interested_products: [pickOne(random, ["Boat cover", "Travel cover", "Household cover"] as const)],
    });
    await rep.as.createNote({ related_to_id: lead.id, content: "Rather be called before ten", is_pinned: at % 3 === 0 });
    if (at === 0) {
      const start_datetime = new Date(told.now + 3 * DAY_MS).toISOString();
      const weekly = { start_datetime, duration_minutes: 15, recurrence: { frequency: "WEEKLY", count: 6 } } as const;
      await rep.as.createActivity({
        subject: "Ask how it is going",
        activity_type_id: "call",
        related_to_id: lead.id,
        ...weekly,
      });
    }
    if (at % 2 === 1) continue;
    await admin.setLeadScore({ id: lead.id, lead_score: pickBetween(random, 75, 98), reason: "Known from the fair" });
    const { data: converted } = await admin.convertLead({ id: lead.id });
    const { data: deal } = await rep.as.createDeal({
      opportunity_id: converted.opportunity.id,
      items: [
        { name: "Cover for a year", quantity: "1", unit_price: `${pickBetween(random, 4, 30) * 100}.00`, discount_percent: "5" },
      ],
    });
    if (at === 0) await rep.as.setDealStatus({ id: deal.id, deal_status: "SIGNED" });
    await createQuote(rep.as, { customer_id: converted.customer.id, opportunity_id: converted.opportunity.id }, random);
  }
}

/** Creates a customer's quote, some with a discount that needs an approval, a contract, and, if the quote is approved, a proposal. */
async function createQuote(as: Client, of: { customer_id: string; opportunity_id: string }, random: Random): Promise<void> {
  const { data: quote } = await as.createQuote({
    ...{ ...of, name: "Cover for a year", payment_terms: "30 days net" },
    line_items: [
      {
        ...{
          section: "Cover",
          description: "Cover for a year",
          quantity: "1",
          unit_price: `${pickBetween(random, 4, 30) * 100}.00`,
        },
        ...{ discount_percent: String(pickBetween(random, 0, 15)), tax_percent: "19" },
      },
      { section: "Training", description: "Crew training, a day", quantity: "2", unit_price: "450.00", optional: true },
    ],
  } as never);
  await createContract(as, of, random);
  const { data: submitted } = await as.submitQuote({ id: quote.id });
  if (submitted.status !== "APPROVED") return;
  await as.sendQuote({ id: quote.id, to: "buyer@customer.example", message: "As we said on the telephone." });
  const sections = [
    { heading: "What we insure", text: "Your fleet, in every harbour, for a year." },
    { section_type: "QUOTE_LINES", heading: "What it costs" },
  ];
  const { data: proposal } = await as.createProposal({ quote_id: quote.id, name: "Cover for your fleet", sections } as never);
  await as.submitProposal({ id: proposal.id });
}

/** Creates a contract and submits it. */
async function createContract(as: Client, of: { customer_id: string; opportunity_id: string }, random: Random): Promise<void> {
  const monthly_fee = `${pickBetween(random, 1, 9) * 50}.00`;
  const { data: contract } = await as.createContract({
    ...{ ...of, title: "Cover of a fleet", contract_type_id: "subscription", billing_frequency: "MONTHLY", monthly_fee },
    ...{ contract_value: `${Number(monthly_fee.slice(0, -3)) * 12}.00`, duration_months: 12, auto_renew: true },
    deliverables: [{ name: "Survey of each hull" }, { name: "Crew training, a day", quantity: "2" }],
  } as never);
  await as.submitContract({ id: contract.id });
}

/** Sets up a sender of text messages. The API key is invented, and must be replaced by a real one before messages are sent. */
async function setUpSms(admin: DemoContext["admin"], api_key: string): Promise<void> {
  const { data: sender } = await admin.createSmsSender({ name: "Harbour Insurance", daily_limit: 500, is_default: true });
  const account = { name: "Text messages", sender_id: sender.id, provider: "telnyx", api_key };
  const { data: made } = await admin.createSmsServiceAccount(account as never);
  await admin.createSmsNumber({ number: "+14155550142", account_id: made.id, is_default: true } as never);
}

/** Creates contracts from a template: one that is active, amended and renewed, and one that waits for signatures. */
async function createAgreements({ admin, slug }: DemoContext): Promise<void> {
  const template_id = await createServicesAgreement(admin);
  const api_key = createHash("sha256").update(`dropbox sign of ${slug}`).digest("hex");
  await admin.createSignatureAccount({ provider: "dropbox_sign", name: "Contracts", environment: "demo", api_key } as never);
  await setUpSms(admin, api_key);
  const { data: customer } = await admin.createCustomer({ name: "Harbour Union", email: "office@harbour-union.example" });
  const approved = async (more: object): Promise<string> => {
    const { data } = await admin.createContract({ customer_id: customer.id, template_id, currency: "EUR", ...more } as never);
    await admin.submitContract({ id: data.id });
    return data.id;
  };
  const care = await approved({ title: "Care of the quays", contract_value: "4800.00", requires_signature: false });
  const { data: begun } = await admin.activateContract({ id: care });
  const { data: amendment } = await admin.createContractAmendment({
    ...{ id: care, amendment_type: "VALUE", title: "A second quay", reason: "The union has built another one" },
    ...{ value_delta: "1200.00", effective_date: begun.start_date },
  } as never);
  await admin.submitContractAmendment({ id: care, amendmentId: amendment.id });
  await admin.renewContract({ id: care });
  const watch = await approved({ title: "Watch at night", contract_value: "3600.00" });
  const [thea] = staff;
  const signers = [
    { name: "Ada Lund", email: "ada.lund@harbour-union.example", party: "customer" as const },
    { name: `${thea.first_name} ${thea.last_name}`, email: `thea@${slug}.example`, party: "company" as const },
  ];
  await admin.signContract({ id: watch, party: "customer", signers });
}

/** Configures the tenant: custom fields, lists, rules, templates, views and preferences. */
async function configureTenant({ admin, rep, slug, now }: DemoContext): Promise<void> {
  const period = new Date(now).toISOString().slice(0, 7);
  await rep.as.submitForecast({ period, commit: "8000.00", best_case: "12000.00", note: "The fleet decides this month" });
  await admin.createCustomField({ entity_type: "lead", field_name: "berth", field_label: "Berth", field_type: "text" });
  await admin.createSearchPath({ entity: "lead", path: "auto_data.vehicles[].vin" });
  await admin.createSegment({
    name: "In touch",
    membership: "DYNAMIC",
    filter: { "interactions.90d": { gte: 1 } },
  });
  await admin.createContactList({
    name: "Decision makers",
    membership: "DYNAMIC",
    filter: { is_decision_maker: true },
  });
  await admin.createPricingRule({ name: "Ten and more", effect: "PERCENT", percent: "5", min_quantity: "10" } as never);
  await admin.createQuoteTemplate({
    ...{ name: "Cover for a year", payment_terms: "30 days net" },
    line_items: [{ description: "Cover for a year", unit_price: "1200.00", tax_percent: "19" }],
  } as never);
  const offered = {
    name: "Cover for a fleet",
    sections: [{ heading: "About us", text: "Boats are insured with us since 1912." }],
  };
  await admin.createProposalTemplate(offered as never);
  await admin.createForm({ name: "Ask for a quote", kind: "web_form", makes_lead: true, lead_source_id: "web" });
  await admin.createApiKey({ name: "Website", role: "USER" });
  const definition = StandardScore.defaults[0];
  const { data: draft } = await admin.createRuleVersion({ kind: "score_standard", definition, note: `As ${slug} counts` });
  await admin.publishRuleVersion({ kind: "score_standard", id: draft.id });
  const query = { where: { budget: { gte: "1000" } }, sort: "-created_at" };
  const { data: view } = await rep.as.createView({ kind: "lead", name: "Worth a call", sharing: "EVERYONE", query });
  await rep.as.setDefaultView({ id: view.id });
  await rep.as.replaceNotificationPreferences({ types: { lead_assigned: { in_app: true, email: false } } });
  await admin.replaceUserAvailability({
    id: rep.id,
    capacity: 60,
    timezone: "Europe/Berlin",
    working_hours: [{ weekday: "MON", from: "09:00", to: "17:00" }],
    absences: [],
  });
}

/** Creates a stage automation that mails the customer and creates a task, and an opportunity that triggers it. */
async function createAutomation({ admin, rep, slug }: DemoContext): Promise<void> {
  const { data: template } = await admin.createMessageTemplate({
    ...{ name: "Our offer", category: "Sales", language: "en" },
    subject: "{{opportunity.name}}: our offer",
    body_html:
      "<p>Dear {{contact.first_name|friend}},</p><p>our offer comes to you this week. Kind regards, {{owner.full_name}}, {{tenant.name}}</p>",
  });
  const mail = { action: "mail", template_id: template.id, to: "contact" };
  const task = {
    action: "task",
    subject: "Call about the offer",
    activity_type_id: "call",
    due_in_days: 3,
    assign_to: "owner",
  };
  const automations = [{ name: "Qualified", when: { to_stages: ["qualification"] }, do: [mail, task, { action: "health" }] }];
  const { data: draft } = await admin.createRuleVersion({
    ...{ kind: "stage_automation", definition: { automations }, note: `As ${slug} sells` },
  });
  await admin.publishRuleVersion({ kind: "stage_automation", id: draft.id });
  const { data: open } = await rep.as.createOpportunity({
    ...{ name: "A second harbour", competitors: [{ competitor_name: "Nautilus", is_primary_competitor: true }] },
    products: [{ name: "Harbour policy", quantity: "2", unit_price: "1250.00", discount_percent: "5" }],
  } as never);
  await rep.as.moveOpportunity({ id: open.id, stage_id: "qualification" });
}

/** Books a call as a guest, and tags all leads from the fair. */
async function bookMeeting(told: DemoContext): Promise<void> {
  const { admin, rep } = told;
  const { data: link } = await rep.as.createBookingLink({
    ...{ name: "A first call", activity_type_id: "meeting", durations_minutes: [15, 30] },
  });
  // Search from tomorrow on: today's working hours may be over.
  const { slots } = (await admin.showBookingTimes({ token: link.token, from: daysAgo(told, -1).slice(0, 10) })).data;
  const visitor = { name: "Sukarno", email: guests[1].email, note: "About the second ship" };
  if (slots[0]) await admin.bookTime({ token: link.token, start: slots[0].start, ...visitor });
  const fair = { kind: "lead", query: { source: "referral" }, action: "update", add_tags: ["harbour fair"] } as const;
  await admin.createBulkChange(fair as never);
}

/** Creates products, with standard prices, a price book for partners, and exchange rates to dollars. */
async function createProducts({ admin, now }: DemoContext): Promise<void> {
  const covers = await Promise.all(
    [
      ["BOAT-1", "Boat cover", "1200.00"],
      ["TRAVEL-1", "Travel cover", "85.00"],
    ].map(
      async ([sku = "", name = "", unit_price = ""]) =>
        (await admin.createProduct({ sku, name, unit_price, family: "Cover" })).data,
    ),
  );
  const items = covers.map(({ id }) => ({ product_id: id }));
  await admin.createProduct({ sku: "HARBOUR-1", name: "Harbour package", product_type: "PACKAGE", unit_price: "1230.00", items });
  const survey = { product_type: "SERVICE", category_id: "consulting", service_type: "STRATEGY", estimated_hours: 6 } as const;
  await admin.createProduct({ sku: "SURVEY-1", name: "Survey of a ship", unit_price: "640.00", ...survey });
  const { data: book } = await admin.createPriceBook({ name: "Partner", description: "For brokers who bring in ten and more" });
  for (const { id, unit_price } of covers)
    await admin.createPriceBookEntry({ id: book.id, product_id: id, min_quantity: 10, unit_price: String(unit_price) });
  for (const [days, rate] of [
    [90, "1.0731"],
    [30, "1.0842"],
  ] as const)
    await admin.createExchangeRate({
      from: "EUR",
      to: "USD",
      date: new Date(now - days * DAY_MS).toISOString().slice(0, 10),
      rate,
    });
}

/** Creates knowledge articles in two languages, of which the public ones are at `/kb/{slug}`. */
async function createKnowledge({ admin, rep }: DemoContext): Promise<void> {
  await admin.updateTenant({ settings: { knowledge_is_public: true } });
  const open = { category_id: "how_to", is_public: true, tags: ["damage"] };
  const { data: damage } = await admin.createKnowledgeArticle({
    ...{ ...open, title: "Report a damage", summary: "What we need to know, and how soon we answer" },
    body: "## At once\n\n1. Take pictures of **all** that is broken.\n2. Write to us within *three days*.\n\n## Then\n\nWe call you the next morning.",
  });
  const { data: german } = await admin.createKnowledgeArticle({
    ...{ ...open, title: "Einen Schaden melden", language: "de", translation_of: damage.id },
    body: "Fotografieren Sie alles, was beschädigt ist, und schreiben Sie uns innerhalb von drei Tagen.",
  });
  const { data: inside } = await admin.createKnowledgeArticle({
    title: "Who signs off a damage",
    body: "Up to 5,000: the team's manager.",
  });
  for (const { id } of [damage, german, inside]) await admin.publishArticle({ id });
  await rep.as.giveArticleFeedback({ id: damage.id, is_helpful: true, comment: "Short and clear" });
}

/** Creates tickets with an SLA: by phone and by mail, open and resolved. */
async function createTickets({ admin, rep, slug, url, runOnce: once }: DemoContext): Promise<void> {
  const days = ["mon", "tue", "wed", "thu", "fri"] as const;
  const hours = Object.fromEntries(
    days.map((day) => [
      day,
      [
        ["08:00", "12:00"],
        ["13:00", "17:00"],
      ],
    ]),
  );
  const { data: calendar } = await admin.createSupportCalendar({
    ...{ name: "Harbour office", timezone: "Europe/Berlin", hours, holiday_country: "DE", holiday_region: "BE" },
  });
  await admin.createSlaPolicy({
    ...{ name: "Damage", ticket_types: ["INCIDENT"], calendar_id: calendar.id },
    ...{ first_response_minutes: 60, resolution_minutes: 1440 },
  });
  const [guest] = guests;
  const { data: damage } = await admin.createTicket({
    ...{
      subject: "The mast is broken",
      description: "It came down in the storm on Sunday.",
      ticket_type: "INCIDENT",
      channel: "PHONE",
    },
    ...{ requester: { name: guest.full_name, email: guest.email }, tags: ["damage"] },
  });
  await admin.addTicketComment({ id: damage.id, body: "Please send us pictures of all that is broken.", is_public: true });
  await admin.addTicketComment({ id: damage.id, body: "Seen on the news: the whole harbour was hit." });
  const { data: bill } = await admin.createTicket({
    ...{ subject: "Billed twice", description: "June is on two invoices.", ticket_type: "BILLING_ISSUE", channel: "EMAIL" },
    ...{ requester: { email: guests[1].email }, assigned_to_id: rep.id },
  });
  await rep.as.resolveTicket({ id: bill.id, resolution: "One of them is void" });
  const closing = { name: "Paid twice", description: "For bills that were paid two times", sharing: "EVERYONE" as const };
  const comment = "The money is on its way back to you.";
  await admin.createTicketMacro({ ...closing, status: "RESOLVED", comment, comment_is_public: true });
  const mail = `From: Olga Sokolova <${guests[2].email}>\r\nMessage-ID: <visit@sokolova.example>\r\nSubject: A visit\r\n\r\nWhen is the office open?`;
  await once("mail", () => fetchOk(`${url}/_local/inbound-mail?to=support@${slug}.in.example`, { method: "POST", body: mail }));
}

/** Sends an order of a web shop as an inbound webhook, in the format of Standard Webhooks. */
async function createWebhooks({ admin, url, runOnce: once }: DemoContext): Promise<void> {
  const key = Buffer.from("a secret of the demo, and no other");
  const secret = `whsec_${key.toString("base64")}`;
  const { data } = await admin.createInboundWebhook({ name: "Web shop", provider: "standard", secret });
  const body = JSON.stringify({ type: "order.paid", data: { id: "order-1", amount: "480.00" } });
  await once("webhook", async () => {
    // The timestamp is the server's clock, which a resumed run has moved to the past.
    const clock = (await (await fetch(`${url}/_local/clock`)).json()) as { data: { now: string } };
    const [id, time] = ["msg_demo_order_1", String(Math.floor(Date.parse(clock.data.now) / 1000))];
    const signature = `v1,${createHmac("sha256", key).update(`${id}.${time}.${body}`).digest("base64")}`;
    const headers = {
      ...{ "content-type": "application/json", "webhook-id": id },
      ...{ "webhook-timestamp": time, "webhook-signature": signature },
    };
    await fetchOk(data.url, { method: "POST", headers, body });
  });
  // The endpoint also gets events of customers, once an administrator resumes it.
  const { data: shop } = await admin.createWebhookEndpoint({
    ...{ name: "Web shop", url: "https://shop.example/hooks/crm", events: ["customer.*", "deal.*"] },
  });
  await admin.testWebhookEndpoint({ id: shop.id });
  await admin.updateWebhookEndpoint({ id: shop.id, status: "PAUSED" });
}

/** Creates duplicates: a merged pair of persons, a merged pair of customers, and a pair of persons that waits for a decision. */
async function createDuplicates({ admin }: DemoContext, [first = ""]: readonly string[]): Promise<void> {
  const twin = async (external_key: string, birth_date: string) =>
    (await admin.createPerson({ first_name: "Grace", last_name: "Whitlock-Sandoval", external_key, birth_date })).data.id;
  await admin.mergePersons({ id: first, merged_id: (await admin.createPerson({ full_name: "Wang Xiaoming" })).data.id });
  const company = async () => (await admin.createCustomer({ name: "Whitlock & Sons" })).data.id;
  await admin.mergeCustomers({ id: await company(), merged_id: await company() });
  await twin("twin-1", "1980-12-09");
  await twin("twin-2", "1980-12-09");
}

/** Imports a file with an invalid row, and exports a list. */
async function exchangeFiles(
  { admin, runOnce: once, unjournaledAdmin: unkept }: DemoContext,
  [first = ""]: readonly string[],
): Promise<void> {
  const file = Buffer.from(
    "Name,Mail,Budget\nIda Lund,ida@fjord.example,12500.00\n李,li@jade.example,900.00\nOle Berg,ole@,400.00\n",
  );
  // Both requests are one step, because the URL of an upload expires.
  const sent = (key: string): Promise<string> =>
    once(key, async () => {
      const { data: to } = await unkept.createUpload({ file_name: "fair.csv", content_type: "text/csv", size: file.length });
      await fetchOk(to.url, { method: to.method, headers: to.headers, body: file });
      return to.upload_id;
    });
  await admin.createAttachment({ related_to_id: first, upload_id: await sent("attachment"), category_id: "marketing" });
  await admin.importLeads({ upload_id: await sent("file"), mapping: { Name: "full_name", Mail: "email", Budget: "budget" } });
  await admin.exportLeads({ format: "csv", columns: ["display_name", "budget", "lead_source_id"] });
}

/** Sends mails to guests, and suppresses an address. */
async function sendMessages({ admin, rep }: DemoContext, persons: readonly string[]): Promise<void> {
  const account = { name: "Service", way: "house", address: "service@harbour.example", is_default: true };
  await admin.createMailAccount(account as never);
  for (const person_id of persons.slice(0, 3)) {
    const mail = { channel: "email", person_id, subject: "Your boat", body: "Is everything as it should be?" };
    await rep.as.sendMessage(mail as never);
  }
  await admin.createSuppression({ channel: "email", address: "moved@harbour-hotel.example", reason: "BY_HAND" } as never);
}

/** Creates a re-engagement batch: one member responds, one opts out, one fails. */
async function createReengagement({ admin, rep }: DemoContext, persons: readonly string[]): Promise<void> {
  const { data: batch } = await admin.createReengagementBatch({
    ...{ batch_name: "Guests of the fair", assigned_to: rep.id, target_size: 6, target_revenue: "2400.00" },
  });
  await rep.as.activateReengagementBatch({ id: batch.id });
  const members: string[] = [];
  for (const person_id of persons.slice(0, 4))
    members.push((await rep.as.addReengagementMember({ id: batch.id, person_id, priority: "high" })).data.id);
  const [answers, refuses, moved] = members as [string, string, string];
  for (const id of [answers, refuses]) await rep.as.contactReengagementMember({ id, method: "PHONE" });
  await rep.as.respondReengagementMember({ id: answers });
  await rep.as.optOutReengagementMember({ id: refuses });
  await rep.as.failReengagementMember({ id: moved, reason: "Sold the boat" });
  await rep.as.fillReengagementBatch({ id: batch.id, last_activity_before: "2999-01-01", value_min: "1000" });
}

/** Sends a campaign to a segment at once, and schedules another send. */
async function sendCampaign(told: DemoContext): Promise<void> {
  const { admin } = told;
  const { data: template } = await admin.createMessageTemplate({
    ...{
      name: "The season begins",
      channel: "EMAIL",
      category: "News",
      subject: "The season begins, {{contact.first_name|friend}}",
    },
    body_html:
      "<p>Dear {{contact.first_name|friend}},</p><p>boats go into the water on 1 May. {{tenant.name}} wishes fair winds.</p>",
  } as never);
  const { data: segment } = await admin.createSegment({ name: "At home in the harbour" });
  const { data: customers } = await admin.listCustomers({ limit: 5 });
  await admin.changeSegmentMembers({ id: segment.id, add: customers.map(({ id }) => id) });
  const said = { template_id: template.id, segment_id: segment.id, campaign_id: "season" };
  const { data: now } = await admin.createEmailSend({ name: "The season begins", ...said } as never);
  await admin.scheduleEmailSend({ id: now.id });
  const { data: later } = await admin.createEmailSend({ name: "The season begins, once more", ...said } as never);
  await admin.scheduleEmailSend({ id: later.id, scheduled_send_time: daysAgo(told, -7) });
}

/** Sends a request that the typed client does not offer. Throws if the response is an error. */
async function fetchOk(url: string, request: RequestInit): Promise<void> {
  const { ok, status } = await fetch(url, request);
  if (!ok) throw new Error(`${request.method} ${url} was answered with ${status}`);
}

export async function createOtherRecords(told: DemoContext): Promise<void> {
  const persons = await createPersons(told);
  await configureTenant(told);
  await createLeads(told, persons);
  await createAgreements(told);
  await bookMeeting(told);
  await createAutomation(told);
  await createProducts(told);
  await createKnowledge(told);
  await createTickets(told);
  await createWebhooks(told);
  await createDuplicates(told, persons);
  await exchangeFiles(told, persons);
  await sendMessages(told, persons);
  await createReengagement(told, persons);
  await sendCampaign(told);
}
