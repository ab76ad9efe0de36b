import { applyConnectionEvent, type ConnectionEvent, initialConnection, isServerDown } from "@crm/console/api/connection.ts";
import { canReload, isMissingChunk, loadChunk, MissingChunkError } from "@crm/console/api/missing-chunk.ts";
import { isOtherIdentity } from "@crm/console/api/page-identity.ts";
import { computeWaitEnd } from "@crm/console/api/request-wait.ts";
import { hasSessionHint, listUserKeys } from "@crm/console/api/storage-keys.ts";
import { expect, it } from "vitest";

/** What the console concludes about its connection, its files and its user. */

it.each<[name: string, events: ConnectionEvent[], state: string]>([
  ["is connected at first", [], "connected"],
  ["ignores one failure", ["unanswered"], "connected"],
  ["is lost after two failures", ["unanswered", "unanswered"], "lost"],
  ["counts failures since the last answer only", ["unanswered", "answered", "unanswered"], "connected"],
  ["is back with an answer", ["unanswered", "unanswered", "answered"], "connected"],
  ["is offline when the browser says so", ["offline"], "offline"],
  ["stays offline while requests fail", ["offline", "unanswered", "unanswered", "unanswered"], "offline"],
  ["is connected when the browser is online again", ["offline", "online"], "connected"],
  ["is lost when the browser is online again and requests had failed", ["unanswered", "offline", "unanswered", "online"], "lost"],
  ["is connected with an answer, even if the browser believes that it is offline", ["offline", "answered"], "connected"],
])("a connection %s", (_, events, state) => {
  expect(events.reduce(applyConnectionEvent, initialConnection).state).toBe(state);
});

it("a gateway without an API behind it does not answer, and a failed operation does", () => {
  expect([200, 401, 404, 500, 501, 502, 503, 504].filter(isServerDown)).toEqual([502, 503, 504]);
});

it.each<[status: number, seconds: string | undefined, wait: number]>([
  [429, "12", 12_000],
  [429, "2", 0],
  [429, "61", 0],
  [429, undefined, 0],
  [503, "12", 0],
  [200, undefined, 0],
])("after a %s with Retry-After %s the page says that it waits %s ms", (status, seconds, wait) => {
  const headers = new Headers(seconds === undefined ? {} : { "retry-after": seconds });
  expect(computeWaitEnd({ status, headers }, 1000)).toBe(wait === 0 ? 0 : 1000 + wait);
});

it.each<[name: string, error: unknown, isMissing: boolean]>([
  ["Chrome", new TypeError("Failed to fetch dynamically imported module: https://crm.example/crm/assets/a.js"), true],
  ["Firefox", new TypeError("error loading dynamically imported module: https://crm.example/crm/assets/a.js"), true],
  ["Safari", new TypeError("Importing a module script failed."), true],
  ["Vite", new Error("Unable to preload CSS for /crm/assets/a.css"), true],
  ["a failed request", new TypeError("Failed to fetch"), false],
  ["a text", "Failed to fetch dynamically imported module", false],
])("a missing file is recognized in the words of %s", async (_, error, isMissing) => {
  expect(isMissingChunk(error)).toBe(isMissing);
  const failure = await loadChunk(() => Promise.reject(error))().catch((reason: unknown) => reason);
  expect(failure instanceof MissingChunkError).toBe(isMissing);
});

it.each<[reloadedAt: string | null, isAllowed: boolean]>([
  [null, true],
  ["1000000", true],
  ["1940000", true],
  ["1940001", false],
  ["2000000", false],
  ["no number", true],
])("after a reload at %s a page may reload at 2000000: %s", (reloadedAt, isAllowed) => {
  expect(canReload(2_000_000, reloadedAt)).toBe(isAllowed);
});

const known = { tenant: "ten_1", user: "usr_1" };
it.each([
  [undefined, known, false],
  [known, { ...known }, false],
  [known, { tenant: "ten_2", user: "usr_1" }, true],
  [known, { tenant: "ten_1", user: "usr_2" }, true],
])("after %o, %o is another identity: %s", (before, next, isOther) => {
  expect(isOtherIdentity(before, next)).toBe(isOther);
});

it("all keys of a storage belong to the user, except settings of the device", () => {
  expect(listUserKeys(["crm.appearance", "crm.draft.led_1", "crm.sidebar", "other", "crm.signed-out"])).toEqual([
    "crm.draft.led_1",
    "other",
  ]);
});

it.each([
  ["", false],
  ["crm_signed_in=1", true],
  ["a=1; crm_signed_in=1; b=2", true],
  ["crm_signed_in=", false],
  ["xcrm_signed_in=1", false],
  ["crm_signed_in=10", false],
])("the cookies %j name a session: %s", (cookies, hasSession) => {
  expect(hasSessionHint(cookies)).toBe(hasSession);
});
