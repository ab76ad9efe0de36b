import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, createClient, httpTransport } from "@crm/functions/derive/client.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { buildStandardSecret, signStandard } from "../../messaging/inbound-webhook/provider-requests.ts";
import { resolveTestSize } from "../../support/sample.ts";
import { launchServer, restartServer, type ServerHandle } from "./server-handle.ts";
import { signUpTenant } from "./server-process.ts";

/** Number of webhooks; `CRM_HOOKS=2000 CRM_KILLS=20` is the long form. */
const HOOKS = resolveTestSize("CRM_HOOKS", 30, 150);
const KILLS = resolveTestSize("CRM_KILLS", 1, 4);
const CLIENTS = 8;
const SECRET = buildStandardSecret("kill");

let data: string;
let server: ServerHandle;
let key: string;
beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), "crm-kill-hooks-"));
  server = await launchServer(data);
  const { token } = await signUpTenant(server.url, `kill-${Date.now().toString(36)}`);
  // An API key stays valid when the clock moves.
  ({ key } = (await createClient(httpTransport(server.url, token)).createApiKey({ name: "Reader", role: "ADMIN" })).data);
});
afterAll(async () => {
  await server.end();
  rmSync(data, { recursive: true, force: true });
});

const client = (): Client => createClient(httpTransport(server.url, key));
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

it("acknowledged deliveries are stored and processed once after kills of server and database", async () => {
  const crm = client();
  const { data: webhook } = await crm.createInboundWebhook({ provider: "standard", secret: SECRET });
  const inFlight = new Set<string>();
  const acknowledged = new Set<string>();
  let next = 0;
  /** Retries as a provider does: with the same id until the answer is 200. */
  const deliver = async (index: number): Promise<void> => {
    const id = `msg_${index}`;
    for (;;) {
      inFlight.add(id);
      const { body, headers } = signStandard(SECRET, JSON.stringify({ type: "counted", data: { id } }), { id });
      const answer = await fetch(`${server.url}/hooks/${webhook.id}`, { method: "POST", headers, body }).catch(() => undefined);
      if (answer?.status === 200) break;
      if (answer && answer.status < 500) throw new Error(`${answer.status}: ${await answer.text()}`);
      await pause(50);
    }
    acknowledged.add(id);
    inFlight.delete(id);
  };
  const work = Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      for (let index = next++; index < HOOKS; index = next++) await deliver(index);
    }),
  );
  let struck = 0;
  for (let n = 1; n <= KILLS; n++) {
    while (acknowledged.size < ((n - 0.5) * HOOKS) / KILLS) await pause(5);
    if (acknowledged.size === HOOKS) break;
    console.log(`kill ${n}: ${acknowledged.size} acknowledged, ${inFlight.size} in flight: ${[...inFlight].join(", ")}`);
    if (inFlight.size > 0) struck++;
    await server.kill();
    server = await restartServer(data, { isLast: n === KILLS });
  }
  await work;
  expect(struck).toBeGreaterThan(0);
  const settle = () => fetch(`${server.url}/_local/settle`, { method: "POST", body: "{}" });
  await settle();
  // Clocks recover the work that was lost with a process.
  for (let turn = 0; turn < 2; turn++) {
    await fetch(`${server.url}/_local/clock`, { method: "POST", body: JSON.stringify({ advance: "PT11M" }) });
    await settle();
  }
  const deliveries: string[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof crm.listInboundDeliveries>> = await client().listInboundDeliveries({
      id: webhook.id,
      limit: 100,
      ...(cursor === null ? {} : { cursor }),
    });
    deliveries.push(...page.data.map(({ external_id, status, outcome }) => `${external_id} ${status} ${outcome}`));
    cursor = page.meta.next_cursor;
  } while (cursor !== null);
  expect(deliveries.sort()).toEqual([...acknowledged].map((id) => `${id} done Stored: counted`).sort());
});
