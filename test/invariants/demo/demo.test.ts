import { spawn } from "node:child_process";
import { existsSync, readFileSync, watch } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Clock } from "@crm/core/kernel/clock.ts";
import { builtInLines, detailField } from "@crm/core/sales/product-line/product-line.rules.ts";
import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { startServer } from "@crm/local/server/http-server.ts";
import { announceAddress } from "@crm/local/server/running-server.ts";
import parsePhoneNumber from "libphonenumber-js/max";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LEADS_PER_NEW_LEAD } from "../../../scripts/demo/pipeline.ts";
import { guests } from "../../../scripts/demo/records/persons.ts";
import { createRandom, inventPerson, staff } from "../../../scripts/demo/sample-data.ts";
import { FILLING_SINCE } from "../../../scripts/demo/year.ts";
import { runScriptInProcess } from "../../local/backup/script-in-process.ts";
import { newFolder, recountTenant, removeFolder } from "../../local/backup/support.ts";
import { dumpTable } from "../../platform/auth/table-dump.ts";
import { inProcessTransport, startTestApp } from "../../support/app.ts";
import { isExhaustive, resolveTestSize } from "../../support/sample.ts";

describe("invented people", () => {
  const people = (count: number) => {
    const random = createRandom(2031);
    return Array.from({ length: count }, (_, index) => inventPerson(random, index));
  };

  it("are the same in each run", () => {
    expect(people(300)).toEqual(people(300));
  });

  it("have valid addresses and numbers that no real person has", () => {
    const all = people(300);
    expect(new Set(all.map(({ email }) => email)).size).toBe(300);
    for (const { email, phone, website } of all) {
      expect(email).toMatch(/^[a-z.0-9]+@[a-z]+\.example$/);
      expect(website).toMatch(/^https:\/\/[a-z]+\.example$/);
      expect(parsePhoneNumber(phone)?.isValid(), phone).toBe(true);
    }
  });
});

const DAY_MS = 24 * 60 * 60 * 1000;
/** Number of leads. The first fourteen are due for a call today; only later ones develop further. */
const LEADS = resolveTestSize("CRM_LEADS", 5, 20);

/** Kinds that exist only while no user is available. */
const transientKinds = ["lead_wait", "second_factor"];

/** The kinds that have no record in a tenant. */
async function listMissingKinds(app: App, tenant: string): Promise<string[]> {
  const ids = (await dumpTable(app)).flatMap(({ pk, sk, id }) => (pk.startsWith(`T#${tenant}#`) ? [sk, String(id)] : []));
  const kinds = app.ports.domains
    .flatMap((domain) => domain.kinds)
    .filter(({ name, load }) => load && !transientKinds.includes(name));
  return kinds.filter(({ prefix }) => !ids.some((id) => id.startsWith(`${prefix}_`))).map(({ name }) => name);
}

/** Counts the records of each kind that users create. Records created by clocks depend on how long the run takes. */
async function countRecords(app: App, tenant: string): Promise<Record<string, number>> {
  const demoPrefixes = new Set("per lea int usr cus con opp quo pro ctr tck act not dea pot seg mtp kba".split(" "));
  const ids = (await dumpTable(app)).flatMap(({ pk, id }) =>
    pk.startsWith(`T#${tenant}#`) && typeof id === "string" ? [id] : [],
  );
  const kinds = Map.groupBy(new Set(ids), (id) => id.slice(0, id.indexOf("_")));
  return Object.fromEntries(
    [...kinds].filter(([kind]) => demoPrefixes.has(kind)).map(([kind, kindIds]) => [kind, kindIds.length]),
  );
}

/** Runs the demo until its journal has a step whose key starts with `key`, then kills it. */
function killDemoAt(key: string, words: readonly string[], data: string): Promise<void> {
  const child = spawn(process.execPath, [fileURLToPath(new URL("../../../scripts/demo.ts", import.meta.url)), ...words], {
    env: { ...process.env, CRM_DATA: data, NODE_NO_WARNINGS: "1" },
    stdio: "ignore",
  });
  const journal = `demo-${words[1]}.jsonl`;
  const watcher = watch(data, (_, file) => {
    if (file === journal && readFileSync(join(data, journal), "utf8").includes(`{"key":"${key}`)) child.kill("SIGKILL");
  });
  return new Promise((resolve, reject) => {
    child.once("exit", (code, signal) => {
      watcher.close();
      if (signal === "SIGKILL") resolve();
      else reject(new Error(`The demo ended with ${code} before ${key}`));
    });
  });
}

describe("npm run demo", () => {
  const data = newFolder();
  let app: App;
  let close: () => Promise<void>;
  beforeAll(async () => {
    // The app runs like a server: its clock, stream and schedules move on their own.
    app = await startTestApp({ data, runsInBackground: true, time: Date.now });
    const server = await startServer(app, 0);
    announceAddress(data, server.url);
    close = async () => {
      await server.close();
      await app.stop();
    };
  });
  afterAll(async () => {
    await close();
    removeFolder(data);
  });

  /** The client of a filled tenant's administrator, and the tenant's id. */
  async function logInAsThea(slug: string) {
    const login = { email: `thea@${slug}.example`, password: "Lantern-Harbour-7", tenant_slug: slug };
    const { data } = await createClient(inProcessTransport(app)).login(login);
    return { crm: createClient(inProcessTransport(app, data.access_token)), tenant: data.tenant.id };
  }

  const runDemo = (...options: string[]) => runScriptInProcess("demo.ts", options, { CRM_DATA: data });
  /** How far the app's clock is ahead of the machine's clock. */
  const readClockOffset = (): number => Clock.ms() - Date.now();
  /** The demo plans nothing early in the morning, so its progress on the last day does not depend on when the test runs. */
  const morningIn = (days: number): string => `${new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10)}T04:05:06Z`;
  let first: Record<string, number>;

  it("fills a tenant with a year of work once, and resets the clock", async () => {
    app.setClock({ now: morningIn(0) });
    const clockOffset = readClockOffset();
    const fillResult = await runDemo("--leads", String(LEADS));
    expect(fillResult).toMatchObject({ code: 0, err: "" });
    expect(fillResult.out).toMatch(
      new RegExp(
        `^Filling the tenant demo .*\\n\\d+ %\\n\\d+ %\\n[^a-z]*100 %\\n13 users and ${LEADS} leads with their history, in \\d+ s\\n\\nOpen the console, signed in as [\\s\\S]*\\nSign in at http.*tenant_slug demo:[\\s\\S]*Three things to try`,
      ),
    );
    expect(existsSync(join(data, "demo-demo.jsonl"))).toBe(false);
    expect(Math.abs(readClockOffset() - clockOffset)).toBeLessThan(60_000);

    const { crm, tenant } = await logInAsThea("demo");
    const { data: users } = await crm.listUsers({ limit: "100" });
    expect(new Set(users.map(({ role }) => role)).size).toBe(8);
    expect(users).toHaveLength(13);
    const { data: leads, meta } = await crm.listLeads({ limit: "100" });
    const { meta: deletedMeta } = await crm.listLeads({ deleted: "true" });
    // Three visitors sent the form of the website with their consent.
    expect(meta.total + deletedMeta.total).toBe(LEADS + 10 + 3 + Math.ceil(LEADS / LEADS_PER_NEW_LEAD));
    const days = new Set(leads.map(({ created_at = "" }) => created_at.slice(0, 10)));
    expect(days.size).toBeGreaterThan(LEADS / 2);
    const tonight = `${Clock.now().slice(0, 10)}T23:59:59Z`;
    expect((await crm.listLeads({ contact_due_by: tonight })).meta.total).toBeGreaterThanOrEqual(Math.min(LEADS, 6));
    expect((await crm.listLeads({ min_score: "15" })).meta.total).toBeGreaterThan(LEADS / 2);
    expect((await recountTenant(app, tenant)).differences).toEqual([]);
    // A batch reports a rejection only for its row, so check that the interactions exist.
    expect((await crm.listInteractions({ limit: "100" })).meta.total).toBeGreaterThan(guests.length);
    for (const line of builtInLines) {
      const { data: insured } = await crm.listLeads({ product_line: line });
      const [lead] = await Promise.all(insured.slice(0, 1).map(({ id }) => crm.getLead({ id })));
      expect(lead?.data[detailField(line)], line).not.toBeNull();
    }

    expect(await listMissingKinds(app, tenant), "need a file in scripts/demo/records").toEqual([]);
    first = await countRecords(app, tenant);

    expect(await runDemo()).toMatchObject({ code: 0, err: "", out: expect.stringMatching(/^The tenant demo already exists/) });
    expect(await runDemo("--leads", "x")).toMatchObject({ code: 1, err: expect.stringMatching(/^--leads must be a number/) });
  });

  it("resumes after kills at any stage with another clock, and repeats nothing", async () => {
    const elsewhere = morningIn(40);
    const day = elsewhere.slice(0, 10);
    app.setClock({ now: elsewhere });
    const clockOffset = readClockOffset();
    const story = ["--slug", "killed", "--leads", String(LEADS)];
    // After the last of the kills, the most work is left to resume.
    for (const key of isExhaustive ? ["hire/5", "deed-", "admin/40"] : ["admin/40"]) await killDemoAt(key, story, data);
    const last = await runDemo("--slug", "killed");
    expect(last).toMatchObject({
      code: 0,
      err: "",
      out: expect.stringMatching(/^The tenant killed was left unfinished: continuing/),
    });
    expect(last.out).toContain(`contact_due_by=${day}T23:59:59Z`);
    expect(Math.abs(readClockOffset() - clockOffset)).toBeLessThan(60_000);
    expect(Clock.now().slice(0, 10)).toBe(day);
    const { crm, tenant } = await logInAsThea("killed");
    const { data: leads } = await crm.listLeads({ limit: "100", sort: "created_at", order: "asc" });
    expect(Date.parse(leads[0]?.created_at ?? "")).toBeLessThan(Date.parse(elsewhere) - DAY_MS);
    expect((await crm.listLeads({ contact_due_by: `${day}T23:59:59Z` })).meta.total).toBeGreaterThanOrEqual(Math.min(LEADS, 6));
    expect(await countRecords(app, tenant)).toEqual(first);
    expect((await recountTenant(app, tenant)).differences).toEqual([]);
  });

  it("is rejected if the clock is too early or an unfinished run has no journal, and resets the clock", async () => {
    app.setClock({ now: "2000-05-06T07:08:09Z" });
    expect(await runDemo("--slug", "early")).toMatchObject({
      code: 1,
      err: expect.stringContaining("between the years 2000 and 2199"),
    });
    expect(Clock.now()).toMatch(/^2000-05-06/);
    const [thea] = staff;
    const { data: signedUp } = await createClient(inProcessTransport(app)).signup({
      ...{ tenant_name: "Half", tenant_slug: "half" },
      ...{ first_name: thea.first_name, last_name: thea.last_name, email: "thea@half.example", password: "Lantern-Harbour-7" },
    });
    await createClient(inProcessTransport(app, signedUp.access_token)).updateUser({
      ...{ id: signedUp.user.id, preferences: { [FILLING_SINCE]: "2034-01-01T00:00:00.000Z" } },
    });
    const half = await runDemo("--slug", "half");
    expect(half).toMatchObject({ code: 1, err: expect.stringMatching(/left unfinished, and the journal .* is gone/) });
    expect(Clock.now()).toMatch(/^2034-01-01/);
  });
});
