import { randomUUID } from "node:crypto";
import { languages } from "@crm/core/kernel/language.ts";
import { translationsFor } from "@crm/core/people/verification/i18n.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readRejection } from "../../agreements/quote/support.ts";
import { requestPage } from "../../agreements/share-link/support.ts";
import { findMailLink, pageTitle } from "../../functions/pages/support.ts";
import { addUser, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
let rep: TestUser;
beforeAll(async () => {
  app = await startTestApp();
});
beforeEach(async () => {
  tenant = await signUp(app, { default_country: "DE" });
  rep = await addUser(app, tenant, "SALES_REP");
});
afterEach(() => app.setClock({ reset: true }));
afterAll(() => app.stop());

const newAddress = (): string => `${randomUUID().slice(0, 8)}@mail.example`;
const MINUTE_MS = 60_000;

async function createPerson(contact_value = newAddress(), contact_type = "email") {
  const points = [{ contact_type, contact_value }];
  const { data } = await rep.client.createPerson({ first_name: "Ann", contact_points: points } as never);
  const point = data.contact_points[0] ?? expect.fail("No contact point");
  return { id: data.id, point_id: point.id, to: contact_value };
}
type PointTarget = Awaited<ReturnType<typeof createPerson>>;
const pickIds = ({ id, point_id }: PointTarget) => ({ id, point_id });
const readPoint = async ({ id, point_id }: PointTarget, as = rep) =>
  (await as.client.getPerson({ id })).data.contact_points.find((point) => point.id === point_id);
const readCode = (to: string): string =>
  /\d{6}/.exec(app.mail.sent(to).at(-1)?.subject ?? "")?.[0] ?? expect.fail(`No code to ${to}`);
const readStatus = (asked: Promise<unknown>): Promise<number> =>
  asked.then(
    () => 200,
    ({ status }: { status: number }) => status,
  );
const wrongCode = (code: string, by = 1): string => String((Number(code) + by) % 1_000_000).padStart(6, "0");

describe("a code", () => {
  it("entered for the customer verifies the address once, and records method and user", async () => {
    const one = await createPerson();
    const { data } = await rep.client.verifyContactPoint(pickIds(one));
    expect(data).toMatchObject({ by: "email", to: `${one.to[0]}•••@mail.example` });
    expect(JSON.stringify(data)).not.toContain(readCode(one.to));
    const code = readCode(one.to);
    await rep.client.confirmContactPoint({ ...pickIds(one), code: ` ${code.slice(0, 3)} ${code.slice(3)} ` });
    expect(await readPoint(one)).toMatchObject({
      ...{ is_verified: true, verified_by: "code", verified_by_id: rep.id, verified_at: expect.any(String) },
    });
    expect(await readRejection(rep.client.confirmContactPoint({ ...pickIds(one), code }))).toEqual([409, []]);
    expect(await readRejection(rep.client.verifyContactPoint(pickIds(one)))).toEqual([409, []]);
  });

  it("goes to a phone by SMS", async () => {
    const one = await createPerson("0151 23456789", "phone");
    expect((await rep.client.verifyContactPoint(pickIds(one))).data).toMatchObject({ by: "sms", to: "•••• 89" });
    const code = /\d{6}/.exec(app.mail.sent("+4915123456789").at(-1)?.text ?? "")?.[0] ?? "";
    await rep.client.confirmContactPoint({ ...pickIds(one), code });
    expect(await readPoint(one)).toMatchObject({ is_verified: true, verified_by: "code" });
  });

  it("is valid for ten minutes and five tries, until another one is sent", async () => {
    const one = await createPerson();
    await rep.client.verifyContactPoint(pickIds(one));
    const first = readCode(one.to);
    await rep.client.verifyContactPoint(pickIds(one));
    const second = readCode(one.to);
    if (first !== second)
      expect(await readRejection(rep.client.confirmContactPoint({ ...pickIds(one), code: first }))).toEqual([400, ["code"]]);
    app.setClock({ advance: 10 * MINUTE_MS });
    expect(await readRejection(rep.client.confirmContactPoint({ ...pickIds(one), code: second }))).toEqual([409, []]);
    await rep.client.verifyContactPoint(pickIds(one));
    const third = readCode(one.to);
    const guesses = Array.from({ length: 12 }, (_, by) =>
      readStatus(rep.client.confirmContactPoint({ ...pickIds(one), code: wrongCode(third, by + 1) })),
    );
    const statuses = await Promise.all(guesses);
    expect(statuses.filter((status) => status === 400)).toHaveLength(5);
    expect(await readRejection(rep.client.confirmContactPoint({ ...pickIds(one), code: third }))).toEqual([409, []]);
    expect(await readPoint(one)).toMatchObject({ is_verified: false });
  });

  it("is void once the address is changed or removed", async () => {
    const one = await createPerson();
    await rep.client.verifyContactPoint(pickIds(one));
    const code = readCode(one.to);
    await rep.client.updateContactPoint({ ...pickIds(one), contact_value: newAddress() } as never);
    expect(await readRejection(rep.client.confirmContactPoint({ ...pickIds(one), code }))).toEqual([409, []]);
    const link = await findMailLink(app, one.to, "/v/");
    expect((await requestPage(app, link)).status).toBe(404);
    expect((await requestPage(app, link, {}, {})).status).toBe(404);
    await rep.client.removeContactPoint(pickIds(one));
    expect(await readRejection(rep.client.confirmContactPoint({ ...pickIds(one), code }))).toEqual([404, []]);
  });

  it("is sent five times an hour to one address, and ten times for one person", async () => {
    const one = await createPerson();
    const sends = [];
    for (let sent = 0; sent < 6; sent++) sends.push(await readStatus(rep.client.verifyContactPoint(pickIds(one))));
    expect(sends).toEqual([...Array(5).fill(200), 429]);
    for (let more = 0; more < 2; more++) {
      const { data } = await rep.client.addContactPoint({ id: one.id, contact_type: "email", contact_value: newAddress() });
      const point_id = data.contact_points.at(-1)?.id ?? "";
      for (let sent = 0; sent < 3; sent++) sends.push(await readStatus(rep.client.verifyContactPoint({ id: one.id, point_id })));
    }
    expect(sends.filter((status) => status === 200)).toHaveLength(10);
  });

  it("is not stored in clear text", async () => {
    const one = await createPerson();
    await rep.client.verifyContactPoint(pickIds(one));
    await app.settle();
    const { data: trail } = await tenant.admin.listAuditEntries({ record_id: one.id });
    expect(JSON.stringify(trail)).not.toContain(readCode(one.to));
  });

  it("requires visibility of the person, and a reachable address", async () => {
    const [one, stranger] = [await createPerson(), await addUser(app, await signUp(app), "ADMIN")];
    expect(await readRejection(stranger.client.verifyContactPoint(pickIds(one)))).toEqual([404, []]);
    expect(await readRejection(stranger.client.confirmContactPoint({ ...pickIds(one), code: "000000" }))).toEqual([404, []]);
    const { data } = await rep.client.addContactPoint({
      ...{ id: one.id, contact_type: "social", contact_value: "@ann", platform_name: "x" },
    });
    const social = data.contact_points.at(-1)?.id ?? "";
    expect(await readRejection(rep.client.verifyContactPoint({ id: one.id, point_id: social }))).toEqual([422, ["point_id"]]);
  });
});

describe("the verification link in the mail", () => {
  it("shows a button that verifies once, and changes nothing when it is opened", async () => {
    const one = await createPerson();
    await rep.client.verifyContactPoint(pickIds(one));
    const link = await findMailLink(app, one.to, "/v/");
    for (const method of ["GET", "HEAD", "GET"]) await requestPage(app, link, { method });
    const page = await requestPage(app, link);
    expect([page.status, pageTitle(page), page.body.includes(one.to)]).toEqual([200, translationsFor("en").title, false]);
    expect(await readPoint(one)).toMatchObject({ is_verified: false });
    app.setClock({ advance: 11 * MINUTE_MS });
    const pages = [await requestPage(app, link, {}, {}), await requestPage(app, link, {}, {}), await requestPage(app, link)];
    expect(pages.map(pageTitle)).toEqual(Array(3).fill(translationsFor("en").done));
    const point = await readPoint(one);
    expect(point).toMatchObject({ is_verified: true, verified_by: "link", verified_by_id: "link:verification" });
    expect((await tenant.admin.getPerson({ id: one.id })).data.version).toBe(2);
  });

  it("is valid for a day, until another one is sent", async () => {
    const one = await createPerson();
    await rep.client.verifyContactPoint(pickIds(one));
    const first = await findMailLink(app, one.to, "/v/");
    await rep.client.verifyContactPoint(pickIds(one));
    const second = await findMailLink(app, one.to, "/v/");
    expect([(await requestPage(app, first, {}, {})).status, (await requestPage(app, second)).status]).toEqual([404, 200]);
    app.setClock({ advance: 24 * 60 * MINUTE_MS });
    expect((await requestPage(app, second, {}, {})).status).toBe(404);
  });

  it("verifies the survivor of a merged person", async () => {
    const one = await createPerson();
    await rep.client.verifyContactPoint(pickIds(one));
    const { data: survivor } = await rep.client.createPerson({ first_name: "Anna" });
    await rep.client.mergePersons({ id: survivor.id, merged_id: one.id } as never);
    expect((await requestPage(app, await findMailLink(app, one.to, "/v/"), {}, {})).status).toBe(200);
    expect(await readPoint({ ...one, id: survivor.id })).toMatchObject({ is_verified: true, verified_by: "link" });
  });

  it("that is forged, cut or of another tenant gets the same 404", async () => {
    const one = await createPerson();
    await rep.client.verifyContactPoint(pickIds(one));
    const link = await findMailLink(app, one.to, "/v/");
    const [mine = "", box = ""] = new URL(link).pathname.replace("/v/", "").split(".");
    const unsubscribe = link.replace("/v/", "/u/");
    const foreign = await signUp(app);
    const wrong = [`${foreign.id}.${box}`, `${mine}.${box.slice(0, -2)}`, `${mine}.${box.slice(2)}`, mine, `${mine}.x`];
    for (const token of wrong)
      for (const form of [undefined, {}])
        expect((await requestPage(app, `${new URL(link).origin}/v/${token}`, {}, form)).status).toBe(404);
    expect((await requestPage(app, unsubscribe, {}, {})).status).toBe(404);
    expect(await readPoint(one)).toMatchObject({ is_verified: false });
  });

  it.each(languages)("is in %s for such a reader", async (language) => {
    const one = await createPerson();
    await rep.client.verifyContactPoint(pickIds(one));
    const page = await requestPage(app, await findMailLink(app, one.to, "/v/"), { headers: { "accept-language": language } });
    expect([pageTitle(page), page.body.match(/\{\w+\}/)]).toEqual([translationsFor(language).title, null]);
  });
});
