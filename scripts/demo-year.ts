import { type Client, createClient, httpTransport, Refused } from "@crm/functions/derive/client.ts";
import type { Running } from "@crm/local/running.ts";
import { Refusal } from "@crm/local/state.ts";
import { between, conversations, type Invented, invented, one, randomFrom, staff } from "./demo-data.ts";
import { tellTheRest } from "./demo-rest.ts";

const PASSWORD = "Lantern-Harbour-7";
const DUE_TODAY = 14;
const DAY = 24 * 60 * 60 * 1000;
const UNFINISHED = "Being filled";

interface Worker {
  id: string;
  email: string;
  refresh_token: string;
  as: Client;
  /** The day, by the server's clock, for which the token is good. */
  signedIn: number;
}

/** Something that somebody does at an instant. */
interface Deed {
  at: number;
  who: Worker;
  run: (crm: Client) => Promise<unknown>;
}

/** How far it is: on a terminal as it goes, elsewhere a line for each quarter. */
function tell(percent: number, before: number): void {
  if (process.stdout.isTTY) process.stdout.write(`\r${percent} %`);
  else if (Math.floor(percent / 25) > Math.floor(before / 25)) console.log(`${percent} %`);
}

/** A tenant and the year that it has behind it. */
export class Demo {
  readonly #server: Running;
  readonly #slug: string;
  readonly #leads: number;
  readonly #random = randomFrom(2031);
  readonly #workers: Worker[] = [];
  readonly #deeds: Deed[] = [];
  #tenant = "";
  #now = 0;

  constructor(server: Running, slug: string, leads: number) {
    this.#server = server;
    this.#slug = slug;
    this.#leads = leads;
  }

  #address = (first_name: string): string => `${first_name.toLowerCase()}@${this.#slug}.example`;
  #public = (): Client => createClient(httpTransport(this.#server.url));

  /** Whether the tenant is there and whole; if not, everything is ready to fill it. */
  async begin(): Promise<"there" | "new"> {
    const [admin] = staff;
    try {
      const { data } = await this.#public().login({
        email: this.#address(admin.first_name),
        password: PASSWORD,
        tenant_slug: this.#slug,
      });
      if (data.tenant.name !== UNFINISHED) return "there";
    } catch (error) {
      if (error instanceof Refused && error.status === 401) return "new";
      throw error;
    }
    // Whoever stopped it left the clock where it was.
    await this.#setClock({ reset: true });
    throw new Refusal(
      `The tenant ${this.#slug} was left unfinished: make another with --slug, for example --slug ${this.#slug}-2.`,
    );
  }

  async fill(): Promise<void> {
    const started = performance.now();
    const { now } = await this.#server.call<{ now: string }>("GET", "clock");
    this.#now = Date.parse(now);
    const noon = (day: number): number => Math.floor(this.#now / DAY) * DAY - day * DAY + 12 * 60 * 60 * 1000;
    const interrupted = (): void => {
      void this.#setClock({ reset: true }).finally(() => process.exit(130));
    };
    // A server of our own stops by itself, and says at its next start that its clock is off.
    if (process.listenerCount("SIGINT") === 0) process.once("SIGINT", interrupted);
    try {
      await this.#goTo(noon(366));
      await this.#hire();
      this.#plan();
      await this.#live();
      await this.#goTo(this.#now);
      await this.#end();
    } finally {
      process.off("SIGINT", interrupted);
      await this.#setClock({ now: new Date(this.#now + performance.now() - started).toISOString() });
    }
    await this.#server.call("POST", "settle");
    console.log(
      `${staff.length} users, ${this.#leads} leads and what was done with them, in ${Math.round((performance.now() - started) / 1000)} s`,
    );
  }

  #setClock = (to: object): Promise<unknown> => this.#server.call("POST", "clock", to);
  /** What was done until then is derived first: the jump brings the nightly recount. */
  async #goTo(at: number): Promise<void> {
    await this.#server.call("POST", "settle");
    await this.#setClock({ now: new Date(at).toISOString() });
  }

  /** The tenant, its users and their teams. */
  async #hire(): Promise<void> {
    const [{ role: _role, department: _department, ...admin }, ...others] = staff;
    const names = { tenant_name: UNFINISHED, tenant_slug: this.#slug };
    const email = this.#address(admin.first_name);
    const { data } = await this.#public()
      .signup({ ...names, ...admin, email, password: PASSWORD })
      .catch((error) => {
        if (!(error instanceof Refused) || error.code !== "CONFLICT") throw error;
        throw new Refusal(`The slug ${this.#slug} belongs to a tenant that is no demo: choose another with --slug.`);
      });
    this.#tenant = data.tenant.id;
    const first: Worker = {
      id: data.user.id,
      email,
      refresh_token: data.refresh_token,
      as: this.#clientFor(data.access_token),
      signedIn: this.#today(),
    };
    this.#workers.push(first);
    await first.as.updateTenant({
      settings: { rate_limit_per_minute: 100_000, currency: "EUR", timezone: "Europe/Berlin", visibility: "team" },
    });
    for (const { first_name, last_name, role, department } of others) {
      const user = { first_name, last_name, role, department, email: this.#address(first_name), password: PASSWORD };
      const { data: made } = await first.as.createUser(user);
      this.#workers.push({ id: made.id, email: user.email, refresh_token: "", as: this.#public(), signedIn: Number.NaN });
    }
    for (const name of ["North", "South"]) {
      const manager_id = this.#of("MANAGER", name)[0]?.id ?? null;
      const { data: team } = await first.as.createTeam({ name, manager_id });
      for (const { id } of this.#of("MANAGER", name)) await first.as.updateUser({ id, team_id: team.id });
      for (const { id } of this.#of("SALES_REP", name)) await first.as.updateUser({ id, team_id: team.id, manager_id });
    }
    await first.as.createLeadSource({ name: "Harbour Fair", color: "#0f766e" });
  }

  #clientFor = (token: string): Client => createClient(httpTransport(this.#server.url, token));

  #of = (role: string, team?: string): Worker[] =>
    this.#workers.filter((_, at) => {
      const person = staff[at] as { role: string; team?: string };
      return person.role === role && (team === undefined || person.team === team);
    });

  /** What will happen in the year: every lead comes, is worked on, and goes somewhere or waits. */
  #plan(): void {
    const random = this.#random;
    const today = Math.floor(this.#now / DAY) * DAY;
    for (let number = 1; number <= this.#leads; number++) {
      // More of them lately than a year ago.
      const daysAgo = Math.floor(364 * (1 - Math.sqrt(random())) + 1);
      const at = today - daysAgo * DAY + between(random, 8, 17) * 60 * 60 * 1000;
      const owner = one(random, [...this.#of("SALES_REP"), ...this.#of("SALES_REP"), ...this.#of("MANAGER")]);
      this.#planLead(at, owner, invented(random, number), number <= DUE_TODAY ? number : 0);
    }
    this.#deeds.sort((a, b) => a.at - b.at);
  }

  #planLead(at: number, owner: Worker, person: Invented, dueToday: number): void {
    const random = this.#random;
    const fromMarketing = random() < 0.35;
    const [marketer = owner] = this.#of("MARKETER");
    const [manager = owner] = this.#of("MANAGER");
    const lead = { id: "" };
    const deed = (days: number, who: Worker, run: (crm: Client) => Promise<unknown>): void => {
      if (at + days * DAY < this.#now) this.#deeds.push({ at: at + days * DAY, who, run });
    };
    deed(0, fromMarketing ? marketer : owner, async (crm) => {
      const { data } = await crm.createLead({ ...person, owner_id: fromMarketing ? null : owner.id });
      lead.id = data.id;
      await this.#score(lead.id, between(random, 15, 70));
    });
    // One in eight that marketing brings waits to be taken.
    const isWaiting = fromMarketing && random() < 0.125;
    if (isWaiting) return;
    if (fromMarketing) deed(0.1, manager, (crm) => crm.assignLeads({ lead_ids: [lead.id], owner_id: owner.id }));
    let days = between(random, 1, 3);
    for (let talks = between(random, 0, 4); talks > 0; talks--, days += between(random, 2, 20)) {
      const what = one(random, conversations);
      deed(days, owner, (crm) => crm.logLeadActivity({ id: lead.id, ...what, status: "COMPLETED" }));
    }
    deed(1.2, owner, (crm) => crm.setLeadStatus({ id: lead.id, lead_status_id: "contacted" }));
    const fate = random();
    if (dueToday === 0 && fate < 0.3) deed(days, owner, (crm) => this.#qualify(crm, lead.id));
    else if (dueToday === 0 && fate < 0.5) {
      deed(days, owner, (crm) => crm.setLeadStatus({ id: lead.id, lead_status_id: "disqualified" }));
      deed(days, owner, () => this.#score(lead.id, between(random, 0, 25)));
    } else if (dueToday === 0 && fate < 0.53) deed(days, owner, (crm) => crm.deleteLead({ id: lead.id }));
    else this.#followUp(lead, owner, dueToday);
  }

  async #qualify(crm: Client, id: string): Promise<void> {
    await crm.setLeadStatus({ id, lead_status_id: "qualified" });
    await crm.updateLead({ id, is_qualified: true, authority: "Managing Director" });
    await this.#score(id, between(this.#random, 65, 98));
  }

  /** The next contact: today for some, in the coming weeks for others. */
  #followUp(lead: { id: string }, who: Worker, dueToday: number): void {
    const random = this.#random;
    const midnight = Math.floor(this.#now / DAY) * DAY;
    const at =
      dueToday > 0
        ? midnight + (7 + dueToday) * 60 * 60 * 1000
        : midnight + between(random, 1, 40) * DAY + between(random, 7, 16) * 60 * 60 * 1000;
    const follow_up_priority = one(random, ["LOW", "MEDIUM", "MEDIUM", "HIGH", "URGENT"] as const);
    const next_contact_date = new Date(at).toISOString();
    this.#deeds.push({
      at: midnight - 60 * 60 * 1000,
      who,
      run: (crm) => crm.updateLead({ id: lead.id, next_contact_date, follow_up_priority }),
    });
  }

  /** Scores have no operation of their own yet. */
  #score = (id: string, lead_score: number): Promise<unknown> =>
    this.#server.call("POST", "score", { tenant: this.#tenant, id, lead_score });

  /** Does all that was planned, in its order; the clock goes along in steps of three days. */
  async #live(): Promise<void> {
    const step = 3 * DAY;
    let until = 0;
    let shown = 0;
    for (const [done, { at, who, run }] of this.#deeds.entries()) {
      if (at >= until) {
        until = at + step;
        this.#time = at;
        await this.#goTo(at);
      }
      await run(await this.#signedIn(who));
      const percent = Math.floor((100 * done) / this.#deeds.length);
      if (percent > shown) tell(percent, shown);
      shown = percent;
    }
    if (process.stdout.isTTY) process.stdout.write("\r");
  }

  #time = 0;
  #today = (): number => this.#time;

  /** The client of a worker whose token is good at the server's present. */
  async #signedIn(who: Worker): Promise<Client> {
    if (who.signedIn === this.#today()) return who.as;
    const { data } = await this.#public()
      .refresh({ refresh_token: who.refresh_token })
      .catch(() => this.#public().login({ email: who.email, password: PASSWORD, tenant_slug: this.#slug }));
    who.refresh_token = data.refresh_token;
    who.as = this.#clientFor(data.access_token);
    who.signedIn = this.#today();
    return who.as;
  }

  async #end(): Promise<void> {
    this.#time = this.#now;
    const [rep] = this.#of("SALES_REP") as [Worker];
    const told = { random: this.#random, now: this.#now, slug: this.#slug };
    const crm = await this.#signedIn(this.#workers[0] as Worker);
    await tellTheRest({ ...told, admin: crm, rep: { id: rep.id, as: await this.#signedIn(rep) } });
    await crm.updateTenant({ name: "Harbour Lights Trading", settings: { rate_limit_per_minute: 1000 } });
  }

  explain(): void {
    const { url } = this.#server;
    const [admin, , , , rep] = staff;
    const body = JSON.stringify({ email: this.#address(rep.first_name), password: PASSWORD, tenant_slug: this.#slug });
    const width = Math.max(...staff.map(({ role }) => role.length));
    console.log(`\nSign in at ${url} with tenant_slug ${this.#slug} and the password ${PASSWORD}:\n`);
    for (const { role, first_name, last_name } of staff) {
      console.log(`  ${role.padEnd(width)}  ${this.#address(first_name).padEnd(20)}  ${first_name} ${last_name}`);
    }
    console.log(`
Try:

  TOKEN=$(curl -s ${url}/api/v1/auth/login -H 'content-type: application/json' -d '${body}' | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')
  curl -s -H "Authorization: Bearer $TOKEN" "${url}/api/v1/leads?contact_due_by=$(date -u +%Y-%m-%dT23:59:59Z)&limit=5"
  curl -s -H "Authorization: Bearer $TOKEN" "${url}/api/v1/leads?search=willow&sort=lead_score"

Documentation: ${url}/api/v1/docs (as ${this.#address(admin.first_name)} everything is allowed)`);
  }
}
