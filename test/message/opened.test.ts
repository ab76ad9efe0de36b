import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lasting } from "../contracts/support.ts";
import { visit } from "../offer/support.ts";
import { addUser, signUp, startTestApp, type Tenant } from "../support.ts";

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
  tenant = { ...tenant, admin: lasting(app, tenant) };
});
afterAll(() => app.stop());

let last = 0;

/** A program that calls itself a browser, and as nobody else here. */
const SCANNER = "Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0";

async function sent(tracks: boolean) {
  const address = `opener${++last}@mail.example`;
  const account = { name: `News ${last}`, way: "house", address: "news@harbour.example", tracks };
  const { data: by } = await tenant.admin.createMailAccount(account as never);
  const point = { contact_type: "email", contact_value: address };
  const { data: person } = await tenant.admin.createPerson({ last_name: "Reader", contact_points: [point] } as never);
  await tenant.admin.setPreferences({ id: person.id, preferences: [{ channel: "email", consent: "ALLOWED" }] } as never);
  const words = {
    name: `News ${last}`,
    channel: "EMAIL",
    subject: "News",
    body_html: '<p><a href="https://a.example">A</a></p>',
  };
  const { data: template } = await tenant.admin.createMessageTemplate(words as never);
  const message = { channel: "email", person_id: person.id, purpose: "marketing", template_id: template.id, sender_id: by.id };
  const { data } = await tenant.admin.sendMessage(message as never);
  await app.settle();
  const html = app.mail.sent(address)[0]?.html ?? "";
  const [, link = ""] = /href="([^"]+)"/.exec(html) ?? [];
  const [, picture = ""] = /<img src="([^"]+)"/.exec(html) ?? [];
  const [, trap = ""] = /<a href="([^"]+)" style="display:none"/.exec(html) ?? [];
  return { id: data.id, person: person.id, link, picture, trap };
}

/** Minutes go by, and what is due is done. */
async function pass(minutes: number): Promise<void> {
  app.setClock({ advance: minutes * 60_000 });
  await app.settle();
}

/** What stands in the message and with its person. */
async function known({ id, person }: { id: string; person: string }) {
  const { data } = await tenant.admin.getMessage({ id });
  const { data: happened } = await tenant.admin.listInteractions({ person, limit: 100 });
  const { data: types } = await tenant.admin.listMasters({ kind: "interaction_types", limit: 100 } as never);
  const codeOf = (of: string | undefined) => types.find((type) => type.id === of)?.code;
  return {
    first: [data.opened_at, data.clicked_at],
    happened: happened.map((each) => [codeOf(each.interaction_type_id), each.interaction_date]).sort(),
  };
}

const opensOf = async (id: string) => (await tenant.admin.getMessageOpens({ id })).data;
const none = { opened_at: null, clicked_at: null, opens: 0, clicks: 0, machine_opens: 0, machine_clicks: 0 };

describe("a message that is tracked", () => {
  it("shows what people did, and apart from it what programs did", async () => {
    const { id, link, picture } = await sent(true);
    expect(await opensOf(id)).toEqual({ is_tracked: true, ...none });
    await visit(app, picture, { agent: "Mozilla/5.0" });
    expect(await opensOf(id)).toMatchObject({ ...none, machine_opens: 1 });
    app.setClock({ advance: 60_000 });
    expect((await visit(app, link)).headers.location).toBe("https://a.example");
    const after = await opensOf(id);
    expect(after).toMatchObject({ opens: 0, clicks: 1, machine_opens: 1, machine_clicks: 0 });
    expect([after.opened_at, after.clicked_at]).toEqual([after.clicked_at, expect.any(String)]);
  });

  it("is shown to whoever sees it, and no other tenant", async () => {
    const { id } = await sent(true);
    const colleague = await addUser(app, tenant, "SALES_REP");
    await expect(colleague.as.getMessageOpens({ id })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect((await signUp(app)).admin.getMessageOpens({ id })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

describe("what is written down of who opened it", () => {
  it("stands in the message and with its person once nothing that comes changes it, and once", async () => {
    const one = await sent(true);
    await pass(1);
    await visit(app, one.picture);
    const { opened_at } = await opensOf(one.id);
    await pass(5);
    expect(await known(one)).toEqual({ first: [null, null], happened: [] });
    await visit(app, one.link);
    const { clicked_at } = await opensOf(one.id);
    await pass(7);
    expect(await known(one)).toEqual({ first: [opened_at, null], happened: [["email_opened", opened_at]] });
    await pass(7);
    const both = [
      ["email_clicked", clicked_at],
      ["email_opened", opened_at],
    ];
    expect(await known(one)).toEqual({ first: [opened_at, clicked_at], happened: both });
    const { version } = (await tenant.admin.getMessage({ id: one.id })).data;
    await visit(app, one.link);
    await visit(app, one.picture);
    await pass(30);
    expect(await known(one)).toEqual({ first: [opened_at, clicked_at], happened: both });
    // Of what is known already nothing is written.
    expect((await tenant.admin.getMessage({ id: one.id })).data.version).toBe(version);
  });

  it("is nothing where a program did it, whenever that comes out", async () => {
    const [proxied, trapped, late] = [await sent(true), await sent(true), await sent(true)];
    await pass(1);
    await visit(app, proxied.picture, { agent: "Mozilla/5.0" });
    await visit(app, trapped.link, { agent: SCANNER });
    await visit(app, late.picture);
    await pass(9);
    await visit(app, trapped.trap, { agent: SCANNER });
    await visit(app, late.link, { agent: SCANNER });
    // Judged by now is what was opened at first; what was followed since is not.
    await pass(4);
    await visit(app, late.trap, { agent: SCANNER });
    for (let times = 0; times < 3; times++) await pass(12);
    for (const one of [proxied, trapped]) expect(await known(one)).toEqual({ first: [null, null], happened: [] });
    expect((await known(late)).first).toEqual([expect.any(String), null]);
    await visit(app, trapped.link);
    await pass(12);
    expect((await known(trapped)).happened.map(([type]) => type)).toEqual(["email_clicked", "email_opened"]);
  });

  it("is judged later where something comes as it is about to be", async () => {
    const one = await sent(true);
    await pass(1);
    await visit(app, one.picture);
    await pass(10.5);
    await visit(app, one.link);
    await pass(1);
    expect((await known(one)).first).toEqual([null, null]);
    await pass(11);
    expect((await known(one)).first).toEqual([expect.any(String), expect.any(String)]);
  });

  it("is of whoever its person is by then, and of nobody where they are deleted", async () => {
    const [joined, gone] = [await sent(true), await sent(true)];
    const { data: kept } = await tenant.admin.createPerson({ last_name: "Reader" } as never);
    await pass(1);
    for (const { link } of [joined, gone]) await visit(app, link);
    await tenant.admin.mergePersons({ id: kept.id, merged_id: joined.person } as never);
    await tenant.admin.deletePerson({ id: gone.person });
    await pass(12);
    const { data: happened } = await tenant.admin.listInteractions({ person: kept.id, limit: 100 });
    expect(happened.map(({ personal_key_id }) => personal_key_id)).toEqual([kept.id, kept.id]);
    expect((await tenant.admin.getMessage({ id: gone.id })).data.opened_at).toEqual(expect.any(String));
    expect((await tenant.admin.listInteractions({ person: gone.person, limit: 100 })).data).toEqual([]);
  });
});

it("a message of an account that does not track says so", async () => {
  const { id, link } = await sent(false);
  expect(link).toBe("https://a.example");
  expect(await opensOf(id)).toEqual({ is_tracked: false, ...none });
});
