import { Refused } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { chanceOf } from "../chance.ts";
import { raw } from "../import/support.ts";
import { sizeFrom } from "../sample.ts";
import { addUser, signUp, startTestApp, type Tenant } from "../support.ts";
import { type Held, type Kind, oneOf, Reference, type Setting, type Somebody } from "./reference.ts";

/**
 * What each user learns, by every way of asking, is what a slow reference says, after bursts of random work: CRM_BURSTS makes it
 * longer, and adds files.
 */
const BURSTS = sizeFrom("CRM_BURSTS", 3, 10);
const STEPS = 10;
const isLong = BURSTS > 10;

const random = chanceOf("visibility");
const reference = new Reference();
let app: App;
let tenant: Tenant;
let admin: Somebody;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
  const teams = await Promise.all(["North", "South"].map(async (name) => (await tenant.admin.createTeam({ name })).data.id));
  const [north = null, south = null] = teams;
  admin = {
    id: tenant.userId,
    email: tenant.email,
    token: tenant.token,
    as: tenant.admin,
    name: "ada",
    role: "ADMIN",
    team: null,
  };
  const join = async (name: string, role: Somebody["role"], team: string | null): Promise<Somebody> => ({
    ...(await addUser(app, tenant, role, { first_name: name, ...(team === null ? {} : { team_id: team }) })),
    ...{ name, role, team },
  });
  reference.users = [
    admin,
    await join("dora", "DIRECTOR", null),
    await join("mona", "MANAGER", north),
    await join("nils", "SALES_REP", north),
    await join("nora", "MARKETER", north),
    await join("rita", "SALES_REP", south),
    await join("sven", "SALES_REP", south),
  ];
});
afterAll(() => app.stop());

/** What was refused changes nothing; what was asked for wrongly is a mistake of this test. */
const tried = async <T>(call: Promise<T>): Promise<T | undefined> =>
  call.catch((error: unknown) => {
    if (error instanceof Refused && error.status > 400 && error.status < 500) return undefined;
    throw error;
  });

interface Row {
  id: string;
  owner_id?: string | null;
  assigned_to_id?: string | null;
  customer_owner_id?: string | null;
  team_id?: string | null;
  personal_key_id?: string | null;
}
const held = (kind: Kind, rows: readonly unknown[], live = true): Held[] =>
  (rows as Row[]).map(({ id, owner_id, assigned_to_id, customer_owner_id, team_id, personal_key_id = null }) => ({
    id,
    kind,
    owner: owner_id ?? assigned_to_id ?? null,
    users: customer_owner_id ? [customer_owner_id] : [],
    teams: kind === "ticket" && team_id ? [team_id] : [],
    person: personal_key_id,
    live,
  }));

/** What there is now. */
async function look(): Promise<void> {
  await app.settle();
  const { as } = admin;
  const [leads, gone, tickets, goneTickets, contacts, customers, opportunities, said] = await Promise.all([
    as.listLeads({ limit: 100 }),
    as.listLeads({ limit: 100, deleted: true }),
    as.listTickets({ limit: 100 }),
    as.listTickets({ limit: 100, deleted: true }),
    as.listContacts({ limit: 100 }),
    as.listCustomers({ limit: 100 }),
    as.listOpportunities({ limit: 100 }),
    as.listInteractions({ limit: 100 }),
  ]);
  reference.records = [
    ...held("lead", leads.data),
    ...held("lead", gone.data, false),
    ...held("ticket", tickets.data),
    ...held("ticket", goneTickets.data, false),
    ...held("contact", contacts.data),
    // Rows of customers and opportunities do not say whose they are.
    ...held("customer", await Promise.all(customers.data.map(async ({ id }) => (await as.getCustomer({ id: String(id) })).data))),
    ...held(
      "opportunity",
      await Promise.all(opportunities.data.map(async ({ id }) => (await as.getOpportunity({ id: String(id) })).data)),
    ),
  ];
  reference.said = said.data.map(({ id, personal_key_id, lead_id, customer_id, opportunity_id, ticket_id }) => ({
    id: String(id),
    person: personal_key_id ?? null,
    names: [lead_id, customer_id, opportunity_id, ticket_id].flatMap((each) => each ?? []),
  }));
}

const emails = new Map<string, string>();
let made = 0;

async function newLead(by: Somebody, email: string, first_name: string): Promise<void> {
  const owner = random() < 0.15 ? { owner_id: null } : {};
  const lead = await tried(by.as.createLead({ first_name, last_name: "Lund", email, ...owner }));
  if (!lead) return;
  const { id, personal_key_id: person } = lead.data;
  const isNew = !reference.makers.has(person);
  if (isNew) reference.makers.set(person, by.id);
  reference.made(by, { id, person }, isNew);
  emails.set(email, first_name);
}

async function newTicket(by: Somebody, email: string, name: string): Promise<void> {
  const asked = { subject: "Lund asks", description: "It hums", requester: { email, name } };
  const given = random() < 0.5 ? { assigned_to_id: someone().id } : {};
  const customer_id = random() < 0.5 ? oneOf(random, ofKind("customer"))?.id : undefined;
  const ticket = await tried(by.as.createTicket({ ...asked, ...given, customer_id, team_id: anyTeam() }));
  if (!ticket) return;
  const { id, personal_key_id: person } = ticket.data;
  if (person === null) throw new Error(`${id} has no requester`);
  const isNew = !reference.makers.has(person);
  if (isNew) reference.makers.set(person, by.id);
  reference.made(by, { id, person }, isNew);
  emails.set(email, name.split(" ")[0] ?? name);
}

const ofKind = (kind: Kind, live = true) => reference.records.filter((record) => record.kind === kind && record.live === live);
const leads = (live = true) => ofKind("lead", live);
const tickets = (live = true) => ofKind("ticket", live);
const anyTeam = (): string | null =>
  oneOf(
    random,
    reference.users.map(({ team }) => team),
  ) ?? null;
const someone = (): Somebody => oneOf(random, reference.users) as Somebody;

/** Random work, each step with whatever it needs of what there is. */
const steps: Record<string, () => Promise<void>> = {
  "a lead": () => newLead(someone(), `p${++made}@mail.example`, `Given${made}`),
  "a lead with a stranger's email": async () => {
    const [email, first] = oneOf(random, [...emails]) ?? [];
    if (email && first) await newLead(someone(), email, first);
  },
  "a ticket": () => newTicket(someone(), `p${++made}@mail.example`, `Given${made} Lund`),
  "a ticket with a stranger's email": async () => {
    const [email, first] = oneOf(random, [...emails]) ?? [];
    if (email && first) await newTicket(someone(), email, `${first} Lund`);
  },
  "a ticket is given away": async () => {
    const ticket = oneOf(random, tickets());
    const assigned_to_id = random() < 0.3 ? null : someone().id;
    if (ticket) await tried(admin.as.updateTicket({ id: ticket.id, assigned_to_id, team_id: anyTeam() }));
  },
  "a ticket goes": async () => {
    const ticket = oneOf(random, tickets());
    if (ticket) await tried(admin.as.deleteTicket({ id: ticket.id }));
  },
  "a ticket comes back": async () => {
    const ticket = oneOf(random, tickets(false));
    if (ticket) await tried(admin.as.restoreTicket({ id: ticket.id }));
  },
  "a person": async () => {
    const by = someone();
    const person = await by.as.createPerson({ first_name: `Bare${++made}`, last_name: "Lund" });
    reference.makers.set(person.data.id, by.id);
  },
  "a lead is given away": async () => {
    const lead = oneOf(random, leads());
    const owner_id = random() < 0.2 ? null : someone().id;
    if (lead) await tried(admin.as.updateLead({ id: lead.id, owner_id }));
  },
  "a lead goes": async () => {
    const lead = oneOf(random, leads());
    if (lead) await tried(admin.as.deleteLead({ id: lead.id }));
  },
  "a lead comes back": async () => {
    const lead = oneOf(random, leads(false));
    if (lead) await tried(admin.as.restoreLead({ id: lead.id }));
  },
  "somebody changes teams": async () => {
    const user = oneOf(
      random,
      reference.users.filter(({ role }) => role !== "ADMIN"),
    ) as Somebody;
    user.team = anyTeam();
    await admin.as.updateUser({ id: user.id, team_id: user.team });
  },
  "the setting": async () => {
    reference.setting = oneOf(random, ["own", "own", "team", "all"] as const) as Setting;
    await admin.as.updateTenant({ settings: { visibility: reference.setting } });
  },
  "two persons are one": async () => {
    const [one, other] = [oneOf(random, reference.persons), oneOf(random, reference.persons)];
    if (!one || !other || one === other) return;
    if (await tried(admin.as.mergePersons({ id: one, merged_id: other }))) reference.into.set(other, one);
  },
  "and are told apart": async () => {
    const [other, one] = oneOf(random, [...reference.into]) ?? [];
    if (one && other && (await tried(admin.as.unmergePersons({ id: one, merged_id: other })))) reference.into.delete(other);
  },
  "a word": async () => {
    const by = someone();
    const lead = oneOf(random, leads());
    const person = lead?.person ?? oneOf(random, reference.persons);
    const named = lead && random() < 0.7 ? { lead_id: lead.id } : {};
    if (person) await tried(by.as.createInteraction({ personal_key_id: person, interaction_type_id: "call", ...named }));
  },
  "a conversion": async () => {
    const lead = oneOf(random, leads());
    const done = lead && (await tried(admin.as.convertLead({ id: lead.id, override_reason: "Signed" })));
    if (!done || !lead) return;
    // Nothing that a lead becomes shows more than it does, whoever converts it.
    const { contact, customer, opportunity } = done.data;
    if (!reference.limited.has(lead.id)) return;
    for (const { id } of [contact, customer, opportunity])
      if (!reference.records.some((record) => record.id === id)) reference.limited.add(id);
  },
  "sight is granted": async () => {
    const record = oneOf(
      random,
      reference.records.filter(({ id }) => reference.limited.has(id)),
    );
    if (!record?.person) return;
    const by = someone();
    const granted = await tried(by.as.grantPersonSight({ id: record.person, record_id: record.id }));
    expect(granted !== undefined).toBe(record.live && reference.seesPerson(by, record.person));
    if (granted) reference.limited.delete(record.id);
  },
};

interface Listed {
  data: readonly unknown[];
  meta: { total: number };
}
const ids = (rows: readonly { id?: string | undefined }[]): string[] => rows.map(({ id }) => String(id)).sort();
const shown = ({ data, meta }: Listed) => ({ ids: ids(data as Row[]), total: meta.total });
const whole = (rows: readonly { id: string }[]) => ({ ids: ids(rows), total: rows.length });

/** What somebody learns, and what the reference says of it, by the way of asking. */
async function learnt(user: Somebody): Promise<[way: string, learnt: unknown, said: unknown][]> {
  const { as } = user;
  const all = { limit: 100 } as const;
  const records = (kind: Kind) =>
    reference.records.filter((record) => record.kind === kind && record.live && reference.seesRecord(user, record));
  const persons = reference.persons.filter((id) => reference.seesPerson(user, id)).map((id) => ({ id }));
  const said = reference.said.filter((each) => reference.seesSaid(user, each));
  const of = (person: string) => said.filter((each) => each.person !== null && reference.living(each.person) === person);
  const leadsOf = (person: string) =>
    records("lead").filter((lead) => lead.person !== null && reference.living(lead.person) === person);
  const pairs = (await admin.as.listDuplicates(all)).data.filter(
    ({ person_id, other_person_id }) =>
      reference.seesPerson(user, String(person_id)) && reference.seesPerson(user, String(other_person_id)),
  );
  const ways: [string, unknown, unknown][] = [
    ["persons", shown(await as.listPersons(all)), whole(persons)],
    ["persons found", shown(await as.listPersons({ ...all, search: "lund" })), whole(persons)],
    ["persons by name", shown(await as.listPersons({ ...all, sort: "last_name" } as never)), whole(persons)],
    ["leads", shown(await as.listLeads(all)), whole(records("lead"))],
    ["leads found", shown(await as.listLeads({ ...all, search: "lund" })), whole(records("lead"))],
    ["tickets", shown(await as.listTickets(all)), whole(records("ticket"))],
    ["tickets found", shown(await as.listTickets({ ...all, search: "lund" })), whole(records("ticket"))],
    ["contacts", shown(await as.listContacts(all)), whole(records("contact"))],
    ["customers", shown(await as.listCustomers(all)), whole(records("customer"))],
    ["opportunities", shown(await as.listOpportunities(all)), whole(records("opportunity"))],
    ["interactions", shown(await as.listInteractions(all)), whole(said)],
    ["duplicates", shown(await as.listDuplicates(all)), whole(pairs as { id: string }[])],
  ];
  if (user.role !== "SALES_REP")
    ways.push(["summary", (await as.getLeadConversionSummary({})).data.totals.leads, records("lead").length]);
  for (const id of reference.makers.keys()) {
    const person = reference.living(id);
    const read = await tried(as.getPerson({ id }));
    const sees = reference.seesPerson(user, person);
    ways.push([`person ${id}`, read?.data.id, sees ? person : undefined]);
    if (person !== id) continue;
    ways.push([`interactions of ${id}`, shown(await as.listInteractions({ ...all, person: id })), whole(of(id))]);
    const timeline = await tried(as.listPersonTimeline({ id, limit: 100, type: "interaction" }));
    ways.push([`timeline of ${id}`, timeline && shown(timeline as Listed), sees ? whole(of(id)) : undefined]);
    const view = (await tried(as.getPerson360({ id })))?.data;
    const about = view && { leads: view.leads_total, said: view.interactions.length };
    ways.push([`360 of ${id}`, about, sees ? { leads: leadsOf(id).length, said: Math.min(10, of(id).length) } : undefined]);
  }
  for (const { id } of leads()) {
    const named = said.filter(({ names }) => names.includes(id));
    ways.push([`interactions of ${id}`, shown(await as.listInteractions({ ...all, lead: id })), whole(named)]);
    const lead = reference.records.find((record) => record.id === id) as Held;
    const read = await tried(as.getLead({ id }));
    ways.push([`lead ${id}`, read?.data.id, reference.seesRecord(user, lead) ? id : undefined]);
  }
  for (const ticket of tickets()) {
    const read = await tried(as.getTicket({ id: ticket.id }));
    ways.push([`ticket ${ticket.id}`, read?.data.id, reference.seesRecord(user, ticket) ? ticket.id : undefined]);
  }
  if (isLong) ways.push(["file of persons", await fileOf(user, "exportPersons"), ids(persons)]);
  if (isLong) ways.push(["file of leads", await fileOf(user, "exportLeads"), ids(records("lead"))]);
  return ways;
}

async function fileOf({ as, token }: Somebody, name: "exportPersons" | "exportLeads"): Promise<string[]> {
  const { export_id: id } = (await as[name]({ format: "csv", columns: ["id"], labels: false })).data;
  await app.settle();
  const { body } = await raw(app, token, "GET", `/exports/${id}/file`);
  return body.split(/\r?\n/).slice(1).filter(Boolean).sort();
}

it(`R1 everybody learns what the reference says, after each of ${BURSTS} bursts`, async () => {
  const history: string[] = [];
  for (let burst = 0; burst < BURSTS; burst++) {
    for (let at = 0; at < STEPS; at++) {
      const first = made < 4 ? "a lead" : made < 7 ? "a ticket" : undefined;
      const name = first ?? (oneOf(random, Object.keys(steps)) as string);
      history.push(name);
      await steps[name]?.();
      await look();
    }
    for (const user of reference.users) {
      for (const [way, learntNow, said] of await learnt(user)) {
        const who = `${user.name} (${user.role}) under ${reference.setting}: ${way}`;
        expect({ who, learnt: learntNow, history }).toEqual({ who, learnt: said, history });
      }
    }
  }
});
