import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, createClient, httpTransport } from "@crm/functions/derive/client.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { enginesOf, killed, launch, type Server, signedUp } from "./server.ts";

/** `npm run messages` is the long form. */
const MESSAGES = Number(process.env.CRM_MESSAGES ?? 120);
const KILLS = Number(process.env.CRM_KILLS ?? 4);
const CLIENTS = 8;

let data: string;
let server: Server;
let key: string;
beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), "crm-kill-messages-"));
  server = await launch(data);
  const settings = { quiet_hours: { from: "00:00", to: "00:00" } };
  const { token } = await signedUp(server.url, `kill-${Date.now().toString(36)}`, settings);
  // By a key, which no moved clock ends.
  ({ key } = (await createClient(httpTransport(server.url, token)).createApiKey({ name: "Sender", role: "ADMIN" })).data);
});
afterAll(async () => {
  await killed(server.process, "SIGTERM");
  rmSync(data, { recursive: true, force: true });
});

const client = (): Client => createClient(httpTransport(server.url, key));
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function local<T>(path: string, body?: object): Promise<T> {
  const asked = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
  const answer = await fetch(`${server.url}/_local/${path}`, asked);
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return ((await answer.json()) as { data: T }).data;
}

/** A number from which messages go out through the double of Twilio, which tells what becomes of them. */
async function connected(): Promise<void> {
  const crm = client();
  const { account } = await local<{ account: Record<string, string> }>("providers/twilio");
  const { data: hook } = await crm.createInboundWebhook({ provider: "twilio", secret: account.auth_token } as never);
  const { data: sender } = await crm.createSmsSender({ name: "Harbour", is_default: true });
  const made = { name: "Ours", provider: "twilio", sender_id: sender.id, webhook_id: hook.id, ...account };
  const { data: own } = await crm.createSmsServiceAccount(made as never);
  const number = { number: "+14155550100", account_id: own.id, is_default: true, messages_per_second: 500 };
  await crm.createSmsNumber(number as never);
}

interface At {
  sid: string;
  to: string;
  status: string;
}

const atProvider = async (): Promise<At[]> => (await local<{ envelopes: At[] }>("providers/twilio")).envelopes;

async function messages(): Promise<Map<string, string>> {
  const all = new Map<string, string>();
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<Client["listMessages"]>> = await client().listMessages({
      limit: 100,
      ...(cursor === null ? {} : { cursor }),
    });
    for (const { to_address, status } of page.data) all.set(String(to_address), String(status));
    cursor = page.meta.next_cursor;
  } while (cursor !== null);
  return all;
}

it("kills of server and database send each message once at most, and each is sent, failed or unknown", async () => {
  await connected();
  await local("providers/twilio", { answer: "mixed" });
  const inFlight = new Set<string>();
  const acknowledged = new Set<string>();
  let next = 0;
  const send = async (at: number): Promise<void> => {
    const to = `+1415${2_000_000 + at}`;
    const idempotencyKey = randomUUID();
    for (;;) {
      inFlight.add(to);
      const taken = await client()
        .sendMessage({ channel: "sms", to, body: `Number ${at}` } as never, { idempotencyKey })
        .then(
          () => true,
          (error: { status?: number }) => {
            if (error.status !== undefined && error.status < 500 && error.status !== 409) throw error;
            return false;
          },
        );
      if (taken) break;
      await pause(50);
    }
    acknowledged.add(to);
    inFlight.delete(to);
  };
  const work = Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      for (let at = next++; at < MESSAGES; at = next++) await send(at);
    }),
  );
  let struck = 0;
  for (let n = 1; n <= KILLS; n++) {
    while (acknowledged.size < ((n - 0.5) * MESSAGES) / KILLS) await pause(5);
    if (acknowledged.size === MESSAGES) break;
    const victim = n % 2 === 0 ? "server" : "database";
    const standing = `${acknowledged.size} acknowledged, ${inFlight.size} in flight: ${[...inFlight].join(", ")}`;
    console.log(`kill ${n} of the ${victim}: ${standing}`);
    if (inFlight.size > 0) struck++;
    if (victim === "server") {
      await killed(server.process);
      server = await launch(data);
    } else for (const pid of enginesOf(data)) process.kill(pid, "SIGKILL");
  }
  await work;
  expect(struck).toBeGreaterThan(0);
  // What was lost with a process is found by its clock; what nobody answered for is asked for.
  await local("settle", {});
  await local("providers/twilio", { answer: "ok" });
  for (let turn = 0; turn < 6; turn++) {
    await local("clock", { advance: "PT11M" });
    await local("settle", {});
  }
  const there = await atProvider();
  const counted = Map.groupBy(there, ({ to }) => to);
  expect([...counted.values()].filter(({ length }) => length > 1)).toEqual([]);
  const standing = await messages();
  expect([...standing.keys()].sort()).toEqual([...acknowledged].sort());
  const byStatus = Map.groupBy(standing.entries(), ([, status]) => status);
  console.log([...byStatus].map(([status, { length }]) => `${status} ${length}`).join(", "));
  expect([...byStatus.keys()].filter((status) => !["sent", "failed", "unknown"].includes(status))).toEqual([]);
  // What its provider has is known to be there, and of nothing else that it is.
  expect([...(byStatus.get("sent") ?? [])].map(([to]) => to).sort()).toEqual([...counted.keys()].sort());
  for (const [at, { sid }] of there.entries())
    for (const act of ["send", at % 3 === 0 ? "undeliver" : "deliver"])
      await local(`providers/twilio/messages/${sid}`, { do: act, emit: false });
  await local("providers/twilio/emit", { order: "shuffled", times: 2 });
  await local("settle", {});
  const ended = await messages();
  const wrong = there.filter(({ to }, at) => ended.get(to) !== (at % 3 === 0 ? "undelivered" : "delivered"));
  expect(wrong).toEqual([]);
});
