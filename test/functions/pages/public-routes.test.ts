import { Failure, httpStatusByCode } from "@crm/core/kernel/error.ts";
import { operations } from "@crm/functions/api/index.ts";
import type { Operation } from "@crm/functions/http/operation.ts";
import { operationPath } from "@crm/functions/http/operation.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requestPage } from "../../agreements/share-link/support.ts";
import { createBookingLink, setWorkingHours, timeAt } from "../../scheduling/booking/support.ts";
import { addUser, inProcessTransport, signUp, startTestApp, type Tenant } from "../../support/app.ts";

/** Every public address answers a person in a browser with a page, in the language of the browser, for a success and for each error. */

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterAll(() => app.stop());

/** Addresses that people open: pages, and those of forms and bookings, which also programs use. */
const isForPeople = ({ access, kind, path, method }: Operation): boolean =>
  access === "public" && method !== "OPTIONS" && (kind === "page" || /^\/public\/(?:forms|bookings?)\//.test(path));
const routes = operations
  .filter(isForPeople)
  .map((operation) => [`${operation.method} ${operationPath(operation)}`, operation] as const);

const BROWSER = { accept: "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", "accept-language": "de-CH,en;q=0.5" };
/** An address whose link leads nowhere. */
const fill = (operation: Operation): string =>
  `http://127.0.0.1${operationPath(operation).replaceAll(/\{\w+\}/g, "wrong")}${operation.kind === "page" ? "?token=wrong" : ""}`;
const isPage = ({ headers, body }: { headers: Record<string, string>; body: string }) => [
  headers["content-type"],
  /<html lang="(\w+)"/.exec(body)?.[1],
];
const PAGE = ["text/html; charset=utf-8", "de"];

it("are those of forms, bookings, surveys, preferences, documents, signatures, articles and invitations", () => {
  const starts = new Set(routes.map(([, operation]) => operationPath(operation).split("/").slice(0, 2).join("/")));
  for (const start of ["/f", "/book", "/booking", "/survey", "/u", "/v", "/q", "/s", "/kb", "/invitation", "/api"])
    expect([start, starts.has(start)]).toEqual([start, true]);
});

describe.each(routes)("%s", (_, operation) => {
  it.each(["NOT_FOUND", "PAYLOAD_TOO_LARGE", "RATE_LIMITED", "VALIDATION_ERROR", "INTERNAL"] as const)(
    "says %s with a page",
    async (code) => {
      const failure = new Failure(code, "No");
      const refusal = operation.refusal ?? (await import("@crm/functions/pages/link-failure.ts")).addressFailurePage;
      const { contentType, body, status } = await refusal(failure, {
        id: "r",
        accepts_html: true,
        languages: BROWSER["accept-language"],
      });
      expect([...isPage({ headers: { "content-type": contentType }, body: String(body) }), status]).toEqual([
        ...PAGE,
        httpStatusByCode[code],
      ]);
    },
  );

  it("answers a wrong link with a page", async () => {
    const form = operation.method === "POST" ? { any: "thing" } : undefined;
    const answer = await requestPage(app, fill(operation), { headers: BROWSER }, form);
    const isOther = answer.status < 300 || answer.status === 302 || answer.status === 303;
    if (!isOther) expect(isPage(answer)).toEqual(PAGE);
    expect(answer.headers["content-type"]).not.toContain("json");
  });

  it.runIf(operation.method === "POST")("answers a body that is too large with a page", async () => {
    const form = { any: "x".repeat((operation.largestBody ?? 0) + 1) };
    const answer = await requestPage(app, fill(operation), { headers: BROWSER }, form);
    expect([answer.status, ...isPage(answer)]).toEqual([413, ...PAGE]);
  });
});

it.each(["/nothing/here", "/api/v1/public/nothing", "/q"])("an address that leads nowhere is a page: %s", async (path) => {
  const answer = await requestPage(app, `http://127.0.0.1${path}`, { headers: BROWSER });
  expect([answer.status, ...isPage(answer)]).toEqual([404, ...PAGE]);
});

it("a booking by the address of the API leads a browser to its page, and a program gets JSON", async () => {
  app.setClock({ now: timeAt("05:55") });
  const user = await addUser(app, tenant, "SALES_REP");
  await setWorkingHours(user);
  const { token } = await createBookingLink(user);
  const book = (time: string, headers: Record<string, string>) =>
    inProcessTransport(app)({
      ...{ method: "POST", path: `/api/v1/public/booking/${token}`, query: "" },
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify({ start: timeAt(time), name: "Vera Visitor", email: "vera@mail.example" }),
    });
  const answer = await book("12:00", BROWSER);
  expect([answer.status, answer.headers.location]).toEqual([303, expect.stringMatching(/^\/booking\?token=/)]);
  const page = await requestPage(app, `http://127.0.0.1${answer.headers.location}`, { headers: BROWSER });
  expect([page.status, ...isPage(page)]).toEqual([200, ...PAGE]);
  expect((await book("14:00", {})).headers["content-type"]).toContain("json");
});
