import { randomUUID } from "node:crypto";
import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import { Suppressions } from "@crm/core/suppression/suppressions.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { refusal } from "../quote/support.ts";
import { addUser, signUp, startTestApp, type Tenant, type TestUser } from "../support.ts";
import { inTenant } from "./support.ts";

let app: App;
let tenant: Tenant;
let manager: TestUser;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
  manager = await addUser(app, tenant, "MANAGER");
});
afterAll(() => app.stop());

const fresh = (): string => `${randomUUID().slice(0, 8)}@mail.example`;
const reasonsOf = async (address: string) => (await manager.as.checkSuppression({ channel: "email", address })).data.reasons;
const put = async (address: string, more: object = {}) =>
  (await manager.as.createSuppression({ channel: "email", address, ...more } as never)).data;

describe("the list", () => {
  it("knows an address however it is typed, once, and never says which it is", async () => {
    const address = fresh();
    const { id, version } = await put(address, { reason: "UNSUBSCRIBED" });
    const again = await put(` ${address.toUpperCase()} `, { reason: "UNSUBSCRIBED" });
    expect([again.id, again.version]).toEqual([id, version]);
    const more = await put(address, { reason: "COMPLAINED" });
    expect(more).toMatchObject({
      id,
      reason: "COMPLAINED",
      reasons: ["COMPLAINED", "UNSUBSCRIBED"],
      refuses: ["marketing", "service"],
    });
    await app.settle();
    const { data: rows } = await manager.as.listSuppressions({ channel: "email", "reasons[has]": "UNSUBSCRIBED" } as never);
    expect(rows.map((row) => row.id)).toContain(id);
    expect(JSON.stringify([more, rows])).not.toMatch(/mail\.example|hash|holders/i);
  });

  it("takes one line of a telephone for each channel, by its number", async () => {
    const typed = ["+49 30 901820", "0049 (30) 90 18 20", "+49 30 901820 ext. 12"];
    const ids = [];
    for (const address of typed) ids.push((await put(address, { channel: "sms" })).id);
    expect(new Set(ids).size).toBe(1);
    const other = await manager.as.checkSuppression({ channel: "whatsapp", address: typed[0] as string });
    expect(other.data).toEqual({ is_suppressed: false, reasons: [], refuses: [], suppression_id: null });
  });

  it("lifts by address or id, one reason or all, and what a provider reported by administrators alone", async () => {
    const address = fresh();
    await put(address, { reason: "BOUNCED" });
    const { id } = await put(address, { reason: "UNSUBSCRIBED" });
    const { data } = await manager.as.removeSuppression({ id, reason: "UNSUBSCRIBED" });
    expect(data.reasons).toEqual(["BOUNCED"]);
    expect(await refusal(manager.as.removeSuppression({ id, reason: "UNSUBSCRIBED" }))).toEqual([404, []]);
    expect(await refusal(manager.as.liftSuppression({ channel: "email", address }))).toEqual([403, []]);
    expect(await reasonsOf(address)).toEqual(["BOUNCED"]);
    await tenant.admin.liftSuppression({ channel: "email", address });
    expect(await reasonsOf(address)).toEqual([]);
    expect(await refusal(tenant.admin.getSuppression({ id }))).toEqual([404, []]);
    expect((await put(address)).id).toBe(id);
    await app.settle();
    const { data: trail } = await tenant.admin.listAuditEntries({ record_id: id });
    expect(trail.map(({ user_id }) => user_id)).toContain(tenant.userId);
  });

  it("says what is wrong with an address or an instant", async () => {
    const ahead = new Date(Date.now() + 9e8).toISOString();
    expect(await refusal(put("nobody"))).toEqual([400, ["address"]]);
    expect(await refusal(put(fresh(), { channel: "sms" }))).toEqual([400, ["address"]]);
    expect(await refusal(put(fresh(), { at: ahead }))).toEqual([400, ["at"]]);
    const rep = await addUser(app, tenant, "SALES_REP");
    expect(await refusal(rep.as.checkSuppression({ channel: "email", address: fresh() }))).toEqual([403, []]);
  });

  it("is each tenant's own: the same address has another hash, and ids lead nowhere else", async () => {
    const other = await signUp(app);
    const address = fresh();
    const { id } = await put(address);
    expect((await other.admin.checkSuppression({ channel: "email", address })).data.is_suppressed).toBe(false);
    expect(await refusal(other.admin.removeSuppression({ id }))).toEqual([404, []]);
    await other.admin.createSuppression({ channel: "email", address });
    const { Items = [] } = (await app.ports.database.send(new ScanCommand({ TableName: app.ports.database.table }), {
      tenant: undefined,
      keyspaces: [],
    })) as { Items?: { pk: string }[] };
    const places = Items.filter(({ pk }) => pk.includes("#SUPPRESSED#"));
    expect(places.length).toBeGreaterThan(1);
    const written = JSON.stringify(places);
    expect(written).not.toContain(address.slice(0, 8));
  });

  it("keeps both of what is said at the same moment", async () => {
    const address = fresh();
    const reasons = ["STOP", "BOUNCED", "COMPLAINED", "UNSUBSCRIBED", "BY_HAND"] as const;
    await inTenant(app, tenant, () =>
      Promise.all(reasons.map((reason) => Suppressions.add({ channel: "email", address, reason }))),
    );
    expect((await reasonsOf(address)).toSorted()).toEqual(reasons.toSorted());
  });

  it("costs one read of one unit to ask", async () => {
    const address = fresh();
    await put(address);
    const sent: object[] = [];
    const { database } = app.ports;
    const send = database.send.bind(database);
    database.send = (command, scope) => {
      sent.push(command);
      return send(command, scope);
    };
    const reasons = await inTenant(app, tenant, () => Suppressions.of("email", address));
    database.send = send;
    expect([reasons, sent.map((command) => command.constructor.name)]).toEqual([["BY_HAND"], ["GetCommand"]]);
  });
});
