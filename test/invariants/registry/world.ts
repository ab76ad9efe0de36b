import { randomUUID } from "node:crypto";
import { Clock } from "@crm/core/kernel/clock.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { TrackedHtml } from "@crm/core/messaging/tracking/tracked-html.ts";
import { PreferencesLink } from "@crm/core/people/suppression/preferences-link.ts";
import { extraColumns } from "@crm/core/platform/master-data/extra-columns.ts";
import { StandardScore } from "@crm/core/sales/scoring/standard-model.rules.ts";
import { Outcomes, outcomeId } from "@crm/core/service/ticket/sla-outcome.entity.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import { operations } from "@crm/functions/api/index.ts";
import { buildRequest, type Client, createClient, type WireResponse } from "@crm/functions/derive/client.ts";
import { inputSchema, type Operation, pathParameterNames } from "@crm/functions/http/operation.ts";
import { ingestMail } from "@crm/functions/inbound/index.ts";
import type { App } from "@crm/local/app.ts";
import { callWebhook, signDropboxSign, signTwilio } from "../../messaging/inbound-webhook/provider-requests.ts";
import { runInTenant } from "../../people/suppression/support.ts";
import { addUser, inProcessTransport, nextWeek, PASSWORD, signUp, type Tenant, type TestUser } from "../../support/app.ts";
import { generateValue, type InputSeeds } from "./input-generator.ts";

/** A tenant full of marked values, and for any operation a valid input with something of its own to act on. */
export interface World {
  tenant: Tenant;
  seeds: InputSeeds;
  /** What operations act on, where none of them changes it: made once. */
  sharedIds?: Map<string, string>;
}

export const MARK = "MARKED";

export type Input = Record<string, unknown>;

/** Fields that stand for others, or only narrow what comes. */
const omittedAlternatives = [
  "full_name",
  "personal_key_id",
  "external_key",
  "cursor",
  "password",
  "parent_id",
  "icon_name",
  "is_final",
  "file",
  "recurrence",
  "recurrence_pattern",
  "recurrence_end_date",
  "apply_to",
  "is_private",
];

const fieldExamples: Input = {
  color: "#16a34a",
  phone_number: "+491701234567",
  role: "SALES_REP",
  extra_roles: [],
  expires_at: "2099-01-01T00:00:00.000Z",
  sort: undefined,
  order: undefined,
  deleted: undefined,
  search: undefined,
  page: undefined,
  limit: undefined,
  parent_id: undefined,
  status: undefined,
  code: undefined,
  rate_limit_per_minute: 1_000_000,
  method: "LIST",
  owner: undefined,
  owner_id: undefined,
  assigned_to: undefined,
  is_verified: undefined,
  visibility: "all",
  new_lead_owner: "creator",
  new_customer_owner: "creator",
  new_opportunity_owner: "creator",
  occurred_at: "2025-03-04T05:06:07.000Z",
  from: undefined,
  to: undefined,
  // A lead has the detail of one line, and its line follows from it.
  product_line: undefined,
  home_data: undefined,
  specialty_data: undefined,
  product_data: undefined,
  // Parameters named as paths that the tenant declared, and conditions (test/storage/list/filter-grammar.test.ts).
  paths: undefined,
  where: undefined,
  // A set has a filter where it is dynamic (test/engagement/segment).
  filter: undefined,
  membership: "STATIC",
  language: "en",
  // Made of text and tags alone (test/messaging/template).
  body_html: undefined,
  // Spans of a week in order (test/scheduling/booking).
  hours: undefined,
  // Of a clause: made of its name, as no two have the same (test/agreements/contract-template).
  key: undefined,
  // It has all that any type of product has.
  product_type: "PACKAGE",
};

export async function makeWorld(app: App, mark: string): Promise<World> {
  const tenant = await signUp(app);
  const colleague = await addUser(app, tenant, "MANAGER", { first_name: `${mark}-colleague` });
  const ids: Record<string, string> = { user: colleague.id, tenant: tenant.id };
  for (const kind of [
    "lead-statuses",
    "lead-sources",
    "industries",
    "company-sizes",
    "revenue-ranges",
    "insurance-types",
    "countries",
    "states",
    "customer-types",
    "contact-roles",
    "opportunity-stages",
    "potential-statuses",
    "potential-stages",
  ]) {
    ids[`master ${kind.replaceAll("-", "_")}`] = String((await tenant.admin.listMasters({ kind })).data[1]?.id);
  }
  for (const kind of [
    "activity-types",
    "call-outcomes",
    "meeting-types",
    "priorities",
    "interaction-types",
    "communication-channels",
    "marketing-channels",
    "attachment-categories",
    "product-categories",
    "ticket-categories",
    "urgency-levels",
    "article-categories",
  ]) {
    ids[`master ${kind.replaceAll("-", "_")}`] = String((await tenant.admin.listMasters({ kind })).data[0]?.id);
  }
  for (const kind of ["cities", "territories", "stores", "brands"]) {
    const made = await tenant.admin.createMaster({ kind, name: `${mark} ${kind}`, code: `made_${kind}` } as never);
    ids[`master ${kind}`] = made.data.id;
  }
  const person = await tenant.admin.createLead({ first_name: `${mark}-p`, last_name: `${mark}-q` });
  ids.person = person.data.personal_key_id;
  ids.lead = person.data.id;
  ids.customer = (await tenant.admin.createCustomer({ name: `${mark} company` })).data.id;
  ids.contact = (
    await tenant.admin.createContact({ first_name: `${mark}-c`, last_name: `${mark}-d`, customer_id: ids.customer })
  ).data.id;
  ids.opportunity = (await tenant.admin.createOpportunity({ name: `${mark} deal`, customer_id: ids.customer } as never)).data.id;
  ids.deal = (await tenant.admin.createDeal({ name: `${mark} deal`, customer_id: ids.customer } as never)).data.id;
  ids.potential = (await tenant.admin.createPotential({ personal_key_id: ids.person } as never)).data.id;
  ids.product = (await tenant.admin.createProduct({ name: `${mark} product`, unit_price: "10.00" })).data.id;
  ids.price_book = (await tenant.admin.createPriceBook({ name: `${mark} book` })).data.id;
  const drafted = { customer_id: ids.customer, line_items: [{ description: `${mark} work`, unit_price: "10.00" }] };
  ids.quote = (await tenant.admin.createQuote({ name: `${mark} quote`, ...drafted } as never)).data.id;
  ids.pricing_rule = (
    await tenant.admin.createPricingRule({ name: `${mark} rule`, effect: "PERCENT", percent: "1", is_active: false } as never)
  ).data.id;
  ids.quote_template = (await tenant.admin.createQuoteTemplate({ name: `${mark} template` } as never)).data.id;
  const said = { quote_id: ids.quote, sections: [{ text: `${mark} words` }] };
  ids.proposal = (await tenant.admin.createProposal({ name: `${mark} proposal`, ...said } as never)).data.id;
  ids.proposal_template = (await tenant.admin.createProposalTemplate({ name: `${mark} template` } as never)).data.id;
  const agreed = { title: `${mark} contract`, customer_id: ids.customer, contract_value: "10.00", start_date: "2030-01-01" };
  ids.contract = (await tenant.admin.createContract(agreed as never)).data.id;
  ids.contract_clause = (
    await tenant.admin.createContractClause({
      name: `${mark} clause`,
      texts: [{ language: "en", body: `${mark} words` }],
    } as never)
  ).data.id;
  ids.contract_template = (
    await tenant.admin.createContractTemplate({
      name: `${mark} template`,
      status: "ACTIVE",
      clauses: [{ clause_id: ids.contract_clause }],
    } as never)
  ).data.id;
  ids.contact_list = (await tenant.admin.createContactList({ name: `${mark} list` })).data.id;
  ids.segment = (await tenant.admin.createSegment({ name: `${mark} segment` })).data.id;
  const mailed = { name: `${mark} spring`, subject: `${mark} spring`, body_text: `${mark} words` };
  ids.message_template = (await tenant.admin.createMessageTemplate(mailed as never)).data.id;
  const batch = { batch_name: `${mark} batch`, assigned_to: null };
  ids.reengagement_batch = (await tenant.admin.createReengagementBatch(batch as never)).data.id;
  ids.team = (await tenant.admin.createTeam({ name: `${mark}-team` })).data.id;
  ids.sms_sender = (await tenant.admin.createSmsSender({ name: `${mark} sender`, is_default: true })).data.id;
  const texting = { name: `${mark} texts`, sender_id: ids.sms_sender, ...TWILIO };
  ids.sms_service_account = (await tenant.admin.createSmsServiceAccount(texting as never)).data.id;
  const outgoing = { number: nextNumber(), account_id: ids.sms_service_account, is_default: true };
  ids.sms_number = (await tenant.admin.createSmsNumber(outgoing as never)).data.id;
  const custom = `f_${mark.toLowerCase()}`;
  for (const entity_type of [
    "lead",
    "person",
    "customer",
    "contact",
    "opportunity",
    "potential",
    "deal",
    "quote",
    "proposal",
    "contract",
    "ticket",
  ] as const) {
    const made = { field_name: custom, field_label: `${mark}-label`, field_type: "text" } as const;
    await tenant.admin.createCustomField({ entity_type, ...made });
  }
  const values: Input = {
    ...fieldExamples,
    custom_fields: { [custom]: `${mark}-custom` },
    kind: "industries",
    related_to_type: "lead",
    related_to_id: ids.lead,
    interaction_date: "2026-01-02T03:04:05.000Z",
    // Of a customer that has left alone.
    churn_reason_id: undefined,
    churn_notes: undefined,
    country: undefined,
    state: undefined,
    ...Object.fromEntries(
      ["", "billing_", "shipping_"].flatMap((of) => [`${of}country_id`, `${of}state_id`]).map((field) => [field, undefined]),
    ),
  };
  return { tenant, seeds: { mark, ids, values, omittedFields: new Set([...omittedAlternatives, ...Object.keys(extraColumns)]) } };
}

const findOperation = (name: string): Operation => {
  const found = operations.find((operation) => operation.name === name);
  if (!found) throw new Error(`No operation ${name}`);
  return found;
};

/** Sends an operation's input as somebody, and gives the bare answer. */
export async function sendAs(
  app: App,
  token: string | undefined,
  operation: Operation,
  input: Input,
  options: Parameters<typeof buildRequest>[2] = {},
): Promise<WireResponse> {
  return inProcessTransport(app, token)(buildRequest(operation, input, options));
}

const parseData = (answer: WireResponse): Record<string, unknown> => {
  if (answer.status >= 300) throw new Error(`${answer.status}: ${answer.body.slice(0, 500)}`);
  return (JSON.parse(answer.body) as { data: Record<string, unknown> }).data;
};

const masterInput = ({ mark }: InputSeeds): Input => ({
  name: `${mark} ${randomUUID()}`,
  code: `c_${randomUUID().replaceAll("-", "")}`,
});

type InputBuilder = (app: App, world: World, who?: TestUser) => Promise<Input>;

const batchInput = ({ seeds: fillings }: World, name: string): Input => ({
  ...(generateValue(inputSchema(findOperation(name)), fillings) as Input),
  // Leaders and marketers alone give them to others.
  assigned_to: undefined,
  // Of messages with templates of their channels.
  sequence: undefined,
});

/** Of whoever is to act on it. */
async function createBatch(
  { tenant, seeds: { mark } }: World,
  who: TestUser | undefined,
  status: "DRAFT" | "ACTIVE" = "DRAFT",
): Promise<string> {
  const { data } = await tenant.admin.createReengagementBatch({ batch_name: `${mark} batch`, assigned_to: who?.id } as never);
  if (status === "ACTIVE") await tenant.admin.activateReengagementBatch({ id: data.id });
  return data.id;
}

async function createMember(world: World, who: TestUser | undefined): Promise<string> {
  const { tenant, seeds: fillings } = world;
  const { data } = await tenant.admin.createPerson({ first_name: `${fillings.mark}-quiet` } as never);
  const id = await createBatch(world, who, "ACTIVE");
  return (await tenant.admin.addReengagementMember({ id, person_id: data.id })).data.id;
}

async function createContactedMember(world: World, who: TestUser | undefined): Promise<string> {
  const id = await createMember(world, who);
  await world.tenant.admin.contactReengagementMember({ id, method: "PHONE" });
  return id;
}

const createFill = async (world: World, who: TestUser | undefined): Promise<string> => {
  const id = await createBatch(world, who);
  return (await world.tenant.admin.fillReengagementBatch({ id, last_activity_before: "2020-01-01" })).data.id;
};

const reengagementInputs: Record<string, InputBuilder> = {
  createReengagementBatch: async (_, world) => batchInput(world, "createReengagementBatch"),
  replaceReengagementBatch: async (_, world, who) => ({
    ...batchInput(world, "replaceReengagementBatch"),
    ...{ id: await createBatch(world, who), currency: undefined },
  }),
  updateReengagementBatch: async (_, world, who) => ({
    ...batchInput(world, "updateReengagementBatch"),
    ...{ id: await createBatch(world, who), currency: undefined },
  }),
  deleteReengagementBatch: async (_, world, who) => ({ id: await createBatch(world, who) }),
  activateReengagementBatch: async (_, world, who) => ({ id: await createBatch(world, who) }),
  pauseReengagementBatch: async (_, world, who) => ({ id: await createBatch(world, who, "ACTIVE") }),
  completeReengagementBatch: async (_, world, who) => ({ id: await createBatch(world, who, "ACTIVE") }),
  cancelReengagementBatch: async (_, world, who) => ({ id: await createBatch(world, who) }),
  getReengagementStats: async (_, world, who) => ({ id: await createBatch(world, who) }),
  annotateReengagementStats: async (_, world, who) => {
    const id = await createBatch(world, who);
    // In the tenant's time zone, which may be of another day.
    const { data } = await world.tenant.admin.getReengagementBatch({ id });
    return { id, day: data.created_date, notes: `${world.seeds.mark}-notes` };
  },
  listReengagementBatchMembers: async (_, world, who) => ({ id: await createBatch(world, who) }),
  addReengagementMember: async (_, world, who) => {
    const { data } = await world.tenant.admin.createPerson({ first_name: `${world.seeds.mark}-quiet` } as never);
    return { id: await createBatch(world, who), person_id: data.id, notes: `${world.seeds.mark}-notes` };
  },
  fillReengagementBatch: async (_, world, who) => ({ id: await createBatch(world, who), last_activity_before: "2020-01-01" }),
  getReengagementFill: async (_, world, who) => ({ id: await createFill(world, who) }),
  cancelReengagementFill: async (_, world, who) => ({ id: await createFill(world, who) }),
  getReengagementMember: async (_, world, who) => ({ id: await createMember(world, who) }),
  updateReengagementMember: async (_, world, who) => ({ id: await createMember(world, who), notes: `${world.seeds.mark}-notes` }),
  removeReengagementMember: async (_, world, who) => ({ id: await createMember(world, who) }),
  contactReengagementMember: async (_, world, who) => ({ id: await createMember(world, who), method: "PHONE" }),
  respondReengagementMember: async (_, world, who) => ({ id: await createContactedMember(world, who) }),
  optOutReengagementMember: async (_, world, who) => ({ id: await createMember(world, who) }),
  failReengagementMember: async (_, world, who) => ({ id: await createMember(world, who), reason: `${world.seeds.mark}-reason` }),
};

/** By which account a tenant's sends go out, made once. */
const mailAccounts = new WeakMap<Tenant, Promise<string>>();

function ensureMailAccount({ tenant, seeds: { mark } }: World): Promise<string> {
  const made = { name: `${mark} news`, way: "house", address: "news@harbour.example" };
  const known = mailAccounts.get(tenant) ?? tenant.admin.createMailAccount(made as never).then(({ data }) => data.id);
  mailAccounts.set(tenant, known);
  return known;
}

const sendInput = async (world: World, name: string): Promise<Input> => ({
  ...(generateValue(inputSchema(findOperation(name)), world.seeds) as Input),
  sender_id: await ensureMailAccount(world),
  // One audience, and leaders and marketers alone give sends to others.
  ...{ contact_list_id: undefined, owner_id: undefined },
});

/** Of whoever is to act on it. */
async function createSend(world: World, who: TestUser | undefined, isScheduled = false): Promise<string> {
  const { tenant, seeds: fillings } = world;
  const { segment: segment_id, message_template: template_id } = fillings.ids;
  const said = { name: `${fillings.mark} send`, segment_id, template_id, owner_id: who?.id };
  const { data } = await tenant.admin.createEmailSend({ ...said, sender_id: await ensureMailAccount(world) } as never);
  if (isScheduled) await tenant.admin.scheduleEmailSend({ id: data.id, scheduled_send_time: nextMonth() });
  return data.id;
}

const nextMonth = (): string => new Date(Clock.ms() + 30 * 24 * 60 * 60_000).toISOString();

const emailSendInputs: Record<string, InputBuilder> = {
  createEmailSend: async (_, world) => sendInput(world, "createEmailSend"),
  replaceEmailSend: async (_, world, who) => ({
    ...(await sendInput(world, "replaceEmailSend")),
    id: await createSend(world, who),
  }),
  updateEmailSend: async (_, world, who) => ({
    ...(await sendInput(world, "updateEmailSend")),
    id: await createSend(world, who),
  }),
  deleteEmailSend: async (_, world, who) => ({ id: await createSend(world, who) }),
  scheduleEmailSend: async (_, world, who) => ({ id: await createSend(world, who), scheduled_send_time: nextMonth() }),
  unscheduleEmailSend: async (_, world, who) => ({ id: await createSend(world, who, true) }),
  cancelEmailSend: async (_, world, who) => ({ id: await createSend(world, who) }),
  getEmailSendResults: async (_, world, who) => ({ id: await createSend(world, who) }),
};

/** Who may meet, and within which time. */
const meetingInput = ({ ids }: World["seeds"]): Input => ({
  participants: [{ user_id: ids.user }],
  from: "2030-01-15T09:00:00Z",
  to: "2030-01-15T17:00:00Z",
});

/** What a schema cannot tell: operations whose input depends on something that happened before. */
const inputBuilders: Record<string, (app: App, world: World, who: TestUser | undefined) => Promise<Input>> = {
  signup: async (_, { seeds: { mark } }) => {
    const slug = `s-${randomUUID().slice(0, 8)}`;
    const names = { tenant_name: `${mark} tenant`, first_name: `${mark}-first`, last_name: `${mark}-last` };
    return { ...names, tenant_slug: slug, email: `${mark.toLowerCase()}@${slug}.example`, password: "Correct-Horse-9000" };
  },
  // A logo is an upload that was made, and that nothing else uses.
  updateTenant: async (_, { seeds: fillings }) => {
    const input = generateValue(inputSchema(findOperation("updateTenant")), fillings) as { settings: { letterhead: Input } };
    return { ...input, settings: { ...input.settings, letterhead: { ...input.settings.letterhead, logo_upload_id: null } } };
  },
  login: async (_, { tenant }) => ({ email: tenant.email, password: tenant.password, tenant_slug: tenant.slug }),
  token: async (_, { tenant }) => ({ grant_type: "password", username: tenant.email, password: tenant.password }),
  refresh: async (app, { tenant }) => {
    const again = await createClient(inProcessTransport(app)).login({
      email: tenant.email,
      password: tenant.password,
      tenant_slug: tenant.slug,
    });
    return { refresh_token: again.data.refresh_token };
  },
  forgotPassword: async (_, { tenant }) => ({ email: tenant.email, tenant_slug: tenant.slug }),
  resetPassword: async (app, world) => {
    const user = await addUser(app, world.tenant, "USER");
    await createClient(inProcessTransport(app)).forgotPassword({ email: user.email, tenant_slug: world.tenant.slug });
    return { token: await readMailedToken(app, user.email), password: "Another-Horse-9000" };
  },
  activate: async (app, world) => {
    const email = `invited.${randomUUID().slice(0, 8)}@${world.tenant.slug}.example`;
    await world.tenant.admin.createUser({ email, first_name: "Inge", last_name: "Invited", role: "USER" } as never);
    return { token: await readMailedToken(app, email), password: "Another-Horse-9000" };
  },
  // Pages are led to as operations are, and take what they take.
  activationPage: (app, world, who) => passwordPageInput(app, world, who, "activate"),
  sendActivationPage: (app, world, who) => passwordPageInput(app, world, who, "activate"),
  resetPasswordPage: (app, world, who) => passwordPageInput(app, world, who, "resetPassword"),
  sendResetPasswordPage: (app, world, who) => passwordPageInput(app, world, who, "resetPassword"),
  sendForgotPasswordPage: async (_, { tenant }) => ({ email: tenant.email }),
  notificationPreferencesPage: (app, world) => mailPreferenceInput(app, world),
  sendNotificationPreferencesPage: (app, world) => mailPreferenceInput(app, world),
  invitationPage: async (app, world) => ({ token: (await createInvitation(app, world)).token }),
  sendInvitationPage: async (app, world) => {
    const { token, shown } = await createInvitation(app, world);
    return { token, shown, response: "ACCEPTED" };
  },
  replyToInvitation: async (app, world) => {
    const { email, id } = await createInvitation(app, world);
    const event = [`UID:${id}@crm`, "DTSTAMP:20260101T000000Z", `ATTENDEE;PARTSTAT=ACCEPTED:mailto:${email}`];
    const lines = ["BEGIN:VCALENDAR", "METHOD:REPLY", "BEGIN:VEVENT", ...event, "END:VEVENT", "END:VCALENDAR", ""];
    return { calendar: lines.join("\r\n") };
  },
  recordPage: async (_, { seeds: fillings }) => ({ records: "leads", id: fillings.ids.lead }),
  changePassword: async () => ({ current_password: PASSWORD, password: "Another-Horse-9000" }),
  revokeSession: async (_app, _world, who) => ({ id: (await who?.client.listSessions())?.data[0]?.id }),
  inviteUser: async (_, { tenant, seeds: { mark } }) => {
    const email = `${mark.toLowerCase()}.${randomUUID().slice(0, 8)}@${tenant.slug}.example`;
    const { data } = await tenant.admin.createUser({
      email,
      first_name: `${mark}-x`,
      last_name: `${mark}-y`,
      role: "USER",
    } as never);
    return { id: data.id };
  },
  setUserStatus: async (app, { tenant }) => ({ id: (await addUser(app, tenant, "USER")).id, status: "SUSPENDED" }),
  createUser: async (_, { tenant, seeds: fillings }) => ({
    ...(generateValue(inputSchema(findOperation("createUser")), fillings) as Input),
    email: `${fillings.mark.toLowerCase()}.${randomUUID().slice(0, 8)}@${tenant.slug}.example`,
    password: "Correct-Horse-9000",
  }),
  getAuditEntry: async (app, { tenant }) => {
    await app.settle();
    return { id: (await tenant.admin.listAuditEntries({ limit: 1 })).data[0]?.id };
  },
  assignLeads: async (app, world) => ({
    lead_ids: [await makeTarget(app, world, "/leads")],
    method: "LIST",
    owner_id: world.seeds.ids.user,
  }),
  assignCustomers: async (app, world) => ({
    customer_ids: [await makeTarget(app, world, "/customers")],
    method: "LIST",
    owner_id: world.seeds.ids.user,
  }),
  assignOpportunities: async (app, world) => ({
    opportunity_ids: [await makeTarget(app, world, "/opportunities")],
    method: "LIST",
    owner_id: world.seeds.ids.user,
  }),
  createPerson: async (_, { seeds: fillings }) => personInput(fillings),
  replacePerson: async (app, world) => ({
    ...(await personInput(world.seeds)),
    contact_points: undefined,
    addresses: undefined,
    preferences: undefined,
    id: await makeTarget(app, world, "/persons"),
  }),
  // Of whom no lead would lead nowhere.
  deletePerson: async (app, world) => ({ id: await makeBarePerson(app, world) }),
  listInboundMails: async () => ({ kind: "message" }),
  queryInboundMails: async () => ({ kind: "message" }),
  restorePerson: async (app, world) => {
    const id = await makeBarePerson(app, world);
    parseData(await sendAs(app, world.tenant.token, findOperation("deletePerson"), { id }));
    return { id };
  },
  grantPersonSight: (app, world) => makeLimitedLead(app, world),
  withdrawPersonSight: async (app, world) => {
    const limited = await makeLimitedLead(app, world);
    await world.tenant.admin.grantPersonSight(limited);
    return limited;
  },
  updateContactPoint: async (app, world) => ({ ...(await personPartInput(app, world, "contact_points")), is_primary: true }),
  verifyContactPoint: async (app, world) => {
    const { id, point_id } = await addContactPoint(app, world);
    return { id, point_id };
  },
  confirmContactPoint: async (app, world) => sendVerificationCode(app, world),
  verificationPage: async (app, world) => ({ token: await createVerificationToken(app, world) }),
  sendVerificationPage: async (app, world) => ({ token: await createVerificationToken(app, world) }),
  createSuppression: async () => newAddress(),
  liftSuppression: (_, world) => createSuppressedAddress(world),
  checkSuppression: (_, world) => createSuppressedAddress(world),
  removeSuppression: async (app, world) => ({ id: await makeTarget(app, world, "/suppressions") }),
  reachPage: async (app, world) => ({ token: await createReachToken(app, world) }),
  sendReachPage: async (app, world) => ({ token: await createReachToken(app, world), channel: "email", act: "out" }),
  removeContactPoint: (app, world) => personPartInput(app, world, "contact_points"),
  updateAddress: async (app, world) => ({ ...(await personPartInput(app, world, "addresses")), city: world.seeds.mark }),
  verifyAddress: (app, world) => personPartInput(app, world, "addresses"),
  removeAddress: (app, world) => personPartInput(app, world, "addresses"),
  updateCustomerAddress: async (app, world) => ({ ...(await customerAddressInput(app, world)), city: world.seeds.mark }),
  verifyCustomerAddress: (app, world) => customerAddressInput(app, world),
  removeCustomerAddress: (app, world) => customerAddressInput(app, world),
  addChildCustomer: async (app, world) => ({
    id: await makeTarget(app, world, "/customers"),
    child_customer_id: await makeTarget(app, world, "/customers"),
  }),
  mergePersons: async (app, world) => ({
    id: await makeTarget(app, world, "/persons"),
    merged_id: await makeTarget(app, world, "/persons"),
  }),
  unmergePersons: async (app, world) => {
    const [id, merged_id] = [await makeTarget(app, world, "/persons"), await makeTarget(app, world, "/persons")];
    parseData(await sendAs(app, world.tenant.token, findOperation("mergePersons"), { id, merged_id }));
    return { id, merged_id };
  },
  mergeCustomers: (_, world) => makeCustomers(world),
  unmergeCustomers: async (app, world) => {
    const two = await makeCustomers(world);
    await world.tenant.admin.mergeCustomers(two);
    await app.settle();
    return two;
  },
  mergeContacts: (_, world) => makeContacts(world),
  unmergeContacts: async (app, world) => {
    const two = await makeContacts(world);
    await world.tenant.admin.mergeContacts(two);
    await app.settle();
    return two;
  },
  listMerges: async (app, world) => {
    const { id } = await (inputBuilders.unmergePersons as (typeof inputBuilders)[string])(app, world, undefined);
    return { id };
  },
  getSchema: async () => ({ kind: "lead" }),
  listJourneyEntries: async (app, world) => {
    await makeTarget(app, world, "/journey");
    return {};
  },
  getDuplicate: async (_, world) => ({ id: await makeDuplicate(world) }),
  dismissDuplicate: async (_, world) => ({ id: await makeDuplicate(world), reason: `${world.seeds.mark} reason` }),
  listPersonDuplicates: async (app, world) => {
    const duplicate = findOperation("getDuplicate");
    const id = await makeDuplicate(world);
    return { id: parseData(await sendAs(app, world.tenant.token, duplicate, { id })).person_id };
  },
  findSlots: async (_, { seeds: fillings }) => ({ ...meetingInput(fillings), duration_minutes: 30 }),
  readFreeBusy: async (_, { seeds: fillings }) => meetingInput(fillings),
  getActivity: async (app, world) => {
    const lead = await makeTarget(app, world, "/leads");
    const input = generateValue(inputSchema(findOperation("logLeadActivity")), world.seeds) as Input;
    return { id: parseData(await sendAs(app, world.tenant.token, findOperation("logLeadActivity"), { ...input, id: lead })).id };
  },
  createInteraction: async (_, { seeds: fillings }) => ({
    ...(generateValue(inputSchema(findOperation("createInteraction")), fillings) as Input),
    personal_key_id: fillings.ids.person,
  }),
  createOpportunity: async (_, world) => opportunityInput(world, "createOpportunity"),
  replaceOpportunity: async (app, world) => ({
    ...opportunityInput(world, "replaceOpportunity"),
    id: await makeTarget(app, world, "/opportunities"),
  }),
  updateOpportunity: async (app, world) => ({
    ...opportunityInput(world, "updateOpportunity"),
    id: await makeTarget(app, world, "/opportunities"),
  }),
  submitForecast: async (_, { seeds: fillings }) => ({
    period: "2031-02",
    commit: "1.00",
    best_case: "2.00",
    note: fillings.mark,
  }),
  moveOpportunity: async (app, world) => ({ id: await makeTarget(app, world, "/opportunities"), stage_id: "qualification" }),
  winOpportunity: async (app, world) => ({ id: await makeTarget(app, world, "/opportunities"), win_loss_reason_id: "best_fit" }),
  loseOpportunity: async (app, world) => ({ id: await makeTarget(app, world, "/opportunities"), win_loss_reason_id: "timing" }),
  reopenOpportunity: async (app, world) => {
    const id = await makeTarget(app, world, "/opportunities");
    await world.tenant.admin.loseOpportunity({ id, win_loss_reason_id: "timing" });
    return { id, reason: world.seeds.mark };
  },
  addOpportunityProduct: async (app, world) => ({
    ...{ id: await makeTarget(app, world, "/opportunities"), name: world.seeds.mark, unit_price: "5" },
  }),
  replaceOpportunityProduct: (app, world) => opportunityPartInput(app, world, "products"),
  removeOpportunityProduct: async (app, world) => {
    const { id, line_id } = await opportunityPartInput(app, world, "products");
    return { id, line_id };
  },
  replaceCompetitor: (app, world) => opportunityPartInput(app, world, "competitors"),
  removeCompetitor: async (app, world) => {
    const { id, competitor_id } = await opportunityPartInput(app, world, "competitors");
    return { id, competitor_id };
  },
  createDeal: async (_, world) => dealInput(world, "createDeal"),
  replaceDeal: async (app, world) => ({ ...dealInput(world, "replaceDeal"), id: await makeTarget(app, world, "/deals") }),
  updateDeal: async (app, world) => ({ ...dealInput(world, "updateDeal"), id: await makeTarget(app, world, "/deals") }),
  setDealStatus: async (app, world) => ({ id: await makeTarget(app, world, "/deals"), deal_status: "SIGNED" }),
  replaceDealItem: (app, world) => dealItemInput(app, world, "replaceDealItem"),
  removeDealItem: (app, world) => dealItemInput(app, world, "removeDealItem"),
  createQuote: async (_, world) => quoteInput(world, "createQuote"),
  replaceQuote: async (app, world) => ({ ...quoteInput(world, "replaceQuote"), id: await makeTarget(app, world, "/quotes") }),
  updateQuote: async (app, world) => ({ ...quoteInput(world, "updateQuote"), id: await makeTarget(app, world, "/quotes") }),
  replaceQuoteLine: async (app, world) => ({
    ...(await quoteLineInput(app, world)),
    description: world.seeds.mark,
    unit_price: "5",
  }),
  removeQuoteLine: (app, world) => quoteLineInput(app, world),
  sendQuote: async (app, world) => ({ ...(await createQuoteAfter(app, world, "submitQuote")), to: nextAddress("buyer") }),
  readQuoteOffer: (app, world) => createQuoteAfter(app, world, "submitQuote", "sendQuote"),
  // A translation is of an article that has none yet (test/service/knowledge).
  createKnowledgeArticle: async (_, { seeds: fillings }) => articleInput(fillings),
  // Of all signatures, that of Dropbox Sign alone stands in the body.
  takeWebhook: async (_, { tenant: { admin } }) => {
    const { data } = await admin.createInboundWebhook({ provider: "dropbox_sign", secret: "key" });
    const { body } = signDropboxSign("key", { type: "account_confirmed" });
    return { id: data.id, ...(JSON.parse(/\{.*\}/s.exec(body)?.[0] ?? "") as Input) };
  },
  createWebhookEndpoint: async (_, { seeds: { mark } }) => ({
    name: mark,
    url: "https://hooks.acme.example/crm",
    events: ["lead.*"],
  }),
  updateWebhookEndpoint: async (app, world, who) => ({
    id: await makeTarget(app, world, "/webhooks/endpoints", who),
    name: world.seeds.mark,
  }),
  replayWebhookEvents: async (app, world, who) => ({
    ...{ id: await makeTarget(app, world, "/webhooks/endpoints", who), from: new Date(Clock.ms() - 60_000).toISOString() },
  }),
  listEvents: async () => ({}),
  listInboundDeliveries: async (app, world) => ({ id: (await createQuarantinedDelivery(app, world)).id }),
  getInboundDelivery: (app, world) => createQuarantinedDelivery(app, world),
  retryInboundDelivery: (app, world) => createQuarantinedDelivery(app, world),
  getArticleVersion: (app, world) => articleVersionInput(app, world),
  revertArticle: (app, world) => articleVersionInput(app, world),
  knowledgePage: async (_, world) => ({ slug: await publishKnowledge(world) }),
  articlePage: (app, world) => publishArticle(app, world),
  sendArticlePage: async (app, world) => ({ ...(await publishArticle(app, world)), helpful: "yes", comment: world.seeds.mark }),
  seeArticlePage: (app, world) => publishArticle(app, world),
  mergeTickets: (app, world) => createTwoTickets(app, world),
  relateTickets: (app, world) => createTwoTickets(app, world),
  unrelateTickets: async (app, world) => {
    const two = await createTwoTickets(app, world);
    await world.tenant.admin.relateTickets(two);
    return two;
  },
  splitTicket: async (app, world) => {
    const { id, comment_id } = await createTicketComment(app, world);
    return { id, subject: `${world.seeds.mark} apart`, comment_ids: [comment_id] };
  },
  getTicketComment: (app, world) => createTicketComment(app, world),
  applyTicketMacro: (app, world) => macroTargetInput(app, world),
  previewTicketMacro: (app, world) => macroTargetInput(app, world),
  createTicketMacro: async (_, world) => macroInput(world),
  updateTicketMacro: async (app, world, who) => ({
    ...macroInput(world),
    id: await makeTarget(app, world, "/support/macros", who),
  }),
  createSignatureAccount: async (_, world) => signatureAccountInput(world),
  updateSignatureAccount: async (app, world) => ({
    id: await makeTarget(app, world, "/signature-accounts"),
    name: `${world.seeds.mark} account again`,
    is_default: true,
  }),
  createSmsServiceAccount: async (app, world) => smsAccountInput(app, world),
  updateSmsServiceAccount: async (app, world) => ({
    id: await makeTarget(app, world, "/sms/service-accounts"),
    name: `${world.seeds.mark} account again`,
  }),
  createMailAccount: async (_, { seeds: { mark } }) => ({
    name: `${mark} mails`,
    way: "house",
    address: "news@harbour.example",
  }),
  updateMailAccount: async (app, world) => ({
    id: await makeTarget(app, world, "/mail-accounts"),
    name: `${world.seeds.mark} mails again`,
  }),
  createSmsNumber: async (app, world) => smsNumberInput(app, world),
  sendMessage: async (_, world) => messageInput(world),
  cancelMessage: async (_, world) => ({ id: (await world.tenant.admin.sendMessage(messageInput(world) as never)).data.id }),
  getMessage: async (_, world) => ({ id: (await world.tenant.admin.sendMessage(messageInput(world) as never)).data.id }),
  getMessageOpens: async (_, world) => ({ id: (await world.tenant.admin.sendMessage(messageInput(world) as never)).data.id }),
  getConversation: async (_, world) => ({ id: await createConversation(world) }),
  listConversationMessages: async (_, world) => ({ id: await createConversation(world) }),
  readConversation: async (_, world) => ({ id: await createConversation(world) }),
  assignConversation: async (_, world) => ({ id: await createConversation(world), assigned_staff_id: world.seeds.ids.user }),
  updateSmsNumber: async (app, world) => ({
    id: await makeTarget(app, world, "/sms/numbers"),
    messages_per_second: 2.5,
    is_default: true,
  }),
  sendTicketSurvey: async (_, world) => ({ id: await createResolvedTicket(world) }),
  readSurveyOfTicket: async (app, world) => ({ id: (await sendSurvey(app, world)).ticket }),
  followMailLink: async (app, world) => ({ token: await createMailToken(app, world, "c") }),
  showMailPoint: async (app, world) => ({ token: await createMailToken(app, world, "o") }),
  surveyPage: async (app, world) => ({ token: (await sendSurvey(app, world)).token }),
  sendSurveyPage: async (app, world) => ({
    ...{ token: (await sendSurvey(app, world)).token, rating: "2" },
    comments: world.seeds.mark,
  }),
  revokeQuoteLinks: (app, world) => createQuoteAfter(app, world, "submitQuote", "sendQuote"),
  offerPage: async (app, world) => ({ token: await createOfferToken(app, world) }),
  answerOfferPage: async (app, world) => ({ token: await createOfferToken(app, world), act: "reject", reason: "Too late" }),
  offerPdf: async (app, world) => ({ token: await createOfferToken(app, world) }),
  seeOfferPage: async (app, world) => ({ token: await createOfferToken(app, world) }),
  presentQuote: (app, world) => createQuoteAfter(app, world, "submitQuote", "sendQuote"),
  acceptQuote: async (app, world) => ({ ...(await createQuoteAfter(app, world, "submitQuote", "sendQuote")), signed_by: "Ada" }),
  rejectQuote: async (app, world) => ({
    ...(await createQuoteAfter(app, world, "submitQuote", "sendQuote")),
    reason: world.seeds.mark,
  }),
  requestQuoteSignature: async (app, world) => ({
    ...(await createQuoteAfter(app, world, "submitQuote")),
    ...signersInput(world),
  }),
  getSignatureCertificate: async (app, world) => ({ id: (await createSignedRequest(app, world)).id }),
  reassignSigner: async (app, world) => {
    const { id, signers } = await createSignatureRequest(app, world);
    return { id, signer_id: signers[0]?.id, name: world.seeds.mark, email: nextAddress("signer") };
  },
  signingPage: async (app, world) => ({ token: await readSignerToken(app, await createSignatureRequest(app, world)) }),
  sendSigningPage: async (app, world) => ({
    token: await readSignerToken(app, await createSignatureRequest(app, world)),
    act: "code",
  }),
  signingDocument: async (app, world) => ({ token: await readSignerToken(app, await createSignatureRequest(app, world)) }),
  signingCertificate: async (app, world) => ({ token: (await createSignedRequest(app, world)).token }),
  convertQuote: async (app, world) => ({
    ...(await createQuoteAfter(app, world, "submitQuote", "sendQuote", "acceptQuote")),
    ...{ to: "order", reference: world.seeds.mark },
  }),
  compareQuotes: async (app, world) => {
    const { id } = await createQuoteAfter(app, world);
    return { id, with: id };
  },
  // Not a role of a user.
  listApprovals: async (_, { seeds: fillings }) => ({
    ...(generateValue(inputSchema(findOperation("listApprovals")), fillings) as Input),
    role: "MANAGER",
  }),
  queryApprovals: async (_, { seeds: fillings }) => ({
    ...(generateValue(inputSchema(findOperation("queryApprovals")), fillings) as Input),
    role: "MANAGER",
  }),
  approveApproval: (app, world, who) => approvalInput(app, world, who),
  rejectApproval: async (app, world, who) => ({ ...(await approvalInput(app, world, who)), comment: world.seeds.mark }),
  delegateApproval: async (app, world, who) => ({
    ...(await approvalInput(app, world, who)),
    ...{ to: (await addUser(app, world.tenant, "DIRECTOR")).id, comment: world.seeds.mark },
  }),
  getFlow: async (app, world) => {
    const { subject_id } = await makeApproval(app, world);
    await app.settle();
    return { id: `approval.${subject_id}-1` };
  },
  createProposal: async (_, world) => proposalInput(world, "createProposal"),
  replaceProposal: async (app, world) => ({
    ...proposalInput(world, "replaceProposal"),
    id: await makeTarget(app, world, "/proposals"),
  }),
  updateProposal: async (app, world) => ({
    ...proposalInput(world, "updateProposal"),
    id: await makeTarget(app, world, "/proposals"),
  }),
  addProposalSection: async (app, world) => ({
    id: await makeTarget(app, world, "/proposals"),
    heading: world.seeds.mark,
    text: `${world.seeds.mark}-section`,
  }),
  replaceProposalSection: async (app, world) => ({ ...(await proposalSectionInput(app, world)), text: world.seeds.mark }),
  removeProposalSection: (app, world) => proposalSectionInput(app, world),
  reorderProposalSections: async (app, world) => {
    const { id, section_id } = await proposalSectionInput(app, world);
    return { id, section_ids: [section_id] };
  },
  withdrawProposal: (app, world) => createProposalAfter(app, world, "submitProposal"),
  sendProposal: async (app, world) => ({
    ...(await createProposalAfter(app, world, "submitProposal")),
    to: nextAddress("buyer"),
  }),
  readProposalOffer: (app, world) => createProposalAfter(app, world, "submitProposal", "sendProposal"),
  revokeProposalLinks: (app, world) => createProposalAfter(app, world, "submitProposal", "sendProposal"),
  presentProposal: (app, world) => createProposalAfter(app, world, "submitProposal", "sendProposal"),
  acceptProposal: async (app, world) => ({
    ...(await createProposalAfter(app, world, "submitProposal", "sendProposal")),
    signed_by: "Ada",
  }),
  rejectProposal: async (app, world) => ({
    ...(await createProposalAfter(app, world, "submitProposal", "sendProposal")),
    reason: world.seeds.mark,
  }),
  compareProposals: async (app, world) => {
    const { id } = await createProposalAfter(app, world);
    return { id, with: id };
  },
  createContract: async (_, world) => contractInput(world, "createContract"),
  replaceContract: async (app, world) => ({
    ...contractInput(world, "replaceContract"),
    id: await makeTarget(app, world, "/contracts"),
  }),
  updateContract: async (app, world) => ({
    ...contractInput(world, "updateContract"),
    id: await makeTarget(app, world, "/contracts"),
  }),
  withdrawContract: (app, world) => createContractAfter(app, world, "submitContract"),
  signContract: async (app, world) => ({
    ...(await createContractAfter(app, world, "submitContract")),
    ...{ party: "company", signed_by: world.seeds.mark },
  }),
  activateContract: (app, world) => createContractAfter(app, world, "withoutSignature", "submitContract"),
  renewContract: (app, world) => createContractAfter(app, world, "withoutSignature", "submitContract", "activateContract"),
  terminateContract: async (app, world) => ({
    ...(await createContractAfter(app, world, "submitContract")),
    reason: world.seeds.mark,
  }),
  withdrawContractTermination: (app, world) => createContractAfter(app, world, "submitContract", "terminateContract"),
  setContractText: async (app, world) => ({
    id: await makeTarget(app, world, "/contracts"),
    terms: [{ key: "scope", number: "1", heading: world.seeds.mark, text: `${world.seeds.mark}-term` }],
  }),
  addContractDeliverable: async (app, world) => ({
    ...(generateValue(inputSchema(findOperation("addContractDeliverable")), world.seeds) as Input),
    ...{ id: await makeTarget(app, world, "/contracts"), amount: "5.00" },
  }),
  updateContractDeliverable: async (app, world) => ({ ...(await contractPartInput(app, world)), name: world.seeds.mark }),
  removeContractDeliverable: (app, world) => contractPartInput(app, world),
  listContractAmendments: async (app, world) => ({ id: (await createAmendmentDraft(app, world)).id }),
  createContractAmendment: async (app, world) => ({
    ...amendmentInput(world),
    id: (await createContractAfter(app, world, "withoutSignature", "submitContract", "activateContract")).id,
  }),
  getContractAmendment: (app, world) => createAmendmentDraft(app, world),
  replaceContractAmendment: async (app, world) => ({ ...amendmentInput(world), ...(await createAmendmentDraft(app, world)) }),
  updateContractAmendment: async (app, world) => ({
    ...(await createAmendmentDraft(app, world)),
    title: `${world.seeds.mark}-title`,
  }),
  deleteContractAmendment: (app, world) => createAmendmentDraft(app, world),
  refreshContractAmendment: (app, world) => createAmendmentDraft(app, world),
  submitContractAmendment: (app, world) => createAmendmentDraft(app, world),
  withdrawContractAmendment: async (app, world) => ({ ...(await createAmendmentDraft(app, world)), reason: world.seeds.mark }),
  approveContractAmendment: (app, world, who) => createSubmittedAmendment(app, world, who),
  rejectContractAmendment: async (app, world, who) => ({
    ...(await createSubmittedAmendment(app, world, who)),
    comment: world.seeds.mark,
  }),
  sendContractAmendment: async (app, world) => ({ ...(await createCustomerAmendment(app, world)), to: nextAddress("buyer") }),
  readContractAmendmentOffer: (app, world) => createSentAmendment(app, world),
  revokeContractAmendmentLinks: (app, world) => createSentAmendment(app, world),
  getContractAmendmentDocument: (app, world) => createAmendmentDraft(app, world),
  signContractAmendment: async (app, world) => {
    const one = await createApprovedAmendment(app, world);
    return { ...one, party: "company", signed_by: world.seeds.mark };
  },
  createPricingRule: async (_, world) => pricingRuleInput(world, "createPricingRule"),
  replacePricingRule: async (app, world) => ({
    ...pricingRuleInput(world, "replacePricingRule"),
    id: await makeTarget(app, world, "/quotes/pricing-rules"),
  }),
  updatePricingRule: async (app, world) => ({
    ...pricingRuleInput(world, "updatePricingRule"),
    id: await makeTarget(app, world, "/quotes/pricing-rules"),
  }),
  previewPrices: async (_, { seeds: fillings }) => ({ line_items: [{ product_id: fillings.ids.product, quantity: "2" }] }),
  createPotential: async (_, { seeds: fillings }) => ({
    ...(generateValue(inputSchema(findOperation("createPotential")), fillings) as Input),
    personal_key_id: fillings.ids.person,
  }),
  convertPotential: async (app, world) => ({
    id: await makeTarget(app, world, "/potentials"),
    to: "order",
    order_reference: `${world.seeds.mark}-order`,
  }),
  previewSla: async () => ({
    calendar: { timezone: "UTC", hours: openingHours },
    start: "2030-01-15T09:00:00Z",
    target_minutes: 60,
  }),
  createSupportCalendar: async (_, world) => calendarInput(world, "createSupportCalendar"),
  replaceSupportCalendar: async (app, world) => ({
    ...calendarInput(world, "replaceSupportCalendar"),
    id: await makeTarget(app, world, "/support/calendars"),
  }),
  updateSupportCalendar: async (app, world) => ({
    ...calendarInput(world, "updateSupportCalendar"),
    id: await makeTarget(app, world, "/support/calendars"),
  }),
  createExchangeRate: async () => nextRateInput(),
  replaceExchangeRate: (app, world) => createRateInput(app, world),
  updateExchangeRate: (app, world) => createRateInput(app, world),
  createPriceBookEntry: async (app, world) => ({
    ...(generateValue(inputSchema(findOperation("createPriceBookEntry")), world.seeds) as Input),
    id: await makeTarget(app, world, "/price-books"),
  }),
  getPriceBookEntry: (app, world) => priceBookEntryInput(app, world),
  replacePriceBookEntry: async (app, world) => ({
    ...(generateValue(inputSchema(findOperation("replacePriceBookEntry")), world.seeds) as Input),
    ...(await priceBookEntryInput(app, world)),
  }),
  updatePriceBookEntry: async (app, world) => ({ ...(await priceBookEntryInput(app, world)), unit_price: "9.00" }),
  deletePriceBookEntry: (app, world) => priceBookEntryInput(app, world),
  // A business has no person.
  createCustomer: async (_, { seeds: fillings }) => ({
    ...(generateValue(inputSchema(findOperation("createCustomer")), fillings) as Input),
    first_name: undefined,
    last_name: undefined,
    mobile: undefined,
  }),
  // A contact is of a customer or of a lead.
  createContact: async (_, world) => contactInput(world, "createContact"),
  replaceContact: async (app, world) => ({
    ...contactInput(world, "replaceContact"),
    id: await makeTarget(app, world, "/contacts"),
  }),
  updateContact: async (app, world) => ({
    ...contactInput(world, "updateContact"),
    id: await makeTarget(app, world, "/contacts"),
  }),
  // A role means a user's elsewhere.
  listContacts: async () => ({ status: "ACTIVE" }),
  listCustomerContacts: async (_, { seeds: fillings }) => ({ id: fillings.ids.customer }),
  changeSegmentMembers: async (app, world) => ({
    id: await makeTarget(app, world, "/customers/segments"),
    add: [world.seeds.ids.customer],
  }),
  changeContactListMembers: async (app, world) => ({
    id: await makeTarget(app, world, "/contacts/lists"),
    add: [world.seeds.ids.contact],
  }),
  ...reengagementInputs,
  ...emailSendInputs,
  createMaster: async (_, { seeds: fillings }) => ({ kind: "industries", ...masterInput(fillings) }),
  assignTerritories: async (app, world) => ({ kind: "lead", ids: [await makeTarget(app, world, "/leads")] }),
  listTerritoryMembers: async (_, { seeds: { ids } }) => ({ id: ids["master territories"] }),
  reorderMasters: async (_, { seeds: { ids } }) => ({ kind: "territories", ids: [ids["master territories"]] }),
  retireMaster: async (app, world) => ({
    ...{ kind: "industries", replace_with: "technology" },
    id: await makeTarget(app, world, "/masters/{kind}"),
  }),
  createLeadSource: async (_, { seeds: fillings }) => masterInput(fillings),
  createOpportunityStage: async (_, { seeds: fillings }) => masterInput(fillings),
  // Nobody but who announced it sees it, and administrators.
  getUpload: async (_, { tenant, seeds: { mark } }, who) => {
    const about = { file_name: `${mark}.csv`, content_type: "text/csv", size: 1 } as const;
    const made = await (who?.client ?? tenant.admin).createUpload(about).catch(() => tenant.admin.createUpload(about));
    return { id: made.data.upload_id };
  },
  // Too long to be over before it is cancelled.
  cancelImport: async (app, world, who) => ({ id: await makeImport(app, world, who, 400) }),
  revertImport: async (app, world, who) => {
    const id = await makeImport(app, world, who);
    await app.settle();
    return { id };
  },
  getImport: async (app, world) => ({ id: await makeImport(app, world) }),
  getImportErrors: async (app, world, who) => {
    const id = await makeImport(app, world, who);
    await app.settle();
    return { id };
  },
  listImports: async (app, world) => {
    await makeImport(app, world);
    return {};
  },
  createBulkChange: async (app, world) => ({
    ...{ kind: "lead", action: "update", ids: [await makeTarget(app, world, "/leads")] },
    ...{ add_tags: [world.seeds.mark], remove_tags: ["cold"], changes: { need: world.seeds.mark } },
  }),
  createContractTemplate: async (_, world) => contractTemplateInput(world, "createContractTemplate"),
  replaceContractTemplate: async (app, world) => ({
    ...contractTemplateInput(world, "replaceContractTemplate"),
    id: await makeTarget(app, world, "/contracts/templates"),
  }),
  updateContractTemplate: async (app, world) => ({
    ...contractTemplateInput(world, "updateContractTemplate"),
    id: await makeTarget(app, world, "/contracts/templates"),
  }),
  previewContractTemplate: async (app, world) => ({
    ...(generateValue(inputSchema(findOperation("previewContractTemplate")), world.seeds) as Input),
    id: await makeTarget(app, world, "/contracts/templates"),
    contract_id: undefined,
  }),
  generateContractText: async (app, world) => ({
    id: await makeTarget(app, world, "/contracts"),
    template_id: world.seeds.ids.contract_template,
  }),
  testMessageTemplate: async (app, world) => {
    const account = { name: `${world.seeds.mark} tests`, way: "house", address: "tests@harbour.example" };
    const { data } = await world.tenant.admin.createMailAccount(account as never);
    return { id: await makeTarget(app, world, "/message-templates"), sample: true, sender_id: data.id };
  },
  previewMessageTemplate: async (app, world) => ({
    id: await makeTarget(app, world, "/message-templates"),
    related_to_id: world.seeds.ids.lead,
  }),
  listOpportunityAutomations: (app, world) => createMovedOpportunity(app, world),
  listTags: async () => ({}),
  renameTag: async (app, world) => ({ from: await makeTag(app, world), to: `${world.seeds.mark} tag` }),
  deleteTag: async (app, world) => ({ name: await makeTag(app, world) }),
  getBulkChange: async (app, world, who) => ({ id: await makeBulkChange(app, world, who) }),
  cancelBulkChange: async (app, world, who) => ({ id: await makeBulkChange(app, world, who) }),
  undoBulkChange: async (app, world, who) => {
    const id = await makeBulkChange(app, world, who);
    await app.settle();
    return { id };
  },
  listBulkChangeResults: async (app, world, who) => {
    const id = await makeBulkChange(app, world, who);
    await app.settle();
    return { id };
  },
  listBulkChanges: async (app, world) => {
    await makeBulkChange(app, world);
    return { kind: "lead" };
  },
  createAttachment: async (app, world, who) => ({
    ...(generateValue(inputSchema(findOperation("createAttachment")), world.seeds) as Input),
    upload_id: await makeUpload(app, world, "Name\nAda\n", who),
  }),
  search: async (_, { seeds: { mark } }) => ({ q: mark }),
  listViews: async () => ({ kind: "lead" }),
  updateView: async (app, world, who) => ({
    ...{ id: await makeTarget(app, world, "/views", who), name: `${world.seeds.mark} view` },
    query: { where: { company: { prefix: world.seeds.mark } } },
  }),
  createView: async (_, { seeds: { mark } }) => ({
    ...{ kind: "lead", name: `${mark} view`, description: mark, sharing: "PRIVATE" },
    query: { where: { company: { prefix: mark } }, sort: "created_at", order: "desc", fields: "company", expand: "labels" },
  }),
  createCustomField: async (_, world) => customFieldInput(world, "createCustomField"),
  replaceCustomField: async (app, world) => customFieldChangeInput(app, world, "replaceCustomField"),
  updateCustomField: async (app, world) => customFieldChangeInput(app, world, "updateCustomField"),
  listCustomFields: async () => ({ entity_type: "lead" }),
  ...Object.fromEntries(
    operations
      .filter(({ path }) => path.endsWith("/export"))
      .map(({ name }) => [name, async () => ({ format: "csv", query: exportInput(name) })]),
  ),
  // Nobody but who asked sees one, and administrators; a file takes a worker.
  getExport: async (_, { tenant }, who) => ({ id: await makeExport(who?.client ?? tenant.admin) }),
  cancelExport: async (_, { tenant }, who) => ({ id: await makeExport(who?.client ?? tenant.admin) }),
  getExportFile: async (app, { tenant }, who) => {
    const id = await makeExport(who?.client ?? tenant.admin);
    await app.settle();
    return { id };
  },
  // Nobody but who was told sees one.
  ...Object.fromEntries(
    ["getNotification", "readNotification", "unreadNotification", "deleteNotification"].map((name) => [
      name,
      async (app: App, world: World, who: TestUser | undefined) => ({ id: await makeNotification(app, world, who) }),
    ]),
  ),
  listNotifications: async (app, world, who) => {
    await makeNotification(app, world, who);
    return {};
  },
  readAllNotifications: async (app, world, who) => {
    await makeNotification(app, world, who);
    return {};
  },
  docsAsset: async () => ({ file: "start.js" }),
  createForm: async (_, world) => formInput(world, "createForm"),
  replaceForm: async (app, world) => ({ ...formInput(world, "replaceForm"), id: await makeTarget(app, world, "/forms") }),
  updateForm: async (app, world) => ({ ...formInput(world, "updateForm"), id: await makeTarget(app, world, "/forms") }),
  listForms: async () => ({ kind: "web_form" }),
  getRule: async () => ({ kind: RULE }),
  listRuleVersions: async (_, world) => ({ kind: (await makeRule(world)).kind }),
  createRuleVersion: async (_, world) => ruleDraft(world),
  getRuleVersion: async (_, world) => makeRule(world),
  updateRuleVersion: async (_, world) => ({ ...ruleDraft(world), ...(await makeRule(world)) }),
  deleteRuleVersion: async (_, world) => makeRule(world),
  publishRuleVersion: async (_, world) => makeRule(world),
  tryRuleVersion: async (_, world) => ({ ...(await makeRule(world)), sample: 5 }),
  rollBackRule: async (_, { tenant, seeds: { mark } }) => {
    const { id } = (await tenant.admin.getRule({ kind: RULE })).data.in_force;
    return { kind: RULE, to_id: id, note: `${mark}-back` };
  },
  setLeadScore: async (app, world) => ({
    id: await makeTarget(app, world, "/leads"),
    lead_score: 50,
    reason: `${world.seeds.mark}-reason`,
  }),
  getUserAvailability: async (_, world, who) => setAvailability(world, who),
  replaceUserAvailability: async (_, world, who) => ({ ...availability, id: (await setAvailability(world, who)).id }),
  listLeadAssignments: async (app, world) => {
    const id = await makeTarget(app, world, "/leads");
    const { data } = await world.tenant.admin.getLead({ id });
    const owner_id = data.owner_id === world.tenant.userId ? (world.seeds.ids.user as string) : world.tenant.userId;
    await world.tenant.admin.updateLead({ id, owner_id });
    return { id };
  },
  convertLead: async (app, world) => ({
    ...(await createReadyLead(app, world)),
    opportunity: { name: `${world.seeds.mark}-opportunity`, amount: "1000.00", close_date: "2031-01-02" },
  }),
  getLeadConversion: async (app, world) => {
    const lead = await createReadyLead(app, world);
    await world.tenant.admin.convertLead(lead);
    return lead;
  },
  listLeadScores: (app, world) => createScoredLead(app, world),
  getLeadScore: (app, world) => createScoredLead(app, world),
  createSearchPath: async (_, { seeds: fillings }) => ({ entity: "person", path: nextSearchPath(fillings) }),
  getSearchPath: async (_, world) => ({ id: await makeSearchPath(world) }),
  deleteSearchPath: async (_, world) => ({ id: await makeSearchPath(world) }),
  listSearchPaths: async (_, world) => {
    await makeSearchPath(world);
    return {};
  },
  createFormToken: async (app, world) => ({
    id: await makeTarget(app, world, "/forms"),
    personal_key_id: world.seeds.ids.person,
  }),
  showPublicForm: async (_, world) => ({ key: await createPublicKey(world, "web_form") }),
  askForPublicForm: async (_, world) => ({ key: await createPublicKey(world, "web_form") }),
  submitPublicForm: async (_, world) => ({
    key: await createPublicKey(world, "web_form"),
    email: `${world.seeds.mark.toLowerCase()}.${randomUUID()}@mail.example`,
    message: `${world.seeds.mark}-message`,
  }),
  trackEvent: async (_, world) => ({
    key: await createPublicKey(world, "page_visit"),
    email: "visitor@mail.example",
    url: "/prices",
  }),
  askForTracking: async (_, world) => ({ key: await createPublicKey(world, "page_visit") }),
  trackOpenedMail: async (_, world) => ({ key: await createPublicKey(world, "email_open"), t: "AAAA" }),
  showBookingTimes: async (app, world) => ({ token: (await createBookableTime(app, world)).token }),
  bookTime: async (app, world) => visitInput(world, await createBookableTime(app, world)),
  readBookedTime: async (app, world) => ({ token: await createBookingToken(app, world) }),
  bookPage: async (app, world) => createBookableTime(app, world),
  sendBookPage: async (app, world) => visitInput(world, await createBookableTime(app, world)),
  bookingPage: async (app, world) => ({ token: await createBookingToken(app, world) }),
  sendBookingPage: async (app, world) => ({ token: await createBookingToken(app, world), act: "cancel" }),
  readCalendarFeed: async (_, { tenant }) => ({
    token: (await tenant.admin.makeCalendarFeed({})).data.url.split("/").at(-1),
  }),
};

const openingHours = { mon: [["09:00", "17:00"]], fri: [["22:00", "02:00"]] };

/** Without public holidays, which a library looks up at each write. */
const calendarInput = ({ seeds: fillings }: World, name: string): Input => ({
  ...(generateValue(inputSchema(findOperation(name)), fillings) as Input),
  hours: openingHours,
  holiday_country: undefined,
  holiday_region: undefined,
});

let rateDay = Date.UTC(2001, 0, 1);

/** Of a day that no other has. */
const nextRateInput = (): Input => {
  rateDay += 24 * 60 * 60 * 1000;
  return { from: "EUR", to: "USD", date: new Date(rateDay).toISOString().slice(0, 10), rate: "1.0842" };
};

/** A rate, with another value. */
async function createRateInput(_: App, { tenant }: World): Promise<Input> {
  const rate = nextRateInput();
  const { id } = (await tenant.admin.createExchangeRate(rate as never)).data;
  return { ...rate, rate: "1.09", id };
}

/** The price of the product in a book of its own. */
async function priceBookEntryInput(app: App, world: World): Promise<Input> {
  const id = await makeTarget(app, world, "/price-books");
  const product_id = String(world.seeds.ids.product);
  const { data } = await world.tenant.admin.createPriceBookEntry({ id, product_id, unit_price: "8.00" });
  return { id, entry_id: data.id };
}

/** A link of the administrator's, and a time at which it can be booked. */
async function createBookableTime(app: App, { tenant, seeds: { mark } }: World): Promise<{ token: string; start: string }> {
  const link = { name: `${mark} call`, activity_type_id: "meeting", minimum_notice_hours: 0 };
  const { token } = (await tenant.admin.createBookingLink(link)).data;
  const { data } = await createClient(inProcessTransport(app)).showBookingTimes({ token, ...nextWeek() });
  return { token, start: String(data.slots[0]?.start) };
}

/** What a visitor tells whom nobody knows. */
const visitInput = ({ seeds: { mark } }: World, asked: { token: string; start: string }) => ({
  ...asked,
  name: `${mark} Visitor`,
  email: `${mark.toLowerCase()}.${randomUUID()}@mail.example`,
});

const createBookingToken = async (app: App, world: World): Promise<string> =>
  (await createClient(inProcessTransport(app)).bookTime(visitInput(world, await createBookableTime(app, world)))).data
    .booking_token;

const RULE = "score_standard";

/** A draft of a rule, with a note that is marked. */
const ruleDraft = ({ seeds: { mark } }: World): Input => ({
  kind: RULE,
  definition: StandardScore.defaults[0],
  note: `${mark}-note`,
});

const makeRule = async (world: World): Promise<Input> => {
  const { data } = await world.tenant.admin.createRuleVersion(ruleDraft(world) as never);
  return { kind: RULE, id: data.id };
};

const availability = {
  capacity: 50,
  timezone: "Europe/Berlin",
  working_hours: [{ weekday: "MON", from: "09:00", to: "17:00" }],
  absences: [{ from: "2099-01-01T00:00:00.000Z", to: "2099-01-02T00:00:00.000Z", reassign: true }],
} as const;

/** Who asks sets their own; nobody else's is needed. */
async function setAvailability({ tenant }: World, who: TestUser | undefined): Promise<Input> {
  const id = who?.id ?? tenant.userId;
  await tenant.admin.replaceUserAvailability({ id, ...availability } as never);
  return { id };
}

/** A lead of the world's with a score that was set by hand. */
const createScoredLead = async (app: App, world: World, lead_score = 50): Promise<{ id: string }> => {
  const id = await makeTarget(app, world, "/leads");
  await world.tenant.admin.setLeadScore({ id, lead_score, reason: `${world.seeds.mark}-reason` });
  return { id };
};

/** One that lacks nothing that a conversion needs. */
const createReadyLead = (app: App, world: World): Promise<{ id: string }> => createScoredLead(app, world, 100);
/** A lead that a colleague gives to the user, or to the administrator, and what they are told of it. */
async function makeNotification(app: App, { tenant, seeds: { mark } }: World, who: TestUser | undefined): Promise<string> {
  const colleague = await addUser(app, tenant, "MANAGER");
  const lead = { first_name: `${mark}-given`, last_name: `${mark}-away`, owner_id: who?.id ?? tenant.userId };
  const { data: given } = await colleague.client.createLead(lead);
  await app.settle();
  const { data } = await (who?.client ?? tenant.admin).listNotifications();
  return String(data.find(({ record_id }) => record_id === given.id)?.id);
}

/** What lists that are always below something, or of a kind, are asked for. */
export const exportInput = (name: string): Input => (name === "exportMasters" ? { kind: "lead_sources" } : {});

const makeExport = async (by: Client): Promise<string> =>
  (await by.exportLeads({ format: "csv", columns: ["id", "company"] })).data.export_id;

/** A person with all that one can have; contact points and the external key are nobody else's. */
async function personInput(fillings: InputSeeds): Promise<Input> {
  const unique = randomUUID().slice(0, 12);
  const input = generateValue(inputSchema(findOperation("createPerson")), fillings) as Input & { contact_points: Input[] };
  const contact_value = `${fillings.mark}.${unique}@mail.example`;
  return { ...input, external_key: `${fillings.mark}-${unique}`, contact_points: [{ contact_type: "email", contact_value }] };
}

const makeBarePerson = async (app: App, { tenant, seeds: fillings }: World): Promise<string> =>
  String(parseData(await sendAs(app, tenant.token, findOperation("createPerson"), await personInput(fillings))).id);

/** A person, and a lead that joined them of whoever sees no other of their records. */
async function makeLimitedLead(app: App, { tenant, seeds: { mark } }: World): Promise<{ id: string; record_id: string }> {
  const told = { first_name: `${mark}-i`, last_name: `${mark}-j`, email: `${mark.toLowerCase()}.${randomUUID()}@mail.example` };
  const { data: shown } = await tenant.admin.createLead(told);
  const { visibility } = (await tenant.admin.getTenant()).data.settings;
  await tenant.admin.updateTenant({ settings: { visibility: "own" } });
  const { data: lead } = await (await addUser(app, tenant, "SALES_REP")).client.createLead(told);
  await tenant.admin.updateTenant({ settings: { visibility } });
  return { id: shown.personal_key_id, record_id: lead.id };
}

/** The person and the first entry of one of their lists. */
async function personPartInput(app: App, world: World, list: "contact_points" | "addresses"): Promise<Input> {
  const id = await makeTarget(app, world, "/persons");
  const person = parseData(await sendAs(app, world.tenant.token, findOperation("getPerson"), { id }));
  const [first] = person[list] as { id: string }[];
  return { id, [list === "addresses" ? "address_id" : "point_id"]: first?.id };
}

/** Another contact point of a person, to which nothing was sent yet. */
async function addContactPoint(app: App, world: World): Promise<{ id: string; point_id: string; email: string }> {
  const id = await makeTarget(app, world, "/persons");
  const { address: email } = newAddress();
  const point = { contact_type: "email", contact_value: email } as const;
  const { data } = await world.tenant.admin.addContactPoint({ id, ...point });
  return { id, point_id: data.contact_points.at(-1)?.id ?? "", email };
}

async function sendVerificationCode(app: App, world: World): Promise<Input> {
  const { email, ...point } = await addContactPoint(app, world);
  await world.tenant.admin.verifyContactPoint(point);
  return { ...point, code: /^\d{6}/.exec(app.mail.sent(email).at(-1)?.subject ?? "")?.[0] };
}

async function createVerificationToken(app: App, world: World): Promise<string> {
  const { email, ...point } = await addContactPoint(app, world);
  await world.tenant.admin.verifyContactPoint(point);
  const [link = ""] = /http\S+\/v\/\S+/.exec(app.mail.sent(email).at(-1)?.text ?? "") ?? [];
  return link.split("/v/")[1] ?? "";
}

const newAddress = () => ({ channel: "email", address: `${randomUUID()}@mail.example` }) as const;

async function createSuppressedAddress({ tenant: { admin } }: World) {
  const told = newAddress();
  await admin.createSuppression(told);
  return told;
}

async function createReachToken(app: App, { tenant }: World): Promise<string> {
  const link = await runInTenant(app, tenant, () => PreferencesLink.buildLink(newAddress()));
  return link.split("/u/")[1] ?? "";
}

/** One of a customer alone: its opportunity would be another's. */
/** In its first stage, of a customer: why it ended and from which lead it came are of others. */
function opportunityInput({ seeds: fillings }: World, name: string): Input {
  const {
    win_loss_reason_id: _reason,
    win_loss_notes: _notes,
    lead_id: _lead,
    stage_id: _stage,
    ...input
  } = generateValue(inputSchema(findOperation(name)), fillings) as Input;
  return { ...input, customer_id: fillings.ids.customer, contact_id: null, probability: 35, amount: "1200.00", currency: "USD" };
}

/** A part of an opportunity, as it may be replaced. */
async function opportunityPartInput(app: App, world: World, part: "products" | "competitors"): Promise<Input> {
  const { admin } = world.tenant;
  const [id, { mark }] = [await makeTarget(app, world, "/opportunities"), world.seeds];
  if (part === "products") {
    const line_id = (await admin.addOpportunityProduct({ id, name: mark })).data.id;
    return { id, line_id, name: mark, product_id: world.seeds.ids.product };
  }
  return { id, competitor_id: (await admin.addCompetitor({ id, competitor_name: mark })).data.id, competitor_name: mark };
}

const dealInput = ({ seeds: fillings }: World, name: string): Input => ({
  ...(generateValue(inputSchema(findOperation(name)), fillings) as Input),
  opportunity_id: undefined,
  deal_status: undefined,
});

const quoteInput = ({ seeds: fillings }: World, name: string): Input => ({
  ...(generateValue(inputSchema(findOperation(name)), fillings) as Input),
  opportunity_id: undefined,
  fixed_discount: undefined,
  quote_date: undefined,
  requires_signature: false,
  expiration_date: "2099-12-31",
  discount_percent: "5",
  line_items: [{ description: `${fillings.mark}-line`, quantity: "2", unit_price: "10.00" }],
});

/** One that changes no price of the others. */
const pricingRuleInput = ({ seeds: fillings }: World, name: string): Input => ({
  ...(generateValue(inputSchema(findOperation(name)), fillings) as Input),
  effect: "PERCENT",
  percent: "1",
  amount: undefined,
  currency: undefined,
  valid_from: undefined,
  is_active: false,
});

/** A quote, and a line of it. */
async function quoteLineInput(app: App, world: World): Promise<Input> {
  const id = await makeTarget(app, world, "/quotes");
  const { line_items } = (await world.tenant.admin.getQuote({ id })).data;
  return { id, line_id: line_items[0]?.id };
}

/** A quote with which this was done. */
async function createQuoteAfter(app: App, world: World, ...done: readonly string[]): Promise<Input> {
  const id = await makeTarget(app, world, "/quotes");
  const said: Record<string, Input> = { acceptQuote: { signed_by: "Ada" }, sendQuote: { to: nextAddress("buyer") } };
  for (const name of done) parseData(await sendAs(app, world.tenant.token, findOperation(name), { id, ...said[name] }));
  return { id };
}

/** An approval for which somebody is asked, or the administrator: as the manager of who made the quote. */
async function makeApproval(app: App, { tenant, seeds: { mark } }: World, who?: TestUser) {
  const maker = await addUser(app, tenant, "SALES_REP", { manager_id: who?.id ?? tenant.userId });
  const { data: customer } = await maker.client.createCustomer({ name: `${mark} ${randomUUID()}` });
  const line_items = [{ description: `${mark} work`, unit_price: "10.00", discount_percent: "15" }];
  const { data } = await maker.client.createQuote({ name: `${mark} quote`, customer_id: customer.id, line_items } as never);
  const { data: quote } = await maker.client.submitQuote({ id: data.id });
  return { id: String(quote.approval?.approvals[0]?.id), subject_id: quote.id };
}

const approvalInput = async (app: App, world: World, who: TestUser | undefined): Promise<Input> => ({
  id: (await makeApproval(app, world, who)).id,
});

let addressCount = 0;
/** One address gets 30 mails an hour, so that each offer and each signer has an address of its own. */
const nextAddress = (name: string): string => `${name}-${++addressCount}@mail.example`;

/** By which a customer comes to a quote that was sent. */
/** Of the link of a mail, or of the picture in it. */
async function createMailToken(app: App, world: World, of: "c" | "o"): Promise<string> {
  const mail = { message: "msg_1", at: new Date(Clock.ms()).toISOString(), html: '<a href="https://a.example">A</a>' };
  const { html } = await runIn(systemContext(app.ports, world.tenant.id, "test"), () => TrackedHtml.build(mail));
  return new RegExp(`/t/${of}/([\\w-]+)`).exec(html)?.[1] ?? "";
}

async function createOfferToken(app: App, world: World): Promise<string> {
  const { id } = await createQuoteAfter(app, world, "submitQuote", "sendQuote");
  const { id: offer } = parseData(await sendAs(app, world.tenant.token, findOperation("readQuoteOffer"), { id })) as {
    id: string;
  };
  await app.settle();
  const links = app.mail.sent().flatMap(({ text }) => text.match(/http\S+/g) ?? []);
  return links.findLast((link) => link.includes(offer))?.split("/q/")[1] ?? "";
}

const signersInput = ({ seeds: { mark } }: World): Input => ({ signers: [{ name: mark, email: nextAddress("signer") }] });

interface CreatedRequest {
  id: string;
  signers: { id: string }[];
}

/** A quote that waits for a signature. */
async function createSignatureRequest(app: App, world: World): Promise<CreatedRequest> {
  const input = { ...(await createQuoteAfter(app, world, "submitQuote")), ...signersInput(world) };
  return parseData(await sendAs(app, world.tenant.token, findOperation("requestQuoteSignature"), input)) as never;
}

/** By which its signer comes to it. */
async function readSignerToken(app: App, { id }: CreatedRequest): Promise<string> {
  await app.settle();
  const links = app.mail.sent().flatMap(({ text }) => text.match(/http\S+/g) ?? []);
  return links.findLast((link) => link.includes(id))?.split("/s/")[1] ?? "";
}

/** One that is signed. */
async function createSignedRequest(app: App, world: World): Promise<{ id: string; token: string }> {
  const request = await createSignatureRequest(app, world);
  const token = await readSignerToken(app, request);
  const transport = inProcessTransport(app);
  let cookie = "";
  const send = async (form: Record<string, string>): Promise<string> => {
    const headers = { "content-type": "application/x-www-form-urlencoded", ...(cookie === "" ? {} : { cookie }) };
    const answer = await transport({
      method: "POST",
      path: `/s/${token}`,
      query: "",
      headers,
      body: new URLSearchParams(form).toString(),
    });
    cookie = answer.headers["set-cookie"]?.split(";")[0] ?? cookie;
    return answer.body;
  };
  await send({ act: "code" });
  await app.settle();
  const code = app.mail.sent().findLast(({ text }) => /code is \d{6}/.test(text))?.text ?? "";
  const page = await send({ act: "enter", code: /code is (\d{6})/.exec(code)?.[1] ?? "" });
  const document_hash = /name="document_hash" value="(\w+)"/.exec(page)?.[1] ?? "";
  await send({ act: "sign", name: world.seeds.mark, consent: "yes", document_hash });
  await app.settle();
  return { id: request.id, token };
}

const proposalInput = ({ seeds: fillings }: World, name: string): Input => ({
  ...(generateValue(inputSchema(findOperation(name)), fillings) as Input),
  opportunity_id: undefined,
  quote_id: undefined,
  proposal_date: undefined,
  expiration_date: "2099-12-31",
  sections: [{ heading: `${fillings.mark}-heading`, text: `${fillings.mark}-text` }],
});

const contractInput = ({ seeds: fillings }: World, name: string): Input => ({
  ...(generateValue(inputSchema(findOperation(name)), fillings) as Input),
  ...{ opportunity_id: undefined, quote_id: undefined, contract_value: "10.00", monthly_fee: "5.00", currency: "EUR" },
  ...{ start_date: "2030-01-01", end_date: "2030-12-31", duration_months: 12 },
  // One of both says what the next term costs.
  ...{ renewal_value: undefined, language: undefined },
  ...(name === "createContract" ? { deliverables: [{ name: `${fillings.mark}-deliverable`, quantity: "1" }] } : {}),
});

/** A contract, and something that it owes. */
async function contractPartInput(app: App, world: World): Promise<Input> {
  const id = await makeTarget(app, world, "/contracts");
  const { deliverables } = (await world.tenant.admin.getContract({ id })).data;
  return { id, deliverable_id: deliverables[0]?.id };
}

/** A contract with which this was done, of a term that has begun. */
async function createContractAfter(app: App, world: World, ...done: readonly string[]): Promise<Input> {
  const { ids, mark } = world.seeds;
  const isSigned = !done.includes("withoutSignature");
  const given = { title: `${mark} contract`, customer_id: ids.customer, contract_value: "10.00", requires_signature: isSigned };
  const { id } = parseData(await sendAs(app, world.tenant.token, findOperation("createContract"), given)) as { id: string };
  const effective_date = new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 10);
  const said: Record<string, Input> = { terminateContract: { reason: "Moved", effective_date } };
  for (const name of done)
    if (name !== "withoutSignature") parseData(await sendAs(app, world.tenant.token, findOperation(name), { id, ...said[name] }));
  return { id };
}

const amendmentInput = ({ seeds: { mark } }: World): Input => ({
  ...{ amendment_type: "VALUE", title: `${mark} amendment`, reason: `${mark} reason`, value_delta: "1.00" },
  ...{ effective_date: new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10), requires_customer_approval: false },
});

/** An amendment that nobody has submitted, of a contract whose owner has a manager. */
async function createAmendmentDraft(app: App, world: World): Promise<Input> {
  const manager = await addUser(app, world.tenant, "MANAGER");
  return (await draftAmendment(app, world, manager.id)).one;
}

/** One for which somebody is asked, or the administrator: as the manager of who drew it. */
async function createSubmittedAmendment(app: App, world: World, who: TestUser | undefined, more: Input = {}): Promise<Input> {
  const { one, maker } = await draftAmendment(app, world, who?.id ?? world.tenant.userId, more);
  await maker.client.submitContractAmendment(one as never);
  return one;
}

/** One to which everybody in the house has agreed. */
async function createApprovedAmendment(app: App, world: World, more: Input = {}): Promise<Input> {
  const one = await createSubmittedAmendment(app, world, undefined, more);
  await world.tenant.admin.approveContractAmendment(one as never);
  await app.settle();
  return one;
}

const createCustomerAmendment = (app: App, world: World): Promise<Input> =>
  createApprovedAmendment(app, world, { requires_customer_approval: true });

async function createSentAmendment(app: App, world: World): Promise<Input> {
  const one = await createCustomerAmendment(app, world);
  await world.tenant.admin.sendContractAmendment({ ...one, to: nextAddress("buyer") } as never);
  return one;
}

async function draftAmendment(app: App, world: World, manager_id: string, more: Input = {}) {
  const maker = await addUser(app, world.tenant, "SALES_REP", { manager_id });
  const { mark } = world.seeds;
  const { data: customer } = await maker.client.createCustomer({ name: `${mark} ${randomUUID()}` });
  const given = { title: `${mark} contract`, customer_id: customer.id, contract_value: "10.00", requires_signature: false };
  const { id } = (await maker.client.createContract(given as never)).data;
  const { data: submitted } = await maker.client.submitContract({ id });
  if (submitted.status !== "APPROVED") throw new Error(`The contract is ${submitted.status}`);
  await maker.client.activateContract({ id });
  const { data } = await maker.client.createContractAmendment({ ...amendmentInput(world), ...more, id } as never);
  return { one: { id, amendmentId: data.id }, maker };
}

/** A proposal, and a section of it. */
async function proposalSectionInput(app: App, world: World): Promise<Input> {
  const id = await makeTarget(app, world, "/proposals");
  const { sections } = (await world.tenant.admin.getProposal({ id })).data;
  return { id, section_id: sections[0]?.id };
}

/** A proposal with which this was done. */
async function createProposalAfter(app: App, world: World, ...done: readonly string[]): Promise<Input> {
  const id = await makeTarget(app, world, "/proposals");
  const said: Record<string, Input> = { sendProposal: { to: nextAddress("buyer") } };
  for (const name of done) parseData(await sendAs(app, world.tenant.token, findOperation(name), { id, ...said[name] }));
  return { id };
}

/** A deal, and an item of it. */
async function dealItemInput(app: App, world: World, name: string): Promise<Input> {
  const id = await makeTarget(app, world, "/deals");
  const item = { id, name: `${world.seeds.mark}-item`, unit_price: "5.00" };
  const { items } = parseData(await sendAs(app, world.tenant.token, findOperation("addDealItem"), item)) as {
    items: { id: string }[];
  };
  return { ...(generateValue(inputSchema(findOperation(name)), world.seeds) as Input), id, item_id: items.at(-1)?.id };
}

/** A customer and an address of theirs. */
async function customerAddressInput(app: App, world: World): Promise<Input> {
  const id = await makeTarget(app, world, "/customers");
  const { addresses } = (await world.tenant.admin.addCustomerAddress({ id, type: "BRANCH", city: "Ghent" } as never)).data;
  return { id, address_id: addresses.at(-1)?.id };
}

/** A file of leads, of which the last is refused. */
function buildLeadsFile({ seeds: { mark } }: World, rows = 1): string {
  const row = (n: number) => `${mark}-first,${mark}-last${n},${mark.toLowerCase()}${n}@file.example`;
  return [
    "first_name,last_name,email",
    ...Array.from({ length: rows }, (_, n) => row(n)),
    `${mark}-no,${mark}-address,none@`,
  ].join("\n");
}

/** A file of records of a list: of leads and persons with one that is refused, of others what their create operation takes. */
function buildListFile(world: World, list: string): string {
  if (list === "/leads" || list === "/persons") return buildLeadsFile(world);
  const input = generateValue(inputSchema(findCreateOperation(list)), world.seeds) as Input;
  const cells = Object.entries(input).filter(([, value]) => typeof value === "string");
  return [cells.map(([name]) => name), cells.map(([, value]) => value)].join("\n");
}

/** The bytes of a file where its upload waits for them. */
export async function makeUpload(app: App, { tenant, seeds: { mark } }: World, file: string, who?: TestUser): Promise<string> {
  const about = { file_name: `${mark}.csv`, content_type: "text/csv", size: Buffer.byteLength(file) } as const;
  const made = await (who?.client ?? tenant.admin).createUpload(about).catch(() => tenant.admin.createUpload(about));
  await app.objects.write(`${tenant.id}/uploads/${made.data.upload_id}`, Buffer.from(file));
  return made.data.upload_id;
}

/** Of who acts on it, where somebody does: an import of somebody else takes more than the right of the operation. */
const makeImport = (app: App, world: World, who?: TestUser, rows = 1): Promise<string> =>
  makeOnce(world, "import", async () => {
    const upload_id = await makeUpload(app, world, buildLeadsFile(world, world.sharedIds ? 1 : rows), who);
    return String(
      parseData(await sendAs(app, who?.token ?? world.tenant.token, findOperation("importLeads"), { upload_id })).import_id,
    );
  });

/** Of who acts on it: nobody else sees it but administrators. */
const makeBulkChange = (app: App, world: World, who?: TestUser): Promise<string> =>
  makeOnce(world, "bulk change", async () => {
    const ids = [await makeTarget(app, world, "/leads")];
    const input = { kind: "lead", action: "update", ids, add_tags: [world.seeds.mark] };
    const token = who?.token ?? world.tenant.token;
    const answer = await sendAs(app, token, findOperation("createBulkChange"), input);
    return String(
      parseData(answer.status === 202 ? answer : await sendAs(app, world.tenant.token, findOperation("createBulkChange"), input))
        .id,
    );
  });

/** A tag that a lead has. */
async function makeTag(app: App, world: World): Promise<string> {
  const lead = { last_name: "Tagged", tags: [world.seeds.mark] };
  parseData(await sendAs(app, world.tenant.token, findOperation("createLead"), lead));
  return world.seeds.mark;
}

async function makeOnce({ sharedIds: known }: World, what: string, make: () => Promise<string>): Promise<string> {
  const id = known?.get(what) ?? (await make());
  known?.set(what, id);
  return id;
}

/** What fields of a definition take depends on its type, and its name on those that there are. */
function customFieldInput({ seeds: fillings }: World, name: string): Input {
  const unlike = { picklist_values: undefined, decimal_places: undefined, reference_kind: undefined, validation: undefined };
  const values = {
    ...unlike,
    entity_type: ++pointCount % 2 === 0 ? "lead" : "person",
    field_name: `f_${randomUUID().slice(0, 8)}`,
    is_required: false,
    is_unique: false,
    is_filterable: false,
    is_sortable: false,
    visible_to: [],
    editable_by: [],
    default_value: `${fillings.mark}-default`,
  };
  return generateValue(inputSchema(findOperation(name)), { ...fillings, values: { ...fillings.values, ...values } }) as Input;
}

async function customFieldChangeInput(app: App, world: World, name: string): Promise<Input> {
  const { entity_type: _entity, field_name: _name, ...input } = customFieldInput(world, name);
  return { ...input, id: await makeTarget(app, world, "/custom-fields") };
}

const contactInput = ({ seeds: fillings }: World, name: string): Input => ({
  ...(generateValue(inputSchema(findOperation(name)), fillings) as Input),
  lead_id: undefined,
});

/** Form fields whose names mean other things elsewhere. */
function formInput({ seeds: fillings }: World, name: string): Input {
  const { ids, mark } = fillings;
  const own = {
    kind: "web_form",
    allowed_origins: ["https://shop.example"],
    field_mapping: { [`${mark}-box`]: "email" },
    rate_limit_per_minute: 1000,
    rate_limit_per_address: 1000,
    owner_id: ids.user,
  };
  return generateValue(inputSchema(findOperation(name)), { ...fillings, values: { ...fillings.values, ...own } }) as Input;
}

const createPublicKey = async (
  { tenant, seeds: fillings }: World,
  kind: "web_form" | "page_visit" | "email_open",
): Promise<string> =>
  (await tenant.admin.createForm({ name: `${fillings.mark}-form`, kind, rate_limit_per_address: 1000 })).data.key;

let pathCount = 0;

/** One that nobody else declares: a tenant has 20 of each entity. */
const nextSearchPath = ({ mark }: InputSeeds): string => `custom_attributes.${mark}${++pathCount}`;

async function makeSearchPath({ tenant, seeds: fillings }: World): Promise<string> {
  const { data: declared } = await tenant.admin.listSearchPaths({ limit: 100 });
  const [free] = declared.filter(({ status }) => status !== "DROPPING");
  if (free && declared.length > 10) return free.id;
  return (await tenant.admin.createSearchPath({ entity: "person", path: nextSearchPath(fillings) })).data.id;
}

let pointCount = 0;

/** Two persons, of whom one was named with the other's contact point. */
async function makeDuplicate({ tenant, seeds: { mark } }: World): Promise<string> {
  const email = `${mark.toLowerCase()}.point${++pointCount}@mail.example`;
  const phone = `+3248500${String(1000 + pointCount)}`;
  const names = { first_name: `${mark}-first${pointCount}`, last_name: `${mark}-last${pointCount}` };
  await tenant.admin.createLead({ ...names, email });
  const { data: other } = await tenant.admin.createLead({ ...names, phone });
  await tenant.admin.createLead({ ...names, email, phone });
  const { data } = await tenant.admin.listPersonDuplicates({ id: String(other.personal_key_id) });
  return String(data[0]?.id);
}

async function readMailedToken(app: App, email: string): Promise<string> {
  await app.settle();
  const text = app.mail.sent(email).at(-1)?.text ?? "";
  return decodeURIComponent(/token=([^\s&]+)/.exec(text)?.[1] ?? "");
}

/** What a page takes on which a password is chosen. */
async function passwordPageInput(
  app: App,
  world: World,
  who: TestUser | undefined,
  operation: "activate" | "resetPassword",
): Promise<Input> {
  const input = await inputBuilders[operation]?.(app, world, who);
  return { ...input, password_again: input?.password };
}

/** The link of a mail that speaks of a lead. */
async function mailPreferenceInput(app: App, { tenant }: World): Promise<Input> {
  const user = await addUser(app, tenant, "USER");
  await user.client.replaceNotificationPreferences({ types: { lead_assigned: { email: true } } });
  await tenant.admin.createLead({ first_name: "Told", last_name: "By mail", owner_id: user.id } as never);
  return { token: await readMailedToken(app, user.email), choice: "none" };
}

let guestCount = 0;

/** Somebody who is invited by mail, the link of that mail, and what its page shows. */
async function createInvitation(app: App, { tenant, seeds: fillings }: World) {
  const email = `guest${++guestCount}@${tenant.slug}.example`;
  const point = { contact_type: "email", contact_value: email };
  const { data: person } = await tenant.admin.createPerson({ first_name: fillings.mark, contact_points: [point] } as never);
  const asked = { subject: fillings.mark, activity_type_id: "task", due_date: "2099-01-15", send_invitations: true };
  const participants = [{ person_id: person.id }];
  const { data: activity } = await tenant.admin.createActivity({ ...asked, participants } as never);
  const token = await readMailedToken(app, email);
  const page = await inProcessTransport(app)({
    method: "GET",
    path: "/invitation",
    query: `token=${token}`,
    headers: {},
    body: undefined,
  });
  return { email, id: activity.id, token, shown: /name="shown" value="([^"]+)"/.exec(page.body)?.[1] ?? "" };
}

/** What a plain create would leave empty: a person with a lead, an activity and a step of their journey; and that step. */
const targetBuilders: Record<string, (app: App, world: World) => Promise<string>> = {
  "/persons": async (app, world) => {
    const send = async (name: string, input: Input) =>
      parseData(await sendAs(app, world.tenant.token, findOperation(name), input));
    const generated = (name: string) => generateValue(inputSchema(findOperation(name)), world.seeds) as Input;
    const { id } = await send("createPerson", await personInput(world.seeds));
    const lead = await send("createLead", { ...generated("createLead"), personal_key_id: id });
    await send("logLeadActivity", { ...generated("logLeadActivity"), id: lead.id });
    await makeStep(app, world, String(id));
    return String(id);
  },
  "/support/sla/violations": (app, world) => makeViolation(app, world),
  "/support/surveys": async (app, world) => (await sendSurvey(app, world)).id,
  "/opportunities/forecast/submissions": async (_, { tenant: { admin }, seeds: { mark } }) => {
    const { data } = await admin.submitForecast({ period: "2031-01", commit: "1.00", best_case: "2.00", note: mark });
    return data.id;
  },
  "/approvals": async (app, world) => (await makeApproval(app, world)).id,
  // Whoever reads sees it.
  "/support/knowledge": async (_, { tenant: { admin }, seeds: fillings }) => {
    const { data } = await admin.createKnowledgeArticle(articleInput(fillings) as never);
    return (await admin.publishArticle({ id: data.id })).data.id;
  },
  "/support/inbound-mails": async (app, world) => makeMail(app, world),
  "/signature-requests": async (app, world) => (await createSignatureRequest(app, world)).id,
  "/journey": async (app, world) => makeStep(app, world, await makeTarget(app, world, "/persons")),
};

const articleInput = (fillings: InputSeeds): Input => ({
  ...(generateValue(inputSchema(findOperation("createKnowledgeArticle")), fillings) as Input),
  translation_of: undefined,
});

async function articleVersionInput(app: App, world: World): Promise<Input> {
  const id = await makeTarget(app, world, "/support/knowledge");
  const { data } = await world.tenant.admin.listArticleVersions({ id });
  return { id, version_id: data[0]?.id };
}

/** The public reads in the tenant. */
async function publishKnowledge({ tenant: { admin, slug } }: World): Promise<string> {
  await admin.updateTenant({ settings: { knowledge_is_public: true } });
  return slug;
}

async function publishArticle(app: App, world: World): Promise<Input> {
  const id = await makeTarget(app, world, "/support/knowledge");
  await world.tenant.admin.updateKnowledgeArticle({ id, is_public: true });
  return { slug: await publishKnowledge(world), id };
}

/** A ticket that was resolved, whose requester can be asked. */
async function createResolvedTicket(
  { tenant: { admin, userId }, seeds: { mark } }: World,
  email = `${randomUUID()}@mail.example`,
): Promise<string> {
  const asked = { subject: mark, description: mark, requester: { email }, assigned_to_id: userId };
  const { data } = await admin.createTicket(asked as never);
  await admin.resolveTicket({ id: data.id });
  return data.id;
}

async function createTwoTickets(app: App, world: World): Promise<{ id: string; ticket_id: string }> {
  return { id: await makeTarget(app, world, "/support/tickets"), ticket_id: await makeTarget(app, world, "/support/tickets") };
}

/** A ticket, and what was said about it. */
async function createTicketComment(app: App, world: World): Promise<{ id: string; comment_id: string }> {
  const id = await makeTarget(app, world, "/support/tickets");
  const { data } = await world.tenant.admin.addTicketComment({ id, body: `${world.seeds.mark} said` });
  return { id, comment_id: data.id };
}

/** Of the provider that asks for least: a key opens it. */
const smsAccountInput = async (app: App, world: World): Promise<Input> => ({
  name: `${world.seeds.mark} texts`,
  sender_id: await makeTarget(app, world, "/sms/senders"),
  ...TWILIO,
});

const smsNumberInput = async (app: App, world: World): Promise<Input> => ({
  number: nextNumber(),
  account_id: await makeTarget(app, world, "/sms/service-accounts"),
});

/** With a key that its provider does not know. */
const TWILIO = {
  provider: "twilio",
  account_sid: `AC${"0123456789abcdef".repeat(2)}`,
  auth_token: "0123456789abcdef0123456789abcdef",
};

let numberCount = 0;
/** One that no other test has. */
const nextNumber = (): string => `+1415${String(2_000_000 + ++numberCount)}`;

/** To somebody nobody knows yet, and not today: so it waits. */
const messageInput = ({ seeds: { mark, ids } }: World): Input => ({
  channel: "sms",
  to: nextNumber(),
  sender_id: ids.sms_sender,
  body: `${mark} words`,
  send_at: new Date(Date.now() + 40 * 24 * 60 * 60 * 1000).toISOString(),
});

/** The conversation that a message has begun. */
const createConversation = async (world: World): Promise<string> =>
  (await world.tenant.admin.sendMessage(messageInput(world) as never)).data.conversation_id;

const signatureAccountInput = ({ seeds: { mark } }: World) => ({
  ...{ provider: "dropbox_sign", name: `${mark} account`, environment: "demo", is_default: true },
  api_key: "0123456789abcdef0123456789abcdef",
});

const macroInput = ({ seeds: { mark } }: World) => ({
  ...{ name: `${mark} macro`, description: mark, sharing: "PRIVATE" as const },
  ...{ priority_id: "high", add_tags: [`${mark} macro`], comment: `${mark} says` },
});

async function macroTargetInput(app: App, world: World): Promise<{ id: string; macro_id: string }> {
  const { data } = await world.tenant.admin.createTicketMacro({ ...macroInput(world), sharing: "EVERYONE" } as never);
  return { id: await makeTarget(app, world, "/support/tickets"), macro_id: data.id };
}

/** A clock of a ticket that was violated. */
async function makeViolation(app: App, world: World): Promise<string> {
  const ticket_id = await makeTarget(app, world, "/support/tickets");
  const judged_at = new Date().toISOString();
  const clock = { ticket_id, metric: "resolution" as const, started_at: judged_at, judged_at };
  const nothing = { agent_id: null, team_id: null, category_id: null, customer_id: null, stopped_at: null, over_seconds: null };
  const { ids } = world.seeds;
  const [policy] = (await world.tenant.admin.listSlaPolicies({ limit: 1 })).data;
  const of = { policy_id: String(policy?.id), priority_id: String(ids["master priorities"]), judged_day: judged_at.slice(0, 10) };
  return runIn(systemContext(app.ports, world.tenant.id, "test"), () => {
    const judged = { ...clock, ...nothing, ...of, state: "VIOLATED" as const, due_at: judged_at, target_seconds: 60 };
    const outcome = Records.init(Outcomes, judged, { id: outcomeId(clock) });
    return transaction().create(Outcomes, outcome).commit(outcome.id);
  });
}

/** By which a requester comes to what they are asked. */
async function sendSurvey(app: App, world: World): Promise<{ id: string; ticket: string; token: string }> {
  const email = `${randomUUID()}@mail.example`;
  const ticket = await createResolvedTicket(world, email);
  const { data: survey } = await world.tenant.admin.sendTicketSurvey({ id: ticket });
  await app.settle();
  const links = app.mail.sent(email).flatMap(({ text }) => text.match(/http\S+/g) ?? []);
  return { id: survey.id, ticket, token: links.findLast((link) => link.includes(survey.id))?.split("/survey/")[1] ?? "" };
}

/** A mail that somebody sent. */
async function makeMail(app: App, { tenant, seeds: { mark } }: World): Promise<string> {
  const raw = Buffer.from(
    `From: ${mark} <guest@customer.example>\r\nMessage-ID: <${randomUUID()}@x>\r\nSubject: ${mark}\r\n\r\n${mark}`,
  );
  const [taken] = await ingestMail({ raw, recipients: [`support@${tenant.slug}.in.example`], domain: "in.example" }, app.ports);
  return taken && "id" in taken ? taken.id : "";
}

/** What a provider has told of which nobody knows what to do with it. */
async function createQuarantinedDelivery(app: App, { tenant: { admin }, seeds: { mark } }: World): Promise<Input> {
  const { data } = await admin.createInboundWebhook({ name: mark, provider: "twilio", secret: "token" });
  await callWebhook(
    app,
    data.id,
    signTwilio("token", data.url, { MessageSid: mark, From: "+12125550111", To: "+12125550112", Body: mark }),
  );
  await app.settle();
  const [told] = (await admin.listInboundDeliveries({ id: data.id })).data;
  return { id: data.id, delivery_id: told?.id };
}

async function makeStep(app: App, world: World, person: string): Promise<string> {
  const input = generateValue(inputSchema(findOperation("createJourneyEntry")), world.seeds) as Input;
  return String(
    parseData(await sendAs(app, world.tenant.token, findOperation("createJourneyEntry"), { ...input, id: person })).id,
  );
}

/** One whose owner was told of its stage by a rule. */
async function createMovedOpportunity(app: App, { tenant: { admin }, seeds: { mark, ids } }: World): Promise<Input> {
  const automation = { name: "Moved", when: { to_stages: ["qualification"] }, do: [{ action: "health" }] };
  const { data: draft } = await admin.createRuleVersion({
    ...{ kind: "stage_automation", definition: { automations: [automation] } },
  } as never);
  await admin.publishRuleVersion({ kind: "stage_automation", id: draft.id } as never);
  const { data } = await admin.createOpportunity({ name: `${mark} moved`, customer_id: ids.customer } as never);
  await admin.updateOpportunity({ id: data.id, stage_id: "qualification" } as never);
  await app.settle();
  return { id: data.id };
}

/** The operation that creates what is at a path. */
export function findCreateOperation(path: string): Operation {
  const create = operations.find((operation) => operation.method === "POST" && operation.path === path);
  if (!create) throw new Error(`Nothing creates what is at ${path}: give the operation a special input`);
  return create;
}

async function makeCustomers({ tenant: { admin }, seeds: { mark } }: World): Promise<{ id: string; merged_id: string }> {
  const made = async (): Promise<string> => (await admin.createCustomer({ name: `${mark} twice` } as never)).data.id;
  return { id: await made(), merged_id: await made() };
}

async function makeContacts(world: World): Promise<{ id: string; merged_id: string }> {
  const { id: customer_id } = await makeCustomers(world);
  const last_name = `${world.seeds.mark} twice`;
  const made = async (): Promise<string> => (await world.tenant.admin.createContact({ customer_id, last_name } as never)).data.id;
  return { id: await made(), merged_id: await made() };
}

/** A fresh record to act on, made by the create operation of the same path. */
/** A place in a template is a clause of the library, or has a text of its own. */
function contractTemplateInput({ seeds: fillings }: World, name: string): Input {
  const input = generateValue(inputSchema(findOperation(name)), fillings) as { clauses: [{ texts: unknown; when: unknown }] };
  const [{ texts, when }] = input.clauses;
  const places = [
    { clause_id: fillings.ids.contract_clause, clause_revision: 1, when },
    { key: "own", texts, level: 2 },
  ];
  return { ...input, clauses: places };
}

export async function makeTarget(app: App, world: World, path: string, who?: TestUser): Promise<string> {
  const make = targetBuilders[path];
  if (make) return make(app, world);
  const create = findCreateOperation(path);
  if (path === "/webhooks/endpoints") await makeRoomForEndpoint(world);
  const input = await inputFor(app, world, create);
  return String(parseData(await sendAs(app, who?.token ?? world.tenant.token, create, input)).id);
}

/** A tenant has 20 endpoints at most. */
async function makeRoomForEndpoint({ tenant: { admin } }: World): Promise<void> {
  const { data } = await admin.listWebhookEndpoints({ limit: 100 });
  const oldest = data.at(-1);
  if (oldest && data.length > 15) await admin.deleteWebhookEndpoint({ id: oldest.id });
}

/** Records that only the user who created them sees or changes. */
const OWNED_PATHS: ReadonlySet<string> = new Set(["/views", "/booking-links", "/support/macros", "/webhooks/endpoints"]);

/** A valid input for the operation, with a target of its own where it acts on one. */
export async function inputFor(app: App, world: World, operation: Operation, who?: TestUser): Promise<Input> {
  // A query is asked for what its list is.
  const own = inputBuilders[operation.name] ?? inputBuilders[operation.name.replace(/^query/, "list")];
  if (own) return own(app, world, who);
  if (operation.path.endsWith("/batch")) {
    const create = findCreateOperation(operation.path.replace(/\/batch$/, ""));
    const item = await inputFor(app, world, create, who);
    const inPath = pathParameterNames(create.path).map((name) => [name, item[name]]);
    return { ...Object.fromEntries(inPath), operation: "create", items: [item] };
  }
  if (operation.takesFile) {
    const list = operation.path.replace(/\/import$/, "");
    return { upload_id: await makeUpload(app, world, buildListFile(world, list), who) };
  }
  const generated = generateValue(inputSchema(operation), world.seeds) as Input;
  if (!pathParameterNames(operation.path).includes("id")) return generated;
  const [collection = ""] = operation.path.split("/{id}");
  const isToGo = operation.path.endsWith("/restore");
  const maker = OWNED_PATHS.has(collection) ? who : undefined;
  const make = () => makeTarget(app, world, collection, maker);
  const id = await (isToGo || maker ? make() : makeOnce(world, collection, make));
  if (isToGo) {
    const remove = operations.find((each) => each.method === "DELETE" && each.path === `${collection}/{id}`) as Operation;
    parseData(await sendAs(app, maker?.token ?? world.tenant.token, remove, { ...generated, id }));
  }
  return { ...generated, id };
}

/** Operations that have ids in their input only as part of what they say, not of whom they act on. */
export const takesRecordId = (operation: Operation): boolean => pathParameterNames(operation.path).includes("id");
