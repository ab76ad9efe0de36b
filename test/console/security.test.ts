import type { App } from "@crm/local/app.ts";
import { startServer } from "@crm/local/server/http-server.ts";
import { ApiError, type Client, createClient, type Schemas } from "@crm/sdk/index.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Browser, describeViolation, findViolations, hasBrowser, startBrowser } from "../../scripts/browser.ts";
import { addUser, PASSWORD, signUp, startTestApp, type Tenant } from "../support/app.ts";

/** The console and its cookie against other users, other pages and stored markup, with one running server. */

let app: App;
let server: Awaited<ReturnType<typeof startServer>>;
let tenant: Tenant;
let other: Tenant;
let crm: Client;

const clientFor = ({ email, password }: Pick<Tenant, "email" | "password">): Client =>
  createClient({ baseUrl: server.url, auth: { email, password } });

beforeAll(async () => {
  app = await startTestApp();
  server = await startServer(app, 0);
  [tenant, other] = [await signUp(app), await signUp(app)];
  crm = clientFor(tenant);
  await crm.leads.create({ first_name: "Ida", last_name: "Berg", company: "Secret of the first tenant" });
  await clientFor(other).leads.create({ first_name: "Nils", last_name: "Haugen", company: "Record of the second tenant" });
  await app.settle();
});
afterAll(async () => {
  await server.close();
  await app.stop();
});

describe("the session cookie", () => {
  const send = async (path: string, body: object, headers: Record<string, string>) => {
    const response = await fetch(`${server.url}/api/v1/auth/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    const { data } = (await response.json()) as { data?: { access_token?: string } };
    return { status: response.status, token: data?.access_token, cookies: response.headers.getSetCookie() };
  };
  const session = "cookie";
  const signIn = async () => {
    const { cookies, token } = await send("login", { email: tenant.email, password: tenant.password, session }, {});
    return { cookie: cookies.map((text) => text.split(";")[0]).join("; "), authorization: `Bearer ${token}` };
  };
  const csrf = { "x-crm-csrf": "1" };

  it.each<[path: string, name: string, headers: () => Record<string, string>, status: number]>([
    ["refresh", "without the CSRF header", () => ({}), 403],
    ["refresh", "from a foreign origin", () => ({ ...csrf, origin: "https://evil.example" }), 403],
    ["refresh", "from an origin that is hidden", () => ({ ...csrf, origin: "null" }), 403],
    ["refresh", "from another port of the same machine", () => ({ ...csrf, origin: "http://127.0.0.1:1" }), 403],
    ["refresh", "from our page", () => ({ ...csrf, origin: new URL(server.url).origin }), 200],
    ["logout", "without the CSRF header", () => ({}), 403],
    ["logout", "from a foreign origin", () => ({ ...csrf, origin: "https://evil.example" }), 403],
    ["logout", "from our page", () => ({ ...csrf, origin: new URL(server.url).origin }), 200],
  ])("%s %s is answered as it should be", async (path, _, headers, status) => {
    const { cookie, authorization } = await signIn();
    const body = path === "refresh" ? { session } : {};
    expect((await send(path, body, { cookie, authorization, ...headers() })).status).toBe(status);
  });

  it("is not set for a page of another origin that signs a user in", async () => {
    const credentials = { email: tenant.email, password: tenant.password, session };
    const { status, cookies } = await send("login", credentials, { origin: "https://evil.example" });
    expect([status, cookies]).toEqual([403, []]);
  });
});

/** Markup that runs a script where a page shows it as HTML. */
const MARKUP = '<img src=x onerror="window.isAttacked=true"><script>window.isAttacked=true</script>';
const LINK = "javascript:window.isAttacked=true";
const hostileValues: Readonly<Record<string, string>> = {
  text: MARKUP,
  multiline: `${MARKUP}\n[link](${LINK})`,
  markdown: `${MARKUP}\n\n[link](${LINK})\n\n<${LINK}>`,
  url: LINK,
};

/** Creates a record whose texts are all markup, except for those that the API refuses. */
async function createHostile(kind: Schemas.SchemaKind, base: Record<string, unknown>) {
  const fields = kind.fields.filter(
    ({ creatable, type, name }) => creatable && hostileValues[type] !== undefined && !(name in base),
  );
  const body: Record<string, unknown> = {
    ...base,
    ...Object.fromEntries(fields.map(({ name, type }) => [name, hostileValues[type]])),
  };
  const refused: string[] = [];
  for (;;) {
    try {
      const record = await crm.request<{ id: string }>("POST", kind.path, { body });
      return { id: record.id, refused, fields: fields.map(({ name }) => name).filter((name) => !refused.includes(name)) };
    } catch (error) {
      const names = error instanceof ApiError ? Object.keys(error.fields).filter((name) => name in body && !(name in base)) : [];
      if (names.length === 0) throw error;
      for (const name of names) {
        delete body[name];
        refused.push(name);
      }
    }
  }
}

describe.skipIf(!hasBrowser())("a browser", () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = (await startBrowser({ width: 1280, height: 800 })) ?? expect.fail("The browser does not start");
  });
  afterAll(() => browser.close());

  const has = (words: string): Promise<void> => browser.waitFor(`document.body.innerText.includes(${JSON.stringify(words)})`);
  const press = (name: string): Promise<void> =>
    browser.evaluate(
      `[...document.querySelectorAll("button, [role=menuitem]")].find((button) => button.innerText.trim() === ${JSON.stringify(name)}).click()`,
    );
  const signIn = async (path: string, email: string, password: string): Promise<void> => {
    await browser.open(`${server.url}${path}`);
    await browser.waitFor("document.querySelector('input[type=password]') !== null");
    await browser.type("input[type=email]", email);
    await browser.type("input[type=password]", password);
    await browser.pressKey("Enter");
  };
  const signOut = async (name = "Ada Admin"): Promise<void> => {
    await browser.click(`header button[aria-label='${name}']`);
    await has("Sign out");
    await press("Sign out");
    await browser.waitFor("document.querySelector('input[type=password]') !== null");
  };
  /** All that a later user of this browser could read. */
  const readStorage = (): Promise<string> =>
    browser.evaluate(`(async () => {
      const cached = [];
      for (const name of await caches.keys())
        for (const request of await (await caches.open(name)).keys()) cached.push(request.url);
      const databases = await indexedDB.databases();
      return JSON.stringify([{ ...localStorage }, { ...sessionStorage }, cached, databases, document.cookie, document.documentElement.outerHTML]);
    })()`);
  /** Ends all sessions of a user, as an administrator does in another browser. */
  const endSessions = (client: Client): Promise<unknown> => client.request("DELETE", "/api/v1/auth/sessions");

  it("asks for the password over the page when the session is over, and loses nothing", async () => {
    const lead = await crm.leads.create({ first_name: "Wei", last_name: "Chen", company: "Reef" });
    await signIn(`/crm/leads/view/${lead.id}`, tenant.email, tenant.password);
    await has("Wei Chen");
    await browser.evaluate("window.isSamePage = true");
    await browser.waitFor("document.querySelector('textarea') !== null");
    await browser.type("textarea", "Prefers mornings");
    await endSessions(crm);
    await press("Add note");
    await has("Your session is over");
    await browser.type("[role=dialog] input[type=password]", tenant.password);
    await browser.pressKey("Enter");
    await browser.waitFor("document.querySelector('[role=dialog]') === null");
    await has("Prefers mornings");
    expect(await browser.evaluate("window.isSamePage")).toBe(true);
    await app.settle();
    expect((await crm.notes.list().page()).data).toHaveLength(1);
  });

  it("keeps nothing of a user who has signed out", async () => {
    await browser.open(`${server.url}/crm/leads`);
    await has("Secret of the first tenant");
    await browser.evaluate(`(async () => {
      localStorage.setItem("crm.draft.led_1", "Secret of the first tenant");
      sessionStorage.setItem("crm.view", "Secret of the first tenant");
      await (await caches.open("crm")).put("/secret-of-the-first-tenant", new Response("Secret"));
    })()`);
    await signOut();
    expect(await readStorage()).not.toMatch(/secret/i);
    await browser.evaluate("history.back()");
    await browser.waitFor("location.pathname !== '/crm/' && document.querySelector('input[type=password]') !== null");
    expect(await readStorage()).not.toMatch(/secret/i);
    await signIn("/crm/leads", other.email, other.password);
    await has("Record of the second tenant");
    const kept = await readStorage();
    expect(kept).not.toMatch(/secret/i);
    expect(kept).not.toContain(tenant.id);
    await signOut();
  });

  it("drops all data when another user has signed in in another tab", async () => {
    const colleague = await addUser(app, tenant, "USER", { first_name: "Uma", last_name: "User" });
    await signIn("/crm/leads", other.email, other.password);
    await has("Record of the second tenant");
    await browser.evaluate(`window.isSamePage = true; localStorage.setItem("crm.draft.led_1", "Record of the second tenant")`);
    // The tabs of a browser share the cookie.
    const credentials = JSON.stringify({ email: colleague.email, password: PASSWORD, session: "cookie" });
    await browser.evaluate(
      `fetch("/api/v1/auth/login", { method: "POST", headers: { "content-type": "application/json" }, body: ${JSON.stringify(credentials)} }).then(({ ok }) => ok)`,
    );
    await endSessions(clientFor(other));
    await browser.type("input[type=search]", "tenant");
    await browser.waitFor(
      "window.isSamePage === undefined && document.querySelector('header button[aria-label=\"Uma User\"]') !== null",
    );
    expect(await readStorage()).not.toContain("Record of the second tenant");
    await signOut("Uma User");
  });

  it("shows the profile by the rules of accessibility, on a phone too", async () => {
    await signIn("/crm/profile", tenant.email, tenant.password);
    await has("Where you are signed in");
    await has("This device");
    for (const width of [1280, 360]) {
      await browser.resize(width, 800);
      expect((await findViolations(browser)).map(describeViolation)).toEqual([]);
      expect(await browser.evaluate("document.documentElement.scrollWidth > window.innerWidth")).toBe(false);
    }
    await browser.resize(1280, 800);
  });

  // The browser is signed in by the test before.
  it("shows a view as a role without ways to change anything, and leaves a view that has ended elsewhere", async () => {
    const choose = (view_as_role: string | null) => crm.request("PATCH", "/api/v1/me/preferences", { body: { view_as_role } });
    await choose("USER");
    await browser.evaluate('sessionStorage.setItem("crm.view-as", "USER")');
    await browser.open(`${server.url}/crm/leads`);
    await has("You view the data as User");
    await has("Secret of the first tenant");
    expect(await browser.evaluate("document.body.innerText.includes('New lead')")).toBe(false);
    await choose(null);
    await browser.open(`${server.url}/crm/leads`);
    await has("New lead");
    expect(await browser.evaluate("document.body.innerText.includes('You view the data as')")).toBe(false);
  });

  it.each<[kind: string, base: Record<string, unknown>]>([
    ["lead", { email: "mark@up.example" }],
    ["customer", {}],
    ["knowledge_article", {}],
  ])("shows markup in a %s as text: in the list, the record and the form", async (name, base) => {
    const { kinds } = await crm.request<{ kinds: Schemas.SchemaKind[] }>("GET", "/api/v1/schema", { query: { kind: name } });
    const kind = kinds[0] ?? expect.fail(`The schema has no kind ${name}`);
    const { id, fields, refused } = await createHostile(kind, base);
    expect(fields.length).toBeGreaterThan(0);
    const urls = kind.fields.filter(({ creatable, type }) => creatable && type === "url").map((field) => field.name);
    expect(refused).toEqual(expect.arrayContaining(urls));
    await app.settle();
    const path = `/crm${kind.path.slice("/api/v1".length)}`;
    for (const page of [path, `${path}/view/${id}`, `${path}/edit/${id}`]) {
      await browser.open(`${server.url}${page}`);
      await browser.waitFor(
        `document.body.innerText.includes("onerror") || [...document.querySelectorAll("input, textarea")].some(({ value }) => value.includes("onerror"))`,
      );
      const found = await browser.evaluate(
        `[window.isAttacked, document.querySelectorAll('img[src="x"], [onerror], [href^="javascript:" i], [src^="javascript:" i]').length]`,
      );
      expect([page, found]).toEqual([page, [null, 0]]);
    }
  });
});
