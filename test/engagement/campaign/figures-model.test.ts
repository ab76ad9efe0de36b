import { Clock } from "@crm/core/kernel/clock.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { Ports } from "@crm/core/kernel/ports.ts";
import { StatusUpdate } from "@crm/core/messaging/delivery/status-update.ts";
import { recount } from "@crm/core/storage/stream/recount.ts";
import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import Big from "big.js";
import { afterAll, beforeAll, expect, it } from "vitest";
import { requestPage } from "../../agreements/share-link/support.ts";
import { startTestApp } from "../../support/app.ts";
import { createTestRandom } from "../../support/random.ts";
import { resolveTestSize } from "../../support/sample.ts";
import { createSendFixture, type Recipient, type SendFixture } from "../email-send/send-fixture.ts";
import { type AllRecords, countFigures, listTree, loadRecords } from "./figures-recount.ts";
import { deriveState, instantNames, MemberModel, steps } from "./member-model.ts";

/** Sequences of random operations, and operations in each. */
const SEQUENCES = resolveTestSize("CRM_CAMPAIGN_SEQUENCES", 1, 3);
const OPERATIONS = resolveTestSize("CRM_CAMPAIGN_OPERATIONS", 44, 150);
/** Operations between two comparisons. */
const CHECK_EVERY = 22;
const PERSONS = 6;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const SCANNER_AGENT = "Mozilla/5.0 (compatible; Barracuda Sentinel)";
const EUR_PRICE = "1.25";

let app: App;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

/** Every fourth mail is delivered, or comes back, only when the test reports it. */
function delayDelivery(ports: Ports): void {
  const { mailer } = ports;
  let mails = 0;
  ports.mailer = {
    ...mailer,
    providerFor: (account) => {
      const provider = mailer.providerFor(account);
      return {
        ...provider,
        send: async (mail) => {
          const receipt = await provider.send(mail);
          return ++mails % 4 === 0 && receipt.report ? { ...receipt, report: { ...receipt.report, status: "sent" } } : receipt;
        },
      };
    },
  };
}

const price = (from: string, to: string): Big => (from === to ? Big(1) : from === "EUR" ? Big(EUR_PRICE) : Big(1).div(EUR_PRICE));

class Simulation {
  readonly fixture: SendFixture;
  readonly random: () => number;
  readonly readers: Recipient[] = [];
  readonly segments: string[] = [];
  readonly campaigns: string[] = [];
  readonly campaignBySend = new Map<string, string>();
  readonly deals: string[] = [];
  readonly orders: string[] = [];
  readonly leads: string[] = [];
  readonly refusals = new Map<string, { channel: string; at: string }[]>();
  /** Merges in effect, the latest last. One that met facts that were not handled yet is not undone, because the order would matter. */
  readonly merges: { survivor: string; merged: string; isOrdered: boolean }[] = [];
  /** What the model learns when the system has handled the operations so far. */
  readonly pending: ((records: AllRecords) => void)[] = [];
  /** Persons who were separated, or whose sale was undone: the model does not know their instants, so only their figures are compared. */
  readonly recomputed = new Set<string>();
  readonly buyers = new Map<string, string>();
  /** What messages showed when they were read last. */
  readonly shown = new Map<string, string>();
  template = "";
  model = new MemberModel(new Map(), () => undefined);
  /** Names of the operations that were not refused. */
  readonly done: string[] = [];

  constructor(fixture: SendFixture, random: () => number) {
    this.fixture = fixture;
    this.random = random;
  }

  get crm() {
    return this.fixture.crm;
  }

  pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.random() * from.length)] as T;
  }

  async prepare(): Promise<void> {
    const { crm, fixture } = this;
    await crm.updateMailAccount({ id: fixture.account, tracks: true });
    const words = { name: "Figures", channel: "EMAIL", subject: "News", body_html: '<p><a href="https://a.example">A</a></p>' };
    this.template = (await crm.createMessageTemplate(words)).data.id;
    await crm.createExchangeRate({ from: "EUR", to: "USD", rate: EUR_PRICE, date: "2026-01-01" });
    const create = async (input: object): Promise<string> =>
      (await crm.createCampaign({ name: "Figures", type: "EMAIL", start_date: "2026-01-01", currency: "USD", ...input })).data.id;
    const root = await create({ other_cost: "40.50" });
    const below = await create({ parent_campaign_id: root, currency: "EUR" });
    this.campaigns.push(root, below, await create({ parent_campaign_id: below, type: "EVENT" }), await create({}));
    for (let index = 0; index < PERSONS; index++) this.readers.push(await fixture.contact());
    const customers = this.readers.map(({ customer }) => ({ id: customer }));
    this.segments.push(await fixture.segment(customers.slice(0, 4)), await fixture.segment(customers.slice(2)));
    const [, , event] = this.campaigns;
    this.model = new MemberModel(new Map(this.campaigns.map((id) => [id, id !== event])), (person, isMailing) => {
      const answers = this.refusals.get(person) ?? [];
      return answers
        .filter(({ channel }) => channel === "email" || !isMailing)
        .map(({ at }) => at)
        .sort()[0];
    });
    // Two mailings have left to members already.
    for (const [index, campaign] of [root, below].entries()) {
      const items = this.readers.slice(index, index + 4).map(({ person }) => ({ campaign_id: campaign, person_id: person }));
      await crm.batchCampaignMembers({ operation: "create", items });
      for (const member of (await loadRecords(app, fixture.tenant.id)).members) this.model.add(member);
      await this.send(campaign, String(this.segments[index]));
    }
    await this.settle();
  }

  async send(campaign_id: string, segment_id: string): Promise<void> {
    const send = await this.fixture.draft({ segment_id, template_id: this.template, campaign_id });
    this.campaignBySend.set(send, campaign_id);
    await this.crm.scheduleEmailSend({ id: send });
  }

  /** Runs what is due, also the classification of opens, and tells the model. */
  async settle(): Promise<AllRecords> {
    for (const minutes of [15, 1]) {
      app.setClock({ advance: minutes * MINUTE_MS });
      await app.settle();
    }
    const records = await loadRecords(app, this.fixture.tenant.id);
    for (const message of records.messages) {
      const campaign = this.campaignBySend.get(message.sent_for_id ?? "");
      const { id: source, person_id, status, sent_at, failed_at, opened_at, clicked_at } = message;
      const facts = JSON.stringify([sent_at, failed_at, opened_at, clicked_at]);
      if (campaign === undefined || !person_id || this.shown.get(source) === facts) continue;
      this.shown.set(source, facts);
      // A person whom the send reached by its segment is a member now, unless a user removed them.
      const added = records.members.find(
        (member) => member.campaign_id === campaign && this.model.isSame(member.personal_key_id, person_id),
      );
      if (sent_at && added && !this.model.find(campaign, person_id)) this.model.add(added);
      this.model.report(campaign, person_id, { sent: sent_at, bounced: status === "undelivered" ? failed_at : null });
      if (opened_at) this.model.respond(campaign, person_id, { kind: "OPENED", source, at: opened_at });
      if (clicked_at) this.model.respond(campaign, person_id, { kind: "CLICKED", source, at: clicked_at });
    }
    for (const learn of this.pending.splice(0)) learn(records);
    return records;
  }

  /** A time of the last ten days. */
  earlier = (): string => new Date(Clock.ms() - Math.floor(this.random() * 10 * DAY_MS)).toISOString();

  readonly operations: Readonly<Record<string, [weight: number, run: () => Promise<unknown>]>> = {
    add: [
      5,
      async () => {
        await this.settle();
        const reader = this.pick(this.readers);
        const named = this.random() < 0.5 ? { contact_id: reader.id } : { person_id: reader.person };
        this.model.add((await this.crm.addCampaignMember({ id: this.pick(this.campaigns), ...named })).data);
      },
    ],
    remove: [
      1,
      async () => {
        await this.settle();
        const member = this.pick(this.model.live());
        if (!member) return;
        await this.crm.removeCampaignMember({ id: member.id });
        this.model.remove(member.id);
      },
    ],
    send: [
      2,
      async () => {
        await this.send(this.pick(this.campaigns), this.pick(this.segments));
        if (this.random() < 0.5) await app.settle();
      },
    ],
    open: [
      9,
      async () => {
        const addresses = new Set(this.readers.map(({ email }) => email));
        const mail = this.pick(app.mail.sent().filter(({ to }) => addresses.has(String(to))));
        if (!mail) return;
        app.setClock({ advance: MINUTE_MS });
        const pattern = this.random() < 0.5 ? /<img src="([^"]+)"/ : /href="([^"]+\/t\/c\/[^"]+)"/;
        const address = pattern.exec(mail.html ?? "")?.[1];
        const reader = this.pick([{}, {}, {}, {}, { agent: SCANNER_AGENT }, { method: "HEAD" }]);
        if (address) await requestPage(app, address, reader);
      },
    ],
    report: [
      3,
      async () => {
        const { messages } = await loadRecords(app, this.fixture.tenant.id);
        const [accepted, delivered] = ["sent", "delivered"].map((status) => messages.filter((each) => each.status === status));
        const message = this.pick(accepted?.length ? accepted : (delivered ?? []));
        if (!message) return;
        // The first report is of a mail that came back.
        const status = this.done.includes("report") ? this.pick(["delivered", "undelivered"] as const) : "undelivered";
        await runIn(systemContext(app.ports, this.fixture.tenant.id, "test"), () =>
          StatusUpdate.applyReport(message.id, "mailbox", {
            provider_id: message.provider_id,
            report: { status, reportedAt: Clock.now() },
          }),
        );
      },
    ],
    refuse: [
      1,
      async () => {
        await this.settle();
        const { person } = this.pick(this.readers);
        const answer = {
          channel: this.pick(["email", "sms", "sms"]),
          purpose: "marketing",
          consent: "REFUSED",
          at: this.earlier(),
        };
        await this.crm.setPreferences({ id: person, preferences: [answer] });
        await this.readRefusals(this.model.resolve(person));
        this.model.refuse(person);
      },
    ],
    merge: [
      2,
      async () => {
        const isOrdered = this.random() < 0.6;
        if (isOrdered) await this.settle();
        const [survivor, merged] = [this.pick(this.readers), this.pick(this.readers)].map(({ person }) =>
          this.model.resolve(person),
        ) as [string, string];
        if (survivor === merged) return;
        await this.crm.mergePersons({ id: survivor, merged_id: merged });
        this.merges.push({ survivor, merged, isOrdered });
        await app.settle();
        await this.readRefusals(survivor);
        this.model.merge(survivor, merged);
      },
    ],
    unmerge: [
      1,
      async () => {
        await this.settle();
        const merge = this.pick(this.merges);
        if (!merge?.isOrdered || this.model.resolve(merge.survivor) !== merge.survivor) return;
        this.merges.splice(this.merges.indexOf(merge), 1);
        await this.crm.unmergePersons({ id: merge.survivor, merged_id: merge.merged });
        await app.settle();
        await this.readRefusals(merge.survivor, merge.merged);
        this.model.unmerge(merge.survivor, merge.merged);
        for (const { person } of this.readers)
          if ([merge.survivor, merge.merged].some((separated) => this.model.isSame(person, separated)))
            this.recomputed.add(person);
      },
    ],
    respond: [
      3,
      async () => {
        await this.settle();
        const member = this.pick(this.model.live());
        if (!member) return;
        const fact = { kind: this.pick(["FORM", "CALLED", "ATTENDED"]), source: this.pick(["a", "b"]), at: this.earlier() };
        await this.crm.recordCampaignResponse({ id: member.campaign, member_id: member.id, ...fact });
        this.model.respond(member.campaign, member.owner, fact);
      },
    ],
    interact: [
      3,
      async () => {
        const [{ person }, campaign_id] = [this.pick(this.readers), this.pick(this.campaigns)];
        const [interaction_type_id, kind] = this.pick([
          ["call", "CALLED"],
          ["meeting", "ATTENDED"],
        ] as const);
        const interaction = { interaction_type_id, direction: "INBOUND", campaign_id, interaction_date: this.earlier() };
        const { data } = await this.crm.createInteraction({ personal_key_id: person, ...interaction });
        this.pending.push(() =>
          this.model.respond(campaign_id, person, { kind, source: data.id, at: String(data.interaction_date) }),
        );
      },
    ],
    lead: [
      2,
      async () => {
        const lead = this.pick(this.leads);
        if (lead && this.random() < 0.3) return this.crm.deleteLead({ id: lead });
        const input = { last_name: "Ito", company: "Pier", source_campaign_id: this.pick(this.campaigns) };
        this.leads.push((await this.crm.createLead(input)).data.id);
      },
    ],
    sell: [
      3,
      async () => {
        const [reader, source_campaign_id] = [this.pick(this.readers), this.pick(this.campaigns)];
        const money = { amount: this.pick(["100.00", "33.33", "0.10"]), currency: this.pick(["USD", "EUR"]) };
        const sold = { name: "Boat", customer_id: reader.customer, contact_id: reader.id, ...money };
        const { data } = await this.crm.createOpportunity({ ...sold, source_campaign_id });
        this.deals.push(data.id);
        this.buyers.set(data.id, reader.person);
      },
    ],
    close: [
      5,
      async () => {
        const id = this.pick(this.deals);
        if (!id) return;
        const win = async () => {
          await this.crm.winOpportunity({ id });
          this.pending.push((records) => this.learnSale(records, id));
        };
        const undo = this.pick([
          () => this.crm.loseOpportunity({ id, win_loss_reason_id: "timing" }),
          () => this.crm.reopenOpportunity({ id, reason: "They asked again" }),
          () => this.crm.deleteOpportunity({ id }),
          () => this.crm.restoreOpportunity({ id }),
        ]);
        const draw = this.random();
        if (draw < 0.4) return win();
        if (draw < 0.6) return this.crm.updateOpportunity({ id, amount: "77.77" });
        this.recomputed.add(this.buyers.get(id) ?? "");
        await undo();
      },
    ],
    order: [
      3,
      async () => {
        const [order, opportunity_id] = [this.pick(this.orders), this.pick(this.deals)];
        if (order && this.random() < 0.6) {
          const draw = this.random();
          if (draw < 0.7) return this.crm.createOrderPayment({ id: order, amount: draw < 0.4 ? "12.34" : "20.00" });
          this.recomputed.add(this.buyers.get(order) ?? "");
          return this.crm.cancelOrder({ id: order, reason: "Too late" });
        }
        if (!opportunity_id) return;
        const line_items = [{ name: "Kayak", quantity: "1", unit_price: "60.00" }];
        const { data } = await this.crm.createOrder({ opportunity_id, status: "CONFIRMED", line_items });
        this.orders.push(data.id);
        this.buyers.set(data.id, this.buyers.get(opportunity_id) ?? "");
        this.pending.push((records) => this.learnOrder(records, data.id));
      },
    ],
    measure: [
      3,
      async () => {
        const id = this.pick(this.campaigns);
        const row = { channel_id: this.pick(["email", "search_ads"]), metric_date: this.pick(["2026-11-01", "2026-11-02"]) };
        const numbers = { impressions: this.pick([null, 0, 300]), clicks: this.pick([0, 7]), conversions: this.pick([null, 2]) };
        const amounts = { cost: this.pick(["0.00", "12.34"]), revenue: this.pick([null, "5.55"]) };
        const { data } = await this.crm.createCampaignMetric({ id, ...row, ...numbers, ...amounts });
        if (this.random() < 0.2) await this.crm.deleteCampaignMetric({ id, metric_id: data.id });
      },
    ],
    charge: [1, () => this.crm.updateCampaign({ id: this.pick(this.campaigns), other_cost: this.pick([null, "10.10"]) })],
    move: [
      1,
      async () => {
        const [root, below, , lone] = this.campaigns;
        await allowAnyInput(this.crm).updateCampaign({ id: lone, parent_campaign_id: this.pick([null, root, below]) });
      },
    ],
  };

  /** A won opportunity converts the member of its person at the time of its last change of stage. */
  learnSale({ opportunities }: AllRecords, id: string): void {
    const deal = opportunities.find((opportunity) => opportunity.id === id);
    if (!deal?.is_won || !deal.source_campaign_id) return;
    this.model.respond(deal.source_campaign_id, this.findBuyer(deal.customer_id), {
      ...{ kind: "PURCHASED", source: id, at: deal.stage_changed_at },
    });
  }

  learnOrder({ orders }: AllRecords, id: string): void {
    const order = orders.find((each) => each.id === id);
    if (!order?.confirmed_at || !order.campaign_id) return;
    const source = order.opportunity_id ?? id;
    this.model.respond(order.campaign_id, this.findBuyer(order.customer_id), {
      kind: "PURCHASED",
      source,
      at: order.confirmed_at,
    });
  }

  findBuyer = (customer: string | null): string => this.readers.find((reader) => reader.customer === customer)?.person ?? "";

  /** Reads the refusals of persons as they are now. */
  async readRefusals(...persons: readonly string[]): Promise<void> {
    for (const person of persons) {
      const { data } = await this.crm.getPerson({ id: person });
      this.refusals.set(
        person,
        data.preferences.filter(({ consent }) => consent === "REFUSED"),
      );
    }
  }

  /** Runs each kind of operation twice in their order, and then random ones. */
  async act(index: number): Promise<void> {
    const kinds = Object.entries(this.operations).map(([name, [weight, run]]) => ({ name, weight, run }));
    const weighted = kinds.flatMap((kind) => Array(kind.weight).fill(kind) as typeof kinds);
    const { name, run } = index < 2 * kinds.length ? (kinds[index % kinds.length] as (typeof kinds)[0]) : this.pick(weighted);
    try {
      await run();
      this.done.push(name);
    } catch (error) {
      // Some operations do not apply to the present state of their record.
      const { status = 0, message } = error as { status?: number; message: string };
      if (![404, 409, 422].includes(status) && !/No such|was lost/.test(message)) throw error;
    }
  }

  /** Compares members, figures and lists with the model and with a recount of all records. */
  async check(): Promise<void> {
    const records = await this.settle();
    const present = (id: string, campaign: string, person: string, state: object) => ({ id, campaign, person, ...state });
    const byId = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : 1);
    const expected = this.model
      .live()
      .map((member) => {
        const instants = Object.fromEntries(instantNames.map((name) => [name, member.instants[name] ?? null]));
        return present(member.id, member.campaign, this.model.resolve(member.owner), { ...deriveState(member), ...instants });
      })
      .sort(byId);
    const actual = records.members
      .map(({ id, campaign_id, personal_key_id, status, is_active, inactive_reason, ...member }) => {
        const instants = Object.fromEntries(instantNames.map((name) => [name, member[`${name}_at`]]));
        return present(id, campaign_id, personal_key_id, { status, is_active, inactive_reason, ...instants });
      })
      .sort(byId);
    const isKnown = ({ person }: { person: string }): boolean =>
      ![...this.recomputed].some((recomputed) => recomputed !== "" && this.model.isSame(recomputed, person));
    const pickIdentity = ({ id, campaign, person }: (typeof actual)[0]) => ({ id, campaign, person });
    expect(actual.map(pickIdentity)).toEqual(expected.map(pickIdentity));
    expect(actual.filter(isKnown)).toEqual(expected.filter(isKnown));
    for (const campaign of records.campaigns) {
      const { data } = await this.crm.getCampaignPerformance({ id: campaign.id });
      const tree = listTree(records.campaigns, campaign);
      const readFigures = ({ responses, ...figures }: typeof data.own) => ({
        ...figures,
        responses: Object.fromEntries(Object.entries(responses).filter(([, count]) => count !== 0)),
      });
      expect(data.campaign_count).toBe(tree.length);
      expect(readFigures(data.own)).toEqual(countFigures(records, [campaign], campaign.currency, price));
      expect(readFigures(data.total)).toEqual(countFigures(records, tree, campaign.currency, price));
      const members = actual.filter((member) => member.campaign === campaign.id) as Record<string, string>[];
      for (const status of [undefined, "ADDED", ...steps.map((step) => step.toUpperCase()), "BOUNCED", "OPTED_OUT"]) {
        const listed = await this.crm.listCampaignMembers({ id: campaign.id, status, limit: 100 });
        const matching = members.filter(
          (member) => status === undefined || member.status === status || member.inactive_reason === status,
        );
        expect(listed.data.map(({ id }) => id).sort()).toEqual(matching.map(({ id }) => id));
        expect(listed.meta.total).toBe(matching.length);
      }
    }
    const { differences } = await runIn(systemContext(app.ports, this.fixture.tenant.id, "test"), () =>
      recount({ repair: false }),
    );
    expect(differences).toEqual([]);
  }
}

it("figures, members and lists of campaigns equal a recount after random operations", async () => {
  const random = createTestRandom("Figures of campaigns");
  delayDelivery(app.ports);
  for (let sequence = 0; sequence < SEQUENCES; sequence++) {
    app.setClock({ now: "2026-11-25T20:00:00.000Z" });
    const simulation = new Simulation(await createSendFixture(app), random);
    await simulation.prepare();
    for (let done = 1; done <= OPERATIONS; done++) {
      await simulation.act(done - 1);
      if (done % CHECK_EVERY === 0 || done === OPERATIONS) await simulation.check();
    }
    expect(simulation.done.length).toBeGreaterThan(OPERATIONS / 2);
  }
});
