import { randomBytes, randomUUID } from "node:crypto";
import { join } from "node:path";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { DEAD_LETTER_PREFIX } from "@crm/aws/dead-letters.ts";
import { type Command, operate } from "@crm/aws/operator.ts";
import { HealthScore } from "@crm/core/accounts/customer/health-score.rules.ts";
import { domains } from "@crm/core/domains.ts";
import { formerKey } from "@crm/core/engagement/follow-up/former-follow-up.ts";
import { type Capabilities, listObjectActions, type PortUse } from "@crm/core/kernel/capabilities.ts";
import { Clock } from "@crm/core/kernel/clock.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { Ports } from "@crm/core/kernel/ports.ts";
import { addDays } from "@crm/core/kernel/time-zone.ts";
import { ResetRequest } from "@crm/core/platform/sign-in/reset-request.ts";
import { Leads } from "@crm/core/sales/lead/lead.entity.ts";
import { ALL, counterKey } from "@crm/core/storage/read/counter.ts";
import { prepareTableShapes } from "@crm/core/storage/scheduler/table-shapes.ts";
import { parseChange } from "@crm/core/storage/stream/record-change.ts";
import { recount } from "@crm/core/storage/stream/recount.ts";
import { TenantQueue } from "@crm/core/storage/stream/tenant-queue.ts";
import { drainTenantQueues } from "@crm/core/storage/stream/tenant-queue-drain.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import { functionNames } from "@crm/functions/api/function-loaders.ts";
import { functions, operations } from "@crm/functions/api/index.ts";
import { allowAnyInput, createClient } from "@crm/functions/derive/client.ts";
import { functionFor } from "@crm/functions/derive/routes.ts";
import { listFlows } from "@crm/functions/flow/index.ts";
import type { Operation } from "@crm/functions/http/operation.ts";
import { singleProcessRollout } from "@crm/functions/operate/rollout.ts";
import { schedules } from "@crm/functions/schedule/index.ts";
import { streamHandler } from "@crm/functions/stream/index.ts";
import { subscribers } from "@crm/functions/subscribe/index.ts";
import type { App } from "@crm/local/app.ts";
import { folderFiles } from "@crm/local/ports/adapters.ts";
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { drawLogo } from "../../scripts/samples/documents.ts";
import { apiPortUses } from "../../stacks/entry-points.ts";
import { inbound, operator, stream } from "../../stacks/platform-functions.ts";
import { streamFilters } from "../../stacks/stream.ts";
import { inputFor, makeWorld, sendAs, type World } from "../invariants/registry/world.ts";
import { Receivers } from "../messaging/outbound-webhook/receivers.ts";
import { sendFile } from "../platform/import/support.ts";
import { createNotifications } from "../platform/notification/support.ts";
import { publishRule, roundRobin, setAvailability } from "../sales/assignment/support.ts";
import { buildBounce, buildMailWithFiles, listSentMails, receiveMails } from "../service/ticket/support-mail.ts";
import { addUser, inProcessTransport, newLead, nextWeek, signIn, signUp, startTestApp, type Tenant } from "../support/app.ts";
import { isExhaustive, type SampleKeys, selectSample } from "../support/sample.ts";
import { listStreamRecords } from "../support/stored-items.ts";
import { runAgreements } from "./agreement-scenario.ts";
import { runCampaignMembers } from "./campaign-member-scenario.ts";
import { runCampaigns } from "./campaign-scenario.ts";
import { runEmailSends } from "./email-send-scenario.ts";
import { matchesFilter } from "./iam.ts";
import { runMessaging } from "./messaging-scenario.ts";
import { runPayments } from "./payment-scenario.ts";
import { PermissionMonitor } from "./permission-monitor.ts";
import { runPreOrders } from "./pre-order-scenario.ts";
import { runProjects } from "./project-scenario.ts";
import { runReengagement } from "./reengagement-scenario.ts";
import { listResources, type Resource, synthesize } from "./synthesis.ts";

/**
 * Permissions of the deployed system: operations, schedules and subscribers run on a table in memory, and each command is checked against
 * the policies of the template, as AWS does. A denied command means that a policy is too narrow. The long form runs every operation and
 * months of work, so it also finds policies that are too wide: permissions that are never used.
 */
let resources: ReadonlyMap<string, Resource>;
let app: App;
let world: World;

let monitor: PermissionMonitor;

/** One day in seconds. */
const DAY_SECONDS = 24 * 60 * 60;

const errors: string[] = [];

const receivers = new Receivers();
beforeAll(async () => {
  ({ resources } = await synthesize());
  const write = (level: string, message: string) => level === "error" && errors.push(message);
  monitor = new PermissionMonitor(resources);
  app = monitor.monitorApp(await startTestApp({ log: { write }, outbound: receivers, stream: createPunctualConsumer }));
  world = await makeWorld(app, "MARKED");
  // Times in generated inputs become due before the clock reaches its last position.
  world.seeds.instant = Clock.addSeconds(30 * DAY_SECONDS);
  await runEverything();
});
afterAll(() => app.stop());

/** A consumer for which no record is late, so that a slow machine does not set a tenant aside. */
function createPunctualConsumer(ports: Ports): (event: DynamoDBStreamEvent) => Promise<DynamoDBBatchResponse> {
  const handler = streamHandler(ports, DEAD_LETTER_PREFIX);
  return ({ Records }) => {
    const ApproximateCreationDateTime = Clock.machineTime() / 1000;
    return handler({
      Records: Records.map((record) => ({ ...record, dynamodb: { ...record.dynamodb, ApproximateCreationDateTime } })),
    });
  };
}

/** Operations of the same function and method need the same policies, so they can represent each other. */
const byFunction: SampleKeys<Operation> = {
  name: ({ name }) => name,
  kind: ({ path, method }) => `${functionFor(path)} ${method}`,
};

async function runEverything(): Promise<void> {
  const { tenant, seeds: fillings } = world;
  // A user who submits an amendment of a contract cannot approve it.
  await addUser(app, tenant, "DIRECTOR");
  for (const operation of selectSample(operations, byFunction)) {
    const user = operation.access === "signed_in" ? await addUser(app, tenant, "USER") : undefined;
    const input = await inputFor(app, world, operation, user);
    const answer = await sendAs(app, user?.token ?? tenant.token, operation, input);
    if (answer.status !== operation.status) throw new Error(`${operation.name}: ${answer.status} ${answer.body.slice(0, 300)}`);
  }
  const call = async (name: string, token: string | undefined, input: object = {}) => {
    const operation = operations.find((each) => each.name === name) as Operation;
    const answer = await sendAs(app, token, operation, input as Record<string, unknown>);
    if (answer.status >= 300) throw new Error(`${name}: ${answer.status} ${answer.body.slice(0, 300)}`);
  };
  await runFileJobs(tenant);
  await runBulkChanges(tenant);
  await runAuditHistory(tenant);
  await runNotifications(tenant);
  await runAssignments(tenant);
  await runConversion(tenant);
  await runMerges(tenant);
  await runActivities(tenant);
  await runSegments(tenant);
  await runBookings(tenant);
  await runStageAutomation(tenant);
  await runCustomerTrees(tenant);
  // The rules that require approval of quotes and proposals come from operations that a sample may leave out.
  if (isExhaustive) {
    await runApprovals(tenant);
    await runShareLinks(tenant);
  }
  await runTicketRouting();
  await runTicketMails(tenant);
  await runFollowUps(tenant);
  await runPayments(app);
  await runPreOrders(app);
  await runProjects(app);
  await runCampaigns(app);
  const { data: key } = await tenant.admin.createApiKey({ name: `${fillings.mark} key`, role: "ADMIN" });
  const dueAt = new Date(Clock.ms() + 600_000).toISOString();
  const { data: lead } = await tenant.admin.createLead({ ...newLead(), next_contact_date: dueAt });
  const { data: queuedLead } = await tenant.admin.createLead(newLead());
  // The interaction changes the lead's score.
  await call("createInteraction", tenant.token, { personal_key_id: lead.personal_key_id, interaction_type_id: "download" });
  // The search path is declared once a record has a value for it.
  await call("createPerson", tenant.token, { first_name: "Found", custom_attributes: { found: "x" } });
  await app.settle();
  await call("createSearchPath", tenant.token, { entity: "person", path: "custom_attributes.found" });
  const fieldInput = { field_label: "Found", field_type: "text", is_filterable: true };
  await call("createCustomField", tenant.token, { entity_type: "lead", field_name: "found", ...fieldInput });
  const { data: dropped } = await tenant.admin.createCustomField({
    entity_type: "lead",
    field_name: "dropped",
    ...fieldInput,
  });
  await tenant.admin.updateCustomField({ id: dropped.id, is_filterable: false });
  // Values cached for a minute are read again.
  for (const name of ["signingKeys", "me"]) {
    app.setClock({ advance: 61_000 });
    await call(name, name === "me" ? tenant.token : undefined);
  }
  await call("listLeads", key.key);
  await app.scheduler.run("due");
  await app.settle();
  if (isExhaustive) await passMonths();
  else app.setClock({ advance: 100 * DAY_SECONDS * 1000 });
  await monitor.sendUnmonitored(buildMiscount(tenant.id));
  for (const { name } of schedules) await app.scheduler.run(name);
  await app.settle();
  // The snapshot of the second day continues from the first.
  app.setClock({ advance: 2 * DAY_SECONDS * 1000 });
  await app.scheduler.run("snapshots");
  // A tenant with more counters than the recount can hold at once.
  for (const name of ["recount", "operator"])
    await monitor.actingFunction.run(name === "recount" ? "schedule-recount" : name, () =>
      runIn(systemContext(app.ports, tenant.id, name), () => recount({ maxNumbers: 20, repair: false })),
    );
  // Old audit entries are in the object store by then and are read from there.
  const { access_token } = await signIn(app, tenant);
  await call("listPersonTimeline", access_token, { id: lead.personal_key_id });
  await parkDeadLetter(lead.id);
  await setAside(tenant, buildUnderivedRecord(queuedLead.id));
  await monitor.actingFunction.run("schedule-tenant-queues", () => drainTenantQueues(app.ports));
  await setAside(tenant, buildUnderivedRecord(queuedLead.id));
  await monitor.actingFunction.run("release-check", () => prepareTableShapes(app.ports));
  const commands: Command[] = [
    { action: "suspend", tenant_id: tenant.id, reason: "unpaid" },
    { action: "resume", tenant_id: tenant.id },
    { action: "recount", tenant_id: tenant.id },
    { action: "snapshots", from: addDays(Clock.now().slice(0, 10), -1), to: Clock.now().slice(0, 10) },
    { action: "redrive" },
    { action: "rotate-keys" },
    { action: "migrate" },
    { action: "migration-status" },
    { action: "stop-migration" },
  ];
  for (const command of commands)
    await monitor.actingFunction.run("operator", () => operate(command, app.ports, singleProcessRollout, 0));
}

/** Runs what happens over months, automatically and through answers of customers. */
async function passMonths(): Promise<void> {
  // Customers are reminded before their offers expire.
  app.setClock({ advance: 28 * DAY_SECONDS * 1000 });
  await app.settle();
  app.setClock({ advance: 72 * DAY_SECONDS * 1000 });
  await app.settle();
  await runAgreements(app, Clock.ms);
  await runReengagement(app);
  await runCampaignMembers(app);
  await runEmailSends(app);
  const leftOver = await runMessaging(app, receivers);
  await monitor.actingFunction.run("subscribe-message-sending", leftOver);
  await app.settle();
}

/** Creates more unread notifications than one request marks as read, and one that is sent by email. */
async function runNotifications(tenant: Tenant): Promise<void> {
  const user = await addUser(app, tenant, "DIRECTOR");
  await monitor.actingFunction.run("subscribe-notifications", () => createNotifications(app, tenant, user, 100));
  await user.client.replaceNotificationPreferences({ types: { lead_assigned: { email: true } } });
  await tenant.admin.createLead(newLead({ owner_id: user.id }));
  await user.client.readAllNotifications();
  await app.settle();
}

/** Sets with every kind of filter, whose members are added, removed and re-evaluated at night. */
async function runSegments({ admin }: Tenant): Promise<void> {
  const { data: customer } = await admin.createCustomer({ name: "In sets", tags: ["in"] });
  const contactInput = { customer_id: customer.id, first_name: "Sue", last_name: "Set", birthdate: "1980-02-01" };
  const { data: contact } = await admin.createContact(contactInput);
  const filter = { "interactions.30d": { gte: 0 }, or: [{ "days_since.created_at": { lt: 9 } }] };
  const alternatives = [{ tags: { has: "in" } }, { monetary_score: 5 }];
  await admin.createCustomer({ name: "Still in sets", tags: ["in"] });
  const all = { name: "All", membership: "DYNAMIC", filter: { ...filter, or: alternatives } };
  const { data: set } = await allowAnyInput(admin).createSegment(all);
  await admin.createContactList({ name: "All", membership: "DYNAMIC", filter });
  await app.settle();
  const { personal_key_id } = contact;
  await admin.createInteraction({ personal_key_id, customer_id: customer.id, interaction_type_id: "phone" });
  await app.settle();
  await admin.updateCustomer({ id: customer.id, tags: [] });
  await admin.deleteContact({ id: contact.id });
  await app.settle();
  await admin.updateSegment({ id: set.id, filter: { name: "Unknown" } });
  await app.settle();
}

/** Customers in a tree that are moved, one with a purchase; and a change of their lifecycle rule. */
async function runCustomerTrees({ admin }: Tenant): Promise<void> {
  const make = async (parent_customer_id?: string) =>
    (await admin.createCustomer({ name: "In a tree", parent_customer_id })).data.id;
  const [top, middle] = [await make(), await make()];
  const low = await make(middle);
  await admin.addChildCustomer({ id: top, child_customer_id: middle });
  const { data: bought } = await admin.createOpportunity({ name: "Bought", customer_id: low, amount: "9.00" });
  const { data: lead } = await admin.createLead({ last_name: "Bought", email: "bought@example.com" });
  const order = {
    opportunity_id: bought.id,
    lead_id: lead.id,
    status: "CONFIRMED",
    line_items: [{ name: "Boat", unit_price: "9" }],
  };
  await admin.createOrder(order);
  await admin.winOpportunity({ id: bought.id });
  const definition = { stages: [], otherwise: "LEAD" };
  const { data: version } = await admin.createRuleVersion({ kind: "customer_lifecycle", definition });
  await admin.publishRuleVersion({ kind: "customer_lifecycle", id: version.id });
  const health = { kind: "health_score", definition: { ...HealthScore.defaults[0], base: 40 } };
  const { data: healthy } = await admin.createRuleVersion(health);
  await admin.publishRuleVersion({ kind: "health_score", id: healthy.id });
  await app.settle();
}

/** A visitor books a time with two users, reschedules it, and repeats the booking request. */
async function runBookings({ admin }: Tenant): Promise<void> {
  const client = createClient(inProcessTransport(app));
  const otherHost = await addUser(app, world.tenant, "SALES_REP");
  const link = { name: "Call", activity_type_id: "meeting", minimum_notice_hours: 0, host_ids: [otherHost.id], max_per_day: 40 };
  const { token } = (await admin.createBookingLink(link)).data;
  const { slots } = (await client.showBookingTimes({ token, ...nextWeek() })).data;
  const visitor = {
    token,
    name: "Vic Visitor",
    email: "vic@visitor.example",
    start: String(slots[0]?.start),
    request_id: randomUUID(),
  };
  const { booking_token } = (await client.bookTime(visitor)).data;
  await client.bookTime(visitor);
  await client.bookTime({ ...visitor, start: String(slots[5]?.start), request_id: randomUUID() });
  const page = operations.find(({ name }) => name === "sendBookingPage") as Operation;
  await sendAs(app, undefined, page, { token: booking_token, start: String(slots[3]?.start), act: "move" });
  await app.settle();
}

/** A stage automation that sends a message, a notification and a task, and a bulk change that moves an opportunity to the stage. */
async function runStageAutomation({ admin }: Tenant): Promise<void> {
  const team = (await admin.createTeam({ name: "Sales" })).data.id;
  const owner = await addUser(app, world.tenant, "SALES_REP", { team_id: team });
  const text = { subject: "Now", body_text: "{{opportunity.name}} of {{customer.name}}, {{lead.company|unknown}}" };
  const { data: template } = await admin.createMessageTemplate({ name: "Now", ...text });
  const mails = ["contact", "owner", "manager"].map((to) => ({ action: "mail", template_id: template.id, to }));
  const task = { action: "task", subject: "Call", activity_type_id: "task", priority_id: "high", assign_to: "owner" };
  const actions = [...mails, task, { action: "notify", to: "team", message: "Moved" }, { action: "health" }];
  const automations = [{ name: "Stage", when: { to_stages: ["qualification"] }, do: actions }];
  const { data: draft } = await allowAnyInput(admin).createRuleVersion({ kind: "stage_automation", definition: { automations } });
  await admin.tryRuleVersion({ kind: "stage_automation", id: draft.id });
  await admin.publishRuleVersion({ kind: "stage_automation", id: draft.id });
  const { data: customer } = await admin.createCustomer({ name: "Staged" });
  const { data: contact } = await admin.createContact({
    ...{ customer_id: customer.id, last_name: "Staged", email: "staged@stage.example" },
  });
  const opportunityInput = { name: "Staged", customer_id: customer.id, contact_id: contact.id, owner_id: owner.id };
  const [firstOpportunity, secondOpportunity] = [
    (await admin.createOpportunity(opportunityInput)).data,
    (await admin.createOpportunity(opportunityInput)).data,
  ];
  await admin.updateOpportunity({ id: firstOpportunity.id, stage_id: "qualification" });
  const bulkInput = {
    kind: "opportunity",
    ids: [secondOpportunity.id],
    action: "update",
    changes: { stage_id: "qualification" },
  };
  await admin.createBulkChange(bulkInput);
  await app.settle();
}

/** Quotes that are approved, rejected, changed during approval, reassigned or left without an answer; one of two is accepted. */
async function runApprovals({ admin }: Tenant): Promise<void> {
  const [manager, director] = [await addUser(app, world.tenant, "MANAGER"), await addUser(app, world.tenant, "DIRECTOR")];
  const rep = await addUser(app, world.tenant, "SALES_REP", { manager_id: manager.id });
  const { data: customer } = await rep.client.createCustomer({ name: "Approved" });
  const line_items = [{ description: "Work", unit_price: "10.00", discount_percent: "15" }];
  const submitted = async () => {
    const { data } = await rep.client.createQuote({ customer_id: customer.id, line_items });
    const { data: quote } = await rep.client.submitQuote({ id: data.id });
    await app.settle();
    return { id: quote.id, approval: String(quote.approval?.approvals[0]?.id) };
  };
  const [agreed, rejectedQuote, changedQuote] = [await submitted(), await submitted(), await submitted()];
  await manager.client.approveApproval({ id: agreed.approval });
  await manager.client.rejectApproval({ id: rejectedQuote.approval });
  await rep.client.updateQuote({ id: changedQuote.id, payment_terms: "Net 60" });
  const [reassignedQuote] = [await submitted(), await submitted()];
  await admin.updateQuote({ id: reassignedQuote.id, owner_id: manager.id });
  await app.settle();
  await admin.setUserStatus({ id: manager.id, status: "SUSPENDED" });
  await app.settle();
  await director.client.replaceUserAvailability({ id: director.id, absences: [{ from: Clock.now() }] });
  await app.settle();
  // An approver who was notified too late is found by reconciliation.
  app.setClock({ advance: 120_000 });
  await app.settle();
}

/** A ticket that waits for an agent, is assigned to one who becomes available, and violates its target; they get emails. */
async function runTicketRouting(): Promise<void> {
  const { admin, userId, ...tenant } = await signUp(app);
  await admin.replaceUserAvailability({ id: userId, absences: [{ from: "2020-01-01T00:00:00.000Z", to: null }] });
  const requester = { email: "waiting@customer.example" };
  await admin.createTicket({ subject: "Pump", description: "It is loud.", priority_id: "critical", requester });
  const agent = await addUser(app, { admin, userId, ...tenant }, "SUPPORT_AGENT");
  const byMail = { in_app: true, email: true };
  await agent.client.replaceNotificationPreferences({ types: { ticket_sla_warning: byMail, ticket_sla_violated: byMail } });
  await app.settle();
}

/** A rule for follow-ups comes into force; a lead has a follow-up of the release before workflows. */
async function runFollowUps({ admin, id }: Tenant): Promise<void> {
  const { data: lead } = await admin.createLead(newLead());
  await runIn(systemContext(app.ports, id, "rules"), async () => {
    const item = { ...formerKey(lead.id), since: lead.created_at, days: 1 };
    await transaction().put(item).commit(undefined);
  });
  const follow_ups = [{ of: "lead", after_days: 1, activity_type_id: "call", subject: "Silent", due_in_days: 1 }];
  const { data: rule } = await admin.createRuleVersion({ kind: "automatic_follow_up", definition: { follow_ups } });
  await admin.publishRuleVersion({ kind: "automatic_follow_up", id: rule.id });
  await app.settle();
}

/** Customers and agents write emails, which get answers, first from an article; one answer bounces. */
async function runTicketMails(tenant: Tenant): Promise<void> {
  const { admin } = tenant;
  const articleInput = { title: "Printer paper jam", body: "Open the printer.", is_public: true };
  const { data: article } = await admin.createKnowledgeArticle(articleInput);
  await admin.publishArticle({ id: article.id });
  const definition = { is_on: true, channels: ["EMAIL"], least_score: 1 };
  const { data: rule } = await admin.createRuleVersion({ kind: "ticket_answer", definition });
  await admin.publishRuleVersion({ kind: "ticket_answer", id: rule.id });
  await app.settle();
  // By then, no process caches the previous rule.
  app.setClock({ advance: 11_000 });
  const { data: customer } = await admin.createCustomer({ name: "Mailed" });
  const [from, colleague] = ["mailed@customer.example", "colleague@customer.example"];
  for (const email of [from, colleague])
    await admin.createContact({ first_name: "M", last_name: email, email, customer_id: customer.id });
  await receiveMails(app, tenant, { from, subject: articleInput.title });
  const to = listSentMails(app, from)[0]?.reply_to ?? "";
  await receiveMails(app, tenant, {
    raw: buildMailWithFiles(colleague, [["text/plain", 'attachment; filename="a.txt"', "x"]]),
    to,
  });
  await receiveMails(app, tenant, { from: tenant.email, to });
  await receiveMails(app, tenant, {
    raw: buildBounce(from, { References: listSentMails(app, from).at(-1)?.headers?.References ?? "" }),
  });
  await receiveMails(app, tenant, { from: "robot@customer.example", headers: { "Auto-Submitted": "auto-replied" } });
}

/**
 * Offers sent to customers, with a logo in the letterhead: quotes, one accepted and one without an answer; and
 * proposals, one that expires, one that is withdrawn during approval, and one that is sent to its approver.
 */
async function runShareLinks({ admin, id }: Tenant): Promise<void> {
  const bytes = drawLogo();
  const { data: upload } = await admin.createUpload({
    file_name: "logo.png",
    content_type: "image/png",
    size: bytes.length,
  });
  await app.objects.write(`${id}/uploads/${upload.upload_id}`, bytes);
  await admin.updateTenant({ settings: { letterhead: { logo_upload_id: upload.upload_id } } });
  const logo = operations.find(({ name }) => name === "showLogo") as Operation;
  await sendAs(app, undefined, logo, { tenant: id, logo: upload.upload_id });
  const { data: customer } = await admin.createCustomer({ name: "Offered" });
  const guest = { customer_id: customer.id, last_name: "Offered", email: "offered@offer.example" };
  const { data: contact } = await admin.createContact(guest);
  const { data: opportunity } = await admin.createOpportunity({ name: "Offered", customer_id: customer.id });
  const line_items = [{ description: "Work", unit_price: "10.00" }];
  const quote = async (more = {}) => {
    const { data } = await admin.createQuote({ customer_id: customer.id, contact_id: contact.id, line_items, ...more });
    return data.id;
  };
  const [acceptedId, , openId] = [
    await quote({ opportunity_id: opportunity.id }),
    await quote({ opportunity_id: opportunity.id }),
    await quote(),
  ];
  for (const quoteId of [acceptedId, openId]) {
    await admin.submitQuote({ id: quoteId });
    await admin.sendQuote({ id: quoteId });
  }
  await app.settle();
  const [mail] = app.mail.sent("offered@offer.example");
  const page = operations.find(({ name }) => name === "offerPage") as Operation;
  await sendAs(app, undefined, page, { token: mail?.text.match(/\/q\/(\S+)/)?.[1] });
  await admin.acceptQuote({ id: acceptedId });
  // One quote is rejected while it waits for a signature; the other is never signed.
  for (const isRejected of [true, false]) {
    const unsigned = await quote();
    await admin.submitQuote({ id: unsigned });
    await admin.requestQuoteSignature({ id: unsigned });
    if (isRejected) await admin.rejectQuote({ id: unsigned, reason: "No" });
  }
  await app.settle();
  const proposal = async () =>
    (await admin.createProposal({ customer_id: customer.id, contact_id: contact.id, sections: [{ text: "Why" }] })).data.id;
  const expiredId = await proposal();
  await admin.submitProposal({ id: expiredId });
  await admin.sendProposal({ id: expiredId });
  const manager = await addUser(app, world.tenant, "MANAGER");
  const rep = await addUser(app, world.tenant, "SALES_REP", { manager_id: manager.id });
  const levels = [{ name: "All", every: true, approvers: ["MANAGER"] }];
  const definition = { approved_quote: false, levels };
  const { data: rule } = await admin.createRuleVersion({ kind: "proposal_approval", definition });
  await admin.publishRuleVersion({ kind: "proposal_approval", id: rule.id });
  const [withdrawn, reassignedId] = [await proposal(), await proposal()];
  for (const proposalId of [withdrawn, reassignedId]) {
    await admin.updateProposal({ id: proposalId, owner_id: rep.id });
    await admin.submitProposal({ id: proposalId });
    await app.settle();
  }
  await admin.withdrawProposal({ id: withdrawn });
  await admin.updateProposal({ id: reassignedId, owner_id: manager.id });
  await app.settle();
}

/** Leads from every source that a rule assigns; one that waits, and those of a user who becomes absent. */
async function runAssignments({ admin, token }: Tenant): Promise<void> {
  const [user, otherUser] = [await addUser(app, world.tenant, "SALES_REP"), await addUser(app, world.tenant, "SALES_REP")];
  await publishRule(world.tenant, { otherwise: roundRobin([user, otherUser]) });
  await admin.updateTenant({ settings: { new_lead_owner: "rule" } });
  app.setClock({ advance: 61_000 });
  await admin.createLead(newLead());
  const { data: form } = await admin.createForm({ name: "Form", kind: "web_form", makes_lead: true });
  const submission = { key: form.key, first_name: "Fay", last_name: "Form", email: "fay@form.example" };
  await sendAs(app, undefined, operations.find(({ name }) => name === "submitPublicForm") as Operation, submission);
  await sendFile(app, token, "/leads/import", "first_name,last_name\nIda,Imported\n");
  await sendFile(app, token, "/customers/import", "name\nImported\n");
  for (const kind of ["opportunities", "potentials", "deals", "products"])
    await sendFile(app, token, `/${kind}/import`, "name\nImported\n", {
      mapping: { name: kind === "potentials" ? "status" : "name" },
    });
  await sendFile(app, token, "/contacts/import", "customer_id,last_name,birthdate\nImported,Ida,1980-02-01\n");
  await app.settle();
  await admin.createLead(newLead({ owner_id: user.id }));
  await setAvailability(admin, user, { absences: [{ from: new Date(Clock.ms() - 60_000).toISOString(), reassign: true }] });
  await setAvailability(admin, otherUser, { capacity: 0 });
  await admin.createLead(newLead());
  await setAvailability(admin, otherUser, {});
  await app.settle();
  await app.scheduler.run("due");
  await admin.updateTenant({ settings: { new_lead_owner: "creator" } });
}

/** Converts a lead with an activity, an interaction and a contact whose person was merged. */
async function runConversion({ admin }: Tenant): Promise<void> {
  const { data: lead } = await admin.createLead(newLead());
  await admin.logLeadActivity({ id: lead.id, subject: "Called", activity_type_id: "call" });
  const { personal_key_id } = lead;
  await admin.createInteraction({ personal_key_id, lead_id: lead.id, interaction_type_id: "meeting" });
  const { data: contact } = await admin.createContact({ first_name: "Also", last_name: "There", lead_id: lead.id });
  const { data: otherPerson } = await admin.createPerson({ first_name: "Also", last_name: "There" });
  await admin.mergePersons({ id: contact.personal_key_id, merged_id: otherPerson.id });
  await admin.convertLead({ id: lead.id, override_reason: "known" });
  await app.settle();
}

/** Merges customers with every kind of reference, where one person is a contact of both, and undoes it; and contacts of a lead. */
async function runMerges({ admin }: Tenant): Promise<void> {
  const customer = async (more = {}) => (await admin.createCustomer({ name: "Twice", ...more })).data.id;
  const [id, merged_id] = [await customer(), await customer()];
  await customer({ parent_customer_id: merged_id });
  const contacts = [];
  for (const [customer_id, email] of [
    [id, "both@twice.example"],
    [merged_id, "both@twice.example"],
    [merged_id, "own@twice.example"],
  ])
    contacts.push((await admin.createContact({ customer_id, email, last_name: "Twice" })).data.id);
  await admin.createOpportunity({ name: "Twice", customer_id: merged_id, contact_id: contacts[1] });
  await admin.createInteraction({ customer_id: merged_id, interaction_type_id: "phone" });
  for (const related_to_id of [merged_id, contacts[1]])
    await admin.createActivity({ subject: "Twice", activity_type_id: "task", related_to_id });
  await app.settle();
  const { data: lead } = await admin.createLead(newLead());
  const ofLead = [];
  for (const last_name of ["Once", "Again"]) {
    const { data: contact } = await admin.createContact({ lead_id: lead.id, last_name });
    // The merge of the contacts joins their persons, and moves this value.
    if (last_name === "Again") await admin.updatePerson({ id: contact.personal_key_id, birth_date: "1980-02-01" });
    ofLead.push(contact.id);
  }
  await admin.mergeContacts({ id: String(ofLead[0]), merged_id: String(ofLead[1]) });
  for (const again of [admin.mergeCustomers, admin.unmergeCustomers]) {
    await again({ id, merged_id });
    await app.settle();
  }
}

/** An activity that depends on another, ones with reminders, and recurring ones. */
async function runActivities(tenant: Tenant): Promise<void> {
  const { admin, userId } = tenant;
  const task = { subject: "Call back", activity_type_id: "task" };
  const { data: first } = await admin.createActivity({ ...task, reminder_datetime: Clock.addSeconds(60) });
  await admin.createActivity({ ...task, blocked_by: first.id });
  await admin.updateUser({ id: userId, phone_number: "+4915112345678" });
  const reminders = [{ at: Clock.addSeconds(60), by: "SMS" }];
  const { data: lead } = await admin.createLead(newLead());
  await admin.createActivity({ ...task, related_to_type: "lead", related_to_id: lead.id, reminders });
  const { id: unreachable } = await addUser(app, tenant, "MANAGER");
  await admin.createActivity({ ...task, assigned_to_id: unreachable, reminders });
  const recurs = { ...task, start_datetime: Clock.addSeconds(60), recurrence: { frequency: "DAILY", count: 30 } };
  const { data: daily } = await admin.createActivity(recurs);
  await app.settle();
  await admin.updateActivity({ id: daily.id, start_datetime: Clock.addSeconds(3600), apply_to: "ALL" });
  const { data: occurrences } = await admin.listActivities({ series_id: String(daily.series_id), limit: 100 });
  const [, , third] = occurrences.toSorted((a, b) => String(a.start_datetime).localeCompare(String(b.start_datetime)));
  await admin.updateActivity({ id: String(third?.id), subject: "Call again", apply_to: "FOLLOWING" });
  // What a manager sees depends on the users of the tenant.
  await admin.updateTenant({ settings: { visibility: "own" } });
  app.setClock({ advance: 120_000 });
  await app.settle();
  await admin.updateTenant({ settings: { visibility: "all" } });
  await admin.completeActivity({ id: first.id });
  const { data: customer } = await admin.createCustomer({ name: "Invited" });
  const guest = { customer_id: customer.id, first_name: "Gus", email: "gus@invited.example" };
  const { data: contact } = await admin.createContact(guest);
  const participants = [{ contact_id: contact.id }];
  const meetingInput = { ...task, due_date: "2099-01-15", send_invitations: true, participants };
  const { data: meeting } = await admin.createActivity(meetingInput);
  await app.settle();
  await admin.cancelActivity({ id: meeting.id });
  await app.settle();
}

/** Uploaded files, restricted rows, an import with keys that is reverted, and exports through every index. */
async function runFileJobs({ admin, token }: Tenant): Promise<void> {
  const manager = await addUser(app, world.tenant, "MANAGER");
  const { data } = await sendFile(app, token, "/persons/import", "external_key,first_name\nK-1,Key\n");
  const id = String(data.import_id);
  const { data: importResult } = await sendFile(
    app,
    manager.token,
    "/leads/import",
    `first_name,last_name,owner_id\nMay,Ours,${manager.id}\n`,
  );
  // Together they exceed the size limit of an answer.
  const rowsWithoutNeed = `Nadine,,${"x".repeat(40_320)}\n`.repeat(104);
  const { data: refusing } = await sendFile(app, token, "/leads/import", `first_name,last_name,need\n${rowsWithoutNeed}`);
  await app.settle();
  await sendAs(app, token, operations.find(({ name }) => name === "getImportErrors") as Operation, { id: refusing.import_id });
  await admin.revertImport({ id });
  // The audit trail shows who has changed an imported record.
  const [lead] = (await admin.listLeads({ search: "may ours" })).data;
  await admin.updateLead({ id: String(lead?.id), notes: "Touched" });
  await app.settle();
  await admin.revertImport({ id: String(importResult.import_id) });
  const filters = [
    { status: "qualified" },
    { source: "referral" },
    { rating: "COLD" },
    { is_converted: "true" },
    { owner: manager.id },
  ];
  for (const query of [{}, ...filters]) await admin.exportLeads({ format: "csv", query });
  await app.settle();
}

/** Bulk changes of several kinds, undone again, with records found through each index. */
async function runBulkChanges({ admin }: Tenant): Promise<void> {
  const manager = await addUser(app, world.tenant, "MANAGER");
  const { data: form } = await admin.createForm({ name: "Bulk", kind: "WEB_FORM" });
  const done = async (input: object): Promise<string> => {
    const { data } = await allowAnyInput(admin).createBulkChange(input);
    await app.settle();
    return data.id;
  };
  for (const [kind, id] of [
    ["team", (await admin.createTeam({ name: "Bulk" })).data.id],
    // Deleting the person releases their external key.
    ["person", (await admin.createPerson({ first_name: "Bulk", external_key: "BULK-1" })).data.id],
    ["form", form.id],
  ])
    for (const action of ["delete", "restore"]) await admin.undoBulkChange({ id: await done({ kind, action, ids: [id] }) });
  const document = { document_type: "passport", document_country: "DE", document_number: "C01X00T47" };
  const { data: traveller } = await admin.createPerson({ first_name: "Bulk", ...document });
  // The hash of the document number depends on the country.
  await done({ kind: "person", action: "update", ids: [traveller.id], changes: { document_country: "AT" } });
  const { data: lead } = await admin.createLead(newLead({ company: "Bulk", owner_id: manager.id }));
  await admin.deleteLead({ id: lead.id });
  const restored = await done({ kind: "lead", action: "restore", ids: [lead.id] });
  await admin.updateLead({ id: lead.id, need: "Touched" });
  await app.settle();
  await admin.undoBulkChange({ id: restored });
  const filters = [{}, { status: "qualified" }, { source: "referral" }, { rating: "COLD" }, { is_converted: "true" }];
  for (const query of [...filters, { owner: manager.id }])
    await done({ kind: "lead", action: "update", query, add_tags: ["bulk"], dry_run: true });
  await app.settle();
}

/** A text too long for the audit entry itself, even when compressed. */
const buildLongText = (): string => randomBytes(36_000).toString("base64");

/** Values stored beside their audit entries are read and exported. */
async function runAuditHistory({ admin }: Tenant): Promise<void> {
  const { data: lead } = await admin.createLead(newLead({ notes: buildLongText() }));
  await admin.updateLead({ id: lead.id, notes: buildLongText() });
  await app.settle();
  const { data: entries } = await admin.listAuditEntries({ record_id: lead.id });
  for (const { id } of entries) await admin.getAuditEntry({ id: String(id) });
  await admin.exportAuditEntries({ format: "csv", columns: ["old_values"], query: { record_id: lead.id } });
  await app.settle();
}

/** Makes a counter wrong, so that the recount repairs it. */
const buildMiscount = (tenant: string) =>
  new UpdateCommand({
    TableName: monitor.table,
    Key: { ...counterKey(tenant, "lead", ALL) },
    UpdateExpression: "ADD live :one",
    ExpressionAttributeValues: { ":one": 1 },
  });

/** Returns the stream record of a version of the lead with another name and status that was never derived. */
function buildUnderivedRecord(id: string): DynamoDBRecord {
  const { dynamodb = {} } =
    listStreamRecords(app).findLast(({ dynamodb }) => dynamodb?.Keys?.sk?.S === id && dynamodb.NewImage?.context) ?? {};
  const lead = Leads.fromItem(unmarshall(dynamodb.NewImage as Record<string, AttributeValue>));
  const { row } = Leads.serialize({ ...lead, first_name: "Renamed", lead_status_id: "mst_other" });
  const doc = { ...JSON.parse(String(dynamodb.NewImage?.doc?.S)), notes: buildLongText() };
  const OldImage = { ...dynamodb.NewImage, doc: { S: JSON.stringify(doc) } };
  const version = { N: String(Number(dynamodb.NewImage?.version?.N) + 1) };
  const NewImage = { ...dynamodb.NewImage, row: { S: row }, version };
  return { dynamodb: { ...dynamodb, OldImage, NewImage } } as DynamoDBRecord;
}

/** Stores a dead letter as Lambda does. */
async function parkDeadLetter(id: string): Promise<void> {
  const parked = { payload: JSON.stringify({ Records: [buildUnderivedRecord(id)] }) };
  await app.ports.files.put(`${DEAD_LETTER_PREFIX}mapping/shard/2026/01/01/a`, Buffer.from(JSON.stringify(parked)));
}

/** Sets the tenant aside with a record in its queue, as the stream's consumer does. The app does not see the object, so it does not drain the queue. */
function setAside(tenant: Tenant, record: DynamoDBRecord): Promise<void> {
  const files = folderFiles(join(app.state.folder, "files"));
  const ports = Object.create(app.ports, { files: { value: files } }) as Ports;
  return monitor.actingFunction.run("stream", () =>
    TenantQueue.append(ports, tenant.id, [record], { deadLetterPrefix: DEAD_LETTER_PREFIX, isMarked: false }),
  );
}

describe("the actions of the system", () => {
  it("are allowed, with every command", () => {
    expect([...monitor.denials]).toEqual([]);
    // The recount logs its repairs as an error.
    expect(errors).toEqual(["recount"]);
  });

  it.runIf(isExhaustive)("are all that the roles of the system allow", () => {
    const rare = [
      // In a new stage, whose table has no shapes.
      "Checks during a deployment whether the release can read the table: dynamodb:PutItem <storage/table>",
      "Checks during a deployment whether the release can read the table: dynamodb:Query <storage/table>",
      // If a lead is already waiting when its owner becomes absent.
      "Listens to availability.absence_due: dynamodb:DeleteItem <storage/table>",
      // If a state machine has failed.
      "Listens to approval.attention_due: dynamodb:BatchGetItem <storage/table>",
      // If persons who are compared under a new rule are duplicate candidates.
      "Listens to rule_set.work_due: dynamodb:ConditionCheckItem <storage/table>",
      // If a person whose change waited in a queue has lost an owner or is a duplicate.
      "Derives the changes of tenants that the stream has set aside: dynamodb:ConditionCheckItem <storage/table>",
    ];
    expect(monitor.listUnusedActions(listSystemRoles())).toEqual(rare);
  });

  it.runIf(isExhaustive)("use every role of the request path", () => {
    for (const [role, { Properties }] of listAccessRoles()) {
      expect([Properties.Description, [...monitor.usedActions].some((usedAction) => usedAction.startsWith(`${role} `))]).toEqual([
        Properties.Description,
        true,
      ]);
    }
  });
});

const ROLE = "AWS::IAM::Role";
const listAccessRoles = () => listResources(resources, ROLE).filter(([id]) => id.startsWith("access/"));
const listSystemRoles = () => listResources(resources, ROLE).filter(([id]) => !/^(access|requests)/.test(id));

/** The ports that each deployed function declares. */
const listPortUses = (): Map<string, readonly PortUse[]> =>
  new Map([
    ...functionNames.map((name) => [name, apiPortUses(name)] as const),
    ...subscribers.map(({ name, listener }) => [`subscribe-${name}`, listener.uses ?? []] as const),
    ...schedules.map(({ name, declared }) => [`schedule-${name}`, declared.uses ?? []] as const),
    ...listFlows(domains).map(({ name, flow }) => [`flow-${name}`, flow.uses ?? []] as const),
    ["stream", stream.uses],
    ["operator", operator.uses],
    ["inbound-mail", inbound.uses],
  ]);

describe("ports", () => {
  const uses = listPortUses();

  it("are requested only by functions that declare them", () => {
    const unnamed = [...monitor.requestedPorts].filter((portRequest) => {
      const [name = "", port = ""] = portRequest.split(" ");
      return uses.has(name) && !uses.get(name)?.includes(port as PortUse);
    });
    expect(unnamed).toEqual([]);
  });

  it.runIf(isExhaustive)("are declared only by functions that request them", () => {
    // Data keys and kinds are cached, and all functions share one process here. All functions that answer requests have the keys of requests.
    const isRemembered = (port: PortUse): boolean => port === "seal" || port === "domains" || port === "secrets:requests";
    const unused = [...uses].flatMap(([name, ports]) =>
      ports
        .filter((port) => !port.startsWith("objects:") && !isRemembered(port) && !monitor.requestedPorts.has(`${name} ${port}`))
        .map((port) => `${name} ${port}`),
    );
    // Only if the event of a submission had no effect, or a change cannot be derived; and only SES in AWS stores emails.
    expect(unused).toEqual([
      "subscribe-approval-watch flows:start",
      "schedule-tenant-queues dead_letters:put",
      "stream dead_letters:put",
      "operator dead_letters:put",
      "inbound-mail inbound_mail",
    ]);
  });
});

describe("the file bucket", () => {
  it("is accessible to functions that declare files, and each uses all its permissions", () => {
    const grants = monitor.listFileGrants();
    // In tests, fonts come from the packages.
    const isFont = ({ leave }: (typeof grants)[number]): boolean => leave === "s3:GetObject /fonts/*";
    // Each of these functions may meet an archived record, or list so many records that columns are read, but few do in a test.
    const isRare = (leave: string): boolean => leave.includes("/records/") || leave.includes("/columns/");
    const archiveRoles = new Set(grants.filter(({ leave }) => isRare(leave)).map(({ role }) => role));
    const isArchive = ({ role, leave }: (typeof grants)[number]): boolean =>
      archiveRoles.has(role) && (isRare(leave) || leave.startsWith("s3:ListBucket"));
    const isExpected = (grant: (typeof grants)[number]): boolean => grant.isUsed || isFont(grant) || isArchive(grant);
    if (isExhaustive) expect(grants.filter((grant) => !isExpected(grant))).toEqual([]);
    const takes = ({ uses = [] }: Capabilities) => listObjectActions(uses).size > 0;
    const declared = [
      ...functionNames.filter((name) => takes(functions[name])).map((name) => `Objects and keys of one tenant, for ${name}`),
      // Requests read columns with the role of the tenant's records.
      "Keys of one tenant",
      ...subscribers
        .filter(({ listener }) => takes(listener))
        .map(({ events }) => `Listens to ${events.join(", ")}`.slice(0, 200)),
      ...schedules.filter(({ declared }) => takes(declared)).map(({ description }) => description),
      ...(takes(stream) ? ["Derives the follow-up work of each write from the table's stream"] : []),
      ...(takes(inbound) ? ["Receives emails from customers"] : []),
      ...(takes(operator) ? ["Suspends and resumes tenants, recounts, redrives dead letters, rotates keys, migrates"] : []),
    ];
    expect(new Set(grants.filter((grant) => !isFont(grant)).map(({ name }) => name))).toEqual(new Set(declared));
    expect(declared.length).toBeGreaterThanOrEqual(8);
  });
});

describe("a request with a wrong key", () => {
  it("is denied the objects and data keys of another tenant", async () => {
    const foreign = "ten_000000000000000000";
    const before = monitor.denials.size;
    const { objects, keys } = app.ports;
    await monitor.actingFunction.run("leads", () =>
      runIn(systemContext(app.ports, world.tenant.id, "test"), async () => {
        await objects.open(`${foreign}/uploads/upl_1`);
        await objects.links.upload(`${foreign}/uploads/upl_1`, { content_type: "text/csv", size: 1, seconds: 60 });
        await keys.generate({ tenant: foreign, subject: "led_1" });
      }),
    );
    expect([...monitor.denials].slice(before).map((denial) => denial.replace(/<.*?>\S*/, "…"))).toEqual([
      "leads: s3:GetObject on …",
      "leads: s3:PutObject on …",
      "leads: kms:GenerateDataKey on …",
    ]);
  });
});

describe("the stream filter", () => {
  const wakes = (record: DynamoDBRecord): boolean => streamFilters().some((filter) => matchesFilter(filter, record));

  const parseChanges = (records: readonly DynamoDBRecord[]) =>
    runIn(systemContext(app.ports, undefined, "test"), () => Promise.all(records.map(parseChange)));

  it("passes only records that have consequences", async () => {
    const records = listStreamRecords(app);
    const changes = await parseChanges(records);
    const isResetRequest = ({ dynamodb }: DynamoDBRecord) =>
      (ResetRequest.toEvents(dynamodb?.Keys, dynamodb?.NewImage) ?? []).length > 0;
    const follows = records.filter((record, index) => changes[index] || isResetRequest(record));
    expect(follows.length).toBeGreaterThan(100);
    expect(records.length).toBeGreaterThan(follows.length * 3);
    const listKeys = (streamRecords: readonly DynamoDBRecord[]) =>
      streamRecords.map(({ dynamodb }) => `${dynamodb?.Keys?.pk?.S} ${dynamodb?.Keys?.sk?.S}`);
    expect(listKeys(records.filter(wakes))).toEqual(listKeys(follows));
  });

  it("passes permanent deletions", async () => {
    const { dynamodb = {} } = listStreamRecords(app).find(wakes) ?? {};
    const { NewImage: OldImage, ...rest } = dynamodb;
    const removed = { eventName: "REMOVE", dynamodb: { ...rest, OldImage } } as DynamoDBRecord;
    expect((await parseChanges([removed]))[0]).toBeDefined();
    expect(wakes(removed)).toBe(true);
  });

  it("fits within the limits of Lambda", () => {
    expect(streamFilters().length).toBeLessThanOrEqual(5);
    for (const filter of streamFilters()) expect(JSON.stringify(filter).length).toBeLessThan(4096);
  });
});
