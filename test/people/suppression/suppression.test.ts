import { randomUUID } from "node:crypto";
import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import { Suppressions } from "@crm/core/people/suppression/suppression-store.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readRejection } from "../../agreements/quote/support.ts";
import { addUser, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";
import { runInTenant } from "./support.ts";

let app: App;
let tenant: Tenant;
let manager: TestUser;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
  manager = await addUser(app, tenant, "MANAGER");
});
afterAll(() => app.stop());

const newAddress = (): string => `${randomUUID().slice(0, 8)}@mail.example`;
const listReasons = async (address: string) =>
  (await manager.client.checkSuppression({ channel: "email", address })).data.reasons;
const createSuppression = async (address: string, more: object = {}) =>
  (await manager.client.createSuppression({ channel: "email", address, ...more })).data;

describe("the list", () => {
  it("recognizes an address in any spelling, stores it once, and never returns it", async () => {
    const address = newAddress();
    const { id, version } = await createSuppression(address, { reason: "UNSUBSCRIBED" });
    const again = await createSuppression(` ${address.toUpperCase()} `, { reason: "UNSUBSCRIBED" });
    expect([again.id, again.version]).toEqual([id, version]);
    const more = await createSuppression(address, { reason: "COMPLAINED" });
    expect(more).toMatchObject({
      id,
      reason: "COMPLAINED",
      reasons: ["COMPLAINED", "UNSUBSCRIBED"],
      refuses: ["marketing", "service"],
    });
    await app.settle();
    const { data: rows } = await manager.client.listSuppressions({ channel: "email", "reasons[has]": "UNSUBSCRIBED" });
    expect(rows.map((row) => row.id)).toContain(id);
    expect(JSON.stringify([more, rows])).not.toMatch(/mail\.example|hash|holders/i);
  });

  it("has one entry for each channel of a phone number", async () => {
    const typed = ["+49 30 901820", "0049 (30) 90 18 20", "+49 30 901820 ext. 12"];
    const ids = [];
    for (const address of typed) ids.push((await createSuppression(address, { channel: "sms" })).id);
    expect(new Set(ids).size).toBe(1);
    const whatsappCheck = await manager.client.checkSuppression({ channel: "whatsapp", address: typed[0] as string });
    expect(whatsappCheck.data).toEqual({
      ...{ is_suppressed: false, reasons: [], refuses: [], subscription_types: [], suppression_id: null },
    });
  });

  it("lifts by address or id, one reason or all, but only administrators lift reports of providers", async () => {
    const address = newAddress();
    await createSuppression(address, { reason: "BOUNCED" });
    const { id } = await createSuppression(address, { reason: "UNSUBSCRIBED" });
    const { data } = await manager.client.removeSuppression({ id, reason: "UNSUBSCRIBED" });
    expect(data.reasons).toEqual(["BOUNCED"]);
    expect(await readRejection(manager.client.removeSuppression({ id, reason: "UNSUBSCRIBED" }))).toEqual([404, []]);
    expect(await readRejection(manager.client.liftSuppression({ channel: "email", address }))).toEqual([403, []]);
    expect(await listReasons(address)).toEqual(["BOUNCED"]);
    await tenant.admin.liftSuppression({ channel: "email", address });
    expect(await listReasons(address)).toEqual([]);
    expect(await readRejection(tenant.admin.getSuppression({ id }))).toEqual([404, []]);
    expect((await createSuppression(address)).id).toBe(id);
    await app.settle();
    const { data: trail } = await tenant.admin.listAuditEntries({ record_id: id });
    expect(trail.map(({ user_id }) => user_id)).toContain(tenant.userId);
  });

  it("rejects an invalid address or time", async () => {
    const futureTime = new Date(Date.now() + 9e8).toISOString();
    expect(await readRejection(createSuppression("unknown"))).toEqual([400, ["address"]]);
    expect(await readRejection(createSuppression(newAddress(), { channel: "sms" }))).toEqual([400, ["address"]]);
    expect(await readRejection(createSuppression(newAddress(), { at: futureTime }))).toEqual([400, ["at"]]);
    const rep = await addUser(app, tenant, "SALES_REP");
    expect(await readRejection(rep.client.checkSuppression({ channel: "email", address: newAddress() }))).toEqual([403, []]);
  });

  it("is separate for each tenant: the same address has another hash, and ids work nowhere else", async () => {
    const otherTenant = await signUp(app);
    const address = newAddress();
    const { id } = await createSuppression(address);
    expect((await otherTenant.admin.checkSuppression({ channel: "email", address })).data.is_suppressed).toBe(false);
    expect(await readRejection(otherTenant.admin.removeSuppression({ id }))).toEqual([404, []]);
    await otherTenant.admin.createSuppression({ channel: "email", address });
    const { Items = [] } = (await app.ports.database.send(new ScanCommand({ TableName: app.ports.database.table }), {
      tenant: undefined,
      keyspaces: [],
    })) as { Items?: { pk: string }[] };
    const places = Items.filter(({ pk }) => pk.includes("#SUPPRESSED#"));
    expect(places.length).toBeGreaterThan(1);
    const storedText = JSON.stringify(places);
    expect(storedText).not.toContain(address.slice(0, 8));
  });

  it("stores both of two concurrent changes", async () => {
    const address = newAddress();
    const reasons = ["STOP", "BOUNCED", "COMPLAINED", "UNSUBSCRIBED", "BY_HAND"] as const;
    await runInTenant(app, tenant, () =>
      Promise.all(reasons.map((reason) => Suppressions.add({ channel: "email", address, reason }))),
    );
    expect((await listReasons(address)).toSorted()).toEqual(reasons.toSorted());
  });

  it("costs one read of one unit for a check", async () => {
    const address = newAddress();
    await createSuppression(address);
    const sent: object[] = [];
    const { database } = app.ports;
    const send = database.send.bind(database);
    database.send = (command, scope) => {
      sent.push(command);
      return send(command, scope);
    };
    const reasons = await runInTenant(app, tenant, () => Suppressions.readReasons("email", address));
    database.send = send;
    expect([reasons, sent.map((command) => command.constructor.name)]).toEqual([["BY_HAND"], ["GetCommand"]]);
  });
});
