import { randomUUID } from "node:crypto";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Clock } from "@crm/core/kernel/clock.ts";
import { type Context, runIn, systemContext } from "@crm/core/kernel/context.ts";
import { historyId } from "@crm/core/kernel/id.ts";
import { Settings } from "@crm/core/kernel/settings.ts";
import { type LeadRecord, Leads } from "@crm/core/sales/lead/lead.entity.ts";
import { Scoring } from "@crm/core/sales/lead/scoring.ts";
import { recount } from "@crm/core/storage/stream/recount.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { createClient } from "@crm/functions/derive/client.ts";
import { type App, startApp } from "@crm/local/app.ts";
import { definition, readTable } from "@crm/local/table/file.ts";
import type { AttributeValue } from "@crm/local/table-engine/attribute-value.ts";
import { serializeItem } from "@crm/local/table-engine/item-text.ts";
import type { IndexDefinition } from "@crm/local/table-engine/storage.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LeadIds, LoadContext } from "../../../scripts/load/items.ts";
import { buildProspect, encodeNumber, type Prospect, type ProspectSeries } from "../../../scripts/load/prospects.ts";
import { loadSlice } from "../../../scripts/load/slice.ts";
import { signUpTenant } from "../../../scripts/load-leads.ts";
import { inProcessTransport } from "../../support/app.ts";
import { resolveTestSize } from "../../support/sample.ts";

/** Number of leads. More make the comparison stronger but slower. */
const COUNT = resolveTestSize("CRM_LEADS", 150, 150);

/** The index at which the second slice starts. */
const SLICE_END = 70;

const folder = mkdtempSync(join(tmpdir(), "crm-load-"));
const [typedFolder, loadedFolder] = [join(folder, "typed"), join(folder, "loaded")];
let loading: LoadContext;
let crowd: ProspectSeries;

/** Request ids, which are not compared; the checks below also exclude times and the revisions of counters. */
const requestIds = /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g;

type Row = Record<string, unknown>;

/** Every row of the tenant in a store's table or index, by key. */
function readRows(store: string, index?: IndexDefinition): Map<string, Row> {
  const table = readTable(store);
  const rows = Array.from(index ? table.scanIndex(index.name, undefined) : table.scan(undefined));
  table.close();
  return new Map(
    rows.flatMap(({ pk, sk, item: stored, size }) => {
      const item = JSON.parse(serializeItem(stored).replaceAll(requestIds, "request"), sortSets) as Row;
      const key = [...(index ? [readText(stored[index.partitionKey]), readText(stored[index.sortKey])] : []), pk, sk].join(" ");
      if (!key.includes(`T#${loading.tenant}#`) || key.includes("#RATE#")) return [];
      // The outbound event feed is not loaded, so it is not compared.
      if (key.includes("#FEED")) return [];
      // The revisions of counters and the leased blocks of numbers depend on the size of batches.
      if (key.includes("#COUNT#"))
        for (const name of Object.keys(item)) if (["revision", "as_of"].includes(name) || isZero(item[name])) delete item[name];
      if (key.includes("#NUMBER#")) delete item.next;
      // The version is the last one in the batch of the stream that counted the tags.
      if (key.includes("~tags#")) delete item.version;
      return [[key, { size: /#(COUNT|NUMBER)#/.test(key) ? undefined : size, item }] as const];
    }),
  );
}

const readText = (value: AttributeValue | undefined): string => (value as { S: string }).S;

/** A counter that went back to zero equals a missing one. */
const isZero = (value: unknown): boolean => (value as { N?: string } | null)?.N === "0";

/** Sorts string sets, which have no order. */
const sortSets = (name: string, value: unknown): unknown => (name === "SS" ? [...(value as string[])].sort() : value);

const rowKind = (key: string): string =>
  /#(COUNT|WORD|POINT|BLOCK|NUMBER)#|\b(led|per|scr|aud|usr|ten)_\w+$| (~match|~)/.exec(key)?.slice(1).find(Boolean) ?? key;

/** Half of the leads have the same name, more than fit into a duplicate block. */
function buildNamedProspect(series: ProspectSeries, n: number): Prospect {
  const lead = buildProspect(series, n);
  return n % 2 === 0 ? lead : { ...lead, input: { ...lead.input, first_name: "Ada", last_name: "Lovelace" } };
}

/** Creates the leads through the API one after the other; each is scored and converted at its time. */
async function typeLeads(app: App, token: string): Promise<string[]> {
  const crm = createClient(inProcessTransport(app, token));
  const leads: string[] = [];
  for (let n = 0; n < COUNT; n++) {
    const { at: createdAt, input, score, scored_at, isConverted: converted, converted_at } = buildNamedProspect(crowd, n);
    Clock.set(() => createdAt);
    const { id } = (await crm.createLead(input)).data;
    leads.push(id);
    const edit = (changes: Partial<LeadRecord>) => Records.change(Leads, id, (current) => ({ ...current, ...changes }));
    Clock.set(() => scored_at);
    if (score !== null) await runAsAdministrator(app, () => Scoring.setByHand({ id, lead_score: score }));
    Clock.set(() => converted_at);
    const converted_date = Clock.now();
    if (converted)
      await runAsAdministrator(app, () =>
        edit({ is_converted: true, converted_date, converted_day: converted_date.slice(0, 10) }),
      );
  }
  return leads;
}

/** Runs work as the administrator that no operation offers yet. */
function runAsAdministrator<T>(app: App, work: () => Promise<T>): Promise<T> {
  const { tenant, by: administrator } = loading;
  const { session = "", ip = "", user_agent = "" } = administrator;
  const context: Context = {
    ...systemContext(app.ports, tenant, "test"),
    actor: { type: "user", tenant_id: tenant, id: administrator.actor, session_id: session, roles: ["ADMIN"] },
    request: { id: randomUUID(), ip, user_agent },
    settings: Settings.parse({}),
  };
  return runIn(context, work);
}

/** The ids of the leads that the API created. */
function findIds(leads: readonly string[]): (n: number) => LeadIds {
  const rows = readRows(typedFolder);
  return (n) => {
    const lead = leads[n] ?? "";
    const person = `per_${lead.slice(-18)}`;
    const row = rows.get(`T#${loading.tenant}#P#${person} ${person}`);
    const { doc } = (row as Row).item as { doc: { S: string } };
    const { contact_points } = JSON.parse(doc.S) as { contact_points: { id: string }[] };
    const inHistory = `T#${loading.tenant}#E#${historyId(lead)} scr_`;
    const score = [...rows.keys()].find((key) => key.startsWith(inHistory))?.split(" ")[1] ?? "";
    return { lead, person, score, points: contact_points.map(({ id }) => id) };
  };
}

beforeAll(async () => {
  const first = await startApp({ data: typedFolder, logFrom: "error" });
  const signed = await signUpTenant(first, "load", 7);
  await first.stop();
  loading = signed.loading;
  cpSync(typedFolder, loadedFolder, { recursive: true });
  crowd = { seed: 7, owners: signed.loaded.owners, from: Date.now(), step: 40, scoredAfterMs: 10, convertedAfterMs: 20 };
  const app = await startApp({ data: typedFolder, logFrom: "error" });
  // Notifications of users are not loaded, so no events are published.
  app.ports.bus = { publish: async () => undefined };
  const leads = await typeLeads(app, signed.token);
  await app.settle();
  await app.stop();
  const options = { prospect: buildNamedProspect, ids: findIds(leads) };
  for (const [from, to] of [
    [0, SLICE_END],
    [SLICE_END, COUNT],
  ] as const)
    loadSlice(loadedFolder, crowd, loading, { from, to }, options);
});

afterAll(() => {
  Clock.set();
  rmSync(folder, { recursive: true, force: true });
});

describe("loaded leads", () => {
  it("equal those created through API and stream, in the table and each index", () => {
    const kinds = new Set<string>();
    let full = 0;
    for (const index of [undefined, ...definition.indexes]) {
      const [typed, loaded] = [readRows(typedFolder, index), readRows(loadedFolder, index)];
      expect([...loaded.keys()].sort(), index?.name).toEqual([...typed.keys()].sort());
      for (const [key, row] of typed) {
        expect(loaded.get(key), key).toEqual(row);
        if (!index) kinds.add(rowKind(key));
        if ((row.item as Row).is_full) full++;
      }
    }
    expect(full).toBeGreaterThan(0);
    expect([...kinds]).toEqual(expect.arrayContaining("led per scr aud ~ ~match WORD POINT BLOCK COUNT NUMBER".split(" ")));
  });

  it("pass the recount", async () => {
    const app = await startApp({ data: loadedFolder, logFrom: "error" });
    try {
      const proof = await runIn(systemContext(app.ports, loading.tenant, "test"), () => recount({ repair: false }));
      expect(proof).toMatchObject({ differences: [], busy: [] });
      expect(proof.records).toBeGreaterThan(2 * COUNT);
    } finally {
      await app.stop();
    }
  });
});

describe("generated leads", () => {
  const nth = (n: number): Prospect => buildProspect(crowd, n);

  it("are the same in each run", () => {
    expect(nth(123_456)).toEqual(nth(123_456));
    expect(nth(123_456)).not.toEqual(nth(123_457));
  });

  it("have addresses that differ in more than one character or one swap", () => {
    const codes = new Set<string>();
    for (let n = 0; n < 20_000; n++) codes.add(encodeNumber(n));
    expect(codes.size).toBe(20_000);
    const digits = [...new Set([...codes].join(""))];
    for (let n = 0; n < 20_000; n += 97) {
      const code = encodeNumber(n);
      for (let index = 0; index < code.length; index++) {
        const otherCodes = digits
          .map((digit) => code.slice(0, index) + digit + code.slice(index + 1))
          .filter((digit) => digit !== code);
        const swapped = code.slice(0, index) + (code[index + 1] ?? "") + code[index] + code.slice(index + 2);
        expect([...otherCodes, swapped === code ? "" : swapped].filter((variant) => codes.has(variant))).toEqual([]);
      }
    }
  });
});
