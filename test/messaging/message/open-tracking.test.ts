import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createRenewingClient } from "../../agreements/contract/support.ts";
import { requestPage } from "../../agreements/share-link/support.ts";
import { addUser, postalSettings, signUp, startTestApp, type Tenant } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, postalSettings);
  tenant = { ...tenant, admin: createRenewingClient(app, tenant) };
});
afterAll(() => app.stop());

let lastOpener = 0;

/** A scanner that poses as a browser; no other test uses this user agent. */
const SCANNER_AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0";

async function sendTrackedMail(tracks: boolean) {
  const address = `opener${++lastOpener}@mail.example`;
  const account = { name: `News ${lastOpener}`, way: "house", address: "news@harbour.example", tracks };
  const { data: mailAccount } = await tenant.admin.createMailAccount(account);
  const point = { contact_type: "email", contact_value: address };
  const { data: person } = await tenant.admin.createPerson({ last_name: "Reader", contact_points: [point] });
  await tenant.admin.setPreferences({ id: person.id, preferences: [{ channel: "email", consent: "ALLOWED" }] });
  const words = {
    name: `News ${lastOpener}`,
    channel: "EMAIL",
    subject: "News",
    body_html: '<p><a href="https://a.example">A</a></p>',
  };
  const { data: template } = await tenant.admin.createMessageTemplate(words);
  const message = {
    channel: "email",
    person_id: person.id,
    purpose: "marketing",
    template_id: template.id,
    sender_id: mailAccount.id,
  };
  const { data } = await tenant.admin.sendMessage(message);
  await app.settle();
  const html = app.mail.sent(address)[0]?.html ?? "";
  const [, link = ""] = /href="([^"]+)"/.exec(html) ?? [];
  const [, picture = ""] = /<img src="([^"]+)"/.exec(html) ?? [];
  const [, trap = ""] = /<a href="([^"]+)" style="display:none"/.exec(html) ?? [];
  return { id: data.id, person: person.id, link, picture, trap };
}

/** Advances the clock and runs what is due. */
async function advanceClock(minutes: number): Promise<void> {
  app.setClock({ advance: minutes * 60_000 });
  await app.settle();
}

/** The tracking times of the message, and the person's interactions. */
async function readTracking({ id, person }: { id: string; person: string }) {
  const { data } = await tenant.admin.getMessage({ id });
  const { data: happened } = await tenant.admin.listInteractions({ person, limit: 100 });
  const { data: types } = await tenant.admin.listMasters({ kind: "interaction_types", limit: 100 });
  const findCode = (typeId: string | undefined) => types.find((type) => type.id === typeId)?.code;
  return {
    first: [data.opened_at, data.clicked_at],
    happened: happened.map((interaction) => [findCode(interaction.interaction_type_id), interaction.interaction_date]).sort(),
  };
}

const readOpens = async (id: string) => (await tenant.admin.getMessageOpens({ id })).data;
const emptyCounts = { opened_at: null, clicked_at: null, opens: 0, clicks: 0, machine_opens: 0, machine_clicks: 0 };

describe("a tracked message", () => {
  it("shows opens and clicks of people separately from those of programs", async () => {
    const { id, link, picture } = await sendTrackedMail(true);
    expect(await readOpens(id)).toEqual({ is_tracked: true, untracked_reason: null, ...emptyCounts });
    await requestPage(app, picture, { agent: "Mozilla/5.0" });
    expect(await readOpens(id)).toMatchObject({ ...emptyCounts, machine_opens: 1 });
    app.setClock({ advance: 60_000 });
    expect((await requestPage(app, link)).headers.location).toBe("https://a.example");
    const after = await readOpens(id);
    expect(after).toMatchObject({ opens: 1, clicks: 1, machine_opens: 1, machine_clicks: 0 });
    expect([after.opened_at, after.clicked_at]).toEqual([after.clicked_at, expect.any(String)]);
    const { opened_at, clicked_at } = (await tenant.admin.getMessage({ id })).data;
    expect({ opened_at, clicked_at }).toEqual({ opened_at: after.opened_at, clicked_at: after.clicked_at });
  });

  it("is shown to users who see it, and not to other tenants", async () => {
    const { id } = await sendTrackedMail(true);
    const colleague = await addUser(app, tenant, "SALES_REP");
    await expect(colleague.client.getMessageOpens({ id })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect((await signUp(app)).admin.getMessageOpens({ id })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

describe("the recorded opens of a message", () => {
  it("are stored with the message and its person once, after no further hit can change them", async () => {
    const mail = await sendTrackedMail(true);
    await advanceClock(1);
    await requestPage(app, mail.picture);
    const { opened_at } = await readOpens(mail.id);
    await advanceClock(5);
    // Shown at once, as `opens` shows it, and recorded later.
    expect(await readTracking(mail)).toEqual({ first: [opened_at, null], happened: [] });
    await requestPage(app, mail.link);
    const { clicked_at } = await readOpens(mail.id);
    await advanceClock(7);
    expect(await readTracking(mail)).toEqual({ first: [opened_at, clicked_at], happened: [["email_opened", opened_at]] });
    await advanceClock(7);
    const expectedEvents = [
      ["email_clicked", clicked_at],
      ["email_opened", opened_at],
    ];
    expect(await readTracking(mail)).toEqual({ first: [opened_at, clicked_at], happened: expectedEvents });
    const { version } = (await tenant.admin.getMessage({ id: mail.id })).data;
    await requestPage(app, mail.link);
    await requestPage(app, mail.picture);
    await advanceClock(30);
    expect(await readTracking(mail)).toEqual({ first: [opened_at, clicked_at], happened: expectedEvents });
    // Repeated hits write nothing.
    expect((await tenant.admin.getMessage({ id: mail.id })).data.version).toBe(version);
  });

  it("exclude programs, regardless of when they are recognized", async () => {
    const [proxied, trapped, late] = [await sendTrackedMail(true), await sendTrackedMail(true), await sendTrackedMail(true)];
    await advanceClock(1);
    await requestPage(app, proxied.picture, { agent: "Mozilla/5.0" });
    await requestPage(app, trapped.link, { agent: SCANNER_AGENT });
    await requestPage(app, late.picture);
    await advanceClock(9);
    await requestPage(app, trapped.trap, { agent: SCANNER_AGENT });
    await requestPage(app, late.link, { agent: SCANNER_AGENT });
    // By now the first open has been judged, but the click after it has not.
    await advanceClock(4);
    await requestPage(app, late.trap, { agent: SCANNER_AGENT });
    for (let times = 0; times < 3; times++) await advanceClock(12);
    for (const mail of [proxied, trapped]) expect(await readTracking(mail)).toEqual({ first: [null, null], happened: [] });
    expect((await readTracking(late)).first).toEqual([expect.any(String), null]);
    await requestPage(app, trapped.link);
    await advanceClock(12);
    expect((await readTracking(trapped)).happened.map(([type]) => type)).toEqual(["email_clicked", "email_opened"]);
  });

  it("are determined later if another hit arrives just before", async () => {
    const mail = await sendTrackedMail(true);
    await advanceClock(1);
    await requestPage(app, mail.picture);
    await advanceClock(10.5);
    await requestPage(app, mail.link);
    await advanceClock(1);
    expect((await readTracking(mail)).happened).toEqual([]);
    await advanceClock(11);
    expect((await readTracking(mail)).first).toEqual([expect.any(String), expect.any(String)]);
  });

  it("belong to the current person after a merge, and to no one after a deletion", async () => {
    const [mergedMail, orphanMail] = [await sendTrackedMail(true), await sendTrackedMail(true)];
    const { data: survivor } = await tenant.admin.createPerson({ last_name: "Reader" });
    await advanceClock(1);
    for (const { link } of [mergedMail, orphanMail]) await requestPage(app, link);
    await tenant.admin.mergePersons({ id: survivor.id, merged_id: mergedMail.person });
    await tenant.admin.deletePerson({ id: orphanMail.person });
    await advanceClock(12);
    const { data: happened } = await tenant.admin.listInteractions({ person: survivor.id, limit: 100 });
    expect(happened.map(({ personal_key_id }) => personal_key_id)).toEqual([survivor.id, survivor.id]);
    expect((await tenant.admin.getMessage({ id: orphanMail.id })).data.opened_at).toEqual(expect.any(String));
    expect((await tenant.admin.listInteractions({ person: orphanMail.person, limit: 100 })).data).toEqual([]);
  });
});

it("a message of an account without tracking is reported as not tracked", async () => {
  const { id, link } = await sendTrackedMail(false);
  expect(link).toBe("https://a.example");
  expect(await readOpens(id)).toEqual({
    ...{ is_tracked: false, untracked_reason: "tracking_off", opened_at: null, clicked_at: null },
    ...{ opens: null, clicks: null, machine_opens: null, machine_clicks: null },
  });
  expect((await tenant.admin.getMessage({ id })).data).toMatchObject({ is_tracked: false, opened_at: null });
});
