import type { PutCommand } from "@aws-sdk/lib-dynamodb";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { Database } from "@crm/core/kernel/ports.ts";
import { run } from "@crm/core/platform/import/worker.ts";
import { runOutsideBatch } from "@crm/core/storage/table/transaction-batch.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { addUser, newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { createTestRandom } from "../../support/random.ts";
import { resolveTestSize } from "../../support/sample.ts";
import { readErrorFile, readImport, sendFile, toCsv } from "./support.ts";

let app: App;
let tenant: Tenant;
/** Hooks that run before each command is sent and after its answer arrives. */
let beforeCommand: ((command: object) => Promise<void> | void) | undefined;
let afterCommand: ((command: object) => Promise<void> | void) | undefined;

beforeAll(async () => {
  // The stream delivers nothing here: the tests run the workers themselves.
  app = await startTestApp({ stream: () => async () => ({ batchItemFailures: [] }) });
  tenant = await signUp(app, { default_country: "DE" });
  const { database } = app.ports;
  const send = database.send.bind(database);
  (database as { send: Database["send"] }).send = async (command, scope) => {
    await beforeCommand?.(command);
    const answer = await send(command, scope);
    await afterCommand?.(command);
    return answer;
  };
});
afterAll(() => app.stop());
afterEach(() => {
  beforeCommand = undefined;
  afterCommand = undefined;
});

const ROW_COUNT = resolveTestSize("CRM_ROWS", 60, 120);

class KilledError extends Error {}

/** Runs a slice that by default is long enough for all the work, which may take over a minute on a slow machine. */
const runWorker = (id: string, ms = 600_000) => runIn(systemContext(app.ports, tenant.id, "import"), () => run(id, ms));
const startImport = async (file: string, parts: Record<string, unknown> = {}): Promise<string> =>
  String((await sendFile(app, tenant.token, "/leads/import", file, parts)).data.import_id);

const countLines = (file: string): number => file.trimEnd().split("\n").length;

/** A file in which some rows share a person and some are invalid. */
const buildFile = (count: number, mark: string) =>
  toCsv(
    ["first_name", "last_name", "email", "phone"],
    ...Array.from({ length: count }, (_, n) => [
      `${mark}${n}`,
      "Row",
      n % 13 === 5 ? "broken@" : `${mark}${n % 7 === 0 ? "shared" : n}@mail.example`,
      n % 5 === 0 ? `030 ${2_000_000 + n}` : "",
    ]),
  );

interface LeadRow {
  first_name: string;
  personal_key_id: string;
}

/** All leads as stored, independent of the projection. */
async function listAllLeads(): Promise<LeadRow[]> {
  const leads: LeadRow[] = [];
  let cursor: string | null = null;
  do {
    const page = (await tenant.admin.listLeads({ limit: 100, ...(cursor ? { cursor } : {}) })) as {
      data: LeadRow[];
      meta: { next_cursor: string | null };
    };
    leads.push(...page.data);
    cursor = page.meta.next_cursor;
  } while (cursor);
  return leads;
}

/** The names of the stored leads with a mark. */
const listStoredNames = async (mark: string): Promise<string[]> =>
  (await listAllLeads())
    .map(({ first_name }) => first_name)
    .filter((name) => name.startsWith(mark))
    .sort();

const expectedNames = (count: number, mark: string): string[] =>
  Array.from({ length: count }, (_, n) => `${mark}${n}`)
    .filter((_, n) => n % 13 !== 5)
    .sort();

describe("idempotency of import rows", () => {
  it("each row is imported once despite a kill of the worker before or after any write", async () => {
    const count = ROW_COUNT;
    for (const phase of ["before", "after"] as const) {
      const mark = `killed${phase}`;
      const id = await startImport(buildFile(count, mark));
      let kills = 0;
      let writes = 0;
      const inFlight: string[] = [];
      for (let next = 2; ; next += 1) {
        writes = 0;
        const strike = (command: object): void => {
          if (!/Put|Update|Transact/.test(command.constructor.name)) return;
          // Each life survives one more write than the last, so that a failure happens at every write.
          if (++writes < 1 + (next % 6)) return;
          inFlight.push(command.constructor.name);
          throw new KilledError("here");
        };
        if (phase === "before") beforeCommand = strike;
        else afterCommand = strike;
        try {
          await runWorker(id);
          break;
        } catch (error) {
          if (!(error instanceof KilledError)) throw error;
          kills++;
        } finally {
          beforeCommand = undefined;
          afterCommand = undefined;
        }
        if (kills > 200) throw new Error("It gets no further");
        // After every fourth kill, a worker runs for a while.
        if (kills % 4 === 0) await runWorker(id, 0);
      }
      console.log(`killed ${kills} times ${phase} a write: ${[...new Set(inFlight)].join(", ")}`);
      expect(kills).toBeGreaterThan(3);
      const done = await readImport(app, tenant.token, id);
      const names = expectedNames(count, mark);
      expect(await listStoredNames(mark)).toEqual(names);
      expect(done).toMatchObject({ status: "completed", total_rows: count, created: names.length, failed: count - names.length });
    }
  });

  it("a list shows how far a running import is, like the record", async () => {
    const id = await startImport(buildFile(ROW_COUNT, "listed"));
    afterCommand = (command) => {
      const { Item } = (command as Partial<PutCommand>).input ?? {};
      if (Item?.sk === "progress" && JSON.parse(String(Item.state)).counts.created > 0) throw new KilledError("here");
    };
    await expect(runWorker(id)).rejects.toThrow(KilledError);
    afterCommand = undefined;
    const { status, created, processed, failed, total_rows } = await readImport(app, tenant.token, id);
    expect([status, Number(created) > 0]).toEqual(["running", true]);
    const { data } = await tenant.admin.listImports({ limit: 100 });
    expect(data.find((row) => row.id === id)).toMatchObject({ status, created, processed, failed, total_rows });
    await runWorker(id);
  });

  it("each row is imported once by concurrent workers: an earlier worker stops", async () => {
    const id = await startImport(buildFile(ROW_COUNT, "twice"));
    const results = await Promise.all([runWorker(id), runWorker(id), runWorker(id)]);
    expect(results).toHaveLength(3);
    await runWorker(id);
    expect(await listStoredNames("twice")).toEqual(expectedNames(ROW_COUNT, "twice"));
    expect(await readImport(app, tenant.token, id)).toMatchObject({
      status: "completed",
      created: expectedNames(ROW_COUNT, "twice").length,
    });
  });

  it("each row is imported once if a delayed worker continues after another", async () => {
    const id = await startImport(buildFile(ROW_COUNT, "held"));
    await runWorker(id, 0);
    let n = 0;
    beforeCommand = async (command) => {
      if (command.constructor.name !== "TransactWriteCommand" || ++n !== 3) return;
      beforeCommand = undefined;
      await runOutsideBatch(() => runWorker(id));
    };
    await runWorker(id);
    expect(n).toBe(3);
    expect(await listStoredNames("held")).toEqual(expectedNames(ROW_COUNT, "held"));
    expect(await readImport(app, tenant.token, id)).toMatchObject({
      status: "completed",
      created: expectedNames(ROW_COUNT, "held").length,
    });
  });

  it("each row is imported once despite lost responses and a busy table", async () => {
    const id = await startImport(buildFile(ROW_COUNT, "lost"));
    let n = 0;
    afterCommand = (command) => {
      if (command.constructor.name !== "TransactWriteCommand" || ++n % 3 !== 0) return;
      throw Object.assign(new Error("lost"), { name: "TimeoutError", $metadata: { attempts: 2 } });
    };
    const random = createTestRandom("an import into a busy table");
    beforeCommand = () => {
      if (random() < 0.03) throw Object.assign(new Error("slow down"), { name: "ThrottlingException", $retryable: {} });
    };
    const lived = () =>
      runWorker(id).then(
        () => true,
        () => false,
      );
    for (let life = 0; life < 40 && !(await lived()); life++);
    afterCommand = undefined;
    beforeCommand = undefined;
    await runWorker(id);
    expect(n).toBeGreaterThan(3);
    expect(await listStoredNames("lost")).toEqual(expectedNames(ROW_COUNT, "lost"));
  });

  it("each row is imported once while others write the same contact points", async () => {
    const count = 60;
    const id = await startImport(buildFile(count, "race"));
    const concurrentCreates = Array.from({ length: count }, (_, n) =>
      tenant.admin.createLead(newLead({ first_name: `other${n}`, last_name: "Row", email: `race${n}@mail.example` })),
    );
    await Promise.all([runWorker(id), ...concurrentCreates]);
    expect(await listStoredNames("race")).toEqual(expectedNames(count, "race"));
    const { data } = (await tenant.admin.listLeads({ limit: 100 })) as {
      data: { email: string; personal_key_id: string }[];
    };
    const persons = new Map<string, Set<string>>();
    // Addresses used with many names identify no person, so only the other ones are checked.
    for (const { email, personal_key_id } of data)
      if (/^race\d/.test(email ?? "")) persons.set(email, (persons.get(email) ?? new Set()).add(personal_key_id));
    expect([...persons.values()].every((ids) => ids.size === 1)).toBe(true);
  });

  it("each row keeps its person, even if the transaction that creates the person is rejected", async () => {
    const count = 120;
    const email = "behind@mail.example";
    const file = toCsv(
      ["first_name", "last_name", "email", "company"],
      ...Array.from({ length: count }, (_, n) => ["behind", "Row", email, `Company ${n}`]),
    );
    const id = await startImport(file);
    await runWorker(id, 0);
    let n = 0;
    beforeCommand = async (command) => {
      if (command.constructor.name !== "TransactWriteCommand" || ++n !== 1) return;
      beforeCommand = undefined;
      await runOutsideBatch(() => tenant.admin.createLead(newLead({ first_name: "faster", last_name: "Row", email })));
    };
    await runWorker(id);
    expect(n).toBe(1);
    expect(await readImport(app, tenant.token, id)).toMatchObject({ status: "completed", created: count, failed: 0 });
    const leads = (await listAllLeads()).filter(({ first_name }) => first_name === "behind");
    expect(leads).toHaveLength(count);
    const [person = "", ...otherPersons] = new Set(leads.map(({ personal_key_id }) => personal_key_id));
    expect(otherPersons).toEqual([]);
    expect((await tenant.admin.getPerson({ id: person })).data).toMatchObject({ emails: [email] });
  });

  it("no row is imported after a cancellation", async () => {
    const id = await startImport(buildFile(600, "cancelled"));
    await runWorker(id, 1);
    await tenant.admin.cancelImport({ id });
    await runWorker(id);
    const storedNames = await listStoredNames("cancelled");
    expect(storedNames.length).toBeLessThan(expectedNames(600, "cancelled").length);
    expect(await readImport(app, tenant.token, id)).toMatchObject({ status: "cancelled", created: storedNames.length });
    await expect(tenant.admin.cancelImport({ id })).resolves.toBeDefined();
  });

  it("no row is imported once the requester may not write such records", async () => {
    const rep = await addUser(app, tenant, "SALES_REP");
    const { data } = await sendFile(app, rep.token, "/leads/import", buildFile(60, "demoted"));
    const id = String(data.import_id);
    await runWorker(id, 0);
    await tenant.admin.updateUser({ id: rep.id, role: "ANALYST" });
    await runWorker(id);
    expect(await readImport(app, tenant.token, id)).toMatchObject({
      status: "failed",
      created: 0,
      error: { message: "The user who started the import can no longer write these records" },
    });
    expect(await listStoredNames("demoted")).toEqual([]);
  });

  it("each rejected row is in the report when the import is over", async () => {
    const count = 60;
    const id = await startImport(buildFile(count, "reported"));
    afterCommand = (command) => {
      if (JSON.stringify(command).includes(String.raw`\tcompleted\t`)) throw new KilledError("here");
    };
    await expect(runWorker(id)).rejects.toThrow(KilledError);
    afterCommand = undefined;
    const { status, failed } = await readImport(app, tenant.token, id);
    expect([status, failed]).toEqual(["completed", count - expectedNames(count, "reported").length]);
    expect(countLines(await readErrorFile(app, tenant.token, id))).toBe(1 + failed);
  });

  it("each row is reverted once after a cancellation", async () => {
    const id = await startImport(buildFile(600, "halfway"));
    await runWorker(id, 0);
    afterCommand = async (command) => {
      const { state } = (command as PutCommand).input.Item ?? {};
      if (!String(state).includes('"part":2,')) return;
      afterCommand = undefined;
      await runOutsideBatch(() => tenant.admin.cancelImport({ id }));
    };
    await runWorker(id);
    const { status, failed } = await readImport(app, tenant.token, id);
    expect(status).toBe("cancelled");
    expect(failed).toBeGreaterThan(0);
    const report = await readErrorFile(app, tenant.token, id);
    expect(countLines(report)).toBe(1 + failed);
    await tenant.admin.revertImport({ id });
    expect(await readErrorFile(app, tenant.token, id)).toBe(report);
    await runWorker(id);
    expect(await readImport(app, tenant.token, id)).toMatchObject({ status: "reverted" });
    expect(await readErrorFile(app, tenant.token, id)).toBe(report);
  });
});
