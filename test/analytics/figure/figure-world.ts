import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { addDays, instantToDay } from "@crm/core/kernel/time-zone.ts";
import { type OutcomeRecord, Outcomes } from "@crm/core/service/ticket/sla-outcome.entity.ts";
import { queryPartitions } from "@crm/core/storage/read/partition-query.ts";
import { allowAnyInput, type Client, createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { requestPage } from "../../agreements/share-link/support.ts";
import { findMailLink } from "../../functions/pages/support.ts";
import type { FigureContext } from "../../sales/figures/reference-figures.ts";
import { addUser, inProcessTransport, newLead, PASSWORD, signIn, signUp, type Tenant, type TestUser } from "../../support/app.ts";
import type { Handling, World } from "./plain-figures.ts";

/** A tenant with random records of all kinds that figures count, changed at random around a change of the clock. */

const HOUR_MS = 60 * 60 * 1000;
const roles = ["MANAGER", "SALES_REP", "SALES_REP", "SUPPORT_AGENT", "SUPPORT_AGENT", "MARKETER", "ANALYST", "USER"] as const;

/** A user who reads figures, and whose records the user sees. */
export interface Reader {
  readonly role: string;
  readonly id: string;
  readonly client: Client;
  readonly token: string;
  readonly sees: (owner: string | null) => boolean;
}

const amounts: Readonly<Record<string, readonly string[]>> = {
  USD: ["0.01", "1200.00", "999999.99"],
  EUR: ["0.10", "333.33"],
  JPY: ["1", "100000"],
  // Has no exchange rate.
  CHF: ["5.00"],
};

type Operation = (id: string) => Promise<unknown>;

export class FigureWorld {
  readonly #app: App;
  readonly #zone: string;
  readonly #chance: () => number;
  readonly #clock: { ms: number };
  readonly #rates: FigureContext["rates"][number][] = [];
  readonly #handled = new Map<string, { answered?: Handling; resolved?: Handling }>();
  readonly #ids = new Map<string, string[]>();
  readonly refused = new Map<string, number>();
  readonly done = new Map<string, number>();
  #tenant!: Tenant;
  #users: TestUser[] = [];
  #visibility = "own";
  #team = "";
  crm!: Client;

  constructor(app: App, zone: string, clock: { ms: number }, chance: () => number) {
    this.#app = app;
    this.#zone = zone;
    this.#clock = clock;
    this.#chance = chance;
  }

  static async create(app: App, zone: string, clock: { ms: number }, chance: () => number): Promise<FigureWorld> {
    const world = new FigureWorld(app, zone, clock, chance);
    await world.#prepare();
    return world;
  }

  pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.#chance() * from.length)] as T;
  }

  get now(): string {
    return new Date(this.#clock.ms).toISOString();
  }

  get today(): string {
    return instantToDay(this.#zone, this.now);
  }

  async #prepare(): Promise<void> {
    this.#visibility = this.pick(["own", "team"]);
    const settings = { timezone: this.#zone, currency: "USD", visibility: this.#visibility, survey_asks_nps: true };
    this.#tenant = await signUp(this.#app, settings);
    // An API key remains valid while the clock advances; a session does not.
    const { data: key } = await this.#tenant.admin.createApiKey({ name: "robot", role: "ADMIN" });
    this.crm = createClient(inProcessTransport(this.#app, key.key));
    const manager = await addUser(this.#app, this.#tenant, "MANAGER");
    this.#team = (await this.crm.createTeam({ name: "Sea", manager_id: manager.id })).data.id;
    this.#users = [manager];
    for (const [index, role] of roles.slice(1).entries())
      this.#users.push(await addUser(this.#app, this.#tenant, role, index % 2 === 0 ? { team_id: this.#team } : {}));
  }

  get team(): string {
    return this.#team;
  }

  /** The users of the team. */
  get members(): string[] {
    return this.#users.slice(1).flatMap(({ id }, index) => (index % 2 === 0 ? [id] : []));
  }

  /** Signs users in, because time has passed since they were added. */
  async signIn(): Promise<Reader[]> {
    const { access_token: token } = await signIn(this.#app, this.#tenant);
    const admin = { role: "ADMIN", id: this.#tenant.userId, token, client: createClient(inProcessTransport(this.#app, token)) };
    const [manager] = this.#users;
    const readers: Reader[] = [{ ...admin, sees: () => true }];
    for (const [index, user] of this.#users.entries()) {
      const isInTeam = index > 0 && index % 2 === 1;
      const seen = new Set<string | null>([null, user.id]);
      if (user === manager || (this.#visibility === "team" && isInTeam)) for (const id of this.members) seen.add(id);
      const { access_token } = await signIn(this.#app, { ...this.#tenant, email: user.email, password: PASSWORD });
      readers.push({
        ...{ role: roles[index] as string, id: user.id, token: access_token, sees: (owner) => seen.has(owner) },
        client: createClient(inProcessTransport(this.#app, access_token)),
      });
    }
    return readers;
  }

  #owner(): string | null {
    return this.pick([null, ...this.#users.map(({ id }) => id)]);
  }

  #money(): { currency: string; amount: string } {
    const currency = this.pick(Object.keys(amounts));
    return { currency, amount: this.pick(amounts[currency] as readonly string[]) };
  }

  #add(kind: string, id: string): string {
    this.#ids.set(kind, [...(this.#ids.get(kind) ?? []), id]);
    return id;
  }

  #any(kind: string): string {
    return this.pick(this.#ids.get(kind) ?? []);
  }

  async #setRate(): Promise<void> {
    const rate = this.pick([
      { from: "EUR", to: "USD", rate: this.pick(["1.1", "1.083333333333"]) },
      { from: "USD", to: "EUR", rate: "0.9" },
      { from: "JPY", to: "USD", rate: this.pick(["0.0067", "0.0071"]) },
    ]);
    const date = addDays(this.today, -this.pick([0, 0, 1, 3]));
    await this.crm.createExchangeRate({ ...rate, date });
    const index = this.#rates.findIndex((other) => other.from === rate.from && other.to === rate.to && other.date === date);
    this.#rates.splice(index < 0 ? this.#rates.length : index, index < 0 ? 0 : 1, { ...rate, date });
  }

  async #createOpportunity(): Promise<void> {
    const source_campaign_id = this.pick([undefined, this.#any("campaign")]);
    const fields = { ...this.#money(), customer_id: this.#any("customer"), owner_id: this.#owner(), source_campaign_id };
    const close_date = this.pick([null, addDays(this.today, 3), addDays(this.today, 70), addDays(this.today, 200)]);
    const { data } = await this.crm.createOpportunity({ name: "Fleet", close_date, ...fields });
    this.#add("opportunity", data.id);
  }

  async #createOrder(): Promise<void> {
    const { currency } = this.#money();
    const opportunity_id = this.pick([undefined, this.#any("opportunity")]);
    const customer_id = opportunity_id
      ? (await this.crm.getOpportunity({ id: opportunity_id })).data.customer_id
      : this.#any("customer");
    const input = { customer_id, currency, opportunity_id, owner_id: this.#owner(), status: this.pick(["DRAFT", "CONFIRMED"]) };
    const unit_price = this.pick(["7", "90"]);
    const { data } = await allowAnyInput(this.crm).createOrder({ ...input, line_items: [{ name: "Boat", unit_price }] });
    this.#add("order", data.id);
  }

  async #createTicket(): Promise<void> {
    const { data } = await this.crm.createTicket({
      ...{ subject: "The pump is loud", description: "It hums", customer_id: this.#any("customer") },
      ...{ assigned_to_id: this.#owner(), team_id: this.pick([null, this.#team]) },
    });
    this.#handled.set(this.#add("ticket", data.id), {});
  }

  /** Changes a ticket, and notes the agent who had it before, if the change was its first answer or its resolution. */
  async #handle(id: string, part: "answered" | "resolved", change: () => Promise<unknown>): Promise<void> {
    const { data: before } = await this.crm.getTicket({ id });
    await change();
    const { data: after } = await this.crm.getTicket({ id });
    const at = part === "answered" ? after.first_response_at : after.resolved_at;
    const handled = this.#handled.get(id);
    // To resolve a merged ticket changes nothing.
    if (!handled || at === null || handled[part] || after.merged_into_id !== null) return;
    const minutes = Math.floor((Date.parse(at) - Date.parse(after.created_at)) / 60_000);
    handled[part] = { agent: before.assigned_to_id, day: instantToDay(this.#zone, at), minutes };
  }

  async #survey(): Promise<void> {
    const email = `requester${this.#clock.ms}@customer.example`;
    const { data: ticket } = await this.crm.createTicket({
      ...{ subject: "The sail is torn", description: "In two", requester: { email, name: "Ada Quist" } },
      assigned_to_id: this.#owner(),
    });
    this.#handled.set(this.#add("ticket", ticket.id), {});
    await this.#resolve(ticket.id);
    await this.crm.sendTicketSurvey({ id: ticket.id });
    const link = await findMailLink(this.#app, email, "/survey/");
    const nps = this.pick<Record<string, string>>([{}, { nps: String(Math.floor(this.#chance() * 11)) }]);
    await requestPage(this.#app, link, { ip: "203.0.113.7" }, { rating: String(1 + Math.floor(this.#chance() * 5)), ...nps });
  }

  #resolve(id: string): Promise<void> {
    return this.#handle(id, "resolved", () => this.crm.resolveTicket({ id }));
  }

  async #createCampaign(): Promise<void> {
    const input = { name: "Fair", type: "EVENT", start_date: addDays(this.today, -5), currency: this.pick(["USD", "EUR"]) };
    const more = { owner_id: this.#owner(), other_cost: this.pick([null, "40.50"]) };
    const { data } = await this.crm.createCampaign({ ...input, ...more });
    this.#add("campaign", data.id);
    await this.crm.activateCampaign({ id: data.id });
  }

  #metric(id: string): Promise<unknown> {
    const counts = {
      impressions: 1000,
      clicks: this.pick([7, 40]),
      conversions: this.pick([0, 3]),
      cost: this.pick(["10", "33.33"]),
    };
    return this.crm.createCampaignMetric({
      id,
      channel_id: this.pick(["search_ads", "store"]),
      metric_date: this.today,
      ...counts,
    });
  }

  async #mergeCustomers(id: string): Promise<unknown> {
    const other = this.#any("customer");
    return other === id ? undefined : this.crm.mergeCustomers({ id, merged_id: other });
  }

  /** The operations with their weights. `[kind, weight, operation]`: an operation on a record of the kind. */
  get #operations(): readonly (readonly [name: string, kind: string | null, weight: number, operation: Operation])[] {
    const { crm } = this;
    return [
      ["create customer", null, 4, () => this.#createCustomer()],
      ["churn", "customer", 1, (id) => crm.updateCustomer({ id, status: "CHURNED", churn_reason_id: "too_expensive" })],
      ["own customer", "customer", 1, (id) => crm.updateCustomer({ id, owner_id: this.#owner() })],
      ["delete customer", "customer", 1, (id) => crm.deleteCustomer({ id })],
      ["restore customer", "customer", 1, (id) => crm.restoreCustomer({ id })],
      ["merge customers", "customer", 2, (id) => this.#mergeCustomers(id)],
      ["create lead", null, 4, () => this.#createLead()],
      ["convert lead", "lead", 1, (id) => crm.convertLead({ id })],
      ["delete lead", "lead", 1, (id) => crm.deleteLead({ id })],
      ["restore lead", "lead", 1, (id) => crm.restoreLead({ id })],
      ["merge persons", "lead", 1, (id) => this.#mergePersons(id)],
      ["create opportunity", null, 8, () => this.#createOpportunity()],
      ["win", "opportunity", 6, (id) => crm.winOpportunity({ id })],
      ["lose", "opportunity", 3, (id) => crm.loseOpportunity({ id, win_loss_reason_id: "no_budget" })],
      ["reopen", "opportunity", 1, (id) => crm.reopenOpportunity({ id, reason: "They asked again" })],
      ["change opportunity", "opportunity", 2, (id) => crm.updateOpportunity({ id, ...this.#money(), owner_id: this.#owner() })],
      ["delete opportunity", "opportunity", 1, (id) => crm.deleteOpportunity({ id })],
      ["restore opportunity", "opportunity", 1, (id) => crm.restoreOpportunity({ id })],
      ["create order", null, 4, () => this.#createOrder()],
      ["confirm order", "order", 1, (id) => crm.confirmOrder({ id })],
      ["pay", "order", 3, (id) => crm.createOrderPayment({ id, amount: this.pick(["1", "6"]) })],
      ["refund", "order", 1, (id) => crm.createOrderRefund({ id, amount: "1", credits: true })],
      ["cancel order", "order", 1, (id) => crm.cancelOrder({ id, reason: "By mistake" })],
      ["create ticket", null, 3, () => this.#createTicket()],
      ["answer", "ticket", 2, (id) => this.#answer(id)],
      ["resolve", "ticket", 2, (id) => this.#resolve(id)],
      ["reopen ticket", "ticket", 1, (id) => this.#reopen(id)],
      ["assign", "ticket", 1, (id) => crm.assignTicket({ id, assigned_to_id: this.pick(this.#users).id })],
      ["delete ticket", "ticket", 1, (id) => crm.deleteTicket({ id })],
      ["restore ticket", "ticket", 1, (id) => crm.restoreTicket({ id })],
      ["merge tickets", "ticket", 1, (id) => crm.mergeTickets({ id, ticket_id: this.#any("ticket") })],
      ["survey", null, 2, () => this.#survey()],
      ["talk", null, 3, () => this.#talk()],
      ["change interaction", "interaction", 1, (id) => crm.updateInteraction({ id, ...this.#judge() })],
      ["delete interaction", "interaction", 0.5, (id) => crm.deleteInteraction({ id })],
      ["work", null, 4, () => this.#work()],
      ["complete activity", "activity", 2, (id) => crm.completeActivity({ id, duration_minutes: 5 })],
      ["reopen activity", "activity", 0.5, (id) => crm.reopenActivity({ id })],
      ["delete activity", "activity", 0.5, (id) => crm.deleteActivity({ id })],
      ["create campaign", null, 1.5, () => this.#createCampaign()],
      ["metric", "campaign", 2, (id) => this.#metric(id)],
      ["complete", "campaign", 0.5, (id) => crm.completeCampaign({ id })],
      ["delete campaign", "campaign", 0.5, (id) => crm.deleteCampaign({ id })],
      ["rate", null, 2, () => this.#setRate()],
    ];
  }

  async #createCustomer(): Promise<void> {
    const lifecycle_stage = this.pick([undefined, "CUSTOMER", "CHAMPION"]);
    const { data } = await this.crm.createCustomer({ name: "Harbour", owner_id: this.#owner(), lifecycle_stage });
    this.#add("customer", data.id);
  }

  /** What users record of an interaction. */
  #judge() {
    return {
      direction: this.pick([null, "INBOUND", "OUTBOUND"]),
      sentiment: this.pick([null, "POSITIVE", "NEUTRAL", "NEGATIVE"]),
      sentiment_score: this.pick([null, 0.8, -0.25, 0.0001]),
      duration_minutes: this.pick([null, 0, 7]),
      outcome: this.pick([null, "Agreed"]),
      feedback_type: this.pick([null, "COMPLAINT"]),
      owner_id: this.#owner(),
    };
  }

  async #talk(): Promise<void> {
    const input = { interaction_type_id: "call", customer_id: this.#any("customer"), ...this.#judge() };
    const follow_up = this.pick([undefined, { subject: "Next", activity_type_id: "task" }]);
    const { data } = await this.crm.createInteraction({ ...input, follow_up });
    this.#add("interaction", data.id);
  }

  async #work(): Promise<void> {
    const about = { related_to_type: "customer", related_to_id: this.#any("customer") };
    const { data } = await this.crm.createActivity({
      ...{ subject: "Work", activity_type_id: this.pick(["call", "meeting", "email", "task", "note"]), ...about },
      ...{ call_outcome_id: this.pick([null, "connected", "voicemail"]), is_private: this.#chance() < 0.1 },
      assigned_to_id: this.pick(this.#users).id,
    });
    this.#add("activity", data.id);
    if (this.#chance() < 0.6) await this.crm.completeActivity({ id: data.id, duration_minutes: 5 });
  }

  async #createLead(): Promise<void> {
    this.#add("lead", (await this.crm.createLead(newLead({ owner_id: this.#owner() }))).data.id);
  }

  async #mergePersons(id: string): Promise<unknown> {
    const read = async (lead: string) => (await this.crm.getLead({ id: lead })).data.personal_key_id as string;
    const [person, other] = [await read(id), await read(this.#any("lead"))];
    return person === other ? undefined : this.crm.mergePersons({ id: person, merged_id: other });
  }

  #answer(id: string): Promise<void> {
    return this.#handle(id, "answered", () => this.crm.addTicketComment({ id, body: "We look into it", is_public: true }));
  }

  async #reopen(id: string): Promise<void> {
    await this.crm.reopenTicket({ id });
    delete this.#handled.get(id)?.resolved;
  }

  /** Does random operations, and lets hours pass between them. */
  async run(count: number): Promise<void> {
    for (let index = 0; index < 3; index++) await this.#createCustomer();
    for (let index = 0; index < 2; index++) await this.#setRate();
    for (let index = 0; index < count; index++) {
      this.#clock.ms += Math.floor(this.#chance() * 12) * HOUR_MS;
      const possible = this.#operations.filter(([, kind]) => kind === null || (this.#ids.get(kind) ?? []).length > 0);
      let left = this.#chance() * possible.reduce((sum, [, , weight]) => sum + weight, 0);
      const chosen = possible.find(([, , weight]) => {
        left -= weight;
        return left < 0;
      });
      if (!chosen) continue;
      const [name, kind, , operation] = chosen;
      const counts = await operation(kind === null ? "" : this.#any(kind)).then(
        () => this.done,
        (error: { status?: number }) => {
          if (error.status === undefined || error.status < 400 || error.status >= 500) throw error;
          return this.refused;
        },
      );
      counts.set(name, (counts.get(name) ?? 0) + 1);
      // Merges, restores and customers' figures are followed up by events.
      if (index % 10 === 0) await this.#app.settle();
    }
    await this.#app.settle();
  }

  #loadOutcomes(): Promise<OutcomeRecord[]> {
    return runIn(systemContext(this.#app.ports, this.#tenant.id, "test"), async () => {
      const outcomes: OutcomeRecord[] = [];
      const options = { order: "asc", after: undefined, chunk: 100 } as const;
      for await (const { key, row } of queryPartitions(Outcomes, Outcomes.allPartitions("live"), options))
        outcomes.push(Outcomes.fromRow({ key, row }));
      return outcomes;
    });
  }

  /** Reads all records as an administrator. */
  async load(): Promise<World> {
    const { crm } = this;
    const listAll = async <R extends { id: string }>(
      list: (query: { limit: number }) => Promise<{ data: readonly unknown[] }>,
      get: (input: { id: string }) => Promise<{ data: R }>,
    ): Promise<R[]> => {
      const { data } = await list({ limit: 100 });
      return Promise.all((data as { id: string }[]).map(async ({ id }) => (await get({ id })).data));
    };
    const campaigns = await listAll(crm.listCampaigns, crm.getCampaign);
    const metrics = await Promise.all(campaigns.map(async ({ id }) => (await crm.listCampaignMetrics({ id, limit: 100 })).data));
    const tickets = await listAll(crm.listTickets, crm.getTicket);
    const loadCodes = async (kind: string): Promise<ReadonlyMap<string, string>> =>
      new Map((await crm.listMasters({ kind, limit: 100 })).data.map(({ id, code }) => [id, code as string]));
    const [types, outcomes] = [await loadCodes("activity_types"), await loadCodes("call_outcomes")];
    return {
      context: { currency: "USD", zone: this.#zone, today: this.today, rates: this.#rates },
      opportunities: await listAll(crm.listOpportunities, crm.getOpportunity),
      deletedOpportunities: (await crm.listOpportunities({ limit: 100, deleted: true })).data,
      orders: await listAll(crm.listOrders, crm.getOrder),
      leads: await listAll(crm.listLeads, crm.getLead),
      customers: await listAll(crm.listCustomers, crm.getCustomer),
      tickets: tickets.map((ticket) => ({ ...ticket, ...this.#handled.get(ticket.id) })),
      surveys: (await crm.listTicketSurveys({ limit: 100 })).data,
      campaigns: campaigns.map((campaign, index) => ({ ...campaign, metrics: metrics[index] ?? [] })),
      outcomes: await this.#loadOutcomes(),
      interactions: await listAll(crm.listInteractions, crm.getInteraction),
      activities: (await crm.listActivities({ limit: 100 })).data.map((activity) => ({
        ...activity,
        type: types.get(activity.activity_type_id ?? "") ?? "",
        outcome: outcomes.get(activity.call_outcome_id ?? "") ?? null,
      })),
    };
  }
}
