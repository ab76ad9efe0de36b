import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { recount } from "@crm/core/storage/stream/recount.ts";
import { tableName } from "@crm/core/storage/table/database.ts";
import { personVisibilityKey } from "@crm/core/storage/table/key.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { authenticationHeaders, receiveMail } from "../../service/ticket/support-mail.ts";
import { addUser, newLead, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";

/**
 * The requester of a ticket is visible to the users who can see the ticket.
 *
 *   North: led by mona; member tom.      lea and sam are in no team.      sue owns the customer.
 */
let app: App;
let tenant: Tenant;
let north: string;
let customer_id: string;
const users = {} as Record<"lea" | "tom" | "mona" | "sue" | "sam", TestUser>;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { visibility: "own" });
  north = (await tenant.admin.createTeam({ name: "North" })).data.id;
  users.lea = await addUser(app, tenant, "SUPPORT_AGENT");
  users.tom = await addUser(app, tenant, "SUPPORT_AGENT", { team_id: north });
  users.mona = await addUser(app, tenant, "MANAGER");
  users.sue = await addUser(app, tenant, "SALES_REP");
  users.sam = await addUser(app, tenant, "SUPPORT_AGENT");
  // Tickets that a test leaves unassigned are not routed to them.
  for (const { id } of [users.lea, users.tom, users.sam])
    await tenant.admin.replaceUserAvailability({ id, absences: [{ from: "2026-01-01T00:00:00Z" }] });
  await tenant.admin.updateTeam({ id: north, manager_id: users.mona.id });
  customer_id = (await tenant.admin.createCustomer({ name: "Nordlys", owner_id: users.sue.id })).data.id;
});
afterAll(() => app.stop());

let requesterCount = 0;
const newRequester = () => ({ email: `requester${++requesterCount}@mail.example`, name: `Asker${requesterCount} Lund` });

async function createTicket(more: object = {}) {
  const ticketInput = { subject: "It hums", description: "Loudly", assigned_to_id: null, requester: newRequester(), ...more };
  const { data: ticket } = await tenant.admin.createTicket(ticketInput);
  return { ticket, person: ticket.personal_key_id as string };
}

const canReadPerson = ({ client: as }: TestUser, id: string): Promise<boolean> =>
  as.getPerson({ id }).then(
    () => true,
    () => false,
  );

/** The users who can read a person at once. Lists, searches and totals must agree after the stream is processed. */
async function listReaders(person: string): Promise<string[]> {
  const read: string[] = [];
  for (const [name, user] of Object.entries(users)) if (await canReadPerson(user, person)) read.push(name);
  const { first_name } = (await tenant.admin.getPerson({ id: person })).data;
  await app.settle();
  for (const [name, { client: as }] of Object.entries(users)) {
    const isRead = read.includes(name);
    const { data, meta } = await as.listPersons({ limit: 100 });
    const ids = data.map(({ id }) => id);
    expect([name, ids.includes(person), ids.length]).toEqual([name, isRead, new Set(ids).size]);
    expect([name, meta.total]).toEqual([name, ids.length]);
    const personIds = (await as.listPersons({ search: first_name ?? "" })).data.map(({ id }) => id);
    expect([name, "found", personIds.includes(person)]).toEqual([name, "found", isRead]);
  }
  return read;
}

describe("the requester", () => {
  it("is visible with the ticket: to its assignee, its team, the team's leader and the customer's owner", async () => {
    const { ticket, person } = await createTicket({ customer_id, team_id: north, assigned_to_id: users.lea.id });
    expect(ticket.person_sight).toBeNull();
    expect(await listReaders(person)).toEqual(["lea", "tom", "mona", "sue"]);
    await tenant.admin.updateTicket({ id: ticket.id, assigned_to_id: users.sam.id, team_id: null });
    expect(await listReaders(person)).toEqual(["sue", "sam"]);
    await tenant.admin.updateTicket({ id: ticket.id, assigned_to_id: null, team_id: north });
    expect(await listReaders(person)).toEqual(["tom", "mona", "sue"]);
    await tenant.admin.deleteTicket({ id: ticket.id });
    // A person without records is visible only to their creator.
    expect(await listReaders(person)).toEqual([]);
    await tenant.admin.restoreTicket({ id: ticket.id });
    expect(await listReaders(person)).toEqual(["tom", "mona", "sue"]);
    await tenant.admin.updateCustomer({ id: customer_id, owner_id: users.sam.id });
    await app.settle();
    expect(await listReaders(person)).toEqual(["tom", "mona", "sam"]);
    await tenant.admin.updateCustomer({ id: customer_id, owner_id: users.sue.id });
    await app.settle();
  });

  it("of an unassigned ticket is visible to all users, like the ticket", async () => {
    const { ticket, person } = await createTicket({ customer_id });
    expect(await listReaders(person)).toEqual(Object.keys(users));
    for (const { client: as } of Object.values(users)) expect((await as.getTicket({ id: ticket.id })).data.id).toBe(ticket.id);
  });

  it("is counted for two tickets until both are deleted", async () => {
    const { ticket, person } = await createTicket({ assigned_to_id: users.lea.id });
    const again = (await createTicket({ personal_key_id: person, requester: undefined, team_id: north })).ticket;
    expect(await listReaders(person)).toEqual(["lea", "tom", "mona"]);
    await tenant.admin.deleteTicket({ id: ticket.id });
    expect(await listReaders(person)).toEqual(["tom", "mona"]);
    await tenant.admin.deleteTicket({ id: again.id });
    expect(await listReaders(person)).toEqual([]);
  });

  it("typed by a user who cannot see them stays hidden, until a user who can grants sight to the ticket", async () => {
    const { email } = newRequester();
    const { personal_key_id: person } = (await users.sue.client.createLead(newLead({ email }))).data;
    const ticketInput = { subject: "Mine", description: "Show me", assigned_to_id: users.lea.id, requester: { email } };
    const { data: ticket } = await users.lea.client.createTicket(ticketInput);
    expect(ticket).toMatchObject({ personal_key_id: person, person_sight: "LIMITED" });
    expect(await listReaders(person)).toEqual(["sue"]);
    const { data: comment } = await users.lea.client.addTicketComment({ id: ticket.id, body: "Another matter" });
    const part = await users.lea.client.splitTicket({ id: ticket.id, subject: "Another", comment_ids: [comment.id] });
    expect(part.data.person_sight).toBe("LIMITED");
    expect(await listReaders(person)).toEqual(["sue"]);
    await users.sue.client.grantPersonSight({ id: person, record_id: ticket.id });
    expect(await listReaders(person)).toEqual(["lea", "sue"]);
    await users.sue.client.withdrawPersonSight({ id: person, record_id: ticket.id });
    expect(await listReaders(person)).toEqual(["sue"]);
  });

  it("is identified by a mail only if its sender is authenticated, because a From header can be forged", async () => {
    const { email } = newRequester();
    await users.sue.client.createLead(newLead({ email }));
    const readSight = async (headers: Record<string, string>) => {
      const { ticket_id } = await receiveMail(app, tenant, { from: email, headers });
      return (await tenant.admin.getTicket({ id: ticket_id as string })).data.person_sight;
    };
    expect([
      await readSight({}),
      await readSight(authenticationHeaders("fail")),
      await readSight(authenticationHeaders("pass")),
    ]).toEqual(["LIMITED", "LIMITED", null]);
  });

  it("has the same readers after their visibility is rebuilt", async () => {
    const { person } = await createTicket({ customer_id, team_id: north, assigned_to_id: users.lea.id });
    const before = await listReaders(person);
    await runIn(systemContext(app.ports, tenant.id, "test"), async () => {
      const update = { TableName: tableName(), Key: personVisibilityKey(tenant.id, person), UpdateExpression: "REMOVE whole" };
      await transaction().add({ Update: update }).commit(undefined);
    });
    expect([before, await listReaders(person)]).toEqual([["lea", "tom", "mona", "sue"], before]);
    await tenant.admin.updatePerson({ id: person, job_title: "Broker" });
    expect(await listReaders(person)).toEqual(before);
  });

  it("has counters that match the records", async () => {
    const { differences } = await runIn(systemContext(app.ports, tenant.id, "test"), () => recount());
    expect(differences).toEqual([]);
  });
});
