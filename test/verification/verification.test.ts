import { randomUUID } from "node:crypto";
import { languages } from "@crm/core/kernel/language.ts";
import { wordsOf } from "@crm/core/person/verification/words.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { visit } from "../offer/support.ts";
import { linkTo, titleOf } from "../pages/support.ts";
import { refusal } from "../quote/support.ts";
import { addUser, signUp, startTestApp, type Tenant, type TestUser } from "../support.ts";

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

const fresh = (): string => `${randomUUID().slice(0, 8)}@mail.example`;
const MINUTE = 60_000;

async function personWith(contact_value = fresh(), contact_type = "email") {
  const points = [{ contact_type, contact_value }];
  const { data } = await rep.as.createPerson({ first_name: "Ann", contact_points: points } as never);
  const point = data.contact_points[0] ?? expect.fail("No contact point");
  return { id: data.id, point_id: point.id, to: contact_value };
}
type One = Awaited<ReturnType<typeof personWith>>;
const at = ({ id, point_id }: One) => ({ id, point_id });
const pointOf = async ({ id, point_id }: One, as = rep) =>
  (await as.as.getPerson({ id })).data.contact_points.find((point) => point.id === point_id);
const codeIn = (to: string): string =>
  /\d{6}/.exec(app.mail.sent(to).at(-1)?.subject ?? "")?.[0] ?? expect.fail(`No code to ${to}`);
const statusOf = (asked: Promise<unknown>): Promise<number> =>
  asked.then(
    () => 200,
    ({ status }: { status: number }) => status,
  );
const other = (code: string, by = 1): string => String((Number(code) + by) % 1_000_000).padStart(6, "0");

describe("a code", () => {
  it("that the customer tells verifies the address, once, and says how and by whom", async () => {
    const one = await personWith();
    const { data } = await rep.as.verifyContactPoint(at(one));
    expect(data).toMatchObject({ by: "email", to: `${one.to[0]}•••@mail.example` });
    expect(JSON.stringify(data)).not.toContain(codeIn(one.to));
    const code = codeIn(one.to);
    await rep.as.confirmContactPoint({ ...at(one), code: ` ${code.slice(0, 3)} ${code.slice(3)} ` });
    expect(await pointOf(one)).toMatchObject({
      ...{ is_verified: true, verified_by: "code", verified_by_id: rep.id, verified_at: expect.any(String) },
    });
    expect(await refusal(rep.as.confirmContactPoint({ ...at(one), code }))).toEqual([409, []]);
    expect(await refusal(rep.as.verifyContactPoint(at(one)))).toEqual([409, []]);
  });

  it("goes to a telephone by SMS", async () => {
    const one = await personWith("0151 23456789", "phone");
    expect((await rep.as.verifyContactPoint(at(one))).data).toMatchObject({ by: "sms", to: "•••• 89" });
    const code = /\d{6}/.exec(app.mail.sent("+4915123456789").at(-1)?.text ?? "")?.[0] ?? "";
    await rep.as.confirmContactPoint({ ...at(one), code });
    expect(await pointOf(one)).toMatchObject({ is_verified: true, verified_by: "code" });
  });

  it("is good for ten minutes, for five tries, and until another one is sent", async () => {
    const one = await personWith();
    await rep.as.verifyContactPoint(at(one));
    const first = codeIn(one.to);
    await rep.as.verifyContactPoint(at(one));
    const second = codeIn(one.to);
    if (first !== second) expect(await refusal(rep.as.confirmContactPoint({ ...at(one), code: first }))).toEqual([400, ["code"]]);
    app.setClock({ advance: 10 * MINUTE });
    expect(await refusal(rep.as.confirmContactPoint({ ...at(one), code: second }))).toEqual([409, []]);
    await rep.as.verifyContactPoint(at(one));
    const third = codeIn(one.to);
    const guesses = Array.from({ length: 12 }, (_, by) =>
      statusOf(rep.as.confirmContactPoint({ ...at(one), code: other(third, by + 1) })),
    );
    const statuses = await Promise.all(guesses);
    expect(statuses.filter((status) => status === 400)).toHaveLength(5);
    expect(await refusal(rep.as.confirmContactPoint({ ...at(one), code: third }))).toEqual([409, []]);
    expect(await pointOf(one)).toMatchObject({ is_verified: false });
  });

  it("is void once the address is another or is gone", async () => {
    const one = await personWith();
    await rep.as.verifyContactPoint(at(one));
    const code = codeIn(one.to);
    await rep.as.updateContactPoint({ ...at(one), contact_value: fresh() } as never);
    expect(await refusal(rep.as.confirmContactPoint({ ...at(one), code }))).toEqual([409, []]);
    const link = await linkTo(app, one.to, "/v/");
    expect((await visit(app, link)).status).toBe(404);
    expect((await visit(app, link, {}, {})).status).toBe(404);
    await rep.as.removeContactPoint(at(one));
    expect(await refusal(rep.as.confirmContactPoint({ ...at(one), code }))).toEqual([404, []]);
  });

  it("is sent to one address five times an hour, and for one person ten times", async () => {
    const one = await personWith();
    const sends = [];
    for (let sent = 0; sent < 6; sent++) sends.push(await statusOf(rep.as.verifyContactPoint(at(one))));
    expect(sends).toEqual([...Array(5).fill(200), 429]);
    for (let more = 0; more < 2; more++) {
      const { data } = await rep.as.addContactPoint({ id: one.id, contact_type: "email", contact_value: fresh() });
      const point_id = data.contact_points.at(-1)?.id ?? "";
      for (let sent = 0; sent < 3; sent++) sends.push(await statusOf(rep.as.verifyContactPoint({ id: one.id, point_id })));
    }
    expect(sends.filter((status) => status === 200)).toHaveLength(10);
  });

  it("lies nowhere as it is", async () => {
    const one = await personWith();
    await rep.as.verifyContactPoint(at(one));
    await app.settle();
    const { data: trail } = await tenant.admin.listAuditEntries({ record_id: one.id });
    expect(JSON.stringify(trail)).not.toContain(codeIn(one.to));
  });

  it("is for who sees the person, and for what can be reached", async () => {
    const [one, stranger] = [await personWith(), await addUser(app, await signUp(app), "ADMIN")];
    expect(await refusal(stranger.as.verifyContactPoint(at(one)))).toEqual([404, []]);
    expect(await refusal(stranger.as.confirmContactPoint({ ...at(one), code: "000000" }))).toEqual([404, []]);
    const { data } = await rep.as.addContactPoint({
      ...{ id: one.id, contact_type: "social", contact_value: "@ann", platform_name: "x" },
    });
    const social = data.contact_points.at(-1)?.id ?? "";
    expect(await refusal(rep.as.verifyContactPoint({ id: one.id, point_id: social }))).toEqual([422, ["point_id"]]);
  });
});

describe("the link of the mail", () => {
  it("shows a button, which verifies, once; opening it changes nothing", async () => {
    const one = await personWith();
    await rep.as.verifyContactPoint(at(one));
    const link = await linkTo(app, one.to, "/v/");
    for (const method of ["GET", "HEAD", "GET"]) await visit(app, link, { method });
    const page = await visit(app, link);
    expect([page.status, titleOf(page), page.body.includes(one.to)]).toEqual([200, wordsOf("en").title, false]);
    expect(await pointOf(one)).toMatchObject({ is_verified: false });
    app.setClock({ advance: 11 * MINUTE });
    const pages = [await visit(app, link, {}, {}), await visit(app, link, {}, {}), await visit(app, link)];
    expect(pages.map(titleOf)).toEqual(Array(3).fill(wordsOf("en").done));
    const point = await pointOf(one);
    expect(point).toMatchObject({ is_verified: true, verified_by: "link", verified_by_id: "link:verification" });
    expect((await tenant.admin.getPerson({ id: one.id })).data.version).toBe(2);
  });

  it("is good for a day, and until another one is sent", async () => {
    const one = await personWith();
    await rep.as.verifyContactPoint(at(one));
    const first = await linkTo(app, one.to, "/v/");
    await rep.as.verifyContactPoint(at(one));
    const second = await linkTo(app, one.to, "/v/");
    expect([(await visit(app, first, {}, {})).status, (await visit(app, second)).status]).toEqual([404, 200]);
    app.setClock({ advance: 24 * 60 * MINUTE });
    expect((await visit(app, second, {}, {})).status).toBe(404);
  });

  it("leads to whoever the person was joined to", async () => {
    const one = await personWith();
    await rep.as.verifyContactPoint(at(one));
    const { data: survivor } = await rep.as.createPerson({ first_name: "Anna" });
    await rep.as.mergePersons({ id: survivor.id, merged_id: one.id } as never);
    expect((await visit(app, await linkTo(app, one.to, "/v/"), {}, {})).status).toBe(200);
    expect(await pointOf({ ...one, id: survivor.id })).toMatchObject({ is_verified: true, verified_by: "link" });
  });

  it("that is forged, cut or another tenant's is that of no page", async () => {
    const one = await personWith();
    await rep.as.verifyContactPoint(at(one));
    const link = await linkTo(app, one.to, "/v/");
    const [mine = "", box = ""] = new URL(link).pathname.replace("/v/", "").split(".");
    const unsubscribe = link.replace("/v/", "/u/");
    const foreign = await signUp(app);
    const wrong = [`${foreign.id}.${box}`, `${mine}.${box.slice(0, -2)}`, `${mine}.${box.slice(2)}`, mine, `${mine}.x`];
    for (const token of wrong)
      for (const form of [undefined, {}])
        expect((await visit(app, `${new URL(link).origin}/v/${token}`, {}, form)).status).toBe(404);
    expect((await visit(app, unsubscribe, {}, {})).status).toBe(404);
    expect(await pointOf(one)).toMatchObject({ is_verified: false });
  });

  it.each(languages)("speaks %s to who reads it", async (language) => {
    const one = await personWith();
    await rep.as.verifyContactPoint(at(one));
    const page = await visit(app, await linkTo(app, one.to, "/v/"), { headers: { "accept-language": language } });
    expect([titleOf(page), page.body.match(/\{\w+\}/)]).toEqual([wordsOf(language).title, null]);
  });
});
