import { startServer } from "@crm/local/server/http-server.ts";
import { addUser, PASSWORD, signUp, startTestApp } from "../support/app.ts";
import { PermissionMonitor } from "./permission-monitor.ts";
import { listResources, synthesize } from "./synthesis.ts";

/**
 * Runs in a copy of the project with the boat domain: checks what a client sees of boats over HTTP, and compares the permissions of its
 * functions with the calls that they make.
 */
const { resources } = await synthesize();
const watch = new PermissionMonitor(resources);
const app = watch.monitorApp(await startTestApp({ time: Date.now }));
const server = await startServer(app, 0);

async function sendRequest(method: string, path: string, token: string | undefined, body?: object) {
  const isForm = body instanceof FormData;
  const answer = await fetch(`${server.url}${path}`, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(isForm || !body ? {} : { "content-type": "application/json" }),
    },
    ...(body ? { body: isForm ? body : JSON.stringify(body) } : {}),
  });
  const payload = (await answer.json()) as { data?: unknown; meta?: { total?: number } };
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(payload)}`);
  return { data: payload.data as Record<string, unknown>, rows: payload.data as Record<string, unknown>[], meta: payload.meta };
}

const API = "/api/v1";
const tenant = await signUp(app);
const skipper = await addUser(app, tenant, "USER");
/** A user who sees records without an owner, but not those of the skipper. */
const otherUser = await addUser(app, tenant, "USER");
const settle = () => sendRequest("POST", "/_local/settle", undefined);
const timeInHours = (hours: number) => new Date(Date.now() + hours * 60 * 60_000).toISOString();

try {
  const { data: boat } = await sendRequest("POST", `${API}/boats`, tenant.token, { name: "Argo", skipper_id: skipper.id });
  const path = `${API}/boats/${boat.id}`;
  const { data: changedBoat } = await sendRequest("PATCH", path, tenant.token, { licensed_until: timeInHours(1) });
  const form = new FormData();
  const csv = `name,licensed_until\nBeagle,${timeInHours(24 * 365)}\nCutty Sark,${timeInHours(24 * 365)}\n`;
  form.append("file", new Blob([csv], { type: "text/csv" }), "boats.csv");
  const { data: started } = await sendRequest("POST", `${API}/boats/import`, tenant.token, form);
  await settle();
  const { data: imported } = await sendRequest("GET", `${API}/imports/${started.import_id}`, tenant.token);
  const { rows: licensed, meta } = await sendRequest("GET", `${API}/boats?status=licensed`, tenant.token);
  const { rows: seen } = await sendRequest("GET", `${API}/boats`, otherUser.token);

  await sendRequest("POST", "/_local/clock", undefined, { advance: "PT2H" });
  await settle();
  // The moved clock has ended the sessions.
  const signIn = async (email: string, password: string) =>
    String(
      (await sendRequest("POST", `${API}/auth/login`, undefined, { email, password, tenant_slug: tenant.slug })).data
        .access_token,
    );
  const admin = await signIn(tenant.email, tenant.password);
  const { data: due } = await sendRequest("GET", path, admin);
  const { rows: expired } = await sendRequest("GET", `${API}/boats?status=EXPIRED`, admin);
  const { rows: notifications } = await sendRequest("GET", `${API}/notifications`, await signIn(skipper.email, PASSWORD));

  const boatPattern = /boat/;
  const roles = listResources(resources, "AWS::IAM::Role");
  const unusedRoles = Object.entries(watch.readAssumableRoles("boats")).filter(
    ([, role]) => ![...watch.usedActions].some((action) => action.startsWith(`${role.replace(/[<>]/g, "")} `)),
  );
  const files = watch.listFileGrants().filter(({ name }) => boatPattern.test(name));
  const names = (rows: readonly Record<string, unknown>[]) => rows.map(({ name }) => name).sort();
  console.log(
    JSON.stringify({
      links: boat.links,
      version: changedBoat.version,
      imported: [imported.status, imported.created, imported.failed],
      licensed: [names(licensed), meta?.total],
      seen: names(seen),
      due: [due.status, due.version, due.updated_by],
      expired: names(expired),
      told: notifications.map(({ type, title, record_id }) => [type, title, record_id === boat.id]),
      rights: {
        refused: [...watch.denials],
        unused: [
          ...watch.listUnusedActions(roles.filter(([id]) => boatPattern.test(id))),
          ...unusedRoles.map(([name]) => `boats: takes on ${name}`),
          ...files.filter(({ isUsed }) => !isUsed).map(({ name, leave }) => `${name}: ${leave}`),
        ],
        looked: roles.filter(([id]) => boatPattern.test(id)).map(([id]) => id.replace(/[0-9A-F]{8}$/, "")),
        files: files.map(({ leave }) => leave),
      },
    }),
  );
} finally {
  await server.close();
  await app.stop();
}
process.exit(0);
