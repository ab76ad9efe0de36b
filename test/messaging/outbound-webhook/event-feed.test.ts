import { PutCommand } from "@aws-sdk/lib-dynamodb";
import type { Ports } from "@crm/core/kernel/ports.ts";
import { createClient } from "@crm/functions/derive/client.ts";
import { streamHandler } from "@crm/functions/stream/index.ts";
import type { App } from "@crm/local/app.ts";
import type { DynamoDBRecord } from "aws-lambda";
import { describe, expect, it } from "vitest";
import { addUser, inProcessTransport, newLead, signIn, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { DAY_MS } from "./receivers.ts";

type Client = Tenant["admin"];

/** Polls all events that a caller gets after a position. */
async function pollEvents(as: Client, after?: string, types = "lead.*") {
  const events = [];
  for (let from = after; ; ) {
    const { data, meta } = await as.listEvents({ limit: 100, types, ...(from ? { after: from } : {}) });
    events.push(...data);
    from = meta.after ?? from;
    if (meta.next_cursor === null) return { events, after: from };
  }
}

const formatEvent = ({ type, data }: { type: string; data: { version: number } }): string => `${type} ${data.version}`;

/** An app whose stream records the test consumes itself. */
async function startAppWithHeldStream() {
  const heldRecords: DynamoDBRecord[] = [];
  let ports: Ports | undefined;
  const app = await startTestApp({
    stream: (appPorts) => {
      ports = appPorts;
      return async ({ Records }) => {
        heldRecords.push(...Records);
        return { batchItemFailures: [] };
      };
    },
  });
  const consume = (Records: readonly DynamoDBRecord[]) => streamHandler(ports as Ports)({ Records: [...Records] });
  const takeRecords = async (): Promise<DynamoDBRecord[]> => {
    await app.settle();
    return heldRecords.splice(0, heldRecords.length);
  };
  return { app, consume, taken: takeRecords };
}

/** Intercepts writes of feed pages. */
function interceptPageWrites(app: App, stop: (send: () => Promise<unknown>) => Promise<unknown>): () => void {
  const { database } = app.ports;
  const { send } = database;
  database.send = (command, scope) => {
    const go = () => send.call(database, command, scope);
    const isPage = command instanceof PutCommand && /#FEED$/.test(String(command.input.Item?.pk)) && command.input.Item?.events;
    return isPage ? stop(go) : go();
  };
  return () => {
    database.send = send;
  };
}

describe("the feed", () => {
  it("returns events in order, and continues after the last one read", async () => {
    const app = await startTestApp();
    const tenant = await signUp(app);
    const { data: lead } = await tenant.admin.createLead(newLead());
    await tenant.admin.updateLead({ id: lead.id, notes: "Asked twice" });
    await app.settle();
    const first = await pollEvents(tenant.admin);
    const leadEvents = first.events.filter(({ data }) => data.id === lead.id);
    expect(leadEvents.map(formatEvent).slice(0, 1)).toEqual(["lead.created 1"]);
    expect(leadEvents.map(({ data }) => data.version)).toEqual(
      leadEvents.map(({ data }) => data.version).toSorted((a, b) => a - b),
    );
    const noteEvent = leadEvents.find(({ data }) => data.changed.includes("notes") && data.version > 1);
    expect(noteEvent).toMatchObject({ type: "lead.updated", data: { kind: "lead", actor_id: tenant.userId } });
    expect(JSON.stringify(first.events)).not.toContain("Asked twice");
    // A client that wants only what happens from now on begins at the end.
    const end = await tenant.admin.listEvents({ after: "latest" });
    expect([end.data, end.meta.after]).toEqual([[], first.after]);
    await tenant.admin.deleteLead({ id: lead.id });
    await app.settle();
    expect((await pollEvents(tenant.admin, first.after)).events.map(({ type }) => type)).toContain("lead.deleted");
    expect((await pollEvents((await signUp(app)).admin)).events).toEqual([]);
    await expect(tenant.admin.listEvents({ after: "evt_1" })).rejects.toMatchObject({
      details: [{ field: "after", message: "Must be the id of an event" }],
    });
    app.setClock({ advance: 31 * DAY_MS });
    const { data: session } = await signInAgain(app, tenant);
    expect((await pollEvents(session)).events).toEqual([]);
    await app.stop();
  });

  it("contains each event once, despite repeated batches and crashes of the consumer", async () => {
    const { app, consume, taken: takeRecords } = await startAppWithHeldStream();
    const tenant = await signUp(app);
    const { data: lead } = await tenant.admin.createLead(newLead());
    for (const notes of ["a", "b", "c"]) await tenant.admin.updateLead({ id: lead.id, notes });
    const batch = await takeRecords();
    // The consumer dies between its checkpoint and the feed.
    const mend = interceptPageWrites(app, () => Promise.reject(new TypeError("Killed")));
    expect((await consume(batch)).batchItemFailures).toHaveLength(1);
    mend();
    expect((await pollEvents(tenant.admin)).events).toEqual([]);
    // Consumed twice in parallel, again, in another order, and in two halves.
    await Promise.all([consume(batch), consume(batch)]);
    await consume(batch);
    await consume(batch.toReversed());
    for (const half of [batch.slice(0, batch.length / 2), batch.slice(batch.length / 2)]) await consume(half);
    const { events } = await pollEvents(tenant.admin);
    expect(events.filter(({ data }) => data.id === lead.id).map(formatEvent)).toEqual([
      "lead.created 1",
      "lead.updated 2",
      "lead.updated 3",
      "lead.updated 4",
    ]);
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
    await app.stop();
  });

  it("shows no event before earlier ones are complete", async () => {
    const { app, consume, taken: takeRecords } = await startAppWithHeldStream();
    const tenant = await signUp(app);
    await tenant.admin.createLead(newLead());
    await consume(await takeRecords());
    const { after } = await pollEvents(tenant.admin);
    const { data: late } = await tenant.admin.createLead(newLead());
    const slowRecords = await takeRecords();
    const { data: early } = await tenant.admin.createLead(newLead());
    const fast = await takeRecords();
    // The first consumer is paused after choosing its number. The second one overtakes it, and then a reader polls.
    const gate = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<void>();
    let isFirst = true;
    const mend = interceptPageWrites(app, async (send) => {
      if (isFirst) {
        isFirst = false;
        arrived.resolve();
        await gate.promise;
      }
      return send();
    });
    const pendingConsumption = consume(slowRecords);
    await arrived.promise;
    await consume(fast);
    const seen = await pollEvents(tenant.admin, after);
    gate.resolve();
    expect((await pendingConsumption).batchItemFailures).toEqual([]);
    mend();
    const rest = await pollEvents(tenant.admin, seen.after);
    expect(seen.events.map(({ data }) => data.id)).toContain(early.id);
    expect(rest.events.map(({ data }) => data.id)).toContain(late.id);
    expect([...seen.events, ...rest.events].map(({ id }) => id)).toEqual(
      (await pollEvents(tenant.admin, after)).events.map(({ id }) => id),
    );
    await app.stop();
  });

  it("returns each caller the events that they may currently see, of kinds that they may read", async () => {
    const app = await startTestApp();
    const tenant = await signUp(app, { visibility: "own" });
    const [firstOwner, secondOwner] = [await addUser(app, tenant, "SALES_REP"), await addUser(app, tenant, "SALES_REP")];
    const { data: lead } = await tenant.admin.createLead(newLead({ owner_id: firstOwner.id }));
    await app.settle();
    const pollRecordIds = async (as: Client) => new Set((await pollEvents(as)).events.map(({ data }) => data.id));
    expect([
      (await pollRecordIds(firstOwner.client)).has(lead.id),
      (await pollRecordIds(secondOwner.client)).has(lead.id),
    ]).toEqual([true, false]);
    await tenant.admin.updateLead({ id: lead.id, owner_id: secondOwner.id });
    await app.settle();
    expect([
      (await pollRecordIds(firstOwner.client)).has(lead.id),
      (await pollRecordIds(secondOwner.client)).has(lead.id),
    ]).toEqual([false, true]);
    const { events } = await pollEvents(tenant.admin, undefined, "*");
    expect(
      events.filter(({ data }) => ["webhook_endpoint", "notification", "upload", "audit_entry"].includes(data.kind)),
    ).toEqual([]);
    await app.stop();
  });
});

async function signInAgain(app: App, tenant: Tenant): Promise<{ data: Client }> {
  const { access_token } = await signIn(app, tenant);
  return { data: createClient(inProcessTransport(app, access_token)) };
}
