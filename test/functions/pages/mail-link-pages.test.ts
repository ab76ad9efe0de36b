import { createHash } from "node:crypto";
import { operations } from "@crm/functions/api/index.ts";
import { createClient } from "@crm/functions/derive/client.ts";
import { inputSchema, pathParameterNames } from "@crm/functions/http/operation.ts";
import { readInput } from "@crm/functions/http/request.ts";
import { html } from "@crm/functions/pages/markup.ts";
import type { App } from "@crm/local/app.ts";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createLeadFor } from "../../platform/notification/support.ts";
import { addUser, inProcessTransport, PASSWORD, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";
import { partOf } from "../../support/part-of.ts";
import { fieldError, findMailLink, openPage, pageTitle, postForm, submitForm } from "./support.ts";

/** Pages behind email links, opened by a person and by a program that scans emails. */
let app: App;
let tenant: Tenant;

const DAY_MS = 24 * 60 * 60 * 1000;
const NEW_PASSWORD = "Another-Horse-9000";
const EXPIRED_TITLE = "This link is not valid, or no longer valid";

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterEach(() => app.setClock({ reset: true }));
afterAll(() => app.stop());

const createAnonymousClient = () => createClient(inProcessTransport(app));
const logIn = (email: string, password: string) => createAnonymousClient().login({ email, password, tenant_slug: tenant.slug });

let invitationCount = 0;
async function createInvitation(): Promise<{ email: string; link: string }> {
  const email = `page${++invitationCount}@${tenant.slug}.example`;
  await tenant.admin.createUser({ email, first_name: "Inge", last_name: "Invited", role: "USER" });
  return { email, link: await findMailLink(app, email, "/activate") };
}

async function createPasswordReset(): Promise<{ user: TestUser; link: string }> {
  const user = await addUser(app, tenant, "USER");
  await createAnonymousClient().forgotPassword({ email: user.email });
  return { user, link: await findMailLink(app, user.email, "/reset-password") };
}

describe("R14 the invitation page", () => {
  it("shows the form each time it is opened, sets the password when sent, and then expires", async () => {
    const { email, link } = await createInvitation();
    for (let n = 0; n < 2; n++) {
      const page = await openPage(app, `${link}&utm_source=scanner`);
      expect([page.status, pageTitle(page)]).toEqual([200, "Choose your password"]);
      expect(page.body).toContain(email);
    }
    const boxes = { password: NEW_PASSWORD, password_again: NEW_PASSWORD };
    const done = await submitForm(app, link, boxes);
    expect([done.status, pageTitle(done)]).toEqual([200, "Your password has been set"]);
    expect(done.body).not.toMatch(/ey[\w-]+\.ey|refresh/);
    await expect(logIn(email, NEW_PASSWORD)).resolves.toMatchObject({ status: 200 });
    const again = await postForm(app, link, new URLSearchParams({ ...boxes, password: "Yet-Another-Horse" }).toString());
    expect([again.status, pageTitle(again)]).toEqual([400, EXPIRED_TITLE]);
    await expect(logIn(email, NEW_PASSWORD)).resolves.toMatchObject({ status: 200 });
  });

  it("shows the same errors as the operation at the fields, and repeats no password", async () => {
    const { email, link } = await createInvitation();
    const submitPassword = async (password: string, password_again = password) =>
      submitForm(app, link, { password, password_again });
    const token = new URL(link).searchParams.get("token") ?? "";
    for (const password of ["short", `${email.split("@")[0]}-${email.split("@")[0]}`, "password123", "aaaaaaaaaaaa"]) {
      const details = await createAnonymousClient()
        .activate({ token, password })
        .then(
          () => expect.fail("It was taken"),
          (error) => error.details,
        );
      const page = await submitPassword(password);
      expect([page.status, fieldError(page, "password")]).toEqual([400, details[0].message]);
      expect(page.body.replaceAll(email, "")).not.toContain(password);
    }
    expect(fieldError(await submitPassword(NEW_PASSWORD, "Another-House-9000"), "password_again")).toBe(
      "Must be the same as above",
    );
    expect(fieldError(await openPage(app, link), "password")).toBeUndefined();
  });

  it("explains what to do about an expired or invalid link", async () => {
    const { link } = await createInvitation();
    const invalidLinks = [
      link.slice(0, -1),
      link.replace(/token=.*/, "token=x"),
      link.replace(/\?.*/, ""),
      `${link.slice(0, -1)}~`,
    ];
    for (const invalidLink of invalidLinks) expect(pageTitle(await openPage(app, invalidLink))).toBe(EXPIRED_TITLE);
    app.setClock({ advance: 7 * DAY_MS });
    const late = await openPage(app, link);
    expect([late.status, pageTitle(late)]).toEqual([400, EXPIRED_TITLE]);
    expect(late.body).toContain("ask the sender to invite you again");
  });

  it("shows a tenant's name as plain text", async () => {
    const otherTenant = await signUp(app);
    await otherTenant.admin.updateTenant({ name: `& Sons "><script>alert(1)</script><img src=x onerror=alert(1)>` });
    const email = `o'brien@${otherTenant.slug}.example`;
    await otherTenant.admin.createUser({ email, first_name: "<b>Ina</b>", last_name: "X", role: "USER" });
    const { body } = await openPage(app, await findMailLink(app, email, "/activate"));
    expect(body).not.toMatch(/<script|<img|<b>/);
    expect(body).toContain("&amp; Sons");
    expect(body).toContain("o&#39;brien@");
  });
});

describe("R14 the password reset page", () => {
  it("sets the password once, ends all sessions, and changes nothing when it is opened", async () => {
    const { user, link } = await createPasswordReset();
    for (let n = 0; n < 2; n++) expect(pageTitle(await openPage(app, link))).toBe("Choose a new password");
    await expect(user.client.me()).resolves.toMatchObject({ status: 200 });
    const done = await submitForm(app, link, { password: NEW_PASSWORD, password_again: NEW_PASSWORD });
    expect([done.status, pageTitle(done)]).toEqual([200, "Your new password has been set"]);
    await expect(logIn(user.email, PASSWORD)).rejects.toMatchObject({ status: 401 });
    await expect(logIn(user.email, NEW_PASSWORD)).resolves.toMatchObject({ status: 200 });
    expect(pageTitle(await openPage(app, link))).toBe(EXPIRED_TITLE);
  });

  it("offers a new link for an expired one, without revealing which addresses are known", async () => {
    const { user, link } = await createPasswordReset();
    app.setClock({ advance: DAY_MS });
    expect(pageTitle(await openPage(app, link))).toBe(EXPIRED_TITLE);
    const knownPage = await submitForm(app, link, { email: user.email });
    const unknown = await submitForm(app, link, { email: `unknown@${tenant.slug}.example` });
    expect([knownPage.status, knownPage.body]).toEqual([200, unknown.body]);
    expect(pageTitle(await openPage(app, await findMailLink(app, user.email, "/reset-password")))).toBe("Choose a new password");
    const invalidPage = await submitForm(app, new URL("/forgot-password", link).href, { email: "no address" });
    expect([invalidPage.status, fieldError(invalidPage, "email")]).toEqual([400, "Must be a valid email address"]);
  });

  it("shares the rate limit of the operation", async () => {
    const { user } = await createPasswordReset();
    const ask = () => postForm(app, "http://127.0.0.1/forgot-password", `email=${encodeURIComponent(user.email)}`);
    // The API operation has used one of five requests.
    for (let n = 0; n < 4; n++) expect((await ask()).status).toBe(200);
    const page = await ask();
    expect([page.status, pageTitle(page)]).toEqual([429, "Too many requests"]);
    expect(Number(page.headers["retry-after"])).toBeGreaterThan(0);
    await expect(createAnonymousClient().forgotPassword({ email: user.email })).rejects.toMatchObject({ status: 429 });
  });
});

describe("R14 the notification preferences page", () => {
  const byMail = (types: object) => Object.fromEntries(Object.entries(types).map(([name, { email }]) => [name, email]));
  const readMailChoices = async (user: TestUser) => byMail((await user.client.getNotificationPreferences()).data.types);
  const all = { lead_assigned: { email: true }, lead_converted: { email: true, in_app: false } } as const;

  async function mailed() {
    const user = await addUser(app, tenant, "USER");
    await user.client.replaceNotificationPreferences({ types: all });
    const lead = await createLeadFor(tenant, user);
    return { user, lead, link: await findMailLink(app, user.email, "/notification-preferences") };
  }

  it("unsubscribes one type by a one-click request in both encodings, and the others stay", async () => {
    const parts = '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n';
    const presses = [["List-Unsubscribe=One-Click"], [parts, "multipart/form-data; boundary=x"]] as const;
    for (const [body, type] of presses) {
      const { user, link } = await mailed();
      const headers = app.mail.sent(user.email).at(-1)?.headers;
      expect(headers).toEqual({ "List-Unsubscribe": `<${link}>`, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" });
      expect((await openPage(app, link)).status).toBe(200);
      expect(await readMailChoices(user)).toMatchObject({ lead_assigned: true });
      expect((await postForm(app, link, body, type)).status).toBe(200);
      expect(await readMailChoices(user)).toMatchObject({ lead_assigned: false, lead_converted: true });
      const { types } = (await user.client.getNotificationPreferences()).data;
      expect(types.lead_converted).toEqual({ in_app: false, email: true });
      expect(types.lead_assigned?.in_app).toBe(true);
    }
  });

  it("accepts a choice of types, or none, on behalf of the user", async () => {
    const { user, link } = await mailed();
    expect((await openPage(app, link)).body).toMatch(/value="lead_assigned" checked> Lead assigned/);
    const response = await submitForm(app, link, { mail: "lead_converted", choice: "these" });
    expect([response.status, pageTitle(response)]).toEqual([200, "Your preferences have been saved"]);
    expect(await readMailChoices(user)).toMatchObject({ lead_assigned: false, lead_converted: true });
    await submitForm(app, link, { mail: "lead_assigned", choice: "none" });
    expect(Object.values(await readMailChoices(user))).not.toContain(true);
    await app.settle();
    const { data } = await tenant.admin.listAuditEntries({ limit: 100 });
    const ownEntries = data.filter(({ record_type, user_id }) => record_type === "notification_settings" && user_id === user.id);
    expect(ownEntries.map(({ operation }) => operation)).toEqual(["UPDATE", "UPDATE", "INSERT"]);
  });

  it("is available to the owner of the address, while they have it", async () => {
    const { user, link } = await mailed();
    const otherUser = await addUser(app, tenant, "USER");
    for (const invalidLink of [
      link.replace(user.id, otherUser.id),
      link.replace(/token=[^&]+/, "token=x"),
      link.replace(/\?.*/, ""),
    ]) {
      expect(pageTitle(await openPage(app, invalidLink))).toBe(EXPIRED_TITLE);
      expect((await postForm(app, invalidLink, "List-Unsubscribe=One-Click")).status).toBe(400);
    }
    await tenant.admin.setUserStatus({ id: user.id, status: "SUSPENDED" });
    expect(pageTitle(await openPage(app, link))).toBe(EXPIRED_TITLE);
  });

  it("is linked beside the page of the record in the console", async () => {
    const { user, lead } = await mailed();
    expect(new URL(await findMailLink(app, user.email, "/crm/leads/")).pathname).toBe(`/crm/leads/view/${lead.id}`);
  });

  it("of a record, to which earlier mails link, leads browsers to the console, and reads no data", async () => {
    const { user, lead } = await mailed();
    const link = `http://127.0.0.1/leads/${lead.id}`;
    expect(await openPage(app, link, { accept: "text/html,*/*;q=0.8" })).toMatchObject({
      status: 302,
      headers: { location: `/crm/leads/view/${lead.id}` },
    });
    const page = await openPage(app, link);
    expect([page.status, pageTitle(page)]).toEqual([200, "Record of the kind “lead”"]);
    expect(page.body).toContain(`/api/v1/leads/${lead.id}`);
    const last = lead.id.endsWith("0") ? "1" : "0";
    const unknownPage = await openPage(app, `http://127.0.0.1/leads/${lead.id.slice(0, -1)}${last}`);
    expect([unknownPage.status, unknownPage.body.replaceAll(unknownPage.body.match(/led_\w+/)?.[0] ?? "", lead.id)]).toEqual([
      200,
      page.body,
    ]);
    expect((await openPage(app, `http://127.0.0.1/leads/${user.id}`)).status).toBe(404);
    expect(await openPage(app, `http://127.0.0.1/boats/${lead.id}`)).toMatchObject({ status: 404 });
    expect(await postForm(app, `http://127.0.0.1/leads/${lead.id}`, "")).toMatchObject({ status: 404 });
  });
});

/** Every page whose form acts, with the fields of its form that the path does not have. */
const formPages = operations
  .filter(({ kind, method, takesBytes }) => kind === "page" && method === "POST" && !takesBytes)
  .map((operation) => ({
    operation,
    fields: Object.keys(inputSchema(operation).shape).filter((name) => !pathParameterNames(operation.path).includes(name)),
  }));

describe("R14 every page", () => {
  it.each(formPages.map((page) => [page.operation.path, page] as const))(
    "takes from the address of %s only the link, and all else from the form",
    async (path, { operation, fields }) => {
      const encode = (source: string) => fields.map((name) => `${name}=${source}`).join("&");
      const parameters = Object.fromEntries(pathParameterNames(path).map((name) => [name, "path"]));
      const read = async (body: string) => {
        const { input } = await readInput(
          operation,
          parameters,
          partOf<APIGatewayProxyEventV2>({
            headers: { "content-type": "application/x-www-form-urlencoded" },
            rawQueryString: encode("address"),
            body,
          }),
        );
        return input;
      };
      const inAddress = fields.filter((name) => operation.addressFields.includes(name));
      const fromAddress = Object.fromEntries(inAddress.map((name) => [name, "address"]));
      expect(["token", "type"]).toEqual(expect.arrayContaining(inAddress));
      expect(await read("")).toEqual({ ...fromAddress, ...parameters });
      const fromForm = Object.fromEntries(fields.map((name) => [name, "form"]));
      expect(await read(encode("form"))).toEqual({ ...fromForm, ...fromAddress, ...parameters });
    },
  );

  it("runs no script, is not cached, and submits its form to its own origin only", async () => {
    const { link } = await createInvitation();
    const { user } = await createPasswordReset();
    await user.client.replaceNotificationPreferences({ types: { lead_assigned: { email: true } } });
    const lead = await createLeadFor(tenant, user);
    const links = await Promise.all(
      ["/reset-password", "/notification-preferences"].map((page) => findMailLink(app, user.email, page)),
    );
    const token = new URL(link).searchParams.get("token") ?? "";
    for (const address of [link, ...links, `http://127.0.0.1/leads/${lead.id}`, `${link}x`, "http://127.0.0.1/forgot-password"]) {
      const { body, headers } = await openPage(app, address);
      const style = createHash("sha256")
        .update(/<style>(.*)<\/style>/s.exec(body)?.[1] ?? "")
        .digest("base64");
      expect(headers).toMatchObject({
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": `default-src 'none'; style-src 'sha256-${style}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
        "x-robots-tag": "noindex, nofollow",
      });
      expect(body).not.toMatch(/<script|javascript:| on\w+=| style=| src=|https?:\/\/(?!127\.0\.0\.1)/i);
      for (const [, action] of body.matchAll(/action="([^"]*)"/g)) expect(action).toMatch(/^\/[a-z]/);
      expect(body).toContain('<html lang="en">');
      expect(body).not.toContain(token);
      const boxes = [...body.matchAll(/<input id="(\w+)"/g)].map(([, id]) => id);
      for (const id of boxes) expect(body).toContain(`<label for="${id}">`);
    }
  });

  it("shows errors as a page too", async () => {
    const { link } = await createInvitation();
    const responses = await Promise.all([
      postForm(app, link, `password=${"x".repeat(9000)}`),
      postForm(app, link, "<xml/>", "text/xml"),
      postForm(app, link, "password=%ff"),
    ]);
    expect(responses.map(({ status }) => status)).toEqual([413, 415, 400]);
    for (const { headers, body } of responses) {
      expect(headers["content-type"]).toBe("text/html; charset=utf-8");
      expect(body).toMatch(/<h1>(?:Request failed|Too much data)<\/h1>/);
    }
  });

  it("escapes inserted values except its own markup", () => {
    const typed = `<a href="x" title='y'>&amp;</a>`;
    const safe = "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp;&lt;/a&gt;";
    expect(html`<p title="${typed}">${[html`<b>${typed}</b>`]}${undefined}${0}</p>`.text).toBe(
      `<p title="${safe}"><b>${safe}</b>0</p>`,
    );
  });
});
