import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { DeliveryFacts } from "@crm/core/messaging/tracking/hit-classification.rules.ts";
import { Hits } from "@crm/core/messaging/tracking/hits.ts";
import { TrackedHtml } from "@crm/core/messaging/tracking/tracked-html.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requestPage } from "../../agreements/share-link/support.ts";
import { signUp, startTestApp, type Tenant } from "../../support/app.ts";

/** Requests for the links and tracking pictures of emails. */

let app: App;
let tenant: Tenant;
let otherTenant: Tenant;
beforeAll(async () => {
  app = await startTestApp({ log: { write: () => undefined } });
  [tenant, otherTenant] = [await signUp(app), await signUp(app)];
});
afterAll(() => app.stop());

const runInTenant = <T>(work: () => Promise<T>, { id } = tenant): Promise<T> => runIn(systemContext(app.ports, id, "test"), work);
const sentMail: DeliveryFacts = { delivered_at: undefined, linkCount: 3 };
const TARGET = "https://a.example/x?b=1&c=%C3%BC";

let messageCount = 0;
async function trackMail(targetTenant = tenant) {
  const message = `msg_${++messageCount}`;
  const html = `<body><a href="${TARGET.replaceAll("&", "&amp;")}">A</a> <a href="https://b.example">B</a></body>`;
  const mail = { message, sentAt: new Date().toISOString(), html };
  const { html: trackedHtml, links } = await runInTenant(() => TrackedHtml.build(mail), targetTenant);
  const [first = "", second = "", trap = ""] = [...trackedHtml.matchAll(/href="([^"]+)"/g)].map(([, url = ""]) => url);
  const [, point = ""] = /src="([^"]+)"/.exec(trackedHtml) ?? [];
  expect([links, trackedHtml.includes("a.example")]).toEqual([2, false]);
  return { message, first, second, trap, point };
}
const readCounts = (message: string, targetTenant = tenant) =>
  runInTenant(() => Hits.loadCounts(message, sentMail), targetTenant);

describe("a link of a mail", () => {
  it("redirects to its own address only, and counts the click for its reader", async () => {
    const { message, first, second, point } = await trackMail();
    const answer = await requestPage(app, first);
    expect([answer.status, answer.headers.location, answer.headers["cache-control"]]).toEqual([302, TARGET, "no-store"]);
    expect((await requestPage(app, second)).headers.location).toBe("https://b.example");
    expect(await requestPage(app, point)).toMatchObject({ status: 200, headers: { "content-type": "image/gif" } });
    await requestPage(app, first, { method: "HEAD" });
    await requestPage(app, point, { agent: "Mozilla/5.0" });
    expect(await readCounts(message)).toMatchObject({ opens: 1, clicks: 2, machine_opens: 1, machine_clicks: 1 });
    expect(await readCounts(message, otherTenant)).toMatchObject({ opens: 0, clicks: 0 });
  });

  it("with a forged token redirects nowhere", async () => {
    const { message, first, point } = await trackMail();
    const [, token = ""] = /\/t\/c\/(.+)$/.exec(first) ?? [];
    const [, seen = ""] = /\/t\/o\/(.+)$/.exec(point) ?? [];
    for (const forged of [
      // The last letter may be the same by chance, so the first one is another for sure.
      `${token.startsWith("A") ? "B" : "A"}${token.slice(1)}`,
      token.slice(4),
      seen,
      "https:%2F%2Fevil.example",
      `${token}?url=https://evil.example`,
      "x",
    ]) {
      const answer = await requestPage(app, `${app.ports.origin}/t/c/${forged}`);
      const isOwn = forged.startsWith(`${token}?`);
      expect([forged, answer.status, answer.headers.location]).toEqual([forged, isOwn ? 302 : 404, isOwn ? TARGET : undefined]);
    }
    expect((await requestPage(app, `${app.ports.origin}/t/o/x`)).status).toBe(200);
    expect(await readCounts(message)).toMatchObject({ clicks: 1, opens: 1, machine_clicks: 0 });
  });

  it("that is invisible identifies programs", async () => {
    const { message, trap, first } = await trackMail();
    expect((await requestPage(app, first)).status).toBe(302);
    expect((await requestPage(app, trap)).headers.location).toBe(app.ports.origin);
    expect(await readCounts(message)).toMatchObject({ clicks: 0, machine_clicks: 2 });
  });

  it("redirects even if the click cannot be stored", async () => {
    const { first } = await trackMail();
    const { database } = app.ports;
    const send = database.send;
    database.send = async () => Promise.reject(new Error("away"));
    try {
      expect((await requestPage(app, first)).headers.location).toBe(TARGET);
    } finally {
      database.send = send;
    }
  });
});
