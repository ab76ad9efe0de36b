import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { visit } from "../offer/support.ts";
import { addUser, signUp, startTestApp, type Tenant } from "../support.ts";

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterAll(() => app.stop());

let last = 0;

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
  return { id: data.id, link, picture };
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

it("a message of an account that does not track says so", async () => {
  const { id, link } = await sent(false);
  expect(link).toBe("https://a.example");
  expect(await opensOf(id)).toEqual({ is_tracked: false, ...none });
});
