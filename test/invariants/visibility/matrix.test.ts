import { type ApiError, allowAnyInput, type Client, createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, inProcessTransport, newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";

/**
 * One tenant, two teams and a user of each role: what each of them sees under each setting. Reading, listing, counting, searching,
 * changing and deleting agree on it.
 *
 *   North: led by mona; members nils, nora and anna.      South: no leader; members mina, rita and sara.
 *   milo is rita's manager. uma and the API keys are in no team. dual is a user who is also a manager and has no manager.
 */
const people = {
  dora: { role: "DIRECTOR" },
  mona: { role: "MANAGER" },
  milo: { role: "MANAGER" },
  mina: { role: "MANAGER", team: "South" },
  nils: { role: "SALES_REP", team: "North" },
  nora: { role: "MARKETER", team: "North" },
  anna: { role: "ANALYST", team: "North" },
  rita: { role: "SALES_REP", team: "South", manager: "milo" },
  sara: { role: "SUPPORT_AGENT", team: "South" },
  uma: { role: "USER" },
  dual: { role: "USER", extra_roles: ["MANAGER"], team: "North" },
} as const satisfies Record<string, { role: string; team?: string; manager?: string; extra_roles?: readonly string[] }>;

type Owner = "nils" | "nora" | "rita" | "mina" | "uma" | "none";
const allOwners: readonly Owner[] = ["nils", "nora", "rita", "mina", "uma", "none"];

type Viewer = keyof typeof people | "ada" | "robotAdmin" | "robotManager" | "robotRep";
/** The owners whose leads each viewer sees with `own` and with `team`; with `all`, each viewer sees every lead. */
const visibleOwners: Record<Viewer, { own: readonly Owner[]; team: readonly Owner[] }> = {
  ada: { own: allOwners, team: allOwners },
  dora: { own: allOwners, team: allOwners },
  mona: { own: ["nils", "nora", "none"], team: ["nils", "nora", "none"] },
  milo: { own: ["rita", "none"], team: ["rita", "none"] },
  mina: { own: ["mina", "rita", "none"], team: ["mina", "rita", "none"] },
  dual: { own: ["nils", "nora", "none"], team: ["nils", "nora", "none"] },
  nils: { own: ["nils", "none"], team: ["nils", "nora", "none"] },
  nora: { own: ["nora", "none"], team: ["nils", "nora", "none"] },
  anna: { own: ["none"], team: ["nils", "nora", "none"] },
  rita: { own: ["rita", "none"], team: ["mina", "rita", "none"] },
  sara: { own: ["none"], team: ["mina", "rita", "none"] },
  uma: { own: ["uma", "none"], team: ["uma", "none"] },
  robotAdmin: { own: allOwners, team: allOwners },
  robotManager: { own: ["none"], team: ["none"] },
  robotRep: { own: ["none"], team: ["none"] },
};

let app: App;
let tenant: Tenant;
const clients = {} as Record<Viewer, Client>;
const ids = {} as Record<string, string>;
/** The ids of the leads, by owner. */
const leads = {} as Record<Owner, string>;
/** The ids of the projects and of a task of each, by owner. */
const projects = {} as Record<Owner, string>;
const tasks = {} as Record<Owner, string>;
/** Members of projects of other teams. */
const projectMembers: Partial<Record<Owner, Partial<Record<Owner, "MEMBER" | "VIEWER">>>> = {
  mina: { nils: "MEMBER", nora: "VIEWER" },
  uma: { nora: "VIEWER", rita: "VIEWER" },
};

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
  clients.ada = tenant.admin;
  const teams = {} as Record<string, string>;
  for (const name of ["North", "South"]) teams[name] = (await tenant.admin.createTeam({ name })).data.id;
  for (const [name, { role, ...more }] of Object.entries(people)) {
    const { team, manager, extra_roles } = more as { team?: string; manager?: string; extra_roles?: string[] };
    const user = await addUser(app, tenant, role, {
      ...(team ? { team_id: teams[team] } : {}),
      ...(manager ? { manager_id: ids[manager] } : {}),
      ...(extra_roles ? { extra_roles } : {}),
    });
    ids[name] = user.id;
    clients[name as Viewer] = user.client;
  }
  await tenant.admin.updateTeam({ id: teams.North as string, manager_id: ids.mona });
  for (const [name, role] of [
    ["robotAdmin", "ADMIN"],
    ["robotManager", "MANAGER"],
    ["robotRep", "SALES_REP"],
  ] as const) {
    clients[name] = createClient(inProcessTransport(app, (await tenant.admin.createApiKey({ name, role })).data.key));
  }
  for (const owner of allOwners) {
    const owner_id = owner === "none" ? null : ids[owner];
    leads[owner] = (await tenant.admin.createLead({ ...newLead({ company: "Quaggaworks" }), owner_id })).data.id;
    const members = Object.entries(projectMembers[owner] ?? {}).map(([name, role]) => ({ user_id: ids[name], role }));
    projects[owner] = (await allowAnyInput(tenant.admin).createProject({ title: "Quaggaworks", owner_id, members })).data.id;
    const task = { id: projects[owner], subject: "Fence the quaggas", assigned_to_id: tenant.userId };
    tasks[owner] = (await tenant.admin.createProjectTask(task)).data.id;
  }
  await app.settle();
});
afterAll(() => app.stop());

/** Whether the viewer has lead:write or lead:delete. Without it the answer is a 403 that reveals nothing about the lead. */
const mayWrite = (viewer: Viewer): boolean => !["anna", "sara"].includes(viewer);
const mayDelete = (viewer: Viewer): boolean => mayWrite(viewer) && !["nora", "uma"].includes(viewer);

async function readStatus(call: Promise<{ status: number }>): Promise<number> {
  return (await call.catch((error: ApiError) => error)).status;
}

const settings = ["own", "team", "all"] as const;
const cells = settings.flatMap((setting) => (Object.keys(visibleOwners) as Viewer[]).map((viewer) => [setting, viewer] as const));

describe("visibility of records", () => {
  it.each(cells)("with the setting %s for %s", async (setting, viewer) => {
    await tenant.admin.updateTenant({ settings: { visibility: setting } });
    const client = clients[viewer];
    const visible = setting === "all" ? allOwners : visibleOwners[viewer][setting];
    const expected = visible.map((owner) => leads[owner]).sort();

    for (const query of [{}, { search: "quagga" }, { status: "new" }, { sort: "lead_score" as const }]) {
      const { data, meta } = await client.listLeads({ limit: 100, ...query });
      expect([data.map(({ id }) => id).sort(), meta.total]).toEqual([expected, expected.length]);
    }
    for (const owner of allOwners) {
      const seen = visible.includes(owner);
      const id = leads[owner];
      const { data, meta } = await client.listLeads({ owner: owner === "none" ? "none" : (ids[owner] as string) });
      expect([data.map((lead) => lead.id), meta.total]).toEqual(seen ? [[id], 1] : [[], 0]);

      expect(await readStatus(client.getLead({ id }))).toBe(seen ? 200 : 404);
      const write = mayWrite(viewer) ? (seen ? 200 : 404) : 403;
      expect(await readStatus(client.updateLead({ id, description: `Seen by ${viewer}` }))).toBe(write);
      const drop = mayDelete(viewer) ? (seen ? 200 : 404) : 403;
      expect(await readStatus(client.deleteLead({ id }))).toBe(drop);
      expect(await readStatus(client.restoreLead({ id }))).toBe(drop);
      const { data: lead } = await tenant.admin.getLead({ id });
      expect(lead.description === `Seen by ${viewer}`).toBe(write === 200);
    }
    await app.settle();
  });
});

describe("visibility of projects and of their tasks", () => {
  it.each(cells)("with the setting %s for %s", async (setting, viewer) => {
    await tenant.admin.updateTenant({ settings: { visibility: setting } });
    const client = clients[viewer];
    const visible = setting === "all" ? allOwners : visibleOwners[viewer][setting];
    const sees = (owner: Owner): boolean =>
      [owner, ...(Object.keys(projectMembers[owner] ?? {}) as Owner[])].some((name) => visible.includes(name));
    const works = (owner: Owner): boolean =>
      visible.includes(owner) ||
      Object.entries(projectMembers[owner] ?? {}).some(([name, role]) => role === "MEMBER" && visible.includes(name as Owner));
    const seen = allOwners.filter(sees);
    for (const query of [{}, { search: "quagga" }, { sort: "space_order" as const }]) {
      const { data, meta } = await client.listProjects({ limit: 100, ...query });
      const expected = seen.map((owner) => projects[owner]).sort();
      expect([data.map(({ id }) => id).sort(), meta.total]).toEqual([expected, expected.length]);
    }
    for (const owner of allOwners) {
      const [id, task] = [projects[owner], tasks[owner]];
      const read = sees(owner) ? 200 : 404;
      expect(await readStatus(client.getProject({ id }))).toBe(read);
      expect(await readStatus(client.getActivity({ id: task }))).toBe(read);
      expect(await readStatus(client.getProjectTimeline({ id }))).toBe(read);
      const listed = await client.listProjectTasks({ id }).catch((error: ApiError) => error);
      expect("data" in listed ? listed.data.map((activity) => activity.id) : listed.status).toEqual(sees(owner) ? [task] : 404);
      const write = viewer === "anna" ? 403 : works(owner) ? 200 : sees(owner) ? 403 : 404;
      expect(await readStatus(client.updateProject({ id, description: viewer }))).toBe(write);
      expect(await readStatus(client.updateActivity({ id: task, outcome: viewer }))).toBe(write);
      const { data: activity } = await tenant.admin.getActivity({ id: task });
      expect(activity.outcome === viewer).toBe(write === 200);
    }
    await app.settle();
  });
});
