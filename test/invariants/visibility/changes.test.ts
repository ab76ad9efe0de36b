import { type ApiError, createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { addUser, inProcessTransport, newLead, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
let rep: TestUser;
let leadId: string;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
beforeEach(async () => {
  rep = await addUser(app, tenant, "SALES_REP");
  leadId = (await rep.client.createLead(newLead())).data.id;
});
afterAll(() => app.stop());

/** Whether the user sees the sales rep's lead, both by id and in a list. */
async function canSeeLead(user: TestUser): Promise<boolean> {
  const read = await user.client.getLead({ id: leadId }).then(
    () => true,
    () => false,
  );
  const { data } = await user.client.listLeads({ limit: 100, owner: rep.id });
  expect(data.some(({ id }) => id === leadId)).toBe(read);
  return read;
}

const updateUser = (user: TestUser, change: Record<string, unknown>) => tenant.admin.updateUser({ id: user.id, ...change });

describe("immediate changes of visibility", () => {
  it("follow the user's role", async () => {
    const user = await addUser(app, tenant, "USER");
    expect(await canSeeLead(user)).toBe(false);
    await updateUser(user, { role: "DIRECTOR" });
    expect(await canSeeLead(user)).toBe(true);
    await updateUser(user, { role: "USER" });
    expect(await canSeeLead(user)).toBe(false);
    await updateUser(user, { extra_roles: ["ADMIN"] });
    expect(await canSeeLead(user)).toBe(true);
  });

  it("follow the tenant's setting", async () => {
    const user = await addUser(app, tenant, "USER");
    await tenant.admin.updateTenant({ settings: { visibility: "all" } });
    expect(await canSeeLead(user)).toBe(true);
    await tenant.admin.updateTenant({ settings: { visibility: null } });
    expect(await canSeeLead(user)).toBe(false);
  });

  it("follow the team with its members and manager, and its deletion", async () => {
    const [manager, leader] = [await addUser(app, tenant, "MANAGER"), await addUser(app, tenant, "MANAGER")];
    const { data: team } = await tenant.admin.createTeam({ name: "Any" });
    await updateUser(rep, { team_id: team.id });
    expect([await canSeeLead(manager), await canSeeLead(leader)]).toEqual([false, false]);
    await updateUser(manager, { team_id: team.id });
    await tenant.admin.updateTeam({ id: team.id, manager_id: leader.id });
    expect([await canSeeLead(manager), await canSeeLead(leader)]).toEqual([true, true]);
    await tenant.admin.deleteTeam({ id: team.id });
    expect([await canSeeLead(manager), await canSeeLead(leader)]).toEqual([false, false]);
    await tenant.admin.restoreTeam({ id: team.id });
    expect([await canSeeLead(manager), await canSeeLead(leader)]).toEqual([true, true]);
    await tenant.admin.updateTeam({ id: team.id, manager_id: null });
    await updateUser(rep, { team_id: null });
    expect([await canSeeLead(manager), await canSeeLead(leader)]).toEqual([false, false]);
  });

  it("follow direct reports, one level down", async () => {
    const [top, middle] = [await addUser(app, tenant, "MANAGER"), await addUser(app, tenant, "MANAGER")];
    await updateUser(middle, { manager_id: top.id });
    await updateUser(rep, { manager_id: middle.id });
    expect([await canSeeLead(middle), await canSeeLead(top)]).toEqual([true, false]);
    await updateUser(rep, { manager_id: top.id });
    expect([await canSeeLead(middle), await canSeeLead(top)]).toEqual([false, true]);
  });

  it("follow the owner of the record, also in searches", async () => {
    const [before, after] = [await addUser(app, tenant, "USER"), await addUser(app, tenant, "USER")];
    const { data: lead } = await tenant.admin.createLead({ ...newLead({ company: "Wanderlust" }), owner_id: before.id });
    await app.settle();
    const findLeadIds = async ({ client: as }: TestUser) =>
      (await as.listLeads({ search: "wanderlust" })).data.map(({ id }) => id);
    expect([await findLeadIds(before), await findLeadIds(after)]).toEqual([[lead.id], []]);
    await tenant.admin.updateLead({ id: lead.id, owner_id: after.id });
    expect(await findLeadIds(before)).toEqual([]);
    await app.settle();
    expect([await findLeadIds(before), await findLeadIds(after)]).toEqual([[], [lead.id]]);
    expect((await before.client.listLeads({ search: "wanderlust" })).meta.total).toBe(0);
    await tenant.admin.updateLead({ id: lead.id, owner_id: null });
    await app.settle();
    expect([await findLeadIds(before), await findLeadIds(after)]).toEqual([[lead.id], [lead.id]]);
  });
});

describe("deleted records", () => {
  it("are listed and restored by users who could see them", async () => {
    const otherRep = await addUser(app, tenant, "SALES_REP");
    await rep.client.deleteLead({ id: leadId });
    await app.settle();
    const deleted = async ({ client: as }: TestUser) =>
      (await as.listLeads({ deleted: true, limit: 100 })).data.map(({ id }) => id);
    expect(await deleted(rep)).toEqual([leadId]);
    expect(await deleted(otherRep)).not.toContain(leadId);
    await expect(otherRep.client.restoreLead({ id: leadId })).rejects.toMatchObject({ status: 404 });
    await expect(rep.client.restoreLead({ id: leadId })).resolves.toMatchObject({ status: 200 });
  });
});

describe("a record hidden from the caller", () => {
  const readErrorText = (call: Promise<unknown>): Promise<string> =>
    call.then(
      () => expect.fail("Went through"),
      ({ status, code, message, details }: ApiError) => JSON.stringify({ status, code, message, details }),
    );

  it("gets the same responses as a foreign, deleted or unknown record in each operation", async () => {
    const otherRep = await addUser(app, tenant, "SALES_REP");
    const stranger = await signUp(app);
    const { data: foreign } = await stranger.admin.createLead(newLead());
    const { data: deleted } = await otherRep.client.createLead(newLead());
    await otherRep.client.deleteLead({ id: deleted.id });
    const absent = `${leadId.slice(0, -1)}${leadId.endsWith("0") ? "1" : "0"}`;
    const asks: ((id: string) => Promise<unknown>)[] = [
      (id) => otherRep.client.getLead({ id }),
      (id) => otherRep.client.updateLead({ id, company: "x" }),
      (id) => otherRep.client.updateLead({ id, company: "x" }, { ifMatch: '"9"' }),
      (id) => otherRep.client.replaceLead({ id, first_name: "A", last_name: "B" }),
      (id) => otherRep.client.setLeadStatus({ id, lead_status_id: "new" }),
      (id) => otherRep.client.deleteLead({ id }),
      (id) => otherRep.client.listLeadActivities({ id }),
      (id) => otherRep.client.logLeadActivity({ id, subject: "x", activity_type_id: "call" }),
    ];
    for (const ask of asks) {
      const answers = await Promise.all(
        [leadId, foreign.id, deleted.id, absent, "led_x", "x"].map((id) => readErrorText(ask(id))),
      );
      expect(new Set(answers).size).toBe(1);
      expect(JSON.parse(answers[0] as string)).toMatchObject({ status: 404, code: "NOT_FOUND" });
    }
  });

  it("cannot be reassigned by a manager in a bulk request", async () => {
    const manager = await addUser(app, tenant, "MANAGER");
    const { data: ownLead } = await manager.client.createLead(newLead());
    const { data } = await manager.client.assignLeads({ lead_ids: [ownLead.id, leadId], owner_id: manager.id });
    expect(data.results.map(({ success, error }) => [success, error?.code])).toEqual([
      [true, undefined],
      [false, "NOT_FOUND"],
    ]);
    expect((await tenant.admin.getLead({ id: leadId })).data.owner_id).toBe(rep.id);
  });

  it("hides its activities from callers who know their ids", async () => {
    const { data: activity } = await rep.client.logLeadActivity({ id: leadId, subject: "Call", activity_type_id: "call" });
    const otherRep = await addUser(app, tenant, "SALES_REP");
    await expect(otherRep.client.getActivity({ id: activity.id })).rejects.toMatchObject({ status: 404 });
    await expect(rep.client.getActivity({ id: activity.id })).resolves.toMatchObject({ status: 200 });
    const anonymousClient = createClient(inProcessTransport(app));
    await expect(anonymousClient.getActivity({ id: activity.id })).rejects.toMatchObject({ status: 401 });
  });
});
