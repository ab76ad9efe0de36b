import { countRows, readSearchState, type SearchedPage } from "@crm/console/api/search-rules.ts";
import { checkSort, chooseCandidates, listCandidateQueries } from "@crm/console/records/rows/sort-rules.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { Teams } from "@crm/core/platform/user/team.entity.ts";
import { MAX_READ_ROWS } from "@crm/core/storage/read/list-page.ts";
import { splitIntoChunks } from "@crm/core/storage/table/database.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import { beforeAll, describe, expect, it } from "vitest";
import { hasBrowser } from "../../scripts/browser.ts";
import { signUp, startTestApp } from "../support/app.ts";
import { removeColumns } from "../support/columns.ts";
import { startConsoleApp } from "./console-app.ts";

const rows = (count: number) => Array.from({ length: count }, (_, id) => ({ id }));
const full = (count: number, meta: SearchedPage["meta"] = {}): SearchedPage => ({
  data: rows(count),
  meta: { limit: 10, next_cursor: "c", ...meta },
});
const short = (count: number, searched: number, meta: SearchedPage["meta"] = {}): SearchedPage =>
  full(count, { total_is_lower_bound: true, is_complete: false, searched, ...meta });

describe("a list that has not looked at all records", () => {
  it.each<[string, SearchedPage[], boolean, number]>([
    ["goes on from an empty page", [short(0, 3000)], true, 3000],
    ["goes on while its short pages do not fill one", [short(4, 3000), short(5, 6000)], true, 6000],
    ["ends when its short pages fill one", [short(4, 3000), short(6, 6000)], false, 6000],
    ["goes on towards the next page once the user asked for it", [short(9, 3000), short(3, 6000), short(2, 9000)], true, 9000],
    ["counts from the last full page", [full(10), full(10), short(3, 9000)], true, 9000],
    ["does not go on where no page reads the rest", [short(2, 1000, { next_cursor: null })], false, 1000],
  ])("%s", (_, pages, mustContinue, searched) => {
    expect(readSearchState(pages)).toMatchObject({ isIncomplete: true, mustContinue, searched });
  });

  it.each<[string, SearchedPage[]]>([
    ["ends with a full page", [short(0, 3000), full(10)]],
    ["ends with the last page", [short(0, 3000), full(1, { next_cursor: null })]],
    ["has not begun", []],
  ])("%s", (_, pages) => {
    expect(readSearchState(pages)).toMatchObject({ isIncomplete: false, mustContinue: false });
  });

  it.each<[string, SearchedPage[], number, boolean]>([
    ["nothing so far is no exact zero", [short(0, 3000, { total: 0 })], 0, true],
    ["the rows of later pages count", [short(0, 3000, { total: 0 }), short(12, 6000, { total: 0 })], 12, true],
    [
      "all looked at",
      [short(1, 3000, { total: 1 }), full(2, { total: 1, total_is_lower_bound: true, next_cursor: null })],
      3,
      false,
    ],
    ["a counter knows them all", [full(10, { total: 40 })], 40, false],
    ["a list that is cut has more", [short(2, 1000, { next_cursor: null })], 2, true],
  ])("is counted: %s", (_, pages, total, isLowerBound) => {
    expect(countRows(pages)).toEqual({ total, isLowerBound });
  });
});

describe("a list can be sorted", () => {
  const kind = {
    sorts: ["created_at", "lead_score", "budget", "updated_at"],
    indexed_sorts: ["created_at", "lead_score", "updated_at"],
    filters: [
      { name: "lead_status_id", type: "master" as const, plain: true, operators: ["in"], indexed: true as const },
      { name: "email", type: "email" as const, plain: true, operators: [] },
    ],
  };
  const count = (total: number, isLowerBound = false) => ({ total, isLowerBound });
  const list = (query: object, total: number | undefined, more: object = {}) => ({
    ...{ query: { ...query }, count: total === undefined ? undefined : count(total), candidates: undefined, isRefused: false },
    ...more,
  });

  it.each<[string, string, ReturnType<typeof list>, boolean | string]>([
    ["by an index, any number", "lead_score", list({}, 20_000), true],
    ["without an index, few", "budget", list({}, 1000), true],
    ["without an index, not many", "budget", list({}, 1001), "too-many"],
    ["not before their number is known", "budget", list({}, undefined), false],
    ["not by a field that no list is sorted by", "notes", list({}, 3), false],
    ["with a filter that has an index", "budget", list({ "lead_status_id[in]": "a,b" }, 40), true],
    ["with another one not before the records are counted", "budget", list({ email: "a@b.c" }, 1), false],
    ["with another one among few records", "budget", list({ email: "a@b.c" }, 1, { candidates: count(900) }), true],
    ["with another one not among many records", "budget", list({ email: "a@b.c" }, 1, { candidates: count(20_000) }), "filters"],
    ["not where the API refused it", "budget", list({}, 900, { isRefused: true }), "too-many"],
    ["not where the API refused these filters", "budget", list({ lead_status_id: "new" }, 9, { isRefused: true }), "filters"],
    ["where the API counts only what it has shown", "budget", list({}, 61, { count: count(61, true) }), true],
    [
      "not by words of more records than the API finds",
      "budget",
      list({ search: "m" }, 0, { count: count(1000, true) }),
      "too-many",
    ],
    ["by words, because the API finds few records", "budget", list({ search: "acme", email: "a@b.c" }, 12), true],
    ["by the last change within a time", "updated_at", list({ "updated_at[gte]": "last_7_days" }, 5000), true],
    ["by the last change, not of all records", "updated_at", list({}, 3), "change-time"],
  ])("%s", (_, name, sorted, expected) => {
    expect(checkSort(kind, name, sorted)).toBe(expected);
  });

  it("by the number of records that the API looks at: the fewest of an index", () => {
    const query = { lead_status_id: "new", "lead_status_id[ne]": "old", email: "a@b.c", sort: "budget" };
    expect(listCandidateQueries(kind, query)).toEqual([{}, { lead_status_id: "new" }]);
    expect(chooseCandidates([count(20_000), count(300)])).toEqual(count(300));
    expect(chooseCandidates([count(20_000), count(3, true)])).toEqual(count(20_000));
  });
});

/** The newest of so many teams are looked at first; the oldest ones have a manager. */
const TEAM_COUNT = MAX_READ_ROWS + 50;

describe.skipIf(!hasBrowser())("in the browser, a list of many records", () => {
  /** While it is set, the server answers reads of the user when it resolves. */
  let gate: Promise<unknown> | undefined;
  const started = startConsoleApp(800, async () => {
    const app = await startTestApp();
    const { auth } = app.handlers;
    const answerLater: typeof auth = async (event) => {
      await gate;
      return auth(event);
    };
    return { ...app, handlers: { ...app.handlers, auth: answerLater } };
  });
  const setVisible = (isVisible: boolean): Promise<boolean> =>
    started.pages.browser.evaluate(`Object.defineProperty(document, "visibilityState",
      { value: "${isVisible ? "visible" : "hidden"}", configurable: true });
      document.dispatchEvent(new Event("visibilitychange"))`);
  let manager = "";
  beforeAll(async () => {
    const { app, pages } = started;
    const tenant = await signUp(app);
    manager = tenant.userId;
    await runIn(systemContext(app.ports, tenant.id, "test"), async () => {
      const fields = (n: number) => ({ name: `Team ${n}`, manager_id: n < 3 ? tenant.userId : null, territory_id: null });
      const teams = Array.from({ length: TEAM_COUNT }, (_, n) => Records.init(Teams, fields(n)));
      for (const chunk of splitIntoChunks(teams, 100))
        await chunk.reduce((tx, team) => tx.create(Teams, team), transaction()).commit(undefined);
    });
    await app.settle();
    await removeColumns(app, tenant.id, "team");
    await pages.signIn(tenant, "/crm/teams");
  });

  it("is searched without a click, but not in a hidden tab, and ends with Stop until the user continues", async () => {
    const { pages } = started;
    await setVisible(false);
    await pages.goTo(`/crm/teams?manager_id=${manager}`);
    await pages.see("Searching… 3,000");
    await pages.press("Stop");
    await setVisible(true);
    await pages.see("Nothing found so far");
    await pages.press("Continue searching");
    await pages.see("Team 2");
    await pages.open(`/crm/teams?manager_id=${manager}`);
    await pages.see("Team 2");
  });

  it("is complete for the tests only when each answer has come", async () => {
    const { pages } = started;
    const { browser } = pages;
    await pages.open("/crm/teams");
    let open = (): void => undefined;
    gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    await browser.evaluate(`(() => { let looks = 0; window.looks = 0;
      Object.defineProperty(window, "quietLooks", { get: () => looks, set: (next) => { looks = next; window.looks++; } });
      void fetch("/api/v1/auth/me").then(() => { window.hasAnswer = true; }); })()`);
    const complete = pages.waitUntilComplete();
    await browser.waitFor("window.looks > 10");
    expect(await browser.evaluate("window.hasAnswer")).toBeUndefined();
    open();
    await complete;
    expect(await browser.evaluate("window.hasAnswer")).toBe(true);
  });

  it("shows the default order for a link with one that the API refuses", async () => {
    const { pages } = started;
    await pages.open("/crm/teams?sort=manager_id");
    await pages.see("Too many records to sort by");
    await pages.see(`Team ${TEAM_COUNT - 1}`);
  });
});
