import { mkdirSync, writeFileSync } from "node:fs";
import type { Field, Kind } from "@crm/console/api/kind.ts";
import { type Operation, pathParameterNames } from "@crm/functions/http/operation.ts";
import type { App } from "@crm/local/app.ts";
import { startServer } from "@crm/local/server/http-server.ts";
import { type Client, createClient } from "@crm/sdk/index.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasBrowser, startBrowser } from "../../../scripts/browser.ts";
import { findOperation, inputFor, makeWorld, parseData, sendAs, type World } from "../../invariants/registry/world.ts";
import { startTestApp, type TestUser } from "../../support/app.ts";
import { isExhaustive, sample, selectSample } from "../../support/sample.ts";
import { driveConsole } from "../console-driver.ts";
import {
  type ActionCase,
  continuations,
  findException,
  findRecordId,
  listCases,
  nameCase,
  preparations,
} from "./action-cases.ts";
import { type ActionPage, driveActions } from "./action-page.ts";
import { places } from "./action-places.ts";
import { type ActionResult, formatException, formatFault, SUCCEEDED, storeResult } from "./actions-page.ts";
import { runAction } from "./run-action.ts";

/**
 * Each action of each kind is opened in its dialog in a browser, and carried out once with what the dialog requires. `npm test` runs a sample.
 * `npm run console-actions` runs all, in processes side by side, and writes the list in docs/console/actions.md. `CRM_ACTIONS="ticket ,quote send"`
 * runs those whose names begin like this, and leaves pictures of faults in `.data/actions`.
 */
const choice = process.env.CRM_ACTIONS;
const [shard = 1, shards = 1] = (process.env.CRM_SHARD ?? "1/1").split("/").map(Number);
const PICTURES = new URL("../../../.data/actions/", import.meta.url);

const SAMPLE_SHARE = 3;

/** Actions that end a job: it must not have ended before. */
const jobEnds: ReadonlySet<string> = new Set([
  ...["cancelBulkChange", "cancelExport", "cancelImport", "cancelCampaignFill", "cancelReengagementFill"],
]);

/** Actions that show the page of a job that runs. */
const jobStarts: ReadonlySet<string> = new Set(["undoBulkChange", "revertImport"]);

const pickParameters = ({ path }: Operation, input: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(input).filter(([name]) => pathParameterNames(path).includes(name)));

const isChosen = (tested: ActionCase, index: number): boolean =>
  index % shards === shard - 1 &&
  (choice === "all" || (choice ?? "").split(",").some((start) => nameCase(tested).startsWith(start)));

describe.skipIf(!hasBrowser())("the dialogs of actions", () => {
  let app: App;
  let world: World;
  let server: Awaited<ReturnType<typeof startServer>>;
  let page: ActionPage;
  let cases: readonly ActionCase[];
  let crm: Client;

  beforeAll(async () => {
    app = await startTestApp();
    world = await makeWorld(app, "Harbour");
    // A test of a text message goes to the user.
    await world.tenant.admin.updateUser({ id: world.tenant.userId, phone_number: "+4915112345678" });
    await app.settle();
    server = await startServer(app, 0);
    const browser = (await startBrowser({ width: 1280, height: 900 })) ?? expect.fail("The browser does not start");
    page = await driveActions(await driveConsole(browser, server.url), server.url, () => app.settle());
    const { email, password } = world.tenant;
    await page.pages.signIn({ email, password }, "/crm/profile");
    crm = createClient({ baseUrl: server.url, auth: { email, password } });
    cases = listCases((await crm.request<{ kinds: Kind[] }>("GET", "/api/v1/schema")).kinds);
  });
  afterAll(async () => {
    await page.pages.browser.close();
    await server.close();
    await app.stop();
  });

  /** Makes a record in a state that allows the action. Returns its id and a valid input of the action. */
  async function prepareRecord({ action }: ActionCase): Promise<{ id: string; input: Record<string, unknown> }> {
    const operation = findOperation(action.name);
    const { admin, userId, email, token } = world.tenant;
    const user: TestUser = { id: userId, email, token, client: admin };
    const send = async (name: string, ids: Record<string, unknown>): Promise<Record<string, unknown>> => {
      const sent = findOperation(name);
      const sentInput = { ...(await inputFor(app, world, sent, user)), ...ids };
      parseData(await sendAs(app, token, sent, sentInput));
      return pickParameters(sent, sentInput);
    };
    const former = continuations[operation.name];
    const input = {
      ...(await inputFor(app, world, operation, user)),
      ...(former === undefined ? {} : await send(former, {})),
    };
    const id = findRecordId(operation, action, input);
    for (const name of preparations[operation.name] ?? [])
      await send(name, { ...pickParameters(findOperation(name), input), id });
    if (!jobEnds.has(operation.name)) await app.settle();
    return { id, input };
  }

  /** Finds the place of the entry that the input names in its list. */
  async function findEntry({ kind, action }: ActionCase, id: string, input: Record<string, unknown>): Promise<number> {
    const [, list = "", parameter = ""] = /\{id\}\/([\w-]+)\/\{(\w+)\}/.exec(action.path) ?? [];
    if (list === "") return 0;
    const record = await crm.request<Record<string, unknown>>("GET", `${kind.path}/${id}`);
    const entries = (record[list.replaceAll("-", "_")] ?? []) as { id?: string }[];
    return Math.max(
      0,
      entries.findIndex((entry) => [entry.id, ...Object.values(entry)].includes(String(input[parameter]))),
    );
  }

  async function carryOut(tested: ActionCase): Promise<string> {
    const { id, input } = await prepareRecord(tested);
    const place = places[tested.action.name]?.page;
    await page.open(
      place?.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(input[name] ?? world.seeds.ids[name])) ??
        `${tested.kind.path.replace("/api/v1", "/crm")}/view/${id}`,
      [jobEnds, jobStarts].some((names) => names.has(tested.action.name)),
    );
    const today = new Date().toISOString().slice(0, 10);
    const told = await runAction(
      page,
      tested,
      { fields: tested.action.fields as Field[], input, today },
      await findEntry(tested, id, input),
    );
    const errors = page.pages.takeErrors();
    if (errors.length > 0) throw new Error(`The browser's console: ${errors.join(" ").slice(0, 300)}`);
    return told;
  }

  async function findResult(tested: ActionCase): Promise<ActionResult> {
    const { kind, action } = tested;
    const reason = findException(tested, cases);
    const result =
      reason === undefined
        ? await carryOut(tested).then(
            () => SUCCEEDED,
            (error: Error) => formatFault(error.message),
          )
        : formatException(reason);
    page.pages.takeErrors();
    if (choice !== undefined && result.startsWith("fails")) {
      mkdirSync(PICTURES, { recursive: true });
      writeFileSync(new URL(`${kind.kind}-${action.name}.png`, PICTURES), await page.pages.browser.takeScreenshot());
    }
    return { kind: kind.kind, action: action.name, result };
  }

  it("carry out what they say", async () => {
    const possible = cases.filter((tested) => findException(tested, cases) === undefined);
    const sampled = selectSample(possible, { name: nameCase, kind: () => "action" });
    // A page takes a second, so a third of the sample is enough.
    const chosen =
      choice !== undefined
        ? cases.filter(isChosen)
        : sampled.filter((_, index) => isExhaustive || index % SAMPLE_SHARE === Number(sample) % SAMPLE_SHARE);
    const results: ActionResult[] = [];
    for (const tested of chosen) {
      const found = await findResult(tested);
      results.push(found);
      if (choice === undefined) continue;
      storeResult(found);
      console.log(nameCase(tested), found.result);
    }
    expect(results.filter(({ result }) => result.startsWith("fails"))).toEqual([]);
  });
});
