import { join } from "node:path";
import { limitConcurrency } from "@crm/core/kernel/concurrency.ts";
import { MAX_ITEMS } from "@crm/functions/api/shared/batch-operation.ts";
import {
  ApiError,
  allowAnyInput,
  type Client,
  createClient,
  httpTransport,
  type Transport,
} from "@crm/functions/derive/client.ts";
import type { RunningServer } from "@crm/local/server/running-server.ts";
import { Refusal } from "@crm/local/store/state.ts";
import { MIN_MEMBERS, runDecidedTest } from "./decided-test.ts";
import { DemoJournal, keyedTransport } from "./journal.ts";
import { type OpenTicket, openTickets } from "./open-tickets.ts";
import { createOtherRecords } from "./other-records.ts";
import { busyStaff, closedSales, dailyWork, laterStages, type PlannedActivity, type Sale, sales } from "./pipeline.ts";
import {
  conversations,
  createRandom,
  describeCompany,
  type InventedPerson,
  interests,
  inventPerson,
  officeWork,
  pickBetween,
  pickOne,
  staff,
} from "./sample-data.ts";
import { answerSurvey, DAYS_TO_ANSWER, resolveWithSurvey, type SurveyedTicket, surveyedTickets } from "./surveys.ts";

/** The password of all users of the demo. */
export const DEMO_PASSWORD = "Lantern-Harbour-7";
const DUE_TODAY_COUNT = 14;
/** The office's clock in winter. */
const OFFICE_OFFSET = "+01:00";
const DAY_MS = 24 * 60 * 60 * 1000;
/** The name of the tenant, which mails and documents for its customers have. */
const COMPANY = "Harbour Lights Insurance";
/** A preference of the administrator until the demo is complete: the server's time at its start. */
export const FILLING_SINCE = "demo_filling_since";
/** Step of the clock. Users sign in anew in each step. */
const STEP_MS = 2 * DAY_MS;
/** Interval between runs of the schedules. */
const NIGHT_INTERVAL_MS = 60 * DAY_MS;
/** Leads that are processed concurrently. */
const MAX_CONCURRENT_LEADS = 4;
/** When the A/B test starts that is decided by now. It lasts less than a day, within the hours of mails. */
const TEST_DAYS_AGO = 4;
const TEST_HOURS_BEFORE_EVENING = 14;
const TEST_KEY = "decided-test";
/** Leads for each opportunity of the pipeline, so that a small demo has few. */
const LEADS_PER_SALE = 4;
const LEADS_PER_CLOSED_SALE = 7;
const LEADS_PER_SURVEY = 4;
const LEADS_PER_TICKET = 4;

interface Worker {
  id: string;
  email: string;
  token: string;
  refresh_token: string;
  /** The server's time for which the token was fetched. */
  signedInAt: number;
}

interface Lead {
  id: string;
  personal_key_id: string;
  /** The opportunity to which it was converted. */
  opportunity_id?: string;
  /** The customer of an opportunity. */
  customer_id?: string;
}

type DatedActivity = Pick<PlannedActivity, "type" | "subject" | "time" | "minutes" | "location"> & {
  /** The first instant of its day. */
  readonly day: number;
  /** It is about no record. */
  readonly isInternal?: boolean;
};

type PlanAction = (days: number, worker: Worker, run: (crm: Client) => Promise<unknown>) => void;

/** A user's action on a lead at an instant. */
interface PlannedAction {
  /** The action's key in the journal. It is the same in each run. */
  key: string;
  at: number;
  lead: Lead;
  who: Worker;
  run: (crm: Client) => Promise<unknown>;
  /** The clock stands at `at` when it runs, and not at the beginning of its step. */
  isExact?: boolean;
}

const toDate = (time: number): string => new Date(time).toISOString().slice(0, 10);

/** Prints the progress: continuously on a terminal, otherwise a line for each ten per cent. */
function printProgress(percent: number, before: number): void {
  if (process.stdout.isTTY) process.stdout.write(`\r${percent} %`);
  else if (Math.floor(percent / 10) > Math.floor(before / 10)) console.log(`${percent} %`);
}

/** Fills a tenant with a year of work. */
export class Demo {
  readonly #server: RunningServer;
  readonly #slug: string;
  #leads: number;
  readonly #random = createRandom(2031);
  readonly #workers: Worker[] = [];
  readonly #actions: PlannedAction[] = [];
  /** The number of parts of the daily work that a salesperson has, by index in `staff`. */
  readonly #dailyWork = new Map<number, number>();
  readonly #followUps = new Map<Worker, (() => object)[]>();
  /** The opportunities of the pipeline by their company. */
  readonly #opportunities = new Map<string, Lead>();
  /** The server's time at the start. */
  #now = 0;
  /** The time to which the clock was last set. */
  #today = 0;
  #journal: DemoJournal | undefined;

  constructor(server: RunningServer, slug: string, leads: number) {
    this.#server = server;
    this.#slug = slug;
    this.#leads = leads;
  }

  #emailFor = (first_name: string): string => `${first_name.toLowerCase()}@${this.#slug}.example`;
  #publicClient = (): Client => createClient(httpTransport(this.#server.url));

  /** Finds out whether the tenant is complete. If not, `fill` starts it, or continues an earlier run. */
  async begin(): Promise<"there" | "new" | "unfinished"> {
    const [admin] = staff;
    const file = await this.#journalFile();
    try {
      const { data } = await this.#publicClient().login({
        email: this.#emailFor(admin.first_name),
        password: DEMO_PASSWORD,
        tenant_slug: this.#slug,
      });
      this.#journal = DemoJournal.resume(file);
      if (this.#journal) return "unfinished";
      const since = (data.user.preferences as Readonly<Record<string, unknown>> | null)?.[FILLING_SINCE];
      if (typeof since !== "string") return "there";
      // A killed run left the clock in the past.
      const startTime = Date.parse(since);
      if ((await this.#readClock()) < startTime) await this.#setClock(startTime);
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return "new";
      throw error;
    }
    throw new Refusal(
      `The tenant ${this.#slug} was left unfinished, and the journal (${file}) is gone. Use another --slug, for example ${this.#slug}-2.`,
    );
  }

  async fill(): Promise<void> {
    const started = performance.now();
    const isNew = this.#journal === undefined;
    const journal = this.#journal ?? (await this.#beginJournal());
    this.#now = journal.start.now;
    this.#leads = journal.start.leads;
    const setRight = () => this.#setClock(Date.now() + journal.start.ahead);
    const interrupted = (): void => {
      void setRight().finally(() => process.exit(130));
    };
    // If the server runs in this process, it handles the signals itself, and warns at its next start that the clock is off.
    const signals = (["SIGINT", "SIGTERM"] as const).filter((signal) => process.listenerCount(signal) === 0);
    for (const signal of signals) process.once(signal, interrupted);
    try {
      await this.#createUsers(journal, isNew);
      this.#plan();
      const testTime = this.#evening() - TEST_DAYS_AGO * DAY_MS - TEST_HOURS_BEFORE_EVENING * 60 * 60 * 1000;
      await this.#runPlan(
        journal,
        this.#actions.filter(({ at: time }) => time < testTime),
      );
      await this.#runTest(journal, testTime);
      await this.#runPlan(
        journal,
        this.#actions.filter(({ at: time }) => time >= testTime),
      );
      await this.#advanceTo(this.#now);
      await this.#finish(journal);
    } finally {
      for (const signal of signals) process.off(signal, interrupted);
      await setRight();
    }
    await this.#runSchedules();
    journal.remove();
    console.log(
      `${staff.length} users and ${this.#leads} leads with their history, in ${Math.round((performance.now() - started) / 1000)} s`,
    );
  }

  /** Returns the journal's path, in the server's data folder, so that it is removed together with the tenant. */
  async #journalFile(): Promise<string> {
    const { folder } = await this.#server.call<{ folder: string }>("GET", "store");
    return join(folder, `demo-${this.#slug}.jsonl`);
  }

  async #beginJournal(): Promise<DemoJournal> {
    const now = await this.#readClock();
    return DemoJournal.begin(await this.#journalFile(), { now, ahead: now - Date.now(), leads: this.#leads });
  }

  #readClock = async (): Promise<number> => Date.parse((await this.#server.call<{ now: string }>("GET", "clock")).now);

  /** Sets the clock without firing schedules for the time between: a year of nightly runs would take longer than the demo itself. */
  #setClock = (time: number): Promise<unknown> =>
    this.#server.call("POST", "clock", { now: new Date(time).toISOString(), quiet: true });

  /** Processes all pending events before the clock moves, so that derived data gets the right time. */
  async #advanceTo(time: number): Promise<void> {
    await this.#server.call("POST", "settle");
    await this.#setClock(time);
    this.#today = time;
  }

  /** Runs all schedules. Each one sees the results of those before it. */
  async #runSchedules(): Promise<void> {
    for (const { name } of await this.#server.call<{ name: string }[]>("GET", "schedules")) {
      await this.#server.call("POST", "settle");
      await this.#server.call("POST", `schedules/${name}/run`);
    }
    await this.#server.call("POST", "settle");
  }

  /** Creates the tenant, its users and their teams. */
  async #createUsers(journal: DemoJournal, isNew: boolean): Promise<void> {
    await this.#advanceTo(this.#now - 366 * DAY_MS);
    const [{ role: _role, department: _department, ...admin }, ...otherStaff] = staff;
    const names = { tenant_name: COMPANY, tenant_slug: this.#slug };
    const email = this.#emailFor(admin.first_name);
    const credentials = { email, password: DEMO_PASSWORD, tenant_slug: this.#slug };
    const { data } = await (isNew
      ? this.#publicClient().signup({ ...names, ...admin, ...credentials })
      : this.#publicClient().login(credentials)
    ).catch((error) => {
      if (!(error instanceof ApiError) || error.code !== "CONFLICT") throw error;
      journal.remove();
      throw new Refusal(`The slug ${this.#slug} belongs to a tenant that is not a demo. Choose another one with --slug.`);
    });
    const { access_token: token, refresh_token } = data;
    const first: Worker = { id: data.user.id, email, token, refresh_token, signedInAt: this.#today };
    this.#workers.push(first);
    const crm = this.#journaledClient(journal, "hire", first);
    await crm.updateUser({ id: first.id, preferences: { [FILLING_SINCE]: new Date(this.#now).toISOString() } });
    await crm.updateTenant({
      settings: {
        ...{
          rate_limit_per_minute: 100_000,
          currency: "EUR",
          timezone: "Europe/Berlin",
          visibility: "team",
          survey_asks_nps: true,
        },
        letterhead: { sender: [COMPANY, "Am Kai 14", "20457 Hamburg"], tax_id: "DE123456789" },
      },
    });
    const hired = otherStaff.map(async ({ first_name, last_name, role, department }): Promise<Worker> => {
      const user = { first_name, last_name, role, department, email: this.#emailFor(first_name), password: DEMO_PASSWORD };
      const { data: createdUser } = await crm.createUser(user);
      return { id: createdUser.id, email: user.email, token: "", refresh_token: "", signedInAt: Number.NaN };
    });
    this.#workers.push(...(await Promise.all(hired)));
    for (const name of ["North", "South"]) {
      const manager_id = this.#workersWithRole("MANAGER", name)[0]?.id ?? null;
      const { data: team } = await crm.createTeam({ name, manager_id });
      for (const { id } of this.#workersWithRole("MANAGER", name)) await crm.updateUser({ id, team_id: team.id });
      for (const { id } of this.#workersWithRole("SALES_REP", name)) await crm.updateUser({ id, team_id: team.id, manager_id });
    }
    await crm.createLeadSource({ name: "Harbour Fair", color: "#0f766e" });
  }

  #transportFor = (worker: Worker): Transport => httpTransport(this.#server.url, worker.token);

  /** Returns a client whose responses are stored in the journal. */
  #journaledClient = (journal: DemoJournal, scope: string, worker: Worker): Client =>
    createClient(journal.transport(scope, () => this.#transportFor(worker)));

  #workersWithRole = (role: string, team?: string): Worker[] =>
    this.#workers.filter((_, index) => {
      const person = staff[index] as { role: string; team?: string };
      return person.role === role && (team === undefined || person.team === team);
    });

  /** Plans the year: each lead arrives, is worked on, and is converted, disqualified, deleted, or waits for its next contact. */
  #plan(): void {
    const random = this.#random;
    const today = Math.floor(this.#now / DAY_MS) * DAY_MS;
    for (let number = 1; number <= this.#leads; number++) {
      // There are more recent leads than old ones.
      const daysAgo = Math.floor(364 * (1 - Math.sqrt(random())) + 1);
      const time = today - daysAgo * DAY_MS + pickBetween(random, 8 * 60, 17 * 60) * 60 * 1000;
      const owner = pickOne(random, [
        ...this.#workersWithRole("SALES_REP"),
        ...this.#workersWithRole("SALES_REP"),
        ...this.#workersWithRole("MANAGER"),
      ]);
      this.#planLead(time, owner, inventPerson(random, number), number <= DUE_TODAY_COUNT ? number : 0);
    }
    for (const sale of sales.slice(0, Math.ceil(this.#leads / LEADS_PER_SALE))) this.#planOpportunity(sale);
    for (const sale of closedSales.slice(0, Math.ceil(this.#leads / LEADS_PER_CLOSED_SALE))) this.#planOpportunity(sale);
    for (const ticket of surveyedTickets.slice(0, Math.ceil(this.#leads / LEADS_PER_SURVEY))) this.#planSurvey(ticket);
    for (const ticket of openTickets.slice(0, Math.ceil(this.#leads / LEADS_PER_TICKET))) this.#planTicket(ticket);
    this.#planOfficeWork(today);
    for (const [worker, planned] of this.#followUps)
      for (let from = 0; from < planned.length; from += MAX_ITEMS) {
        const run = (crm: Client) =>
          crm.batchLeads({ operation: "update", items: planned.slice(from, from + MAX_ITEMS).map((item) => item()) });
        this.#actions.push({
          ...{ key: `deed-${this.#actions.length}`, at: this.#evening() },
          lead: { id: "", personal_key_id: "" },
          who: worker,
          run,
        });
      }
    this.#actions.sort((a, b) => a.at - b.at);
  }

  /** Returns 23:00 of the day before today, when the next contacts are planned. */
  #evening = (): number => Math.floor(this.#now / DAY_MS) * DAY_MS - 60 * 60 * 1000;

  /** Plans one lead. Random numbers are drawn only during planning: concurrent execution would draw them in another order each time. */
  #planLead(time: number, owner: Worker, person: InventedPerson, dueToday: number): void {
    const random = this.#random;
    const fromMarketing = random() < 0.35;
    const [marketer = owner] = this.#workersWithRole("MARKETER");
    const [manager = owner] = this.#workersWithRole("MANAGER");
    const lead: Lead = { id: "", personal_key_id: "" };
    const deed: PlanAction = (days, worker, run) => {
      const key = `deed-${this.#actions.length}`;
      if (time + days * DAY_MS < this.#now) this.#actions.push({ key, at: time + days * DAY_MS, lead, who: worker, run });
    };
    deed(0, fromMarketing ? marketer : owner, async (crm) => {
      const { data } = await crm.createLead({ ...person, owner_id: fromMarketing ? null : owner.id });
      Object.assign(lead, { id: data.id, personal_key_id: data.personal_key_id });
    });
    // One in eight leads from marketing stays unassigned.
    const isWaiting = fromMarketing && random() < 0.125;
    if (isWaiting) return;
    if (fromMarketing) deed(0.1, manager, (crm) => crm.assignLeads({ lead_ids: [lead.id], owner_id: owner.id }));
    const leadInterests = random() < 0.3 ? interests.slice(0, pickBetween(random, 1, interests.length)) : [];
    if (leadInterests.length > 0)
      deed(1, owner, (crm) =>
        crm.batchInteractions({
          operation: "create",
          items: leadInterests.map((interest, index) => ({
            ...{ ...interest, personal_key_id: lead.personal_key_id, lead_id: lead.id },
            interaction_date: new Date(time + DAY_MS - (leadInterests.length - index) * 3 * 60 * 60 * 1000).toISOString(),
          })),
        }),
      );
    const fate = dueToday === 0 ? random() : 1;
    let days = pickBetween(random, 1, 3);
    for (const conversation of conversations.slice(0, pickBetween(random, fate < 0.3 ? 2 : 0, 4))) {
      deed(days, owner, (crm) => crm.logLeadActivity({ id: lead.id, ...conversation, status: "COMPLETED" }));
      if (conversation === conversations[0])
        deed(days, owner, (crm) => crm.setLeadStatus({ id: lead.id, lead_status_id: "contacted" }));
      days += pickBetween(random, 2, 20);
    }
    if (fate < 0.3) this.#planSale(deed, lead, owner, days);
    else if (fate < 0.5) deed(days, owner, (crm) => crm.setLeadStatus({ id: lead.id, lead_status_id: "disqualified" }));
    else if (fate < 0.53) deed(days, owner, (crm) => crm.deleteLead({ id: lead.id }));
    else this.#planFollowUp(lead, owner, dueToday);
  }

  /** Plans an opportunity with its way through the stages, and its activities of this week and the next. */
  #planOpportunity({
    name,
    company,
    amount,
    owner: ownerIndex,
    stageDaysAgo,
    createdDaysAgo,
    closesInDays,
    activities,
    end,
  }: Sale): void {
    const worker = this.#workers[ownerIndex] as Worker;
    const record: Lead = { id: "", personal_key_id: "" };
    const place = this.#opportunities.size;
    this.#opportunities.set(company, record);
    const act = (at: number, run: PlannedAction["run"]): void =>
      void this.#actions.push({ key: `deed-${this.#actions.length}`, at, lead: record, who: worker, run });
    const today = Math.floor(this.#now / DAY_MS) * DAY_MS;
    const morning = (daysAgo: number): number => today - daysAgo * DAY_MS + 9 * 60 * 60 * 1000;
    const close_date = toDate(today + closesInDays * DAY_MS);
    const nextStep = activities.findLast(({ week }) => week === 1);
    act(morning(createdDaysAgo), async (crm) => {
      const details = describeCompany(company, place);
      const { data: customer } = await crm.createCustomer({ name: company, owner_id: worker.id, ...details });
      record.customer_id = customer.id;
      const { data } = await crm.createOpportunity({
        ...{ name, amount, close_date, customer_id: customer.id, owner_id: worker.id },
        ...{ type: name.includes("renewal") ? "RENEWAL" : "NEW_BUSINESS", lead_source_id: "referral" },
        description: `${company} asks for an offer: ${name}.`,
        ...(nextStep ? { next_step: nextStep.subject, next_step_date: toDate(this.#dayOfWeek(nextStep)) } : {}),
      });
      record.id = data.id;
    });
    for (const [index, daysAgo] of stageDaysAgo.entries())
      act(morning(daysAgo), (crm) => crm.moveOpportunity({ id: record.id, stage_id: laterStages[index] as string }));
    if (end) {
      const run: PlannedAction["run"] = (crm) => {
        const input = { id: record.id, win_loss_reason_id: end.reason };
        return end.isWon ? crm.winOpportunity(input) : crm.loseOpportunity(input);
      };
      act(morning(end.daysAgo), run);
      return;
    }
    const daily = busyStaff.some((index) => index === ownerIndex) ? this.#takeDailyWork(ownerIndex) : [];
    for (const activity of [...activities.map((planned) => ({ ...planned, day: this.#dayOfWeek(planned) })), ...daily])
      act(this.#evening(), (crm) => allowAnyInput(crm).createActivity(this.#toActivity(activity, record.id)));
  }

  /** Plans a ticket that is resolved, and the answer to its survey. */
  #planSurvey(ticket: SurveyedTicket): void {
    const worker = this.#workers[ticket.agent] as Worker;
    const record: Lead = { id: "", personal_key_id: "" };
    const act = (daysAgo: number, run: PlannedAction["run"]): void => {
      const at = Math.floor(this.#now / DAY_MS) * DAY_MS - daysAgo * DAY_MS + 10 * 60 * 60 * 1000;
      this.#actions.push({ key: `deed-${this.#actions.length}`, at, lead: record, who: worker, run });
    };
    act(ticket.daysAgo, async (crm) => {
      record.id = await resolveWithSurvey(crm, worker.id, ticket);
    });
    act(ticket.daysAgo - DAYS_TO_ANSWER, async () => {
      const mails = await this.#server.call<{ text: string }[]>("GET", `mailbox?to=${ticket.requester.email}`);
      await answerSurvey(mails, ticket, this.#server);
    });
  }

  /** Plans a ticket that is still open. */
  #planTicket({ company, agent, hoursAgo, category, priority, ...ticket }: OpenTicket): void {
    const [worker] = this.#workersWithRole("SUPPORT_AGENT") as [Worker];
    const assigned_to_id = agent === undefined ? null : (this.#workers[agent]?.id ?? null);
    const run: PlannedAction["run"] = (crm) =>
      crm.createTicket({
        ...{ ...ticket, ticket_type: "QUESTION", channel: "EMAIL", category_id: category, priority_id: priority },
        ...{ assigned_to_id, customer_id: this.#opportunities.get(company)?.customer_id ?? null },
      });
    this.#actions.push({
      ...{ key: `deed-${this.#actions.length}`, at: this.#now - hoursAgo * 60 * 60 * 1000, isExact: true },
      ...{ lead: { id: "", personal_key_id: "" }, who: worker, run },
    });
  }

  /** Plans what users without opportunities do today. */
  #planOfficeWork(today: number): void {
    for (const [index, worker] of this.#workers.entries())
      for (const { roles, inDays, ...work } of officeWork) {
        if (!roles.includes(staff[index]?.role ?? "")) continue;
        const activity = this.#toActivity({ ...work, day: today + inDays * DAY_MS, isInternal: true }, "");
        this.#actions.push({
          ...{ key: `deed-${this.#actions.length}`, at: this.#evening(), lead: { id: "", personal_key_id: "" } },
          // An analyst has activities, and may not plan them.
          who: this.#workers[0] as Worker,
          run: (crm) => allowAnyInput(crm).createActivity({ ...activity, assigned_to_id: worker.id }),
        });
      }
  }

  /** Returns some of the daily work of a salesperson, so that each opportunity of the person has a part of it. */
  #takeDailyWork(ownerIndex: number): DatedActivity[] {
    const taken = this.#dailyWork.get(ownerIndex) ?? 0;
    this.#dailyWork.set(ownerIndex, taken + 2);
    const today = Math.floor(this.#now / DAY_MS) * DAY_MS;
    return dailyWork.slice(taken, taken + 2).map(({ inDays, ...work }) => ({ ...work, day: today + inDays * DAY_MS }));
  }

  /** Returns the first instant of a weekday of this week or the next. On a Sunday, this week is the one that begins. */
  #dayOfWeek({ week, weekday }: Pick<PlannedActivity, "week" | "weekday">): number {
    const today = Math.floor(this.#now / DAY_MS) * DAY_MS;
    return today + (weekday - new Date(today).getUTCDay() + 7 * week) * DAY_MS;
  }

  #toActivity(
    { type, subject, time, day, minutes = 30, location, isInternal = false }: DatedActivity,
    related_to_id: string,
  ): object {
    const date = toDate(day);
    const shared = { subject, activity_type_id: type, ...(isInternal ? {} : { related_to_id }) };
    if (type === "task") return { ...shared, due_date: date, due_time: time };
    const start = Date.parse(`${date}T${time}:00${OFFICE_OFFSET}`);
    return {
      ...{ ...shared, start_datetime: new Date(start).toISOString(), duration_minutes: minutes },
      ...(location === undefined ? {} : { meeting_location: location }),
      ...(start < this.#evening() ? { status: "COMPLETED" } : {}),
    };
  }

  /** Plans a qualified lead with a manual score. Some are converted in the days after. */
  #planSale(deed: PlanAction, lead: Lead, owner: Worker, days: number): void {
    const random = this.#random;
    const lead_score = pickBetween(random, 72, 98);
    deed(days, owner, async (crm) => {
      await crm.setLeadStatus({ id: lead.id, lead_status_id: "qualified" });
      await crm.updateLead({ id: lead.id, is_qualified: true, authority: "Managing Director" });
      await crm.setLeadScore({ id: lead.id, lead_score, reason: "Budget and decision are confirmed" });
    });
    if (random() >= 0.3) return;
    const conversionDay = days + pickBetween(random, 1, 9);
    deed(conversionDay, owner, async (crm) => {
      const { data } = await crm.convertLead({ id: lead.id });
      lead.opportunity_id = data.opportunity.id;
    });
    // The conversion plans a follow-up.
    deed(conversionDay + 2, owner, async (crm) => {
      const { data: open } = await crm.listActivities({
        related_to_id: lead.opportunity_id,
        "is_completed[eq]": "false",
      });
      for (const { id } of open) await crm.completeActivity({ id });
    });
  }

  /** Plans the next contact: today for some leads, in the coming weeks for others. */
  #planFollowUp(lead: Lead, worker: Worker, dueToday: number): void {
    const random = this.#random;
    const midnight = Math.floor(this.#now / DAY_MS) * DAY_MS;
    const time =
      dueToday > 0
        ? midnight + (7 + dueToday) * 60 * 60 * 1000
        : midnight + pickBetween(random, 1, 40) * DAY_MS + pickBetween(random, 7, 16) * 60 * 60 * 1000;
    const follow_up_priority = pickOne(random, ["LOW", "MEDIUM", "MEDIUM", "HIGH", "URGENT"] as const);
    const next_contact_date = new Date(time).toISOString();
    const planned = this.#followUps.get(worker) ?? [];
    this.#followUps.set(worker, planned);
    planned.push(() => ({ id: lead.id, next_contact_date, follow_up_priority }));
  }

  /** Runs the plan: moves the clock in steps, and processes several leads concurrently in each step. */
  async #runPlan(journal: DemoJournal, actions: readonly PlannedAction[]): Promise<void> {
    const inTurn = limitConcurrency(MAX_CONCURRENT_LEADS);
    let [done, nextNight] = [this.#actions.indexOf(actions[0] as PlannedAction), 0];
    const step = ({ at: time, isExact }: PlannedAction): number =>
      isExact || time === this.#evening() ? time : Math.floor(time / STEP_MS);
    for (const deeds of Map.groupBy(actions, step).values()) {
      const { at: time } = deeds[0] as PlannedAction;
      const open = deeds.filter(({ key }) => !journal.has(key));
      if (open.length > 0) await this.#advanceTo(time);
      if (time >= nextNight) {
        if (open.length > 0) await this.#runSchedules();
        nextNight = time + NIGHT_INTERVAL_MS;
      }
      await this.#signIn(open.map(({ who: worker }) => worker));
      const byLead = [...Map.groupBy(deeds, ({ lead }) => lead).values()];
      await Promise.all(
        byLead.map((leadActions) =>
          inTurn(async () => {
            for (const deed of leadActions) await this.#runAction(deed, journal);
          }),
        ),
      );
      const before = Math.floor((100 * done) / this.#actions.length);
      done += deeds.length;
      printProgress(Math.floor((100 * done) / this.#actions.length), before);
    }
    if (process.stdout.isTTY) process.stdout.write("\r");
  }

  /** Runs an A/B test with a decision. A small demo has too few leads for one. */
  async #runTest(journal: DemoJournal, time: number): Promise<void> {
    if (this.#leads < MIN_MEMBERS || journal.has(TEST_KEY)) return;
    const [admin] = this.#workers as [Worker];
    const moveTo = async (next: number): Promise<void> => {
      await this.#advanceTo(next);
      await this.#signIn([admin]);
    };
    await moveTo(time);
    await runDecidedTest({
      admin: this.#journaledClient(journal, TEST_KEY, admin),
      day: toDate(time),
      pass: async (minutes) => {
        await moveTo(this.#today + minutes * 60 * 1000);
        await this.#runSchedules();
      },
    });
    await journal.runOnce(TEST_KEY, async () => true);
  }

  async #runAction({ key, lead, who: worker, run }: PlannedAction, journal: DemoJournal): Promise<void> {
    const done = await journal.runOnce(key, async () => {
      await run(createClient(keyedTransport(key, () => this.#transportFor(worker))));
      return { ...lead };
    });
    Object.assign(lead, done);
  }

  /** Signs users in again at each step, because tokens expire after minutes. */
  async #signIn(workers: readonly Worker[]): Promise<void> {
    await Promise.all(
      [...new Set(workers)].map(async (worker) => {
        if (worker.signedInAt === this.#today) return;
        const { data } = await this.#publicClient()
          .refresh({ refresh_token: worker.refresh_token })
          .catch(() => this.#publicClient().login({ email: worker.email, password: DEMO_PASSWORD, tenant_slug: this.#slug }));
        Object.assign(worker, { refresh_token: data.refresh_token, token: data.access_token, signedInAt: this.#today });
      }),
    );
  }

  async #finish(journal: DemoJournal): Promise<void> {
    const [rep] = this.#workersWithRole("SALES_REP") as [Worker];
    const context = { random: this.#random, now: this.#now, slug: this.#slug, url: this.#server.url };
    const [admin] = this.#workers as [Worker];
    await this.#signIn([admin, rep]);
    const crm = this.#journaledClient(journal, "admin", admin);
    const as = this.#journaledClient(journal, "rep", rep);
    const runOnce = journal.runOnce.bind(journal);
    await createOtherRecords({
      ...context,
      admin: crm,
      rep: { id: rep.id, as },
      runOnce: runOnce,
      unjournaledAdmin: createClient(this.#transportFor(admin)),
      persons: [],
      leads: this.#leads,
      staff: this.#workers.map(({ id }) => id),
    });
    const finished = createClient(this.#transportFor(admin));
    await finished.updateTenant({ settings: { rate_limit_per_minute: 1000 } });
    await finished.updateUser({ id: admin.id, preferences: null });
  }

  /** Prints the URL, the credentials and three examples to try. */
  async explain(): Promise<void> {
    const { url } = this.#server;
    const [admin, , , , rep] = staff;
    const credentials = { email: this.#emailFor(rep.first_name), password: DEMO_PASSWORD, tenant_slug: this.#slug };
    const { data } = await this.#publicClient().login(credentials);
    const { data: quotes } = await createClient(httpTransport(url, data.access_token)).listQuotes({ limit: "1" });
    const tonight = `${new Date(await this.#readClock()).toISOString().slice(0, 10)}T23:59:59Z`;
    const width = Math.max(...staff.map(({ role }) => role.length));
    const link = await this.#server.call<{ code: string; valid_seconds: number }>("POST", "sign-in-links", {
      ...credentials,
      email: this.#emailFor(admin.first_name),
    });
    console.log(
      `\nOpen the console, signed in as ${admin.first_name} ${admin.last_name} (once, within ${link.valid_seconds / 60} minutes):\n\n  ${url}/_local/sign-in/${link.code}`,
    );
    console.log(
      `\nSign in at ${url}/crm/ with the password ${DEMO_PASSWORD}. API clients also send tenant_slug ${this.#slug}:\n`,
    );
    for (const { role, first_name, last_name } of staff) {
      console.log(`  ${role.padEnd(width)}  ${this.#emailFor(first_name).padEnd(20)}  ${first_name} ${last_name}`);
    }
    const get = `curl -s -H "Authorization: Bearer $TOKEN"`;
    console.log(`
Three things to try:

  TOKEN=$(curl -s ${url}/api/v1/auth/login -H 'content-type: application/json' -d '${JSON.stringify(credentials)}' | sed 's/.*"access_token":"\\([^"]*\\).*/\\1/')

  1. Leads to call today
     ${get} "${url}/api/v1/leads?contact_due_by=${tonight}&limit=5"
  2. A search over all kinds
     ${get} "${url}/api/v1/search?q=harbour"
  3. A quote as its customer gets it
     ${get} -o quote.pdf ${url}/api/v1/quotes/${quotes[0]?.id}/pdf

Documentation: ${url}/api/v1/docs (${this.#emailFor(admin.first_name)} may do everything)`);
  }
}
