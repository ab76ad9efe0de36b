import type { PutCommand } from "@aws-sdk/lib-dynamodb";
import { run } from "@crm/core/jobs/import/work.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { Database } from "@crm/core/kernel/ports.ts";
import { outsideBatch } from "@crm/core/storage/table/batch.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { chanceOf } from "../chance.ts";
import { sizeFrom } from "../sample.ts";
import { addUser, newLead, signUp, startTestApp, type Tenant } from "../support.ts";
import { csv, errorsOf, read, sendFile } from "./support.ts";

let app: App;
let tenant: Tenant;
/** Looks at each command before it goes out, and at its answer. */
let before: ((command: object) => Promise<void> | void) | undefined;
let after: ((command: object) => Promise<void> | void) | undefined;

beforeAll(async () => {
  // Nothing is derived here, so nothing calls a worker: the tests do.
  app = await startTestApp({ stream: () => async () => ({ batchItemFailures: [] }) });
  tenant = await signUp(app, { default_country: "DE" });
  const { database } = app.ports;
  const send = database.send.bind(database);
  (database as { send: Database["send"] }).send = async (command, scope) => {
    await before?.(command);
    const answer = await send(command, scope);
    await after?.(command);
    return answer;
  };
});
afterAll(() => app.stop());
afterEach(() => {
  before = undefined;
  after = undefined;
});

const ROWS = sizeFrom("CRM_ROWS", 60, 120);

class Killed extends Error {}

/** A turn that is as long as the work, unless told otherwise: a slow machine takes more than a minute. */
const work = (id: string, ms = 600_000) => runIn(systemContext(app.ports, tenant.id, "import"), () => run(id, ms));
const start = async (file: string, parts: Record<string, unknown> = {}): Promise<string> =>
  String((await sendFile(app, tenant.token, "/leads/import", file, parts)).data.import_id);

const lines = (file: string): number => file.trimEnd().split("\n").length;

/** Some of a lot of rows share a person, and some are refused. */
const rows = (count: number, mark: string) =>
  csv(
    ["first_name", "last_name", "email", "phone"],
    ...Array.from({ length: count }, (_, n) => [
      `${mark}${n}`,
      "Row",
      n % 13 === 5 ? "broken@" : `${mark}${n % 7 === 0 ? "shared" : n}@mail.example`,
      n % 5 === 0 ? `030 ${2_000_000 + n}` : "",
    ]),
  );

interface Listed {
  first_name: string;
  personal_key_id: string;
}

/** All leads as they are stored, whoever derived what. */
async function listed(): Promise<Listed[]> {
  const leads: Listed[] = [];
  let cursor: string | null = null;
  do {
    const page = (await tenant.admin.listLeads({ limit: 100, ...(cursor ? { cursor } : {}) } as never)) as {
      data: Listed[];
      meta: { next_cursor: string | null };
    };
    leads.push(...page.data);
    cursor = page.meta.next_cursor;
  } while (cursor);
  return leads;
}

/** Those of a mark, by name. */
const stored = async (mark: string): Promise<string[]> =>
  (await listed())
    .map(({ first_name }) => first_name)
    .filter((name) => name.startsWith(mark))
    .sort();

const expected = (count: number, mark: string): string[] =>
  Array.from({ length: count }, (_, n) => `${mark}${n}`)
    .filter((_, n) => n % 13 !== 5)
    .sort();

describe("each row is done once", () => {
  it("also when the worker is killed before or after any of its writes", async () => {
    const count = ROWS;
    for (const side of ["before", "after"] as const) {
      const mark = `killed${side}`;
      const id = await start(rows(count, mark));
      let kills = 0;
      let writes = 0;
      const inFlight: string[] = [];
      for (let next = 2; ; next += 1) {
        writes = 0;
        const strike = (command: object): void => {
          if (!/Put|Update|Transact/.test(command.constructor.name)) return;
          // One write further at each life, so that every place is struck once.
          if (++writes < 1 + (next % 6)) return;
          inFlight.push(command.constructor.name);
          throw new Killed("here");
        };
        if (side === "before") before = strike;
        else after = strike;
        try {
          await work(id);
          break;
        } catch (error) {
          if (!(error instanceof Killed)) throw error;
          kills++;
        } finally {
          before = undefined;
          after = undefined;
        }
        if (kills > 200) throw new Error("It gets no further");
        // Every other life is let go on for a while.
        if (kills % 4 === 0) await work(id, 0);
      }
      console.log(`killed ${kills} times ${side} a write: ${[...new Set(inFlight)].join(", ")}`);
      expect(kills).toBeGreaterThan(3);
      const done = await read(app, tenant.token, id);
      const names = expected(count, mark);
      expect(await stored(mark)).toEqual(names);
      expect(done).toMatchObject({ status: "completed", total_rows: count, created: names.length, failed: count - names.length });
    }
  });

  it("when two workers are called at once: the one that was called first writes nothing more", async () => {
    const id = await start(rows(ROWS, "twice"));
    const results = await Promise.all([work(id), work(id), work(id)]);
    expect(results).toHaveLength(3);
    await work(id);
    expect(await stored("twice")).toEqual(expected(ROWS, "twice"));
    expect(await read(app, tenant.token, id)).toMatchObject({ status: "completed", created: expected(ROWS, "twice").length });
  });

  it("when a worker that was held up goes on behind another", async () => {
    const id = await start(rows(ROWS, "held"));
    await work(id, 0);
    let n = 0;
    before = async (command) => {
      if (command.constructor.name !== "TransactWriteCommand" || ++n !== 3) return;
      before = undefined;
      await outsideBatch(() => work(id));
    };
    await work(id);
    expect(n).toBe(3);
    expect(await stored("held")).toEqual(expected(ROWS, "held"));
    expect(await read(app, tenant.token, id)).toMatchObject({ status: "completed", created: expected(ROWS, "held").length });
  });

  it("when an answer is lost, and when the table is busy", async () => {
    const id = await start(rows(ROWS, "lost"));
    let n = 0;
    after = (command) => {
      if (command.constructor.name !== "TransactWriteCommand" || ++n % 3 !== 0) return;
      throw Object.assign(new Error("lost"), { name: "TimeoutError", $metadata: { attempts: 2 } });
    };
    const random = chanceOf("an import into a busy table");
    before = () => {
      if (random() < 0.03) throw Object.assign(new Error("slow down"), { name: "ThrottlingException", $retryable: {} });
    };
    const lived = () =>
      work(id).then(
        () => true,
        () => false,
      );
    for (let life = 0; life < 40 && !(await lived()); life++);
    after = undefined;
    before = undefined;
    await work(id);
    expect(n).toBeGreaterThan(3);
    expect(await stored("lost")).toEqual(expected(ROWS, "lost"));
  });

  it("when others write the same contact points meanwhile", async () => {
    const count = 60;
    const id = await start(rows(count, "race"));
    const others = Array.from({ length: count }, (_, n) =>
      tenant.admin.createLead(newLead({ first_name: `other${n}`, last_name: "Row", email: `race${n}@mail.example` })),
    );
    await Promise.all([work(id), ...others]);
    expect(await stored("race")).toEqual(expected(count, "race"));
    const { data } = (await tenant.admin.listLeads({ limit: 100 } as never)) as {
      data: { email: string; personal_key_id: string }[];
    };
    const persons = new Map<string, Set<string>>();
    // What many names are typed with belongs to nobody alone.
    for (const { email, personal_key_id } of data)
      if (/^race\d/.test(email ?? "")) persons.set(email, (persons.get(email) ?? new Set()).add(personal_key_id));
    expect([...persons.values()].every((ids) => ids.size === 1)).toBe(true);
  });

  it("with the person that it says: also when the transaction that makes them is refused behind a full one", async () => {
    const count = 120;
    const email = "behind@mail.example";
    const same = csv(
      ["first_name", "last_name", "email", "company"],
      ...Array.from({ length: count }, (_, n) => ["behind", "Row", email, `Company ${n}`]),
    );
    const id = await start(same);
    await work(id, 0);
    let n = 0;
    before = async (command) => {
      if (command.constructor.name !== "TransactWriteCommand" || ++n !== 1) return;
      before = undefined;
      await outsideBatch(() => tenant.admin.createLead(newLead({ first_name: "faster", last_name: "Row", email })));
    };
    await work(id);
    expect(n).toBe(1);
    expect(await read(app, tenant.token, id)).toMatchObject({ status: "completed", created: count, failed: 0 });
    const leads = (await listed()).filter(({ first_name }) => first_name === "behind");
    expect(leads).toHaveLength(count);
    const [person = "", ...others] = new Set(leads.map(({ personal_key_id }) => personal_key_id));
    expect(others).toEqual([]);
    expect((await tenant.admin.getPerson({ id: person })).data).toMatchObject({ emails: [email] });
  });

  it("and none any more once it is cancelled", async () => {
    const id = await start(rows(600, "cancelled"));
    await work(id, 1);
    await tenant.admin.cancelImport({ id });
    await work(id);
    const there = await stored("cancelled");
    expect(there.length).toBeLessThan(expected(600, "cancelled").length);
    expect(await read(app, tenant.token, id)).toMatchObject({ status: "cancelled", created: there.length });
    await expect(tenant.admin.cancelImport({ id })).resolves.toBeDefined();
  });

  it("and none any more once who asked for it may not write them", async () => {
    const rep = await addUser(app, tenant, "SALES_REP");
    const { data } = await sendFile(app, rep.token, "/leads/import", rows(60, "demoted"));
    const id = String(data.import_id);
    await work(id, 0);
    await tenant.admin.updateUser({ id: rep.id, role: "ANALYST" });
    await work(id);
    expect(await read(app, tenant.token, id)).toMatchObject({
      status: "failed",
      created: 0,
      error: { message: "Who asked for it may not write them any more" },
    });
    expect(await stored("demoted")).toEqual([]);
  });

  it("and said of those that were refused: by a report that is there when the import is over", async () => {
    const count = 60;
    const id = await start(rows(count, "reported"));
    after = (command) => {
      if (JSON.stringify(command).includes(String.raw`\tcompleted\t`)) throw new Killed("here");
    };
    await expect(work(id)).rejects.toThrow(Killed);
    after = undefined;
    const { status, failed } = await read(app, tenant.token, id);
    expect([status, failed]).toEqual(["completed", count - expected(count, "reported").length]);
    expect(lines(await errorsOf(app, tenant.token, id))).toBe(1 + failed);
  });

  it("also when it was cancelled, and taken back", async () => {
    const id = await start(rows(600, "halfway"));
    await work(id, 0);
    after = async (command) => {
      const { state } = (command as PutCommand).input.Item ?? {};
      if (!String(state).includes('"part":2,')) return;
      after = undefined;
      await outsideBatch(() => tenant.admin.cancelImport({ id }));
    };
    await work(id);
    const { status, failed } = await read(app, tenant.token, id);
    expect(status).toBe("cancelled");
    expect(failed).toBeGreaterThan(0);
    const report = await errorsOf(app, tenant.token, id);
    expect(lines(report)).toBe(1 + failed);
    await tenant.admin.revertImport({ id });
    expect(await errorsOf(app, tenant.token, id)).toBe(report);
    await work(id);
    expect(await read(app, tenant.token, id)).toMatchObject({ status: "reverted" });
    expect(await errorsOf(app, tenant.token, id)).toBe(report);
  });
});
