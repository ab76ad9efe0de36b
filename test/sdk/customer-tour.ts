import { type Client, createClient, type Schemas } from "@crm/sdk/index.ts";
import { catchError, type Print, readLastLine, settle } from "./readme-tour.ts";

/** The tour of docs/tour.md, done by the SDK: from an imported file to a won deal and a resolved ticket. */

interface Mail {
  readonly subject: string;
  readonly text: string;
}

/** What the page's commands keep in variables of the shell. */
interface Tour {
  readonly crm: Client;
  readonly baseUrl: string;
  readonly print: Print;
}

export async function* runCustomerTour(baseUrl: string, print: Print): AsyncGenerator<void> {
  const crm = createClient({ baseUrl });
  const tour = { crm, baseUrl, print };
  await crm.signUp({
    tenant_name: "Fjord Software",
    tenant_slug: "fjord",
    first_name: "Ada",
    last_name: "Quist",
    email: "ada@fjord.example",
    password: "a-long-sentence-of-mine",
  });
  yield;
  await importLeads(tour);
  yield;
  const lead = await showScore(tour);
  yield;
  await changeRule(tour, lead);
  yield;
  const { customer, opportunity, ole } = await convertLead(tour, lead);
  yield;
  const { conversion, customer: joined } = await crm.leads(ole).convert({ override_reason: "Colleague of Ida" });
  print([conversion.customer_is_new, joined.name]);
  yield;
  await showCustomer(tour, customer.id);
  yield;
  const product = await moveOpportunity(tour, opportunity.id);
  yield;
  const { quote, link } = await sendQuote(tour, opportunity.id, product);
  yield;
  await acceptQuote(tour, quote, link, opportunity.id);
  yield;
  await publishArticle(tour);
  yield;
  const ticket = await receiveMail(tour);
  yield;
  await showClocks(tour, ticket);
  yield;
  await answerTicket(tour, ticket);
  yield;
  await surveyRequester(tour, ticket);
  yield;
}

async function importLeads({ crm, print }: Tour): Promise<void> {
  const rows = [
    "First Name;Last Name;E-Mail;Company;Job Title;Employees;Budget;Authority;Need;Timeline",
    "Ida;Lund;ida@kelp.example;Kelp Farms AS;CEO;120;48.000,00;Ida Lund;A CRM;Q1",
    "Ole;Berg;ole@kelp.example;Kelp Farms;Engineer;120;900,00;;;",
    "Per;Dahl;per@;Dahl Shipping;Manager;12;;;;",
    "",
  ];
  const upload = await crm.upload(rows.join("\n"), { file_name: "leads.csv", content_type: "text/csv" });
  const started = await crm.leads.import({ ...upload, options: { decimal_mark: "," } });
  await settle(crm);
  const { status, created, failed } = await crm.waitForJob(started);
  print([status, created, failed]);
  print((await readLastLine(await crm.imports(started.import_id).errors.download())).replace(/.*,per/, "per"));
  const leads = await crm.leads.list({ sort: "lead_score" }).toArray(20);
  print(leads.map(({ first_name, company, lead_score, rating }) => [first_name, company, lead_score, rating]));
}

const findLead = async (crm: Client, search: string): Promise<string> => {
  const [lead] = await crm.leads.list({ search }).toArray(1);
  return lead?.id ?? "none";
};

async function showScore({ crm, print }: Tour): Promise<string> {
  const lead = await findLead(crm, "ida");
  const { personal_key_id } = await crm.leads.get(lead);
  const { calculated } = await crm.leads(lead).score.get();
  print(calculated.parts.map((part) => `${part.points} of ${part.max}  ${part.label}: ${part.because}`).join("\n"));
  const types = ["website_visit", "website_visit", "email_opened", "email_clicked", "download", "form_submission"];
  for (const interaction_type_id of types)
    await crm.interactions.create({ personal_key_id: personal_key_id ?? undefined, lead_id: lead, interaction_type_id });
  await settle(crm);
  const { lead_score, rating, score_breakdown } = await crm.leads(lead).score.get();
  print([lead_score, rating, score_breakdown]);
  return lead;
}

async function changeRule({ crm, print }: Tour, lead: string): Promise<void> {
  const rule = await crm.rules.get("score_standard");
  const definition = structuredClone(rule.in_force.definition) as { job_title: { ranks: { points: number }[] } };
  for (const rank of definition.job_title.ranks.slice(0, 1)) rank.points = 30;
  const versions = crm.rules("score_standard").versions;
  const draft = await versions.create({ definition, note: "Who decides counts more" });
  const { examined, differences } = await versions(draft.id).dryRun({});
  print([examined, differences.map((difference) => `${difference.title}: ${difference.before}, then ${difference.after}`)]);
  const published = await versions(draft.id).publish({});
  print([published.status, published.number]);
  await crm.request("POST", "/_local/clock", { body: { advance: "PT2M" } });
  await settle(crm);
  const [score] = await crm.leads(lead).scores.list().toArray(1);
  print([[score?.previous_score, score?.lead_score, score?.cause, score?.rule?.number]]);
}

async function convertLead({ crm, print }: Tour, lead: string) {
  const ole = await findLead(crm, "ole");
  const { code, details } = await catchError(crm.leads(ole).convert({}));
  print([code, details.map(({ field }) => field).join(" ")]);
  await crm.leads(lead).activities.create({
    subject: "Called Ida",
    activity_type_id: "call",
    status: "COMPLETED",
    duration_minutes: 12,
  });
  const converted = await crm.leads(lead).convert({ override_reason: "Met at the fair" });
  const { customer, contact, opportunity, follow_up, conversion } = converted;
  print([customer.name, contact.last_name, opportunity.amount, follow_up.subject, conversion.passed_over]);
  print((await catchError(crm.leads(lead).convert({ override_reason: "Again" }))).code);
  await settle(crm);
  print((await crm.leads(lead).activities.list().page()).meta.total);
  const moved = await crm.opportunities(opportunity.id).activities.list().toArray(20);
  print(moved.map(({ subject }) => subject).sort());
  return { customer, opportunity, ole };
}

async function showCustomer({ crm, print }: Tour, customer: string): Promise<void> {
  await settle(crm);
  const page = await crm.customers(customer)["360"].get();
  const { customer_profile: profile } = page;
  print([profile.name, profile.lifecycle_stage, profile.assigned_to]);
  print(page.recent_interactions.map(({ type }) => type));
  print(page.active_opportunities.map(({ name, stage, value, probability }) => [name, stage, value, probability]));
  print([page.engagement_score, page.health_score, page.risk_level]);
  print(page.health?.parts.filter(({ points }) => points !== 0).map(({ points, label }) => `${points} ${label}`));
  print((await crm.notifications.list().toArray(20)).map(({ title }) => title));
}

async function moveOpportunity({ crm, print }: Tour, opportunity: string): Promise<string> {
  const product = await crm.products.create({ name: "Kelp rope", sku: "ROPE-1", unit_price: "120.00" });
  const line = await crm
    .opportunities(opportunity)
    .products.create({ product_id: product.id, quantity: "50", discount_percent: "5" });
  print([line.name, line.total_price]);
  print((await crm.opportunities.update(opportunity, { amount: null })).amount);
  const { stage } = crm.opportunities(opportunity);
  print((await catchError(stage.update({ stage_id: "negotiation" }))).details[0]?.message);
  const moved = await stage.update({ stage_id: "qualification" });
  print([moved.probability, moved.expected_revenue]);
  await settle(crm);
  const { by_stage } = await crm.opportunities.pipeline.get();
  print(by_stage.filter(({ count }) => count > 0).map(({ label, value, weighted }) => [label, value, weighted]));
  return product.id;
}

const readMails = async (crm: Client, to: string): Promise<readonly Mail[]> =>
  crm.request<readonly Mail[]>("GET", "/_local/mailbox", { query: { to } });

async function sendQuote({ crm, print }: Tour, opportunity: string, product: string) {
  const line = { product_id: product, quantity: "50", discount_percent: "5", tax_percent: "25" };
  const { id } = await crm.quotes.create({ opportunity_id: opportunity, line_items: [line] });
  const quote = await crm.quotes.get(id);
  const { net_amount, tax_amount, total_amount, line_items } = quote;
  print([net_amount, tax_amount, total_amount, line_items[0]?.price_explanation?.base_reason]);
  const { status, approval } = await crm.quotes(id).submit();
  print([status, approval?.whole_percent, approval?.approvers]);
  print((await crm.quotes(id).send({ to: "ida@kelp.example", message: "As we said, Ida." })).status);
  await settle(crm);
  const link = findLink((await readMails(crm, "ida@kelp.example")).at(-1), /http.*\/q\/.*/);
  print((await (await fetch(`${link}/pdf`)).text()).slice(0, 5));
  return { quote: id, link };
}

const findLink = (mail: Mail | undefined, pattern: RegExp): string => pattern.exec(mail?.text ?? "")?.[0] ?? "none";

/** The customer has no account: the customer's browser sends the form of the page. */
async function acceptQuote({ crm, print }: Tour, quote: string, link: string, opportunity: string): Promise<void> {
  const page = await (await fetch(link)).text();
  const shown = /name="shown" value="([^"]*)"/.exec(page)?.[1] ?? "";
  await fetch(link, { method: "POST", body: new URLSearchParams({ act: "accept", shown, consent: "yes", name: "Ida Lund" }) });
  await settle(crm);
  const { status, signed_by } = await crm.quotes.get(quote);
  print([status, signed_by]);
  const deals = await crm.deals.list().toArray(20);
  print(deals.map(({ deal_status, order_reference, final_amount }) => [deal_status, order_reference, final_amount]));
  const { is_won, probability, forecast_category } = await crm.opportunities.get(opportunity);
  print([is_won, probability, forecast_category]);
  print((await crm.opportunities(opportunity).history.list().toArray(20)).map(({ move }) => move));
  const { totals } = await crm.opportunities.stats.get();
  print([totals.won_value, totals.win_rate]);
}

async function publishArticle({ crm, print }: Tour): Promise<void> {
  const { id } = await crm.support.knowledge.create({
    title: "When a kelp rope breaks",
    is_public: true,
    tags: ["rope"],
    body: "Soak kelp rope in **salt water** for an hour before its first use. Rope that was used dry breaks.",
  });
  const { status, language } = await crm.support.knowledge(id).publish();
  print([status, language]);
  await settle(crm);
  const found = await crm.support.knowledge.search.get({ q: "new kelp rope" });
  print(found.map(({ title, matched }) => [title, matched.map(({ word }) => word).join(" ")]));
}

async function receiveMail({ crm, baseUrl, print }: Tour): Promise<string> {
  const mail = [
    "From: Ida Lund <ida@kelp.example>",
    "To: support@fjord.in.example",
    "Subject: Our rope breaks",
    "Message-ID: <1@kelp.example>",
    "",
    "Half of the kelp rope broke on its first day. What do we do?",
    "",
  ].join("\r\n");
  await fetch(`${baseUrl}/_local/inbound-mail?to=support@fjord.in.example`, { method: "POST", body: mail });
  await settle(crm);
  const [row] = await crm.support.tickets.list().toArray(1);
  const ticket = await crm.support.tickets.get(row?.id ?? "none");
  print([ticket.ticket_number, ticket.subject, ticket.status, ticket.channel]);
  const { considered = [], reason } = ticket.routing ?? {};
  print([...considered.map(({ load, passed_over }) => [load, passed_over]), reason]);
  const { open_tickets } = await crm.customers(ticket.customer_id ?? "none")["360"].get();
  print(open_tickets.map(({ subject, priority }) => [subject, priority]));
  return ticket.id;
}

type Clock = Awaited<ReturnType<ReturnType<Client["support"]["tickets"]>["sla"]["get"]>>["clocks"][number];

const describeClock = ({ metric, state, target_seconds, levels }: Clock): unknown[] => [
  metric,
  state,
  (target_seconds ?? 0) / 3600,
  levels.map(({ percent, notify }) => `${percent} % ${notify}`).join(", "),
];

async function showClocks({ crm, print }: Tour, ticket: string): Promise<void> {
  const { choice, clocks, judged } = await crm.support.tickets(ticket).sla.get();
  print([choice?.name, ...clocks.map(describeClock), ...judged.map(({ metric, state }) => [metric, state])]);
}

async function answerTicket(tour: Tour, id: string): Promise<void> {
  const { crm, print } = tour;
  const ticket = crm.support.tickets(id);
  print((await ticket.suggestions.get()).map(({ title }: Pick<Schemas.KnowledgeArticle, "title">) => title));
  const body = "Soak it in salt water first, Ida. We send you new rope.";
  const comment = await ticket.comments.create({ body, is_public: true });
  print([comment.from, comment.delivery?.status]);
  await settle(crm);
  print((await readMails(crm, "ida@kelp.example")).at(-1)?.subject);
  const { status, is_sla_violated } = await ticket.resolve({ resolution: "New rope, with the article" });
  print([status, is_sla_violated]);
  await showClocks(tour, id);
}

async function surveyRequester({ crm, print }: Tour, id: string): Promise<void> {
  print((await crm.support.tickets(id).survey({})).status);
  await settle(crm);
  const link = findLink((await readMails(crm, "ida@kelp.example")).at(-1), /http.*\/survey\/\S*/);
  await fetch(link, { method: "POST", body: new URLSearchParams({ rating: "5", comments: "Quick" }) });
  await settle(crm);
  const { satisfaction_rating, satisfaction_comments } = await crm.support.tickets.get(id);
  print([satisfaction_rating, satisfaction_comments]);
  const { totals } = await crm.support.reports.satisfaction.get();
  print([totals.answers, totals.mean, totals.csat]);
  const { agents } = await crm.support.agents.get();
  print(agents.map(({ name, load, capacity, resolved, satisfaction }) => [name, load, capacity, resolved, satisfaction]));
}
