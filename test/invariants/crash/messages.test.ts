import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { allowAnyInput, type Client, createClient, httpTransport } from "@crm/functions/derive/client.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { postalSettings } from "../../support/app.ts";
import { createTestRandom, type Random } from "../../support/random.ts";
import { resolveTestSize } from "../../support/sample.ts";
import { expectOneMailEach, startCampaignSend } from "./campaign-send.ts";
import { callLocalControl as callControl } from "./local-control.ts";
import { launchServer, restartServer, type ServerHandle } from "./server-handle.ts";
import { signUpTenant } from "./server-process.ts";

/** Number of messages; `npm run messages` is the long form. */
const MESSAGES = resolveTestSize("CRM_MESSAGES", 60, 120);
/** Number of members of a campaign to whom a mail goes at the same time. */
const MEMBERS = resolveTestSize("CRM_SENDS", 40, 120);
const KILLS = resolveTestSize("CRM_KILLS", 1, 4);
const CLIENTS = 8;
const MAX_WAITING = Math.min(100, Math.ceil(MESSAGES / 6));

let data: string;
let server: ServerHandle;
let key: string;
beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), "crm-kill-messages-"));
  server = await launchServer(data);
  const settings = { ...postalSettings, quiet_hours: { from: "00:00", to: "00:00" }, mail_opt_in_required: false };
  const { token } = await signUpTenant(server.url, `kill-${Date.now().toString(36)}`, settings);
  // An API key stays valid when the clock moves.
  ({ key } = (await createClient(httpTransport(server.url, token)).createApiKey({ name: "Sender", role: "ADMIN" })).data);
});
afterAll(async () => {
  await server.end();
  rmSync(data, { recursive: true, force: true });
});

const client = (): Client => createClient(httpTransport(server.url, key));
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const callLocalControl = <T>(path: string, body?: object): Promise<T> => callControl<T>(server.url, path, body);

/** Creates a number that sends through the double of Twilio, which reports the delivery status. */
async function connectTwilio(): Promise<void> {
  const crm = client();
  const { account } = await callLocalControl<{ account: Record<string, string> }>("providers/twilio");
  const { data: hook } = await allowAnyInput(crm).createInboundWebhook({ provider: "twilio", secret: account.auth_token });
  const { data: sender } = await crm.createSmsSender({ name: "Harbour", is_default: true });
  const accountInput = { name: "Ours", provider: "twilio", sender_id: sender.id, webhook_id: hook.id, ...account };
  const { data: createdAccount } = await crm.createSmsServiceAccount(accountInput);
  const number = { number: "+14155550100", account_id: createdAccount.id, is_default: true, messages_per_second: 500 };
  await crm.createSmsNumber(number);
}

interface ProviderMessage {
  sid: string;
  to: string;
  status: string;
}

const listProviderMessages = async (): Promise<ProviderMessage[]> =>
  (await callLocalControl<{ envelopes: ProviderMessage[] }>("providers/twilio")).envelopes;

/** Returns the status of each text message by its number. */
async function listMessages(): Promise<Map<string, string>> {
  const all = new Map<string, string>();
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<Client["listMessages"]>> = await client().listMessages({
      limit: 100,
      ...(cursor === null ? {} : { cursor }),
    });
    for (const { channel, to_address, status } of page.data) if (channel === "sms") all.set(String(to_address), String(status));
    cursor = page.meta.next_cursor;
  } while (cursor !== null);
  return all;
}

/** How many messages are accepted and mails sent when the server is killed: random, spread over all of them; a single kill comes early. */
const drawKillPoints = (chance: Random): number[] =>
  Array.from({ length: KILLS }, (_, n) => Math.floor(((n + chance() / (KILLS === 1 ? 4 : 1)) * (MESSAGES + MEMBERS)) / KILLS));

/** Kills and restarts the server with its worker. It keeps its port, because providers sign the URL that they call. */
async function killAndRestart(isLast: boolean): Promise<void> {
  await server.kill();
  server = await restartServer(data, { isLast, port: Number(new URL(server.url).port) });
}

const formatSeconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(0)} s`;

it("each message, also of a send to members, is sent at most once despite kills, and ends as sent, failed or unknown", async () => {
  const startTime = performance.now();
  await connectTwilio();
  await callLocalControl("providers/twilio", { answer: "mixed" });
  const sendId = await startCampaignSend(client, MEMBERS);
  const inFlight = new Set<string>();
  const acknowledged = new Set<string>();
  let [next, isFull, isOver] = [0, false, false];
  /** Requests have priority over background work, so no more than `MAX_WAITING` messages may wait while others are sent. */
  const pacing = async (): Promise<void> => {
    for (let polls = 1; !isOver; polls++) {
      const waiting = await client()
        .listMessages({ status: "queued", limit: MAX_WAITING })
        .catch(() => ({ data: [] }));
      isFull = waiting.data.length === MAX_WAITING;
      if (!isFull) polls = 0;
      // The lease of the killed worker expires, so that the next one continues.
      if (polls === 15) await callLocalControl("clock", { advance: "PT2M" }).catch(() => undefined);
      if (polls === 15) polls = 0;
      await pause(100);
    }
  };
  const send = async (index: number): Promise<void> => {
    const to = `+1415${2_000_000 + index}`;
    const idempotencyKey = randomUUID();
    for (;;) {
      inFlight.add(to);
      const isAccepted = await client()
        .sendMessage({ channel: "sms", to, body: `Number ${index}` }, { idempotencyKey })
        .then(
          () => true,
          (error: { status?: number }) => {
            if (error.status !== undefined && error.status < 500 && error.status !== 409) throw error;
            return false;
          },
        );
      if (isAccepted) break;
      await pause(50);
    }
    acknowledged.add(to);
    inFlight.delete(to);
  };
  const work = Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      for (let index = next++; index < MESSAGES; index = next++) {
        while (isFull) await pause(10);
        await send(index);
      }
    }),
  );
  const paced = pacing();
  const chance = createTestRandom("kills among messages");
  let [struck, amid, handedOver, done] = [0, 0, 0, 0];
  /** Returns how many mails went out, as far as the server answers. */
  const countMails = (): Promise<number> =>
    client()
      .getEmailSendResults({ id: sendId })
      .then(
        ({ data: { sent, unknown } }) => sent + unknown,
        () => 0,
      );
  const isWorking = (): boolean => acknowledged.size < MESSAGES;
  for (const killPoint of drawKillPoints(chance)) {
    let mails = await countMails();
    while (acknowledged.size + mails < killPoint && (isWorking() || mails < MEMBERS)) {
      await pause(KILLS === 1 ? 2 : 100);
      mails = await countMails();
    }
    if (!isWorking() && mails === MEMBERS) break;
    if (KILLS > 1) await pause(chance() * 400);
    const countSent = async (): Promise<number> => (await listProviderMessages()).length + (await countMails());
    let sent = await countSent();
    // Every second kill also hits sends: enough messages wait, so requests pause meanwhile.
    while ((done % 2 === 1 || KILLS === 1) && sent === handedOver && isWorking()) sent = await countSent();
    // The other kills also hit writes, unless so many messages wait that requests pause.
    while (done % 2 === 0 && inFlight.size === 0 && isWorking() && (KILLS === 1 || !isFull)) await pause(1);
    const standing = `${acknowledged.size} acknowledged, ${sent} sent, ${inFlight.size} in flight: ${[...inFlight].join(", ")}`;
    console.log(`kill ${++done}, after ${formatSeconds(startTime)}: ${standing}`);
    if (inFlight.size > 0) struck++;
    if (sent > handedOver) amid++;
    handedOver = sent;
    await killAndRestart(done === KILLS);
  }
  await work;
  isOver = true;
  await paced;
  console.log(
    `${acknowledged.size} acknowledged after ${formatSeconds(startTime)} and ${done} kills, ${struck} of them with writes in flight, ${amid} among sends`,
  );
  expect([struck, amid].every((count) => count > 0)).toBe(true);
  // Clocks recover the work that was lost with a process; messages without an answer are checked at the provider.
  await callLocalControl("settle", {});
  await callLocalControl("clock", { advance: "PT2M" });
  await callLocalControl("settle", {});
  await callLocalControl("providers/twilio", { answer: "ok" });
  for (let turn = 0; turn < 6; turn++) {
    await callLocalControl("clock", { advance: "PT11M" });
    await callLocalControl("settle", {});
  }
  await expectOneMailEach(client, { id: sendId, members: MEMBERS, mailbox: await callLocalControl("mailbox") });
  const providerMessages = await listProviderMessages();
  const messagesByRecipient = Map.groupBy(providerMessages, ({ to }) => to);
  expect([...messagesByRecipient.values()].filter(({ length }) => length > 1)).toEqual([]);
  const standing = await listMessages();
  expect([...standing.keys()].sort()).toEqual([...acknowledged].sort());
  const byStatus = Map.groupBy(standing.entries(), ([, status]) => status);
  console.log(
    `${[...byStatus].map(([status, { length }]) => `${status} ${length}`).join(", ")} after ${formatSeconds(startTime)}`,
  );
  expect([...byStatus.keys()].filter((status) => !["sent", "failed", "unknown"].includes(status))).toEqual([]);
  // Exactly the messages that the provider has are recorded as sent.
  expect([...(byStatus.get("sent") ?? [])].map(([to]) => to).sort()).toEqual([...messagesByRecipient.keys()].sort());
  const ends = ["deliver", "deliver", "undeliver", "fail"];
  for (const [index, { sid }] of providerMessages.entries())
    for (const act of ["send", ends[index % ends.length]])
      await callLocalControl(`providers/twilio/messages/${sid}`, { do: act, emit: false });
  await deliverWebhooks();
  console.log(`told after ${formatSeconds(startTime)}`);
  const finalStatuses = await listMessages();
  // Every status at the double is recorded here; messages that it does not have are unchanged.
  const expectedStatuses = new Map([
    ...standing,
    ...(await listProviderMessages()).map(({ to, status }) => [to, status] as const),
  ]);
  expect(
    [...expectedStatuses]
      .filter(([to, status]) => finalStatuses.get(to) !== status)
      .map(([to, status]) => [to, status, finalStatuses.get(to)]),
  ).toEqual([]);
});

/** Delivers all webhooks that wait at the double, signed, each twice and in random order. */
async function deliverWebhooks(): Promise<void> {
  let webhookCount = 0;
  for (;;) {
    const statuses = await callLocalControl<{ status: number }[]>("providers/twilio/emit", {
      order: "shuffled",
      times: 2,
      most: 1000,
    });
    expect(statuses.filter(({ status }) => status !== 200)).toEqual([]);
    await callLocalControl("settle", {});
    if (statuses.length === 0) break;
    webhookCount += statuses.length;
  }
  console.log(`${webhookCount} webhooks, each twice`);
}
