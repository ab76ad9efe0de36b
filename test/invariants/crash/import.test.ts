import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createClient, httpTransport } from "@crm/functions/derive/client.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { resolveTestSize } from "../../support/sample.ts";
import { launchServer, restartServer, type ServerHandle } from "./server-handle.ts";
import { signUpTenant } from "./server-process.ts";

/** Number of kills; `CRM_KILLS=20 CRM_IMPORT_ROWS=20000` is the long form. */
const KILLS = resolveTestSize("CRM_KILLS", 1, 4);
const ROWS = resolveTestSize("CRM_IMPORT_ROWS", 100, 400);

let data: string;
let server: ServerHandle;

beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), "crm-kill-import-"));
  server = await launchServer(data);
});
afterAll(async () => {
  await server.end();
  rmSync(data, { recursive: true, force: true });
});

/** Returns a token of the tenant's administrator and renews it before it expires. */
type TokenSource = () => Promise<string>;

async function createTenant(slug: string): Promise<TokenSource> {
  let { token } = await signUpTenant(server.url, slug, { default_country: "US" });
  let since = Date.now();
  return async () => {
    if (Date.now() - since < 5 * 60_000) return token;
    const login = { email: `a@${slug}.example`, password: "Correct-Horse-9000", tenant_slug: slug };
    token = (await createClient(httpTransport(server.url)).login(login)).data.access_token;
    since = Date.now();
    return token;
  };
}

/** One row in ten repeats an earlier person, and one in a hundred is invalid. */
const file = [
  "first_name,last_name,email,phone,company",
  ...Array.from({ length: ROWS }, (_, n) => {
    const personNumber = n % 10 === 9 ? n - 9 : n;
    const email = n % 100 === 50 ? "broken@" : `p${personNumber}@kill.example`;
    return `First${n},Last${personNumber},${email},+1 803 ${String(2_000_000 + personNumber).replace(/(\d{3})(\d{4})/, "$1 $2")},Company ${n}`;
  }),
].join("\n");

async function startImport(token: TokenSource): Promise<string> {
  const form = new FormData();
  form.append("file", new Blob([file], { type: "text/csv" }), "leads.csv");
  const response = await fetch(`${server.url}/api/v1/leads/import`, {
    method: "POST",
    headers: { authorization: `Bearer ${await token()}` },
    body: form,
  });
  const body = (await response.json()) as { data: { import_id: string } };
  return body.data.import_id;
}

interface ImportProgress {
  status: string;
  total_rows: number | null;
  processed: number;
  created: number;
  failed: number;
}

async function readProgress(token: TokenSource, id: string): Promise<ImportProgress> {
  const response = await fetch(`${server.url}/api/v1/imports/${id}`, { headers: { authorization: `Bearer ${await token()}` } });
  return ((await response.json()) as { data: ImportProgress }).data;
}

/** The progress of an import once it has processed that many rows. */
async function waitForRows(token: TokenSource, id: string, rows: number): Promise<ImportProgress> {
  for (;;) {
    const now = await readProgress(token, id).catch(() => undefined);
    if (now && (now.processed >= rows || !["queued", "running"].includes(now.status))) return now;
    await sleep(20);
  }
}

/** The progress of an import once it has created its first lead, in the middle of a part. */
async function waitForFirstLead(token: TokenSource, id: string): Promise<ImportProgress> {
  const crm = createClient(httpTransport(server.url, await token()));
  while ((await crm.listLeads({ limit: 1 })).data.length === 0) await sleep(5);
  return readProgress(token, id);
}

async function waitForEnd(token: TokenSource, id: string): Promise<ImportProgress> {
  for (;;) {
    const now = await readProgress(token, id).catch(() => undefined);
    if (now && !["queued", "running"].includes(now.status)) return now;
    await sleep(100);
  }
}

/** Every lead without its random values, and which leads share a person. */
async function listLeads(token: TokenSource): Promise<string[]> {
  const crm = createClient(httpTransport(server.url, await token()));
  const rows: { first_name: string; text: string; person: string }[] = [];
  let cursor: string | null = null;
  do {
    const page = (await crm.listLeads({ limit: 100, ...(cursor ? { cursor } : {}) })) as unknown as {
      data: Record<string, string>[];
      meta: { next_cursor: string | null };
    };
    for (const { first_name = "", last_name, email, phone, company, personal_key_id = "" } of page.data)
      rows.push({ first_name, text: JSON.stringify([first_name, last_name, email, phone, company]), person: personal_key_id });
    cursor = page.meta.next_cursor;
  } while (cursor);
  const names = new Map<string, string>();
  for (const { person, first_name } of rows.toSorted((a, b) => a.first_name.localeCompare(b.first_name)))
    if (!names.has(person)) names.set(person, first_name);
  return rows.map(({ text, person }) => `${text} of ${names.get(person)}`).sort();
}

describe(`${KILLS} kills during one import of ${ROWS} rows`, () => {
  it("give the same records as an undisturbed import", async () => {
    const calm = await createTenant("calm");
    const expectedImport = await waitForEnd(calm, await startImport(calm));
    const stormy = await createTenant("stormy");
    const id = await startImport(stormy);
    for (let kill = 1; kill <= KILLS; kill++) {
      // A single kill hits the middle of a part.
      const now = await (KILLS === 1 ? waitForFirstLead(stormy, id) : waitForRows(stormy, id, (ROWS * kill) / (KILLS + 1)));
      await server.kill();
      server = await restartServer(data, { isLast: kill === KILLS });
      console.log(
        `kill ${kill}: ${now.status}, ${now.processed} of ${ROWS} rows were written down, the part behind them was in flight`,
      );
    }
    const finishedImport = await waitForEnd(stormy, id);
    expect(finishedImport).toMatchObject({
      status: "completed",
      created: expectedImport.created,
      failed: expectedImport.failed,
      total_rows: ROWS,
    });
    expect(expectedImport.created).toBe(ROWS - Math.floor((ROWS + 49) / 100));
    for (const token of [calm, stormy]) {
      await fetch(`${server.url}/_local/settle`, { method: "POST", body: "{}" });
      expect((await createClient(httpTransport(server.url, await token())).listLeads({})).meta.total).toBe(
        expectedImport.created,
      );
    }
    expect(await listLeads(stormy)).toEqual(await listLeads(calm));
  }, 3_600_000);
});
