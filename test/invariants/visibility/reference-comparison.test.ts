import { ApiError } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { requestText } from "../../platform/import/support.ts";
import { addUser, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { createTestRandom } from "../../support/random.ts";
import { resolveTestSize } from "../../support/sample.ts";
import {
  pickRandom,
  type RecordKind,
  type ReferenceRecord,
  type ReferenceUser,
  VisibilityReference,
  type VisibilitySetting,
} from "./reference.ts";

/**
 * After bursts of random work, what each user learns through every read operation matches a slow reference model. CRM_BURSTS makes the
 * test longer and adds files.
 */
const BURSTS = resolveTestSize("CRM_BURSTS", 3, 10);
const STEPS = 10;
const isLong = BURSTS > 10;

const random = createTestRandom("visibility");
const reference = new VisibilityReference();
let app: App;
let tenant: Tenant;
let admin: ReferenceUser;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
  const teams = await Promise.all(["North", "South"].map(async (name) => (await tenant.admin.createTeam({ name })).data.id));
  const [north = null, south = null] = teams;
  admin = {
    id: tenant.userId,
    email: tenant.email,
    token: tenant.token,
    client: tenant.admin,
    name: "ada",
    role: "ADMIN",
    team: null,
  };
  const join = async (name: string, role: ReferenceUser["role"], team: string | null): Promise<ReferenceUser> => ({
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

/** Returns undefined for a rejected call, which changes nothing. An invalid request is a mistake of this test, so it throws. */
const tryCall = async <T>(call: Promise<T>): Promise<T | undefined> =>
  call.catch((error: unknown) => {
    if (error instanceof ApiError && error.status > 400 && error.status < 500) return undefined;
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
const toReferenceRecords = (kind: RecordKind, rows: readonly unknown[], live = true): ReferenceRecord[] =>
  (rows as Row[]).map(({ id, owner_id, assigned_to_id, customer_owner_id, team_id, personal_key_id = null }) => ({
    id,
    kind,
    owner: owner_id ?? assigned_to_id ?? null,
    users: customer_owner_id ? [customer_owner_id] : [],
    teams: kind === "ticket" && team_id ? [team_id] : [],
    person: personal_key_id,
    live,
  }));

/** Reads the current records into the reference model. */
async function readCurrentRecords(): Promise<void> {
  await app.settle();
  const { client: as } = admin;
  const [leads, deletedLeads, tickets, goneTickets, contacts, customers, opportunities, interactions] = await Promise.all([
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
    ...toReferenceRecords("lead", leads.data),
    ...toReferenceRecords("lead", deletedLeads.data, false),
    ...toReferenceRecords("ticket", tickets.data),
    ...toReferenceRecords("ticket", goneTickets.data, false),
    ...toReferenceRecords("contact", contacts.data),
    // List rows of customers and opportunities have no owner.
    ...toReferenceRecords(
      "customer",
      await Promise.all(customers.data.map(async ({ id }) => (await as.getCustomer({ id: String(id) })).data)),
    ),
    ...toReferenceRecords(
      "opportunity",
      await Promise.all(opportunities.data.map(async ({ id }) => (await as.getOpportunity({ id: String(id) })).data)),
    ),
  ];
  reference.interactions = interactions.data.map(({ id, personal_key_id, lead_id, customer_id, opportunity_id, ticket_id }) => ({
    id: String(id),
    person: personal_key_id ?? null,
    names: [lead_id, customer_id, opportunity_id, ticket_id].flatMap((referenceId) => referenceId ?? []),
  }));
}

const emails = new Map<string, string>();
let recordCount = 0;

async function createLead(actor: ReferenceUser, email: string, first_name: string): Promise<void> {
  const owner = random() < 0.15 ? { owner_id: null } : {};
  const lead = await tryCall(actor.client.createLead({ first_name, last_name: "Lund", email, ...owner }));
  if (!lead) return;
  const { id, personal_key_id: person } = lead.data;
  const isNew = !reference.creators.has(person);
  if (isNew) reference.creators.set(person, actor.id);
  reference.noteCreation(actor, { id, person }, isNew);
  emails.set(email, first_name);
}

async function createTicket(actor: ReferenceUser, email: string, name: string): Promise<void> {
  const ticketInput = { subject: "Lund asks", description: "It hums", requester: { email, name } };
  const assignment = random() < 0.5 ? { assigned_to_id: pickUser().id } : {};
  const customer_id = random() < 0.5 ? pickRandom(random, recordsByKind("customer"))?.id : undefined;
  const ticket = await tryCall(actor.client.createTicket({ ...ticketInput, ...assignment, customer_id, team_id: pickTeam() }));
  if (!ticket) return;
  const { id, personal_key_id: person } = ticket.data;
  if (person === null) throw new Error(`${id} has no requester`);
  const isNew = !reference.creators.has(person);
  if (isNew) reference.creators.set(person, actor.id);
  reference.noteCreation(actor, { id, person }, isNew);
  emails.set(email, name.split(" ")[0] ?? name);
}

const recordsByKind = (kind: RecordKind, live = true) =>
  reference.records.filter((record) => record.kind === kind && record.live === live);
const leadRecords = (live = true) => recordsByKind("lead", live);
const ticketRecords = (live = true) => recordsByKind("ticket", live);
const pickTeam = (): string | null =>
  pickRandom(
    random,
    reference.users.map(({ team }) => team),
  ) ?? null;
const pickUser = (): ReferenceUser => pickRandom(random, reference.users) as ReferenceUser;

/** Random work; each step picks the existing records that it needs. */
const steps: Record<string, () => Promise<void>> = {
  "a lead": () => createLead(pickUser(), `p${++recordCount}@mail.example`, `Given${recordCount}`),
  "a lead with a stranger's email": async () => {
    const [email, first] = pickRandom(random, [...emails]) ?? [];
    if (email && first) await createLead(pickUser(), email, first);
  },
  "a ticket": () => createTicket(pickUser(), `p${++recordCount}@mail.example`, `Given${recordCount} Lund`),
  "a ticket with a stranger's email": async () => {
    const [email, first] = pickRandom(random, [...emails]) ?? [];
    if (email && first) await createTicket(pickUser(), email, `${first} Lund`);
  },
  "a ticket is given away": async () => {
    const ticket = pickRandom(random, ticketRecords());
    const assigned_to_id = random() < 0.3 ? null : pickUser().id;
    if (ticket) await tryCall(admin.client.updateTicket({ id: ticket.id, assigned_to_id, team_id: pickTeam() }));
  },
  "a ticket goes": async () => {
    const ticket = pickRandom(random, ticketRecords());
    if (ticket) await tryCall(admin.client.deleteTicket({ id: ticket.id }));
  },
  "a ticket comes back": async () => {
    const ticket = pickRandom(random, ticketRecords(false));
    if (ticket) await tryCall(admin.client.restoreTicket({ id: ticket.id }));
  },
  "a person": async () => {
    const actor = pickUser();
    const person = await actor.client.createPerson({ first_name: `Bare${++recordCount}`, last_name: "Lund" });
    reference.creators.set(person.data.id, actor.id);
  },
  "a lead is given away": async () => {
    const lead = pickRandom(random, leadRecords());
    const owner_id = random() < 0.2 ? null : pickUser().id;
    if (lead) await tryCall(admin.client.updateLead({ id: lead.id, owner_id }));
  },
  "a lead goes": async () => {
    const lead = pickRandom(random, leadRecords());
    if (lead) await tryCall(admin.client.deleteLead({ id: lead.id }));
  },
  "a lead comes back": async () => {
    const lead = pickRandom(random, leadRecords(false));
    if (lead) await tryCall(admin.client.restoreLead({ id: lead.id }));
  },
  "a user changes teams": async () => {
    const user = pickRandom(
      random,
      reference.users.filter(({ role }) => role !== "ADMIN"),
    ) as ReferenceUser;
    user.team = pickTeam();
    await admin.client.updateUser({ id: user.id, team_id: user.team });
  },
  "the setting": async () => {
    reference.setting = pickRandom(random, ["own", "own", "team", "all"] as const) as VisibilitySetting;
    await admin.client.updateTenant({ settings: { visibility: reference.setting } });
  },
  "two persons are one": async () => {
    const [survivorId, mergedId] = [pickRandom(random, reference.persons), pickRandom(random, reference.persons)];
    if (!survivorId || !mergedId || survivorId === mergedId) return;
    if (await tryCall(admin.client.mergePersons({ id: survivorId, merged_id: mergedId })))
      reference.mergedInto.set(mergedId, survivorId);
  },
  "and are told apart": async () => {
    const [mergedId, survivorId] = pickRandom(random, [...reference.mergedInto]) ?? [];
    if (survivorId && mergedId && (await tryCall(admin.client.unmergePersons({ id: survivorId, merged_id: mergedId }))))
      reference.mergedInto.delete(mergedId);
  },
  "a word": async () => {
    const actor = pickUser();
    const lead = pickRandom(random, leadRecords());
    const person = lead?.person ?? pickRandom(random, reference.persons);
    const leadReference = lead && random() < 0.7 ? { lead_id: lead.id } : {};
    if (person)
      await tryCall(actor.client.createInteraction({ personal_key_id: person, interaction_type_id: "call", ...leadReference }));
  },
  "a conversion": async () => {
    const lead = pickRandom(random, leadRecords());
    const done = lead && (await tryCall(admin.client.convertLead({ id: lead.id, override_reason: "Signed" })));
    if (!done || !lead) return;
    // The records created by a conversion reveal no more of the person than the lead, for each user who converts it.
    const { contact, customer, opportunity } = done.data;
    if (!reference.limitedRecords.has(lead.id)) return;
    for (const { id } of [contact, customer, opportunity])
      if (!reference.records.some((record) => record.id === id)) reference.limitedRecords.add(id);
  },
  "sight is granted": async () => {
    const record = pickRandom(
      random,
      reference.records.filter(({ id }) => reference.limitedRecords.has(id)),
    );
    if (!record?.person) return;
    const actor = pickUser();
    const granted = await tryCall(actor.client.grantPersonSight({ id: record.person, record_id: record.id }));
    expect(granted !== undefined).toBe(record.live && reference.seesPerson(actor, record.person));
    if (granted) reference.limitedRecords.delete(record.id);
  },
};

interface ListAnswer {
  data: readonly unknown[];
  meta: { total: number };
}
const sortedIds = (rows: readonly { id?: string | undefined }[]): string[] => rows.map(({ id }) => String(id)).sort();
const summarizeAnswer = ({ data, meta }: ListAnswer) => ({ ids: sortedIds(data as Row[]), total: meta.total });
const summarizeRows = (rows: readonly { id: string }[]) => ({ ids: sortedIds(rows), total: rows.length });

/** What a user learns through each read operation, with what the reference model expects. */
async function collectObservations(user: ReferenceUser): Promise<[way: string, learnt: unknown, said: unknown][]> {
  const { client: as } = user;
  const all = { limit: 100 } as const;
  const records = (kind: RecordKind) =>
    reference.records.filter((record) => record.kind === kind && record.live && reference.seesRecord(user, record));
  const persons = reference.persons.filter((id) => reference.seesPerson(user, id)).map((id) => ({ id }));
  const interactions = reference.interactions.filter((interaction) => reference.seesInteraction(user, interaction));
  const listPersonInteractions = (person: string) =>
    interactions.filter((interaction) => interaction.person !== null && reference.resolvePerson(interaction.person) === person);
  const listPersonLeads = (person: string) =>
    records("lead").filter((lead) => lead.person !== null && reference.resolvePerson(lead.person) === person);
  const pairs = (await admin.client.listDuplicates(all)).data.filter(
    ({ person_id, other_person_id }) =>
      reference.seesPerson(user, String(person_id)) && reference.seesPerson(user, String(other_person_id)),
  );
  const observations: [string, unknown, unknown][] = [
    ["persons", summarizeAnswer(await as.listPersons(all)), summarizeRows(persons)],
    ["persons found", summarizeAnswer(await as.listPersons({ ...all, search: "lund" })), summarizeRows(persons)],
    ["persons by name", summarizeAnswer(await as.listPersons({ ...all, sort: "last_name" })), summarizeRows(persons)],
    ["leads", summarizeAnswer(await as.listLeads(all)), summarizeRows(records("lead"))],
    ["leads found", summarizeAnswer(await as.listLeads({ ...all, search: "lund" })), summarizeRows(records("lead"))],
    ["tickets", summarizeAnswer(await as.listTickets(all)), summarizeRows(records("ticket"))],
    ["tickets found", summarizeAnswer(await as.listTickets({ ...all, search: "lund" })), summarizeRows(records("ticket"))],
    ["contacts", summarizeAnswer(await as.listContacts(all)), summarizeRows(records("contact"))],
    ["customers", summarizeAnswer(await as.listCustomers(all)), summarizeRows(records("customer"))],
    ["opportunities", summarizeAnswer(await as.listOpportunities(all)), summarizeRows(records("opportunity"))],
    ["interactions", summarizeAnswer(await as.listInteractions(all)), summarizeRows(interactions)],
    ["duplicates", summarizeAnswer(await as.listDuplicates(all)), summarizeRows(pairs as { id: string }[])],
  ];
  if (user.role !== "SALES_REP")
    observations.push(["summary", (await as.getLeadConversionSummary({})).data.totals.leads, records("lead").length]);
  for (const id of reference.creators.keys()) {
    const person = reference.resolvePerson(id);
    const read = await tryCall(as.getPerson({ id }));
    const isVisible = reference.seesPerson(user, person);
    observations.push([`person ${id}`, read?.data.id, isVisible ? person : undefined]);
    if (person !== id) continue;
    observations.push([
      `interactions of ${id}`,
      summarizeAnswer(await as.listInteractions({ ...all, person: id })),
      summarizeRows(listPersonInteractions(id)),
    ]);
    const timeline = await tryCall(as.listPersonTimeline({ id, limit: 100, type: "interaction" }));
    observations.push([
      `timeline of ${id}`,
      timeline && summarizeAnswer(timeline as ListAnswer),
      isVisible ? summarizeRows(listPersonInteractions(id)) : undefined,
    ]);
    const view = (await tryCall(as.getPerson360({ id })))?.data;
    const counts = view && { leads: view.leads_total, said: view.interactions.length };
    observations.push([
      `360 of ${id}`,
      counts,
      isVisible ? { leads: listPersonLeads(id).length, said: Math.min(10, listPersonInteractions(id).length) } : undefined,
    ]);
  }
  for (const { id } of leadRecords()) {
    const leadInteractions = interactions.filter(({ names }) => names.includes(id));
    observations.push([
      `interactions of ${id}`,
      summarizeAnswer(await as.listInteractions({ ...all, lead: id })),
      summarizeRows(leadInteractions),
    ]);
    const lead = reference.records.find((record) => record.id === id) as ReferenceRecord;
    const read = await tryCall(as.getLead({ id }));
    observations.push([`lead ${id}`, read?.data.id, reference.seesRecord(user, lead) ? id : undefined]);
  }
  for (const ticket of ticketRecords()) {
    const read = await tryCall(as.getTicket({ id: ticket.id }));
    observations.push([`ticket ${ticket.id}`, read?.data.id, reference.seesRecord(user, ticket) ? ticket.id : undefined]);
  }
  if (isLong) observations.push(["file of persons", await exportIds(user, "exportPersons"), sortedIds(persons)]);
  if (isLong) observations.push(["file of leads", await exportIds(user, "exportLeads"), sortedIds(records("lead"))]);
  return observations;
}

async function exportIds({ client: as, token }: ReferenceUser, name: "exportPersons" | "exportLeads"): Promise<string[]> {
  const { export_id: id } = (await as[name]({ format: "csv", columns: ["id"], labels: false })).data;
  await app.settle();
  const { body } = await requestText(app, token, "GET", `/exports/${id}/file`);
  return body.split(/\r?\n/).slice(1).filter(Boolean).sort();
}

it(`R1 each user sees what the reference model says, after each of ${BURSTS} bursts`, async () => {
  const history: string[] = [];
  for (let burst = 0; burst < BURSTS; burst++) {
    for (let index = 0; index < STEPS; index++) {
      const first = recordCount < 4 ? "a lead" : recordCount < 7 ? "a ticket" : undefined;
      const name = first ?? (pickRandom(random, Object.keys(steps)) as string);
      history.push(name);
      await steps[name]?.();
      await readCurrentRecords();
    }
    for (const user of reference.users) {
      for (const [label, learntNow, expected] of await collectObservations(user)) {
        const description = `${user.name} (${user.role}) under ${reference.setting}: ${label}`;
        expect({ who: description, learnt: learntNow, history }).toEqual({ who: description, learnt: expected, history });
      }
    }
  }
});
