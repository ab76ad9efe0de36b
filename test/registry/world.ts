import { randomUUID } from "node:crypto";
import { Clock } from "@crm/core/kernel/clock.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { extras } from "@crm/core/masters/extras.ts";
import { TrackedMails } from "@crm/core/message/tracking/mail.ts";
import { StandardScore } from "@crm/core/score/standard.rules.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import { ReachLink } from "@crm/core/suppression/link.ts";
import { Outcomes, outcomeId } from "@crm/core/ticket/outcome.entity.ts";
import { operations } from "@crm/functions/api/index.ts";
import { type Client, createClient, requestOf, type WireAnswer } from "@crm/functions/derive/client.ts";
import { inputOf, type Operation, parametersOf } from "@crm/functions/http/operation.ts";
import { arriving } from "@crm/functions/inbound/index.ts";
import type { App } from "@crm/local/app.ts";
import { call, dropboxSign, twilio } from "../inbound-webhook/sender.ts";
import { addUser, comingWeek, inProcess, PASSWORD, signUp, type Tenant, type TestUser } from "../support.ts";
import { inTenant } from "../suppression/support.ts";
import { type Fillings, generate } from "./generate.ts";

/** A tenant full of marked values, and for any operation a valid input with something of its own to act on. */
export interface World {
  tenant: Tenant;
  fillings: Fillings;
  /** What operations act on, where none of them changes it: made once. */
  shared?: Map<string, string>;
}

export const MARK = "MARKED";

export type Input = Record<string, unknown>;

/** Fields that stand for others, or only narrow what comes. */
const alternatives = [
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

const examples: Input = {
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
  // Parameters named as paths that the tenant declared, and conditions (test/list/grammar.test.ts).
  paths: undefined,
  where: undefined,
  // A set has a filter where it is dynamic (test/segment).
  filter: undefined,
  membership: "STATIC",
  language: "en",
  // Made of text and tags alone (test/message-template).
  body_html: undefined,
  // Spans of a week in order (test/booking).
  hours: undefined,
  // Of a clause: made of its name, as no two have the same (test/contract-template).
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
    ...examples,
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
  return { tenant, fillings: { mark, ids, values, without: new Set([...alternatives, ...Object.keys(extras)]) } };
}

const named = (name: string): Operation => {
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
  options: Parameters<typeof requestOf>[2] = {},
): Promise<WireAnswer> {
  return inProcess(app, token)(requestOf(operation, input, options));
}

const dataOf = (answer: WireAnswer): Record<string, unknown> => {
  if (answer.status >= 300) throw new Error(`${answer.status}: ${answer.body.slice(0, 500)}`);
  return (JSON.parse(answer.body) as { data: Record<string, unknown> }).data;
};

const newMaster = ({ mark }: Fillings): Input => ({
  name: `${mark} ${randomUUID()}`,
  code: `c_${randomUUID().replaceAll("-", "")}`,
});

type Special = (app: App, world: World, who?: TestUser) => Promise<Input>;

const batchInput = ({ fillings }: World, name: string): Input => ({
  ...(generate(inputOf(named(name)), fillings) as Input),
  // Leaders and marketers alone give them to others.
  assigned_to: undefined,
  // Of messages with templates of their channels.
  sequence: undefined,
});

/** Of whoever is to act on it. */
async function batchOf(
  { tenant, fillings: { mark } }: World,
  who: TestUser | undefined,
  status: "DRAFT" | "ACTIVE" = "DRAFT",
): Promise<string> {
  const { data } = await tenant.admin.createReengagementBatch({ batch_name: `${mark} batch`, assigned_to: who?.id } as never);
  if (status === "ACTIVE") await tenant.admin.activateReengagementBatch({ id: data.id });
  return data.id;
}

async function memberOf(world: World, who: TestUser | undefined): Promise<string> {
  const { tenant, fillings } = world;
  const { data } = await tenant.admin.createPerson({ first_name: `${fillings.mark}-quiet` } as never);
  const id = await batchOf(world, who, "ACTIVE");
  return (await tenant.admin.addReengagementMember({ id, person_id: data.id })).data.id;
}

async function contactedOf(world: World, who: TestUser | undefined): Promise<string> {
  const id = await memberOf(world, who);
  await world.tenant.admin.contactReengagementMember({ id, method: "PHONE" });
  return id;
}

const fillingOf = async (world: World, who: TestUser | undefined): Promise<string> => {
  const id = await batchOf(world, who);
  return (await world.tenant.admin.fillReengagementBatch({ id, last_activity_before: "2020-01-01" })).data.id;
};

const reengagement: Record<string, Special> = {
  createReengagementBatch: async (_, world) => batchInput(world, "createReengagementBatch"),
  replaceReengagementBatch: async (_, world, who) => ({
    ...batchInput(world, "replaceReengagementBatch"),
    ...{ id: await batchOf(world, who), currency: undefined },
  }),
  updateReengagementBatch: async (_, world, who) => ({
    ...batchInput(world, "updateReengagementBatch"),
    ...{ id: await batchOf(world, who), currency: undefined },
  }),
  deleteReengagementBatch: async (_, world, who) => ({ id: await batchOf(world, who) }),
  activateReengagementBatch: async (_, world, who) => ({ id: await batchOf(world, who) }),
  pauseReengagementBatch: async (_, world, who) => ({ id: await batchOf(world, who, "ACTIVE") }),
  completeReengagementBatch: async (_, world, who) => ({ id: await batchOf(world, who, "ACTIVE") }),
  cancelReengagementBatch: async (_, world, who) => ({ id: await batchOf(world, who) }),
  getReengagementStats: async (_, world, who) => ({ id: await batchOf(world, who) }),
  annotateReengagementStats: async (_, world, who) => {
    const id = await batchOf(world, who);
    // In the tenant's time zone, which may be of another day.
    const { data } = await world.tenant.admin.getReengagementBatch({ id });
    return { id, day: data.created_date, notes: `${world.fillings.mark}-notes` };
  },
  listReengagementBatchMembers: async (_, world, who) => ({ id: await batchOf(world, who) }),
  addReengagementMember: async (_, world, who) => {
    const { data } = await world.tenant.admin.createPerson({ first_name: `${world.fillings.mark}-quiet` } as never);
    return { id: await batchOf(world, who), person_id: data.id, notes: `${world.fillings.mark}-notes` };
  },
  fillReengagementBatch: async (_, world, who) => ({ id: await batchOf(world, who), last_activity_before: "2020-01-01" }),
  getReengagementFill: async (_, world, who) => ({ id: await fillingOf(world, who) }),
  cancelReengagementFill: async (_, world, who) => ({ id: await fillingOf(world, who) }),
  getReengagementMember: async (_, world, who) => ({ id: await memberOf(world, who) }),
  updateReengagementMember: async (_, world, who) => ({ id: await memberOf(world, who), notes: `${world.fillings.mark}-notes` }),
  removeReengagementMember: async (_, world, who) => ({ id: await memberOf(world, who) }),
  contactReengagementMember: async (_, world, who) => ({ id: await memberOf(world, who), method: "PHONE" }),
  respondReengagementMember: async (_, world, who) => ({ id: await contactedOf(world, who) }),
  optOutReengagementMember: async (_, world, who) => ({ id: await memberOf(world, who) }),
  failReengagementMember: async (_, world, who) => ({ id: await memberOf(world, who), reason: `${world.fillings.mark}-reason` }),
};

/** By which account a tenant's sends go out, made once. */
const accounts = new WeakMap<Tenant, Promise<string>>();

function accountOf({ tenant, fillings: { mark } }: World): Promise<string> {
  const made = { name: `${mark} news`, way: "house", address: "news@harbour.example" };
  const known = accounts.get(tenant) ?? tenant.admin.createMailAccount(made as never).then(({ data }) => data.id);
  accounts.set(tenant, known);
  return known;
}

const sendInput = async (world: World, name: string): Promise<Input> => ({
  ...(generate(inputOf(named(name)), world.fillings) as Input),
  sender_id: await accountOf(world),
  // One audience, and leaders and marketers alone give sends to others.
  ...{ contact_list_id: undefined, owner_id: undefined },
});

/** Of whoever is to act on it. */
async function sendOf(world: World, who: TestUser | undefined, isScheduled = false): Promise<string> {
  const { tenant, fillings } = world;
  const { segment: segment_id, message_template: template_id } = fillings.ids;
  const said = { name: `${fillings.mark} send`, segment_id, template_id, owner_id: who?.id };
  const { data } = await tenant.admin.createEmailSend({ ...said, sender_id: await accountOf(world) } as never);
  if (isScheduled) await tenant.admin.scheduleEmailSend({ id: data.id, scheduled_send_time: nextMonth() });
  return data.id;
}

const nextMonth = (): string => new Date(Clock.ms() + 30 * 24 * 60 * 60_000).toISOString();

const emailSends: Record<string, Special> = {
  createEmailSend: async (_, world) => sendInput(world, "createEmailSend"),
  replaceEmailSend: async (_, world, who) => ({
    ...(await sendInput(world, "replaceEmailSend")),
    id: await sendOf(world, who),
  }),
  updateEmailSend: async (_, world, who) => ({ ...(await sendInput(world, "updateEmailSend")), id: await sendOf(world, who) }),
  deleteEmailSend: async (_, world, who) => ({ id: await sendOf(world, who) }),
  scheduleEmailSend: async (_, world, who) => ({ id: await sendOf(world, who), scheduled_send_time: nextMonth() }),
  unscheduleEmailSend: async (_, world, who) => ({ id: await sendOf(world, who, true) }),
  cancelEmailSend: async (_, world, who) => ({ id: await sendOf(world, who) }),
  getEmailSendResults: async (_, world, who) => ({ id: await sendOf(world, who) }),
};

/** Who may meet, and within which time. */
const meeting = ({ ids }: World["fillings"]): Input => ({
  participants: [{ user_id: ids.user }],
  from: "2030-01-15T09:00:00Z",
  to: "2030-01-15T17:00:00Z",
});

/** What a schema cannot tell: operations whose input depends on something that happened before. */
const special: Record<string, (app: App, world: World, who: TestUser | undefined) => Promise<Input>> = {
  signup: async (_, { fillings: { mark } }) => {
    const slug = `s-${randomUUID().slice(0, 8)}`;
    const names = { tenant_name: `${mark} tenant`, first_name: `${mark}-first`, last_name: `${mark}-last` };
    return { ...names, tenant_slug: slug, email: `${mark.toLowerCase()}@${slug}.example`, password: "Correct-Horse-9000" };
  },
  // A logo is an upload that was made, and that nothing else uses.
  updateTenant: async (_, { fillings }) => {
    const input = generate(inputOf(named("updateTenant")), fillings) as { settings: { letterhead: Input } };
    return { ...input, settings: { ...input.settings, letterhead: { ...input.settings.letterhead, logo_upload_id: null } } };
  },
  login: async (_, { tenant }) => ({ email: tenant.email, password: tenant.password, tenant_slug: tenant.slug }),
  token: async (_, { tenant }) => ({ grant_type: "password", username: tenant.email, password: tenant.password }),
  refresh: async (app, { tenant }) => {
    const again = await createClient(inProcess(app)).login({
      email: tenant.email,
      password: tenant.password,
      tenant_slug: tenant.slug,
    });
    return { refresh_token: again.data.refresh_token };
  },
  forgotPassword: async (_, { tenant }) => ({ email: tenant.email, tenant_slug: tenant.slug }),
  resetPassword: async (app, world) => {
    const user = await addUser(app, world.tenant, "USER");
    await createClient(inProcess(app)).forgotPassword({ email: user.email, tenant_slug: world.tenant.slug });
    return { token: await linkOf(app, user.email), password: "Another-Horse-9000" };
  },
  activate: async (app, world) => {
    const email = `invited.${randomUUID().slice(0, 8)}@${world.tenant.slug}.example`;
    await world.tenant.admin.createUser({ email, first_name: "Inge", last_name: "Invited", role: "USER" } as never);
    return { token: await linkOf(app, email), password: "Another-Horse-9000" };
  },
  // Pages are led to as operations are, and take what they take.
  activationPage: (app, world, who) => chosen(app, world, who, "activate"),
  sendActivationPage: (app, world, who) => chosen(app, world, who, "activate"),
  resetPasswordPage: (app, world, who) => chosen(app, world, who, "resetPassword"),
  sendResetPasswordPage: (app, world, who) => chosen(app, world, who, "resetPassword"),
  sendForgotPasswordPage: async (_, { tenant }) => ({ email: tenant.email }),
  notificationPreferencesPage: (app, world) => ofMails(app, world),
  sendNotificationPreferencesPage: (app, world) => ofMails(app, world),
  invitationPage: async (app, world) => ({ token: (await ofInvitation(app, world)).token }),
  sendInvitationPage: async (app, world) => {
    const { token, shown } = await ofInvitation(app, world);
    return { token, shown, response: "ACCEPTED" };
  },
  replyToInvitation: async (app, world) => {
    const { email, id } = await ofInvitation(app, world);
    const event = [`UID:${id}@crm`, "DTSTAMP:20260101T000000Z", `ATTENDEE;PARTSTAT=ACCEPTED:mailto:${email}`];
    const lines = ["BEGIN:VCALENDAR", "METHOD:REPLY", "BEGIN:VEVENT", ...event, "END:VEVENT", "END:VCALENDAR", ""];
    return { calendar: lines.join("\r\n") };
  },
  recordPage: async (_, { fillings }) => ({ records: "leads", id: fillings.ids.lead }),
  changePassword: async () => ({ current_password: PASSWORD, password: "Another-Horse-9000" }),
  revokeSession: async (_app, _world, who) => ({ id: (await who?.as.listSessions())?.data[0]?.id }),
  inviteUser: async (_, { tenant, fillings: { mark } }) => {
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
  createUser: async (_, { tenant, fillings }) => ({
    ...(generate(inputOf(named("createUser")), fillings) as Input),
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
    owner_id: world.fillings.ids.user,
  }),
  assignCustomers: async (app, world) => ({
    customer_ids: [await makeTarget(app, world, "/customers")],
    method: "LIST",
    owner_id: world.fillings.ids.user,
  }),
  assignOpportunities: async (app, world) => ({
    opportunity_ids: [await makeTarget(app, world, "/opportunities")],
    method: "LIST",
    owner_id: world.fillings.ids.user,
  }),
  createPerson: async (_, { fillings }) => personInput(fillings),
  replacePerson: async (app, world) => ({
    ...(await personInput(world.fillings)),
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
    dataOf(await sendAs(app, world.tenant.token, named("deletePerson"), { id }));
    return { id };
  },
  grantPersonSight: (app, world) => makeLimited(app, world),
  withdrawPersonSight: async (app, world) => {
    const limited = await makeLimited(app, world);
    await world.tenant.admin.grantPersonSight(limited);
    return limited;
  },
  updateContactPoint: async (app, world) => ({ ...(await ofPerson(app, world, "contact_points")), is_primary: true }),
  verifyContactPoint: async (app, world) => {
    const { id, point_id } = await newPoint(app, world);
    return { id, point_id };
  },
  confirmContactPoint: async (app, world) => sentCode(app, world),
  verificationPage: async (app, world) => ({ token: await verificationToken(app, world) }),
  sendVerificationPage: async (app, world) => ({ token: await verificationToken(app, world) }),
  createSuppression: async () => newAddress(),
  liftSuppression: (_, world) => listedAddress(world),
  checkSuppression: (_, world) => listedAddress(world),
  removeSuppression: async (app, world) => ({ id: await makeTarget(app, world, "/suppressions") }),
  reachPage: async (app, world) => ({ token: await reachToken(app, world) }),
  sendReachPage: async (app, world) => ({ token: await reachToken(app, world), channel: "email", act: "out" }),
  removeContactPoint: (app, world) => ofPerson(app, world, "contact_points"),
  updateAddress: async (app, world) => ({ ...(await ofPerson(app, world, "addresses")), city: world.fillings.mark }),
  verifyAddress: (app, world) => ofPerson(app, world, "addresses"),
  removeAddress: (app, world) => ofPerson(app, world, "addresses"),
  updateCustomerAddress: async (app, world) => ({ ...(await ofCustomer(app, world)), city: world.fillings.mark }),
  verifyCustomerAddress: (app, world) => ofCustomer(app, world),
  removeCustomerAddress: (app, world) => ofCustomer(app, world),
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
    dataOf(await sendAs(app, world.tenant.token, named("mergePersons"), { id, merged_id }));
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
    const { id } = await (special.unmergePersons as (typeof special)[string])(app, world, undefined);
    return { id };
  },
  getSchema: async () => ({ kind: "lead" }),
  listJourneyEntries: async (app, world) => {
    await makeTarget(app, world, "/journey");
    return {};
  },
  getDuplicate: async (_, world) => ({ id: await makeDuplicate(world) }),
  dismissDuplicate: async (_, world) => ({ id: await makeDuplicate(world), reason: `${world.fillings.mark} reason` }),
  listPersonDuplicates: async (app, world) => {
    const duplicate = named("getDuplicate");
    const id = await makeDuplicate(world);
    return { id: dataOf(await sendAs(app, world.tenant.token, duplicate, { id })).person_id };
  },
  findSlots: async (_, { fillings }) => ({ ...meeting(fillings), duration_minutes: 30 }),
  readFreeBusy: async (_, { fillings }) => meeting(fillings),
  getActivity: async (app, world) => {
    const lead = await makeTarget(app, world, "/leads");
    const input = generate(inputOf(named("logLeadActivity")), world.fillings) as Input;
    return { id: dataOf(await sendAs(app, world.tenant.token, named("logLeadActivity"), { ...input, id: lead })).id };
  },
  createInteraction: async (_, { fillings }) => ({
    ...(generate(inputOf(named("createInteraction")), fillings) as Input),
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
  submitForecast: async (_, { fillings }) => ({ period: "2031-02", commit: "1.00", best_case: "2.00", note: fillings.mark }),
  moveOpportunity: async (app, world) => ({ id: await makeTarget(app, world, "/opportunities"), stage_id: "qualification" }),
  winOpportunity: async (app, world) => ({ id: await makeTarget(app, world, "/opportunities"), win_loss_reason_id: "best_fit" }),
  loseOpportunity: async (app, world) => ({ id: await makeTarget(app, world, "/opportunities"), win_loss_reason_id: "timing" }),
  reopenOpportunity: async (app, world) => {
    const id = await makeTarget(app, world, "/opportunities");
    await world.tenant.admin.loseOpportunity({ id, win_loss_reason_id: "timing" });
    return { id, reason: world.fillings.mark };
  },
  addOpportunityProduct: async (app, world) => ({
    ...{ id: await makeTarget(app, world, "/opportunities"), name: world.fillings.mark, unit_price: "5" },
  }),
  replaceOpportunityProduct: (app, world) => ofOpportunity(app, world, "products"),
  removeOpportunityProduct: async (app, world) => {
    const { id, line_id } = await ofOpportunity(app, world, "products");
    return { id, line_id };
  },
  replaceCompetitor: (app, world) => ofOpportunity(app, world, "competitors"),
  removeCompetitor: async (app, world) => {
    const { id, competitor_id } = await ofOpportunity(app, world, "competitors");
    return { id, competitor_id };
  },
  createDeal: async (_, world) => dealInput(world, "createDeal"),
  replaceDeal: async (app, world) => ({ ...dealInput(world, "replaceDeal"), id: await makeTarget(app, world, "/deals") }),
  updateDeal: async (app, world) => ({ ...dealInput(world, "updateDeal"), id: await makeTarget(app, world, "/deals") }),
  setDealStatus: async (app, world) => ({ id: await makeTarget(app, world, "/deals"), deal_status: "SIGNED" }),
  replaceDealItem: (app, world) => ofDeal(app, world, "replaceDealItem"),
  removeDealItem: (app, world) => ofDeal(app, world, "removeDealItem"),
  createQuote: async (_, world) => quoteInput(world, "createQuote"),
  replaceQuote: async (app, world) => ({ ...quoteInput(world, "replaceQuote"), id: await makeTarget(app, world, "/quotes") }),
  updateQuote: async (app, world) => ({ ...quoteInput(world, "updateQuote"), id: await makeTarget(app, world, "/quotes") }),
  replaceQuoteLine: async (app, world) => ({ ...(await ofQuote(app, world)), description: world.fillings.mark, unit_price: "5" }),
  removeQuoteLine: (app, world) => ofQuote(app, world),
  sendQuote: async (app, world) => ({ ...(await quoteAfter(app, world, "submitQuote")), to: BUYER }),
  readQuoteOffer: (app, world) => quoteAfter(app, world, "submitQuote", "sendQuote"),
  // A translation is of an article that has none yet (test/knowledge).
  createKnowledgeArticle: async (_, { fillings }) => newArticle(fillings),
  // Of all signatures, that of Dropbox Sign alone stands in the body.
  takeWebhook: async (_, { tenant: { admin } }) => {
    const { data } = await admin.createInboundWebhook({ provider: "dropbox_sign", secret: "key" });
    const { body } = dropboxSign("key", { type: "account_confirmed" });
    return { id: data.id, ...(JSON.parse(/\{.*\}/s.exec(body)?.[0] ?? "") as Input) };
  },
  createWebhookEndpoint: async (_, { fillings: { mark } }) => ({
    name: mark,
    url: "https://hooks.acme.example/crm",
    events: ["lead.*"],
  }),
  updateWebhookEndpoint: async (app, world, who) => ({
    id: await makeTarget(app, world, "/webhooks/endpoints", who),
    name: world.fillings.mark,
  }),
  replayWebhookEvents: async (app, world, who) => ({
    ...{ id: await makeTarget(app, world, "/webhooks/endpoints", who), from: new Date(Clock.ms() - 60_000).toISOString() },
  }),
  listEvents: async () => ({}),
  listInboundDeliveries: async (app, world) => ({ id: (await quarantinedDelivery(app, world)).id }),
  getInboundDelivery: (app, world) => quarantinedDelivery(app, world),
  retryInboundDelivery: (app, world) => quarantinedDelivery(app, world),
  getArticleVersion: (app, world) => articleVersion(app, world),
  revertArticle: (app, world) => articleVersion(app, world),
  knowledgePage: async (_, world) => ({ slug: await openKnowledge(world) }),
  articlePage: (app, world) => openArticle(app, world),
  sendArticlePage: async (app, world) => ({ ...(await openArticle(app, world)), helpful: "yes", comment: world.fillings.mark }),
  seeArticlePage: (app, world) => openArticle(app, world),
  mergeTickets: (app, world) => twoTickets(app, world),
  relateTickets: (app, world) => twoTickets(app, world),
  unrelateTickets: async (app, world) => {
    const two = await twoTickets(app, world);
    await world.tenant.admin.relateTickets(two);
    return two;
  },
  splitTicket: async (app, world) => {
    const { id, comment_id } = await saidOn(app, world);
    return { id, subject: `${world.fillings.mark} apart`, comment_ids: [comment_id] };
  },
  getTicketComment: (app, world) => saidOn(app, world),
  applyTicketMacro: (app, world) => ofMacro(app, world),
  previewTicketMacro: (app, world) => ofMacro(app, world),
  createTicketMacro: async (_, world) => macroInput(world),
  updateTicketMacro: async (app, world, who) => ({
    ...macroInput(world),
    id: await makeTarget(app, world, "/support/macros", who),
  }),
  createSignatureAccount: async (_, world) => accountInput(world),
  updateSignatureAccount: async (app, world) => ({
    id: await makeTarget(app, world, "/signature-accounts"),
    name: `${world.fillings.mark} account again`,
    is_default: true,
  }),
  createSmsServiceAccount: async (app, world) => smsAccountInput(app, world),
  updateSmsServiceAccount: async (app, world) => ({
    id: await makeTarget(app, world, "/sms/service-accounts"),
    name: `${world.fillings.mark} account again`,
  }),
  createMailAccount: async (_, { fillings: { mark } }) => ({
    name: `${mark} mails`,
    way: "house",
    address: "news@harbour.example",
  }),
  updateMailAccount: async (app, world) => ({
    id: await makeTarget(app, world, "/mail-accounts"),
    name: `${world.fillings.mark} mails again`,
  }),
  createSmsNumber: async (app, world) => smsNumberInput(app, world),
  sendMessage: async (_, world) => messageInput(world),
  cancelMessage: async (_, world) => ({ id: (await world.tenant.admin.sendMessage(messageInput(world) as never)).data.id }),
  getMessage: async (_, world) => ({ id: (await world.tenant.admin.sendMessage(messageInput(world) as never)).data.id }),
  getMessageOpens: async (_, world) => ({ id: (await world.tenant.admin.sendMessage(messageInput(world) as never)).data.id }),
  getConversation: async (_, world) => ({ id: await conversationOf(world) }),
  listConversationMessages: async (_, world) => ({ id: await conversationOf(world) }),
  readConversation: async (_, world) => ({ id: await conversationOf(world) }),
  assignConversation: async (_, world) => ({ id: await conversationOf(world), assigned_staff_id: world.fillings.ids.user }),
  updateSmsNumber: async (app, world) => ({
    id: await makeTarget(app, world, "/sms/numbers"),
    messages_per_second: 2.5,
    is_default: true,
  }),
  sendTicketSurvey: async (_, world) => ({ id: await resolvedTicket(world) }),
  readSurveyOfTicket: async (app, world) => ({ id: (await sentSurvey(app, world)).ticket }),
  followMailLink: async (app, world) => ({ token: await mailToken(app, world, "c") }),
  showMailPoint: async (app, world) => ({ token: await mailToken(app, world, "o") }),
  surveyPage: async (app, world) => ({ token: (await sentSurvey(app, world)).token }),
  sendSurveyPage: async (app, world) => ({
    ...{ token: (await sentSurvey(app, world)).token, rating: "2" },
    comments: world.fillings.mark,
  }),
  revokeQuoteLinks: (app, world) => quoteAfter(app, world, "submitQuote", "sendQuote"),
  offerPage: async (app, world) => ({ token: await offerToken(app, world) }),
  answerOfferPage: async (app, world) => ({ token: await offerToken(app, world), act: "reject", reason: "Too late" }),
  offerPdf: async (app, world) => ({ token: await offerToken(app, world) }),
  seeOfferPage: async (app, world) => ({ token: await offerToken(app, world) }),
  presentQuote: (app, world) => quoteAfter(app, world, "submitQuote", "sendQuote"),
  acceptQuote: async (app, world) => ({ ...(await quoteAfter(app, world, "submitQuote", "sendQuote")), signed_by: "Ada" }),
  rejectQuote: async (app, world) => ({
    ...(await quoteAfter(app, world, "submitQuote", "sendQuote")),
    reason: world.fillings.mark,
  }),
  requestQuoteSignature: async (app, world) => ({ ...(await quoteAfter(app, world, "submitQuote")), ...signersOf(world) }),
  getSignatureCertificate: async (app, world) => ({ id: (await signedRequest(app, world)).id }),
  reassignSigner: async (app, world) => {
    const { id, signers } = await openRequest(app, world);
    return { id, signer_id: signers[0]?.id, name: world.fillings.mark, email: SIGNER };
  },
  signingPage: async (app, world) => ({ token: await signerToken(app, await openRequest(app, world)) }),
  sendSigningPage: async (app, world) => ({ token: await signerToken(app, await openRequest(app, world)), act: "code" }),
  signingDocument: async (app, world) => ({ token: await signerToken(app, await openRequest(app, world)) }),
  signingCertificate: async (app, world) => ({ token: (await signedRequest(app, world)).token }),
  convertQuote: async (app, world) => ({
    ...(await quoteAfter(app, world, "submitQuote", "sendQuote", "acceptQuote")),
    ...{ to: "order", reference: world.fillings.mark },
  }),
  compareQuotes: async (app, world) => {
    const { id } = await quoteAfter(app, world);
    return { id, with: id };
  },
  // Not a role of a user.
  listApprovals: async (_, { fillings }) => ({
    ...(generate(inputOf(named("listApprovals")), fillings) as Input),
    role: "MANAGER",
  }),
  queryApprovals: async (_, { fillings }) => ({
    ...(generate(inputOf(named("queryApprovals")), fillings) as Input),
    role: "MANAGER",
  }),
  approveApproval: (app, world, who) => askedOf(app, world, who),
  rejectApproval: async (app, world, who) => ({ ...(await askedOf(app, world, who)), comment: world.fillings.mark }),
  delegateApproval: async (app, world, who) => ({
    ...(await askedOf(app, world, who)),
    ...{ to: (await addUser(app, world.tenant, "DIRECTOR")).id, comment: world.fillings.mark },
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
    heading: world.fillings.mark,
    text: `${world.fillings.mark}-section`,
  }),
  replaceProposalSection: async (app, world) => ({ ...(await ofProposal(app, world)), text: world.fillings.mark }),
  removeProposalSection: (app, world) => ofProposal(app, world),
  reorderProposalSections: async (app, world) => {
    const { id, section_id } = await ofProposal(app, world);
    return { id, section_ids: [section_id] };
  },
  withdrawProposal: (app, world) => proposalAfter(app, world, "submitProposal"),
  sendProposal: async (app, world) => ({ ...(await proposalAfter(app, world, "submitProposal")), to: BUYER }),
  readProposalOffer: (app, world) => proposalAfter(app, world, "submitProposal", "sendProposal"),
  revokeProposalLinks: (app, world) => proposalAfter(app, world, "submitProposal", "sendProposal"),
  presentProposal: (app, world) => proposalAfter(app, world, "submitProposal", "sendProposal"),
  acceptProposal: async (app, world) => ({
    ...(await proposalAfter(app, world, "submitProposal", "sendProposal")),
    signed_by: "Ada",
  }),
  rejectProposal: async (app, world) => ({
    ...(await proposalAfter(app, world, "submitProposal", "sendProposal")),
    reason: world.fillings.mark,
  }),
  compareProposals: async (app, world) => {
    const { id } = await proposalAfter(app, world);
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
  withdrawContract: (app, world) => contractAfter(app, world, "submitContract"),
  signContract: async (app, world) => ({
    ...(await contractAfter(app, world, "submitContract")),
    ...{ party: "company", signed_by: world.fillings.mark },
  }),
  activateContract: (app, world) => contractAfter(app, world, "withoutSignature", "submitContract"),
  renewContract: (app, world) => contractAfter(app, world, "withoutSignature", "submitContract", "activateContract"),
  terminateContract: async (app, world) => ({
    ...(await contractAfter(app, world, "submitContract")),
    reason: world.fillings.mark,
  }),
  withdrawContractTermination: (app, world) => contractAfter(app, world, "submitContract", "terminateContract"),
  setContractText: async (app, world) => ({
    id: await makeTarget(app, world, "/contracts"),
    terms: [{ key: "scope", number: "1", heading: world.fillings.mark, text: `${world.fillings.mark}-term` }],
  }),
  addContractDeliverable: async (app, world) => ({
    ...(generate(inputOf(named("addContractDeliverable")), world.fillings) as Input),
    ...{ id: await makeTarget(app, world, "/contracts"), amount: "5.00" },
  }),
  updateContractDeliverable: async (app, world) => ({ ...(await ofContract(app, world)), name: world.fillings.mark }),
  removeContractDeliverable: (app, world) => ofContract(app, world),
  listContractAmendments: async (app, world) => ({ id: (await amendmentOf(app, world)).id }),
  createContractAmendment: async (app, world) => ({
    ...amendmentInput(world),
    id: (await contractAfter(app, world, "withoutSignature", "submitContract", "activateContract")).id,
  }),
  getContractAmendment: (app, world) => amendmentOf(app, world),
  replaceContractAmendment: async (app, world) => ({ ...amendmentInput(world), ...(await amendmentOf(app, world)) }),
  updateContractAmendment: async (app, world) => ({ ...(await amendmentOf(app, world)), title: `${world.fillings.mark}-title` }),
  deleteContractAmendment: (app, world) => amendmentOf(app, world),
  refreshContractAmendment: (app, world) => amendmentOf(app, world),
  submitContractAmendment: (app, world) => amendmentOf(app, world),
  withdrawContractAmendment: async (app, world) => ({ ...(await amendmentOf(app, world)), reason: world.fillings.mark }),
  approveContractAmendment: (app, world, who) => amendmentAsked(app, world, who),
  rejectContractAmendment: async (app, world, who) => ({
    ...(await amendmentAsked(app, world, who)),
    comment: world.fillings.mark,
  }),
  sendContractAmendment: async (app, world) => ({ ...(await amendmentForCustomer(app, world)), to: BUYER }),
  readContractAmendmentOffer: (app, world) => amendmentSent(app, world),
  revokeContractAmendmentLinks: (app, world) => amendmentSent(app, world),
  getContractAmendmentDocument: (app, world) => amendmentOf(app, world),
  signContractAmendment: async (app, world) => {
    const one = await amendmentApproved(app, world);
    return { ...one, party: "company", signed_by: world.fillings.mark };
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
  previewPrices: async (_, { fillings }) => ({ line_items: [{ product_id: fillings.ids.product, quantity: "2" }] }),
  createPotential: async (_, { fillings }) => ({
    ...(generate(inputOf(named("createPotential")), fillings) as Input),
    personal_key_id: fillings.ids.person,
  }),
  convertPotential: async (app, world) => ({
    id: await makeTarget(app, world, "/potentials"),
    to: "order",
    order_reference: `${world.fillings.mark}-order`,
  }),
  previewSla: async () => ({ calendar: { timezone: "UTC", hours }, start: "2030-01-15T09:00:00Z", target_minutes: 60 }),
  createSupportCalendar: async (_, world) => calendarInput(world, "createSupportCalendar"),
  replaceSupportCalendar: async (app, world) => ({
    ...calendarInput(world, "replaceSupportCalendar"),
    id: await makeTarget(app, world, "/support/calendars"),
  }),
  updateSupportCalendar: async (app, world) => ({
    ...calendarInput(world, "updateSupportCalendar"),
    id: await makeTarget(app, world, "/support/calendars"),
  }),
  createExchangeRate: async () => newRate(),
  replaceExchangeRate: (app, world) => rateOf(app, world),
  updateExchangeRate: (app, world) => rateOf(app, world),
  createPriceBookEntry: async (app, world) => ({
    ...(generate(inputOf(named("createPriceBookEntry")), world.fillings) as Input),
    id: await makeTarget(app, world, "/price-books"),
  }),
  getPriceBookEntry: (app, world) => ofEntry(app, world),
  replacePriceBookEntry: async (app, world) => ({
    ...(generate(inputOf(named("replacePriceBookEntry")), world.fillings) as Input),
    ...(await ofEntry(app, world)),
  }),
  updatePriceBookEntry: async (app, world) => ({ ...(await ofEntry(app, world)), unit_price: "9.00" }),
  deletePriceBookEntry: (app, world) => ofEntry(app, world),
  // A business has no person.
  createCustomer: async (_, { fillings }) => ({
    ...(generate(inputOf(named("createCustomer")), fillings) as Input),
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
  listCustomerContacts: async (_, { fillings }) => ({ id: fillings.ids.customer }),
  changeSegmentMembers: async (app, world) => ({
    id: await makeTarget(app, world, "/customers/segments"),
    add: [world.fillings.ids.customer],
  }),
  changeContactListMembers: async (app, world) => ({
    id: await makeTarget(app, world, "/contacts/lists"),
    add: [world.fillings.ids.contact],
  }),
  ...reengagement,
  ...emailSends,
  createMaster: async (_, { fillings }) => ({ kind: "industries", ...newMaster(fillings) }),
  assignTerritories: async (app, world) => ({ kind: "lead", ids: [await makeTarget(app, world, "/leads")] }),
  listTerritoryMembers: async (_, { fillings: { ids } }) => ({ id: ids["master territories"] }),
  reorderMasters: async (_, { fillings: { ids } }) => ({ kind: "territories", ids: [ids["master territories"]] }),
  retireMaster: async (app, world) => ({
    ...{ kind: "industries", replace_with: "technology" },
    id: await makeTarget(app, world, "/masters/{kind}"),
  }),
  createLeadSource: async (_, { fillings }) => newMaster(fillings),
  createOpportunityStage: async (_, { fillings }) => newMaster(fillings),
  // Nobody but who announced it sees it, and administrators.
  getUpload: async (_, { tenant, fillings: { mark } }, who) => {
    const about = { file_name: `${mark}.csv`, content_type: "text/csv", size: 1 } as const;
    const made = await (who?.as ?? tenant.admin).createUpload(about).catch(() => tenant.admin.createUpload(about));
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
    ...{ add_tags: [world.fillings.mark], remove_tags: ["cold"], changes: { need: world.fillings.mark } },
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
    ...(generate(inputOf(named("previewContractTemplate")), world.fillings) as Input),
    id: await makeTarget(app, world, "/contracts/templates"),
    contract_id: undefined,
  }),
  generateContractText: async (app, world) => ({
    id: await makeTarget(app, world, "/contracts"),
    template_id: world.fillings.ids.contract_template,
  }),
  testMessageTemplate: async (app, world) => {
    const account = { name: `${world.fillings.mark} tests`, way: "house", address: "tests@harbour.example" };
    const { data } = await world.tenant.admin.createMailAccount(account as never);
    return { id: await makeTarget(app, world, "/message-templates"), sample: true, sender_id: data.id };
  },
  previewMessageTemplate: async (app, world) => ({
    id: await makeTarget(app, world, "/message-templates"),
    related_to_id: world.fillings.ids.lead,
  }),
  listOpportunityAutomations: (app, world) => movedOpportunity(app, world),
  listTags: async () => ({}),
  renameTag: async (app, world) => ({ from: await makeTag(app, world), to: `${world.fillings.mark} tag` }),
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
    ...(generate(inputOf(named("createAttachment")), world.fillings) as Input),
    upload_id: await makeUpload(app, world, "Name\nAda\n", who),
  }),
  search: async (_, { fillings: { mark } }) => ({ q: mark }),
  listViews: async () => ({ kind: "lead" }),
  updateView: async (app, world, who) => ({
    ...{ id: await makeTarget(app, world, "/views", who), name: `${world.fillings.mark} view` },
    query: { where: { company: { prefix: world.fillings.mark } } },
  }),
  createView: async (_, { fillings: { mark } }) => ({
    ...{ kind: "lead", name: `${mark} view`, description: mark, sharing: "PRIVATE" },
    query: { where: { company: { prefix: mark } }, sort: "created_at", order: "desc", fields: "company", expand: "labels" },
  }),
  createCustomField: async (_, world) => customFieldInput(world, "createCustomField"),
  replaceCustomField: async (app, world) => definitionInput(app, world, "replaceCustomField"),
  updateCustomField: async (app, world) => definitionInput(app, world, "updateCustomField"),
  listCustomFields: async () => ({ entity_type: "lead" }),
  ...Object.fromEntries(
    operations
      .filter(({ path }) => path.endsWith("/export"))
      .map(({ name }) => [name, async () => ({ format: "csv", query: exportsOf(name) })]),
  ),
  // Nobody but who asked sees one, and administrators; a file takes a worker.
  getExport: async (_, { tenant }, who) => ({ id: await makeExport(who?.as ?? tenant.admin) }),
  cancelExport: async (_, { tenant }, who) => ({ id: await makeExport(who?.as ?? tenant.admin) }),
  getExportFile: async (app, { tenant }, who) => {
    const id = await makeExport(who?.as ?? tenant.admin);
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
  rollBackRule: async (_, { tenant, fillings: { mark } }) => {
    const { id } = (await tenant.admin.getRule({ kind: RULE })).data.in_force;
    return { kind: RULE, to_id: id, note: `${mark}-back` };
  },
  setLeadScore: async (app, world) => ({
    id: await makeTarget(app, world, "/leads"),
    lead_score: 50,
    reason: `${world.fillings.mark}-reason`,
  }),
  getUserAvailability: async (_, world, who) => availableUser(world, who),
  replaceUserAvailability: async (_, world, who) => ({ ...availability, id: (await availableUser(world, who)).id }),
  listLeadAssignments: async (app, world) => {
    const id = await makeTarget(app, world, "/leads");
    const { data } = await world.tenant.admin.getLead({ id });
    const owner_id = data.owner_id === world.tenant.userId ? (world.fillings.ids.user as string) : world.tenant.userId;
    await world.tenant.admin.updateLead({ id, owner_id });
    return { id };
  },
  convertLead: async (app, world) => ({
    ...(await readyLead(app, world)),
    opportunity: { name: `${world.fillings.mark}-opportunity`, amount: "1000.00", close_date: "2031-01-02" },
  }),
  getLeadConversion: async (app, world) => {
    const lead = await readyLead(app, world);
    await world.tenant.admin.convertLead(lead);
    return lead;
  },
  listLeadScores: (app, world) => scoredLead(app, world),
  getLeadScore: (app, world) => scoredLead(app, world),
  createSearchPath: async (_, { fillings }) => ({ entity: "person", path: searchPath(fillings) }),
  getSearchPath: async (_, world) => ({ id: await makeSearchPath(world) }),
  deleteSearchPath: async (_, world) => ({ id: await makeSearchPath(world) }),
  listSearchPaths: async (_, world) => {
    await makeSearchPath(world);
    return {};
  },
  createFormToken: async (app, world) => ({
    id: await makeTarget(app, world, "/forms"),
    personal_key_id: world.fillings.ids.person,
  }),
  showPublicForm: async (_, world) => ({ key: await publicKey(world, "web_form") }),
  askForPublicForm: async (_, world) => ({ key: await publicKey(world, "web_form") }),
  submitPublicForm: async (_, world) => ({
    key: await publicKey(world, "web_form"),
    email: `${world.fillings.mark.toLowerCase()}.${randomUUID()}@mail.example`,
    message: `${world.fillings.mark}-message`,
  }),
  trackEvent: async (_, world) => ({ key: await publicKey(world, "page_visit"), email: "visitor@mail.example", url: "/prices" }),
  askForTracking: async (_, world) => ({ key: await publicKey(world, "page_visit") }),
  trackOpenedMail: async (_, world) => ({ key: await publicKey(world, "email_open"), t: "AAAA" }),
  showBookingTimes: async (app, world) => ({ token: (await bookable(app, world)).token }),
  bookTime: async (app, world) => visit(world, await bookable(app, world)),
  readBookedTime: async (app, world) => ({ token: await bookedToken(app, world) }),
  bookPage: async (app, world) => bookable(app, world),
  sendBookPage: async (app, world) => visit(world, await bookable(app, world)),
  bookingPage: async (app, world) => ({ token: await bookedToken(app, world) }),
  sendBookingPage: async (app, world) => ({ token: await bookedToken(app, world), act: "cancel" }),
  readCalendarFeed: async (_, { tenant }) => ({
    token: (await tenant.admin.makeCalendarFeed({})).data.url.split("/").at(-1),
  }),
};

const hours = { mon: [["09:00", "17:00"]], fri: [["22:00", "02:00"]] };

/** Without public holidays, which a library looks up at each write. */
const calendarInput = ({ fillings }: World, name: string): Input => ({
  ...(generate(inputOf(named(name)), fillings) as Input),
  hours,
  holiday_country: undefined,
  holiday_region: undefined,
});

let day = Date.UTC(2001, 0, 1);

/** Of a day that no other has. */
const newRate = (): Input => {
  day += 24 * 60 * 60 * 1000;
  return { from: "EUR", to: "USD", date: new Date(day).toISOString().slice(0, 10), rate: "1.0842" };
};

/** A rate, with another value. */
async function rateOf(_: App, { tenant }: World): Promise<Input> {
  const rate = newRate();
  const { id } = (await tenant.admin.createExchangeRate(rate as never)).data;
  return { ...rate, rate: "1.09", id };
}

/** The price of the product in a book of its own. */
async function ofEntry(app: App, world: World): Promise<Input> {
  const id = await makeTarget(app, world, "/price-books");
  const product_id = String(world.fillings.ids.product);
  const { data } = await world.tenant.admin.createPriceBookEntry({ id, product_id, unit_price: "8.00" });
  return { id, entry_id: data.id };
}

/** A link of the administrator's, and a time at which it can be booked. */
async function bookable(app: App, { tenant, fillings: { mark } }: World): Promise<{ token: string; start: string }> {
  const link = { name: `${mark} call`, activity_type_id: "meeting", minimum_notice_hours: 0 };
  const { token } = (await tenant.admin.createBookingLink(link)).data;
  const { data } = await createClient(inProcess(app)).showBookingTimes({ token, ...comingWeek() });
  return { token, start: String(data.slots[0]?.start) };
}

/** What a visitor tells whom nobody knows. */
const visit = ({ fillings: { mark } }: World, asked: { token: string; start: string }) => ({
  ...asked,
  name: `${mark} Visitor`,
  email: `${mark.toLowerCase()}.${randomUUID()}@mail.example`,
});

const bookedToken = async (app: App, world: World): Promise<string> =>
  (await createClient(inProcess(app)).bookTime(visit(world, await bookable(app, world)))).data.booking_token;

const RULE = "score_standard";

/** A draft of a rule, with a note that is marked. */
const ruleDraft = ({ fillings: { mark } }: World): Input => ({
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
async function availableUser({ tenant }: World, who: TestUser | undefined): Promise<Input> {
  const id = who?.id ?? tenant.userId;
  await tenant.admin.replaceUserAvailability({ id, ...availability } as never);
  return { id };
}

/** A lead of the world's with a score that was set by hand. */
const scoredLead = async (app: App, world: World, lead_score = 50): Promise<{ id: string }> => {
  const id = await makeTarget(app, world, "/leads");
  await world.tenant.admin.setLeadScore({ id, lead_score, reason: `${world.fillings.mark}-reason` });
  return { id };
};

/** One that lacks nothing that a conversion needs. */
const readyLead = (app: App, world: World): Promise<{ id: string }> => scoredLead(app, world, 100);
/** A lead that a colleague gives to the user, or to the administrator, and what they are told of it. */
async function makeNotification(app: App, { tenant, fillings: { mark } }: World, who: TestUser | undefined): Promise<string> {
  const colleague = await addUser(app, tenant, "MANAGER");
  const lead = { first_name: `${mark}-given`, last_name: `${mark}-away`, owner_id: who?.id ?? tenant.userId };
  const { data: given } = await colleague.as.createLead(lead);
  await app.settle();
  const { data } = await (who?.as ?? tenant.admin).listNotifications();
  return String(data.find(({ record_id }) => record_id === given.id)?.id);
}

/** What lists that are always below something, or of a kind, are asked for. */
export const exportsOf = (name: string): Input => (name === "exportMasters" ? { kind: "lead_sources" } : {});

const makeExport = async (by: Client): Promise<string> =>
  (await by.exportLeads({ format: "csv", columns: ["id", "company"] })).data.export_id;

/** A person with all that one can have; contact points and the external key are nobody else's. */
async function personInput(fillings: Fillings): Promise<Input> {
  const unique = randomUUID().slice(0, 12);
  const input = generate(inputOf(named("createPerson")), fillings) as Input & { contact_points: Input[] };
  const contact_value = `${fillings.mark}.${unique}@mail.example`;
  return { ...input, external_key: `${fillings.mark}-${unique}`, contact_points: [{ contact_type: "email", contact_value }] };
}

const makeBarePerson = async (app: App, { tenant, fillings }: World): Promise<string> =>
  String(dataOf(await sendAs(app, tenant.token, named("createPerson"), await personInput(fillings))).id);

/** A person, and a lead that joined them of whoever sees no other of their records. */
async function makeLimited(app: App, { tenant, fillings: { mark } }: World): Promise<{ id: string; record_id: string }> {
  const told = { first_name: `${mark}-i`, last_name: `${mark}-j`, email: `${mark.toLowerCase()}.${randomUUID()}@mail.example` };
  const { data: shown } = await tenant.admin.createLead(told);
  const { visibility } = (await tenant.admin.getTenant()).data.settings;
  await tenant.admin.updateTenant({ settings: { visibility: "own" } });
  const { data: lead } = await (await addUser(app, tenant, "SALES_REP")).as.createLead(told);
  await tenant.admin.updateTenant({ settings: { visibility } });
  return { id: shown.personal_key_id, record_id: lead.id };
}

/** The person and the first entry of one of their lists. */
async function ofPerson(app: App, world: World, list: "contact_points" | "addresses"): Promise<Input> {
  const id = await makeTarget(app, world, "/persons");
  const person = dataOf(await sendAs(app, world.tenant.token, named("getPerson"), { id }));
  const [first] = person[list] as { id: string }[];
  return { id, [list === "addresses" ? "address_id" : "point_id"]: first?.id };
}

/** Another contact point of a person, to which nothing was sent yet. */
async function newPoint(app: App, world: World): Promise<{ id: string; point_id: string; email: string }> {
  const id = await makeTarget(app, world, "/persons");
  const { address: email } = newAddress();
  const point = { contact_type: "email", contact_value: email } as const;
  const { data } = await world.tenant.admin.addContactPoint({ id, ...point });
  return { id, point_id: data.contact_points.at(-1)?.id ?? "", email };
}

async function sentCode(app: App, world: World): Promise<Input> {
  const { email, ...point } = await newPoint(app, world);
  await world.tenant.admin.verifyContactPoint(point);
  return { ...point, code: /^\d{6}/.exec(app.mail.sent(email).at(-1)?.subject ?? "")?.[0] };
}

async function verificationToken(app: App, world: World): Promise<string> {
  const { email, ...point } = await newPoint(app, world);
  await world.tenant.admin.verifyContactPoint(point);
  const [link = ""] = /http\S+\/v\/\S+/.exec(app.mail.sent(email).at(-1)?.text ?? "") ?? [];
  return link.split("/v/")[1] ?? "";
}

const newAddress = () => ({ channel: "email", address: `${randomUUID()}@mail.example` }) as const;

async function listedAddress({ tenant: { admin } }: World) {
  const told = newAddress();
  await admin.createSuppression(told);
  return told;
}

async function reachToken(app: App, { tenant }: World): Promise<string> {
  const link = await inTenant(app, tenant, () => ReachLink.linkOf(newAddress()));
  return link.split("/u/")[1] ?? "";
}

/** One of a customer alone: its opportunity would be another's. */
/** In its first stage, of a customer: why it ended and from which lead it came are of others. */
function opportunityInput({ fillings }: World, name: string): Input {
  const {
    win_loss_reason_id: _reason,
    win_loss_notes: _notes,
    lead_id: _lead,
    stage_id: _stage,
    ...input
  } = generate(inputOf(named(name)), fillings) as Input;
  return { ...input, customer_id: fillings.ids.customer, contact_id: null, probability: 35, amount: "1200.00", currency: "USD" };
}

/** A part of an opportunity, as it may be replaced. */
async function ofOpportunity(app: App, world: World, part: "products" | "competitors"): Promise<Input> {
  const { admin } = world.tenant;
  const [id, { mark }] = [await makeTarget(app, world, "/opportunities"), world.fillings];
  if (part === "products") {
    const line_id = (await admin.addOpportunityProduct({ id, name: mark })).data.id;
    return { id, line_id, name: mark, product_id: world.fillings.ids.product };
  }
  return { id, competitor_id: (await admin.addCompetitor({ id, competitor_name: mark })).data.id, competitor_name: mark };
}

const dealInput = ({ fillings }: World, name: string): Input => ({
  ...(generate(inputOf(named(name)), fillings) as Input),
  opportunity_id: undefined,
  deal_status: undefined,
});

const quoteInput = ({ fillings }: World, name: string): Input => ({
  ...(generate(inputOf(named(name)), fillings) as Input),
  opportunity_id: undefined,
  fixed_discount: undefined,
  quote_date: undefined,
  requires_signature: false,
  expiration_date: "2099-12-31",
  discount_percent: "5",
  line_items: [{ description: `${fillings.mark}-line`, quantity: "2", unit_price: "10.00" }],
});

/** One that changes no price of the others. */
const pricingRuleInput = ({ fillings }: World, name: string): Input => ({
  ...(generate(inputOf(named(name)), fillings) as Input),
  effect: "PERCENT",
  percent: "1",
  amount: undefined,
  currency: undefined,
  valid_from: undefined,
  is_active: false,
});

/** A quote, and a line of it. */
async function ofQuote(app: App, world: World): Promise<Input> {
  const id = await makeTarget(app, world, "/quotes");
  const { line_items } = (await world.tenant.admin.getQuote({ id })).data;
  return { id, line_id: line_items[0]?.id };
}

/** A quote with which this was done. */
async function quoteAfter(app: App, world: World, ...done: readonly string[]): Promise<Input> {
  const id = await makeTarget(app, world, "/quotes");
  const said: Record<string, Input> = { acceptQuote: { signed_by: "Ada" }, sendQuote: { to: BUYER } };
  for (const name of done) dataOf(await sendAs(app, world.tenant.token, named(name), { id, ...said[name] }));
  return { id };
}

/** An approval for which somebody is asked, or the administrator: as the manager of who made the quote. */
async function makeApproval(app: App, { tenant, fillings: { mark } }: World, who?: TestUser) {
  const maker = await addUser(app, tenant, "SALES_REP", { manager_id: who?.id ?? tenant.userId });
  const { data: customer } = await maker.as.createCustomer({ name: `${mark} ${randomUUID()}` });
  const line_items = [{ description: `${mark} work`, unit_price: "10.00", discount_percent: "15" }];
  const { data } = await maker.as.createQuote({ name: `${mark} quote`, customer_id: customer.id, line_items } as never);
  const { data: quote } = await maker.as.submitQuote({ id: data.id });
  return { id: String(quote.approval?.approvals[0]?.id), subject_id: quote.id };
}

const askedOf = async (app: App, world: World, who: TestUser | undefined): Promise<Input> => ({
  id: (await makeApproval(app, world, who)).id,
});

const BUYER = "buyer@mail.example";

/** By which a customer comes to a quote that was sent. */
/** Of the link of a mail, or of the picture in it. */
async function mailToken(app: App, world: World, of: "c" | "o"): Promise<string> {
  const mail = { message: "msg_1", at: new Date(Clock.ms()).toISOString(), html: '<a href="https://a.example">A</a>' };
  const { html } = await runIn(systemContext(app.ports, world.tenant.id, "test"), () => TrackedMails.htmlOf(mail));
  return new RegExp(`/t/${of}/([\\w-]+)`).exec(html)?.[1] ?? "";
}

async function offerToken(app: App, world: World): Promise<string> {
  const { id } = await quoteAfter(app, world, "submitQuote", "sendQuote");
  const { id: offer } = dataOf(await sendAs(app, world.tenant.token, named("readQuoteOffer"), { id })) as { id: string };
  await app.settle();
  const links = app.mail.sent(BUYER).flatMap(({ text }) => text.match(/http\S+/g) ?? []);
  return links.findLast((link) => link.includes(offer))?.split("/q/")[1] ?? "";
}

const SIGNER = "signer@mail.example";

const signersOf = ({ fillings: { mark } }: World): Input => ({ signers: [{ name: mark, email: SIGNER }] });

interface Requested {
  id: string;
  signers: { id: string }[];
}

/** A quote that waits for a signature. */
async function openRequest(app: App, world: World): Promise<Requested> {
  const input = { ...(await quoteAfter(app, world, "submitQuote")), ...signersOf(world) };
  return dataOf(await sendAs(app, world.tenant.token, named("requestQuoteSignature"), input)) as never;
}

/** By which its signer comes to it. */
async function signerToken(app: App, { id }: Requested): Promise<string> {
  await app.settle();
  const links = app.mail.sent(SIGNER).flatMap(({ text }) => text.match(/http\S+/g) ?? []);
  return links.findLast((link) => link.includes(id))?.split("/s/")[1] ?? "";
}

/** One that is signed. */
async function signedRequest(app: App, world: World): Promise<{ id: string; token: string }> {
  const request = await openRequest(app, world);
  const token = await signerToken(app, request);
  const transport = inProcess(app);
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
  const code = app.mail.sent(SIGNER).findLast(({ text }) => /code is \d{6}/.test(text))?.text ?? "";
  const page = await send({ act: "enter", code: /code is (\d{6})/.exec(code)?.[1] ?? "" });
  const document_hash = /name="document_hash" value="(\w+)"/.exec(page)?.[1] ?? "";
  await send({ act: "sign", name: world.fillings.mark, consent: "yes", document_hash });
  await app.settle();
  return { id: request.id, token };
}

const proposalInput = ({ fillings }: World, name: string): Input => ({
  ...(generate(inputOf(named(name)), fillings) as Input),
  opportunity_id: undefined,
  quote_id: undefined,
  proposal_date: undefined,
  expiration_date: "2099-12-31",
  sections: [{ heading: `${fillings.mark}-heading`, text: `${fillings.mark}-text` }],
});

const contractInput = ({ fillings }: World, name: string): Input => ({
  ...(generate(inputOf(named(name)), fillings) as Input),
  ...{ opportunity_id: undefined, quote_id: undefined, contract_value: "10.00", monthly_fee: "5.00", currency: "EUR" },
  ...{ start_date: "2030-01-01", end_date: "2030-12-31", duration_months: 12 },
  // One of both says what the next term costs.
  ...{ renewal_value: undefined, language: undefined },
  ...(name === "createContract" ? { deliverables: [{ name: `${fillings.mark}-deliverable`, quantity: "1" }] } : {}),
});

/** A contract, and something that it owes. */
async function ofContract(app: App, world: World): Promise<Input> {
  const id = await makeTarget(app, world, "/contracts");
  const { deliverables } = (await world.tenant.admin.getContract({ id })).data;
  return { id, deliverable_id: deliverables[0]?.id };
}

/** A contract with which this was done, of a term that has begun. */
async function contractAfter(app: App, world: World, ...done: readonly string[]): Promise<Input> {
  const { ids, mark } = world.fillings;
  const isSigned = !done.includes("withoutSignature");
  const given = { title: `${mark} contract`, customer_id: ids.customer, contract_value: "10.00", requires_signature: isSigned };
  const { id } = dataOf(await sendAs(app, world.tenant.token, named("createContract"), given)) as { id: string };
  const effective_date = new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 10);
  const said: Record<string, Input> = { terminateContract: { reason: "Moved", effective_date } };
  for (const name of done)
    if (name !== "withoutSignature") dataOf(await sendAs(app, world.tenant.token, named(name), { id, ...said[name] }));
  return { id };
}

const amendmentInput = ({ fillings: { mark } }: World): Input => ({
  ...{ amendment_type: "VALUE", title: `${mark} amendment`, reason: `${mark} reason`, value_delta: "1.00" },
  ...{ effective_date: new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10), requires_customer_approval: false },
});

/** An amendment that nobody has submitted, of a contract whose owner has a manager. */
async function amendmentOf(app: App, world: World): Promise<Input> {
  const manager = await addUser(app, world.tenant, "MANAGER");
  return (await drawn(app, world, manager.id)).one;
}

/** One for which somebody is asked, or the administrator: as the manager of who drew it. */
async function amendmentAsked(app: App, world: World, who: TestUser | undefined, more: Input = {}): Promise<Input> {
  const { one, maker } = await drawn(app, world, who?.id ?? world.tenant.userId, more);
  await maker.as.submitContractAmendment(one as never);
  return one;
}

/** One to which everybody in the house has agreed. */
async function amendmentApproved(app: App, world: World, more: Input = {}): Promise<Input> {
  const one = await amendmentAsked(app, world, undefined, more);
  await world.tenant.admin.approveContractAmendment(one as never);
  await app.settle();
  return one;
}

const amendmentForCustomer = (app: App, world: World): Promise<Input> =>
  amendmentApproved(app, world, { requires_customer_approval: true });

async function amendmentSent(app: App, world: World): Promise<Input> {
  const one = await amendmentForCustomer(app, world);
  await world.tenant.admin.sendContractAmendment({ ...one, to: BUYER } as never);
  return one;
}

async function drawn(app: App, world: World, manager_id: string, more: Input = {}) {
  const maker = await addUser(app, world.tenant, "SALES_REP", { manager_id });
  const { mark } = world.fillings;
  const { data: customer } = await maker.as.createCustomer({ name: `${mark} ${randomUUID()}` });
  const given = { title: `${mark} contract`, customer_id: customer.id, contract_value: "10.00", requires_signature: false };
  const { id } = (await maker.as.createContract(given as never)).data;
  const { data: submitted } = await maker.as.submitContract({ id });
  if (submitted.status !== "APPROVED") throw new Error(`The contract is ${submitted.status}`);
  await maker.as.activateContract({ id });
  const { data } = await maker.as.createContractAmendment({ ...amendmentInput(world), ...more, id } as never);
  return { one: { id, amendmentId: data.id }, maker };
}

/** A proposal, and a section of it. */
async function ofProposal(app: App, world: World): Promise<Input> {
  const id = await makeTarget(app, world, "/proposals");
  const { sections } = (await world.tenant.admin.getProposal({ id })).data;
  return { id, section_id: sections[0]?.id };
}

/** A proposal with which this was done. */
async function proposalAfter(app: App, world: World, ...done: readonly string[]): Promise<Input> {
  const id = await makeTarget(app, world, "/proposals");
  const said: Record<string, Input> = { sendProposal: { to: BUYER } };
  for (const name of done) dataOf(await sendAs(app, world.tenant.token, named(name), { id, ...said[name] }));
  return { id };
}

/** A deal, and an item of it. */
async function ofDeal(app: App, world: World, name: string): Promise<Input> {
  const id = await makeTarget(app, world, "/deals");
  const item = { id, name: `${world.fillings.mark}-item`, unit_price: "5.00" };
  const { items } = dataOf(await sendAs(app, world.tenant.token, named("addDealItem"), item)) as { items: { id: string }[] };
  return { ...(generate(inputOf(named(name)), world.fillings) as Input), id, item_id: items.at(-1)?.id };
}

/** A customer and an address of theirs. */
async function ofCustomer(app: App, world: World): Promise<Input> {
  const id = await makeTarget(app, world, "/customers");
  const { addresses } = (await world.tenant.admin.addCustomerAddress({ id, type: "BRANCH", city: "Ghent" } as never)).data;
  return { id, address_id: addresses.at(-1)?.id };
}

/** A file of leads, of which the last is refused. */
function leadsFile({ fillings: { mark } }: World, rows = 1): string {
  const row = (n: number) => `${mark}-first,${mark}-last${n},${mark.toLowerCase()}${n}@file.example`;
  return [
    "first_name,last_name,email",
    ...Array.from({ length: rows }, (_, n) => row(n)),
    `${mark}-no,${mark}-address,none@`,
  ].join("\n");
}

/** A file of records of a list: of leads and persons with one that is refused, of others what their create operation takes. */
function fileFor(world: World, list: string): string {
  if (list === "/leads" || list === "/persons") return leadsFile(world);
  const input = generate(inputOf(createdAt(list)), world.fillings) as Input;
  const cells = Object.entries(input).filter(([, value]) => typeof value === "string");
  return [cells.map(([name]) => name), cells.map(([, value]) => value)].join("\n");
}

/** The bytes of a file where its upload waits for them. */
export async function makeUpload(app: App, { tenant, fillings: { mark } }: World, file: string, who?: TestUser): Promise<string> {
  const about = { file_name: `${mark}.csv`, content_type: "text/csv", size: Buffer.byteLength(file) } as const;
  const made = await (who?.as ?? tenant.admin).createUpload(about).catch(() => tenant.admin.createUpload(about));
  await app.objects.write(`${tenant.id}/uploads/${made.data.upload_id}`, Buffer.from(file));
  return made.data.upload_id;
}

/** Of who acts on it, where somebody does: an import of somebody else takes more than the right of the operation. */
const makeImport = (app: App, world: World, who?: TestUser, rows = 1): Promise<string> =>
  shared(world, "import", async () => {
    const upload_id = await makeUpload(app, world, leadsFile(world, world.shared ? 1 : rows), who);
    return String(dataOf(await sendAs(app, who?.token ?? world.tenant.token, named("importLeads"), { upload_id })).import_id);
  });

/** Of who acts on it: nobody else sees it but administrators. */
const makeBulkChange = (app: App, world: World, who?: TestUser): Promise<string> =>
  shared(world, "bulk change", async () => {
    const ids = [await makeTarget(app, world, "/leads")];
    const input = { kind: "lead", action: "update", ids, add_tags: [world.fillings.mark] };
    const token = who?.token ?? world.tenant.token;
    const answer = await sendAs(app, token, named("createBulkChange"), input);
    return String(
      dataOf(answer.status === 202 ? answer : await sendAs(app, world.tenant.token, named("createBulkChange"), input)).id,
    );
  });

/** A tag that a lead has. */
async function makeTag(app: App, world: World): Promise<string> {
  const lead = { last_name: "Tagged", tags: [world.fillings.mark] };
  dataOf(await sendAs(app, world.tenant.token, named("createLead"), lead));
  return world.fillings.mark;
}

async function shared({ shared: known }: World, what: string, make: () => Promise<string>): Promise<string> {
  const id = known?.get(what) ?? (await make());
  known?.set(what, id);
  return id;
}

/** What fields of a definition take depends on its type, and its name on those that there are. */
function customFieldInput({ fillings }: World, name: string): Input {
  const unlike = { picklist_values: undefined, decimal_places: undefined, reference_kind: undefined, validation: undefined };
  const values = {
    ...unlike,
    entity_type: ++points % 2 === 0 ? "lead" : "person",
    field_name: `f_${randomUUID().slice(0, 8)}`,
    is_required: false,
    is_unique: false,
    is_filterable: false,
    is_sortable: false,
    visible_to: [],
    editable_by: [],
    default_value: `${fillings.mark}-default`,
  };
  return generate(inputOf(named(name)), { ...fillings, values: { ...fillings.values, ...values } }) as Input;
}

async function definitionInput(app: App, world: World, name: string): Promise<Input> {
  const { entity_type: _entity, field_name: _name, ...input } = customFieldInput(world, name);
  return { ...input, id: await makeTarget(app, world, "/custom-fields") };
}

const contactInput = ({ fillings }: World, name: string): Input => ({
  ...(generate(inputOf(named(name)), fillings) as Input),
  lead_id: undefined,
});

/** Form fields whose names mean other things elsewhere. */
function formInput({ fillings }: World, name: string): Input {
  const { ids, mark } = fillings;
  const own = {
    kind: "web_form",
    allowed_origins: ["https://shop.example"],
    field_mapping: { [`${mark}-box`]: "email" },
    rate_limit_per_minute: 1000,
    rate_limit_per_address: 1000,
    owner_id: ids.user,
  };
  return generate(inputOf(named(name)), { ...fillings, values: { ...fillings.values, ...own } }) as Input;
}

const publicKey = async ({ tenant, fillings }: World, kind: "web_form" | "page_visit" | "email_open"): Promise<string> =>
  (await tenant.admin.createForm({ name: `${fillings.mark}-form`, kind, rate_limit_per_address: 1000 })).data.key;

let paths = 0;

/** One that nobody else declares: a tenant has 20 of each entity. */
const searchPath = ({ mark }: Fillings): string => `custom_attributes.${mark}${++paths}`;

async function makeSearchPath({ tenant, fillings }: World): Promise<string> {
  const { data: declared } = await tenant.admin.listSearchPaths({ limit: 100 });
  const [free] = declared.filter(({ status }) => status !== "DROPPING");
  if (free && declared.length > 10) return free.id;
  return (await tenant.admin.createSearchPath({ entity: "person", path: searchPath(fillings) })).data.id;
}

let points = 0;

/** Two persons, of whom one was named with the other's contact point. */
async function makeDuplicate({ tenant, fillings: { mark } }: World): Promise<string> {
  const email = `${mark.toLowerCase()}.point${++points}@mail.example`;
  const phone = `+3248500${String(1000 + points)}`;
  const names = { first_name: `${mark}-first${points}`, last_name: `${mark}-last${points}` };
  await tenant.admin.createLead({ ...names, email });
  const { data: other } = await tenant.admin.createLead({ ...names, phone });
  await tenant.admin.createLead({ ...names, email, phone });
  const { data } = await tenant.admin.listPersonDuplicates({ id: String(other.personal_key_id) });
  return String(data[0]?.id);
}

async function linkOf(app: App, email: string): Promise<string> {
  await app.settle();
  const text = app.mail.sent(email).at(-1)?.text ?? "";
  return decodeURIComponent(/token=([^\s&]+)/.exec(text)?.[1] ?? "");
}

/** What a page takes on which a password is chosen. */
async function chosen(
  app: App,
  world: World,
  who: TestUser | undefined,
  operation: "activate" | "resetPassword",
): Promise<Input> {
  const input = await special[operation]?.(app, world, who);
  return { ...input, password_again: input?.password };
}

/** The link of a mail that speaks of a lead. */
async function ofMails(app: App, { tenant }: World): Promise<Input> {
  const user = await addUser(app, tenant, "USER");
  await user.as.replaceNotificationPreferences({ types: { lead_assigned: { email: true } } });
  await tenant.admin.createLead({ first_name: "Told", last_name: "By mail", owner_id: user.id } as never);
  return { token: await linkOf(app, user.email), choice: "none" };
}

let guests = 0;

/** Somebody who is invited by mail, the link of that mail, and what its page shows. */
async function ofInvitation(app: App, { tenant, fillings }: World) {
  const email = `guest${++guests}@${tenant.slug}.example`;
  const point = { contact_type: "email", contact_value: email };
  const { data: person } = await tenant.admin.createPerson({ first_name: fillings.mark, contact_points: [point] } as never);
  const asked = { subject: fillings.mark, activity_type_id: "task", due_date: "2099-01-15", send_invitations: true };
  const participants = [{ person_id: person.id }];
  const { data: activity } = await tenant.admin.createActivity({ ...asked, participants } as never);
  const token = await linkOf(app, email);
  const page = await inProcess(app)({
    method: "GET",
    path: "/invitation",
    query: `token=${token}`,
    headers: {},
    body: undefined,
  });
  return { email, id: activity.id, token, shown: /name="shown" value="([^"]+)"/.exec(page.body)?.[1] ?? "" };
}

/** What a plain create would leave empty: a person with a lead, an activity and a step of their journey; and that step. */
const targets: Record<string, (app: App, world: World) => Promise<string>> = {
  "/persons": async (app, world) => {
    const send = async (name: string, input: Input) => dataOf(await sendAs(app, world.tenant.token, named(name), input));
    const generated = (name: string) => generate(inputOf(named(name)), world.fillings) as Input;
    const { id } = await send("createPerson", await personInput(world.fillings));
    const lead = await send("createLead", { ...generated("createLead"), personal_key_id: id });
    await send("logLeadActivity", { ...generated("logLeadActivity"), id: lead.id });
    await makeStep(app, world, String(id));
    return String(id);
  },
  "/support/sla/violations": (app, world) => makeViolation(app, world),
  "/support/surveys": async (app, world) => (await sentSurvey(app, world)).id,
  "/opportunities/forecast/submissions": async (_, { tenant: { admin }, fillings: { mark } }) => {
    const { data } = await admin.submitForecast({ period: "2031-01", commit: "1.00", best_case: "2.00", note: mark });
    return data.id;
  },
  "/approvals": async (app, world) => (await makeApproval(app, world)).id,
  // Whoever reads sees it.
  "/support/knowledge": async (_, { tenant: { admin }, fillings }) => {
    const { data } = await admin.createKnowledgeArticle(newArticle(fillings) as never);
    return (await admin.publishArticle({ id: data.id })).data.id;
  },
  "/support/inbound-mails": async (app, world) => makeMail(app, world),
  "/signature-requests": async (app, world) => (await openRequest(app, world)).id,
  "/journey": async (app, world) => makeStep(app, world, await makeTarget(app, world, "/persons")),
};

const newArticle = (fillings: Fillings): Input => ({
  ...(generate(inputOf(named("createKnowledgeArticle")), fillings) as Input),
  translation_of: undefined,
});

async function articleVersion(app: App, world: World): Promise<Input> {
  const id = await makeTarget(app, world, "/support/knowledge");
  const { data } = await world.tenant.admin.listArticleVersions({ id });
  return { id, version_id: data[0]?.id };
}

/** The public reads in the tenant. */
async function openKnowledge({ tenant: { admin, slug } }: World): Promise<string> {
  await admin.updateTenant({ settings: { knowledge_is_public: true } });
  return slug;
}

async function openArticle(app: App, world: World): Promise<Input> {
  const id = await makeTarget(app, world, "/support/knowledge");
  await world.tenant.admin.updateKnowledgeArticle({ id, is_public: true });
  return { slug: await openKnowledge(world), id };
}

/** A ticket that was resolved, whose requester can be asked. */
async function resolvedTicket(
  { tenant: { admin, userId }, fillings: { mark } }: World,
  email = `${randomUUID()}@mail.example`,
): Promise<string> {
  const asked = { subject: mark, description: mark, requester: { email }, assigned_to_id: userId };
  const { data } = await admin.createTicket(asked as never);
  await admin.resolveTicket({ id: data.id });
  return data.id;
}

async function twoTickets(app: App, world: World): Promise<{ id: string; ticket_id: string }> {
  return { id: await makeTarget(app, world, "/support/tickets"), ticket_id: await makeTarget(app, world, "/support/tickets") };
}

/** A ticket, and what was said about it. */
async function saidOn(app: App, world: World): Promise<{ id: string; comment_id: string }> {
  const id = await makeTarget(app, world, "/support/tickets");
  const { data } = await world.tenant.admin.addTicketComment({ id, body: `${world.fillings.mark} said` });
  return { id, comment_id: data.id };
}

/** Of the provider that asks for least: a key opens it. */
const smsAccountInput = async (app: App, world: World): Promise<Input> => ({
  name: `${world.fillings.mark} texts`,
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

let numbers = 0;
/** One that no other test has. */
const nextNumber = (): string => `+1415${String(2_000_000 + ++numbers)}`;

/** To somebody nobody knows yet, and not today: so it waits. */
const messageInput = ({ fillings: { mark, ids } }: World): Input => ({
  channel: "sms",
  to: nextNumber(),
  sender_id: ids.sms_sender,
  body: `${mark} words`,
  send_at: new Date(Date.now() + 40 * 24 * 60 * 60 * 1000).toISOString(),
});

/** The conversation that a message has begun. */
const conversationOf = async (world: World): Promise<string> =>
  (await world.tenant.admin.sendMessage(messageInput(world) as never)).data.conversation_id;

const accountInput = ({ fillings: { mark } }: World) => ({
  ...{ provider: "dropbox_sign", name: `${mark} account`, environment: "demo", is_default: true },
  api_key: "0123456789abcdef0123456789abcdef",
});

const macroInput = ({ fillings: { mark } }: World) => ({
  ...{ name: `${mark} macro`, description: mark, sharing: "PRIVATE" as const },
  ...{ priority_id: "high", add_tags: [`${mark} macro`], comment: `${mark} says` },
});

async function ofMacro(app: App, world: World): Promise<{ id: string; macro_id: string }> {
  const { data } = await world.tenant.admin.createTicketMacro({ ...macroInput(world), sharing: "EVERYONE" } as never);
  return { id: await makeTarget(app, world, "/support/tickets"), macro_id: data.id };
}

/** A clock of a ticket that was violated. */
async function makeViolation(app: App, world: World): Promise<string> {
  const ticket_id = await makeTarget(app, world, "/support/tickets");
  const judged_at = new Date().toISOString();
  const clock = { ticket_id, metric: "resolution" as const, started_at: judged_at, judged_at };
  const nothing = { agent_id: null, team_id: null, category_id: null, customer_id: null, stopped_at: null, over_seconds: null };
  const { ids } = world.fillings;
  const [policy] = (await world.tenant.admin.listSlaPolicies({ limit: 1 })).data;
  const of = { policy_id: String(policy?.id), priority_id: String(ids["master priorities"]), judged_day: judged_at.slice(0, 10) };
  return runIn(systemContext(app.ports, world.tenant.id, "test"), () => {
    const judged = { ...clock, ...nothing, ...of, state: "VIOLATED" as const, due_at: judged_at, target_seconds: 60 };
    const outcome = Records.born(Outcomes, judged, { id: outcomeId(clock) });
    return transaction().create(Outcomes, outcome).commit(outcome.id);
  });
}

/** By which a requester comes to what they are asked. */
async function sentSurvey(app: App, world: World): Promise<{ id: string; ticket: string; token: string }> {
  const email = `${randomUUID()}@mail.example`;
  const ticket = await resolvedTicket(world, email);
  const { data: survey } = await world.tenant.admin.sendTicketSurvey({ id: ticket });
  await app.settle();
  const links = app.mail.sent(email).flatMap(({ text }) => text.match(/http\S+/g) ?? []);
  return { id: survey.id, ticket, token: links.findLast((link) => link.includes(survey.id))?.split("/survey/")[1] ?? "" };
}

/** A mail that somebody sent. */
async function makeMail(app: App, { tenant, fillings: { mark } }: World): Promise<string> {
  const raw = Buffer.from(
    `From: ${mark} <guest@customer.example>\r\nMessage-ID: <${randomUUID()}@x>\r\nSubject: ${mark}\r\n\r\n${mark}`,
  );
  const [taken] = await arriving({ raw, recipients: [`support@${tenant.slug}.in.example`], domain: "in.example" }, app.ports);
  return taken && "id" in taken ? taken.id : "";
}

/** What a provider has told of which nobody knows what to do with it. */
async function quarantinedDelivery(app: App, { tenant: { admin }, fillings: { mark } }: World): Promise<Input> {
  const { data } = await admin.createInboundWebhook({ name: mark, provider: "twilio", secret: "token" });
  await call(app, data.id, twilio("token", data.url, { MessageSid: mark, From: "+12125550111", To: "+12125550112", Body: mark }));
  await app.settle();
  const [told] = (await admin.listInboundDeliveries({ id: data.id })).data;
  return { id: data.id, delivery_id: told?.id };
}

async function makeStep(app: App, world: World, person: string): Promise<string> {
  const input = generate(inputOf(named("createJourneyEntry")), world.fillings) as Input;
  return String(dataOf(await sendAs(app, world.tenant.token, named("createJourneyEntry"), { ...input, id: person })).id);
}

/** One whose owner was told of its stage by a rule. */
async function movedOpportunity(app: App, { tenant: { admin }, fillings: { mark, ids } }: World): Promise<Input> {
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
export function createdAt(path: string): Operation {
  const create = operations.find((operation) => operation.method === "POST" && operation.path === path);
  if (!create) throw new Error(`Nothing creates what is at ${path}: give the operation a special input`);
  return create;
}

async function makeCustomers({ tenant: { admin }, fillings: { mark } }: World): Promise<{ id: string; merged_id: string }> {
  const made = async (): Promise<string> => (await admin.createCustomer({ name: `${mark} twice` } as never)).data.id;
  return { id: await made(), merged_id: await made() };
}

async function makeContacts(world: World): Promise<{ id: string; merged_id: string }> {
  const { id: customer_id } = await makeCustomers(world);
  const last_name = `${world.fillings.mark} twice`;
  const made = async (): Promise<string> => (await world.tenant.admin.createContact({ customer_id, last_name } as never)).data.id;
  return { id: await made(), merged_id: await made() };
}

/** A fresh record to act on, made by the create operation of the same path. */
/** A place in a template is a clause of the library, or has a text of its own. */
function contractTemplateInput({ fillings }: World, name: string): Input {
  const input = generate(inputOf(named(name)), fillings) as { clauses: [{ texts: unknown; when: unknown }] };
  const [{ texts, when }] = input.clauses;
  const places = [
    { clause_id: fillings.ids.contract_clause, clause_revision: 1, when },
    { key: "own", texts, level: 2 },
  ];
  return { ...input, clauses: places };
}

export async function makeTarget(app: App, world: World, path: string, who?: TestUser): Promise<string> {
  const make = targets[path];
  if (make) return make(app, world);
  const create = createdAt(path);
  const input = await inputFor(app, world, create);
  return String(dataOf(await sendAs(app, who?.token ?? world.tenant.token, create, input)).id);
}

/** Whose records are seen, or changed, by whoever made them alone. */
const OWN: ReadonlySet<string> = new Set(["/views", "/booking-links", "/support/macros", "/webhooks/endpoints"]);

/** A valid input for the operation, with a target of its own where it acts on one. */
export async function inputFor(app: App, world: World, operation: Operation, who?: TestUser): Promise<Input> {
  // A query is asked for what its list is.
  const own = special[operation.name] ?? special[operation.name.replace(/^query/, "list")];
  if (own) return own(app, world, who);
  if (operation.path.endsWith("/batch")) {
    const create = createdAt(operation.path.replace(/\/batch$/, ""));
    const item = await inputFor(app, world, create, who);
    const inPath = parametersOf(create.path).map((name) => [name, item[name]]);
    return { ...Object.fromEntries(inPath), operation: "create", items: [item] };
  }
  if (operation.takesFile) {
    const list = operation.path.replace(/\/import$/, "");
    return { upload_id: await makeUpload(app, world, fileFor(world, list), who) };
  }
  const generated = generate(inputOf(operation), world.fillings) as Input;
  if (!parametersOf(operation.path).includes("id")) return generated;
  const [collection = ""] = operation.path.split("/{id}");
  const isToGo = operation.path.endsWith("/restore");
  const maker = OWN.has(collection) ? who : undefined;
  const make = () => makeTarget(app, world, collection, maker);
  const id = await (isToGo || maker ? make() : shared(world, collection, make));
  if (isToGo) {
    const remove = operations.find((each) => each.method === "DELETE" && each.path === `${collection}/{id}`) as Operation;
    dataOf(await sendAs(app, maker?.token ?? world.tenant.token, remove, { ...generated, id }));
  }
  return { ...generated, id };
}

/** Operations that have ids in their input only as part of what they say, not of whom they act on. */
export const actsOn = (operation: Operation): boolean => parametersOf(operation.path).includes("id");
