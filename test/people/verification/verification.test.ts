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
  const { data } = await rep.client.createPerson({ first_name: "Ann", contact_points: points });
  const point = data.contact_points[0] ?? expect.fail("No contact point");
  return { id: data.id, point_id: point.id, to: contact_value };
}
type PointTarget = Awaited<ReturnType<typeof createPerson>>;
const pickIds = ({ id, point_id }: PointTarget) => ({ id, point_id });
const readPoint = async ({ id, point_id }: PointTarget, as = rep) =>
  (await as.client.getPerson({ id })).data.contact_points.find((point) => point.id === point_id);
const readCode = (to: string): string =>
  /\d{6}/.exec(app.mail.sent(to).at(-1)?.subject ?? "")?.[0] ?? expect.fail(`No code to ${to}`);
const readStatus = (request: Promise<unknown>): Promise<number> =>
  request.then(
    () => 200,
    ({ status }: { status: number }) => status,
  );
const wrongCode = (code: string, offset = 1): string => String((Number(code) + offset) % 1_000_000).padStart(6, "0");

describe("a code", () => {
  it("entered for the customer verifies the address once, and records method and user", async () => {
    const person = await createPerson();
    const { data } = await rep.client.verifyContactPoint(pickIds(person));
    expect(data).toMatchObject({ by: "email", to: `${person.to[0]}•••@mail.example` });
    expect(JSON.stringify(data)).not.toContain(readCode(person.to));
    const code = readCode(person.to);
    await rep.client.confirmContactPoint({ ...pickIds(person), code: ` ${code.slice(0, 3)} ${code.slice(3)} ` });
    expect(await readPoint(person)).toMatchObject({
      ...{ is_verified: true, verified_by: "code", verified_by_id: rep.id, verified_at: expect.any(String) },
    });
    expect(await readRejection(rep.client.confirmContactPoint({ ...pickIds(person), code }))).toEqual([409, []]);
    expect(await readRejection(rep.client.verifyContactPoint(pickIds(person)))).toEqual([409, []]);
  });

  it("goes to a phone by SMS", async () => {
    const person = await createPerson("0151 23456789", "phone");
    expect((await rep.client.verifyContactPoint(pickIds(person))).data).toMatchObject({ by: "sms", to: "•••• 89" });
    const code = /\d{6}/.exec(app.mail.sent("+4915123456789").at(-1)?.text ?? "")?.[0] ?? "";
    await rep.client.confirmContactPoint({ ...pickIds(person), code });
    expect(await readPoint(person)).toMatchObject({ is_verified: true, verified_by: "code" });
  });

  it("is valid for ten minutes and five tries, until another one is sent", async () => {
    const person = await createPerson();
    await rep.client.verifyContactPoint(pickIds(person));
    const first = readCode(person.to);
    await rep.client.verifyContactPoint(pickIds(person));
    const second = readCode(person.to);
    if (first !== second)
      expect(await readRejection(rep.client.confirmContactPoint({ ...pickIds(person), code: first }))).toEqual([400, ["code"]]);
    app.setClock({ advance: 10 * MINUTE_MS });
    expect(await readRejection(rep.client.confirmContactPoint({ ...pickIds(person), code: second }))).toEqual([409, []]);
    await rep.client.verifyContactPoint(pickIds(person));
    const third = readCode(person.to);
    const guesses = Array.from({ length: 12 }, (_, index) =>
      readStatus(rep.client.confirmContactPoint({ ...pickIds(person), code: wrongCode(third, index + 1) })),
    );
    const statuses = await Promise.all(guesses);
    expect(statuses.filter((status) => status === 400)).toHaveLength(5);
    expect(await readRejection(rep.client.confirmContactPoint({ ...pickIds(person), code: third }))).toEqual([409, []]);
    expect(await readPoint(person)).toMatchObject({ is_verified: false });
  });

  it("is void once the address is changed or removed", async () => {
    const person = await createPerson();
    await rep.client.verifyContactPoint(pickIds(person));
    const code = readCode(person.to);
    await rep.client.updateContactPoint({ ...pickIds(person), contact_value: newAddress() });
    expect(await readRejection(rep.client.confirmContactPoint({ ...pickIds(person), code }))).toEqual([409, []]);
    const link = await findMailLink(app, person.to, "/v/");
    expect((await requestPage(app, link)).status).toBe(404);
    expect((await requestPage(app, link, {}, {})).status).toBe(404);
    await rep.client.removeContactPoint(pickIds(person));
    expect(await readRejection(rep.client.confirmContactPoint({ ...pickIds(person), code }))).toEqual([404, []]);
  });

  it("is sent five times an hour to one address, and ten times for one person", async () => {
    const person = await createPerson();
    const sends = [];
    for (let sent = 0; sent < 6; sent++) sends.push(await readStatus(rep.client.verifyContactPoint(pickIds(person))));
    expect(sends).toEqual([...Array(5).fill(200), 429]);
    for (let more = 0; more < 2; more++) {
      const { data } = await rep.client.addContactPoint({ id: person.id, contact_type: "email", contact_value: newAddress() });
      const point_id = data.contact_points.at(-1)?.id ?? "";
      for (let sent = 0; sent < 3; sent++)
        sends.push(await readStatus(rep.client.verifyContactPoint({ id: person.id, point_id })));
    }
    expect(sends.filter((status) => status === 200)).toHaveLength(10);
  });

  it("is not stored in clear text", async () => {
    const person = await createPerson();
    await rep.client.verifyContactPoint(pickIds(person));
    await app.settle();
    const { data: trail } = await tenant.admin.listAuditEntries({ record_id: person.id });
    expect(JSON.stringify(trail)).not.toContain(readCode(person.to));
  });

  it("requires visibility of the person, and a reachable address", async () => {
    const [person, stranger] = [await createPerson(), await addUser(app, await signUp(app), "ADMIN")];
    expect(await readRejection(stranger.client.verifyContactPoint(pickIds(person)))).toEqual([404, []]);
    expect(await readRejection(stranger.client.confirmContactPoint({ ...pickIds(person), code: "000000" }))).toEqual([404, []]);
    const { data } = await rep.client.addContactPoint({
      ...{ id: person.id, contact_type: "social", contact_value: "@ann", platform_name: "x" },
    });
    const social = data.contact_points.at(-1)?.id ?? "";
    expect(await readRejection(rep.client.verifyContactPoint({ id: person.id, point_id: social }))).toEqual([422, ["point_id"]]);
  });
});

describe("the verification link in the mail", () => {
  it("shows a button that verifies once, and changes nothing when it is opened", async () => {
    const person = await createPerson();
    await rep.client.verifyContactPoint(pickIds(person));
    const link = await findMailLink(app, person.to, "/v/");
    for (const method of ["GET", "HEAD", "GET"]) await requestPage(app, link, { method });
    const page = await requestPage(app, link);
    expect([page.status, pageTitle(page), page.body.includes(person.to)]).toEqual([200, translationsFor("en").title, false]);
    expect(await readPoint(person)).toMatchObject({ is_verified: false });
    app.setClock({ advance: 11 * MINUTE_MS });
    const pages = [await requestPage(app, link, {}, {}), await requestPage(app, link, {}, {}), await requestPage(app, link)];
    expect(pages.map(pageTitle)).toEqual(Array(3).fill(translationsFor("en").done));
    const point = await readPoint(person);
    expect(point).toMatchObject({ is_verified: true, verified_by: "link", verified_by_id: "link:verification" });
    expect((await tenant.admin.getPerson({ id: person.id })).data.version).toBe(2);
  });

  it("is valid for a day, until another one is sent", async () => {
    const person = await createPerson();
    await rep.client.verifyContactPoint(pickIds(person));
    const first = await findMailLink(app, person.to, "/v/");
    await rep.client.verifyContactPoint(pickIds(person));
    const second = await findMailLink(app, person.to, "/v/");
    expect([(await requestPage(app, first, {}, {})).status, (await requestPage(app, second)).status]).toEqual([404, 200]);
    app.setClock({ advance: 24 * 60 * MINUTE_MS });
    expect((await requestPage(app, second, {}, {})).status).toBe(404);
  });

  it("verifies the survivor of a merged person", async () => {
    const person = await createPerson();
    await rep.client.verifyContactPoint(pickIds(person));
    const { data: survivor } = await rep.client.createPerson({ first_name: "Anna" });
    await rep.client.mergePersons({ id: survivor.id, merged_id: person.id });
    expect((await requestPage(app, await findMailLink(app, person.to, "/v/"), {}, {})).status).toBe(200);
    expect(await readPoint({ ...person, id: survivor.id })).toMatchObject({ is_verified: true, verified_by: "link" });
  });

  it("that is forged, cut or of another tenant gets the same 404", async () => {
    const person = await createPerson();
    await rep.client.verifyContactPoint(pickIds(person));
    const link = await findMailLink(app, person.to, "/v/");
    const [tenantId = "", box = ""] = new URL(link).pathname.replace("/v/", "").split(".");
    const unsubscribe = link.replace("/v/", "/u/");
    const foreign = await signUp(app);
    const invalidTokens = [
      `${foreign.id}.${box}`,
      `${tenantId}.${box.slice(0, -2)}`,
      `${tenantId}.${box.slice(2)}`,
      tenantId,
      `${tenantId}.x`,
    ];
    for (const token of invalidTokens)
      for (const form of [undefined, {}])
        expect((await requestPage(app, `${new URL(link).origin}/v/${token}`, {}, form)).status).toBe(404);
    expect((await requestPage(app, unsubscribe, {}, {})).status).toBe(404);
    expect(await readPoint(person)).toMatchObject({ is_verified: false });
  });

  it.each(languages)("is in %s for such a reader", async (language) => {
    const person = await createPerson();
    await rep.client.verifyContactPoint(pickIds(person));
    const page = await requestPage(app, await findMailLink(app, person.to, "/v/"), { headers: { "accept-language": language } });
    expect([pageTitle(page), page.body.match(/\{\w+\}/)]).toEqual([translationsFor(language).title, null]);
  });
});
