import { ReportRuns } from "@crm/core/analytics/report/report-run.entity.ts";
import { collectBytes } from "@crm/core/kernel/bytes.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { callOperation, parseCsv } from "../../platform/export/export-client.ts";
import { addUser, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";
import { createSeededRandom, type Random, seed } from "../../support/random.ts";
import { resolveTestSize } from "../../support/sample.ts";

/**
 * Reports show no value of a record that their reader may not see. Each record of a random world has a mark in its name, and each amount is another power
 * of two, so a sum tells which records it contains. The marks are searched in previews, reports, kept results, files and deliveries. Rights and records
 * change between a run and its reading, and between a schedule and its delivery.
 */

const WORLDS = resolveTestSize("CRM_WORLDS", 1, 40);

type Row = Readonly<Record<string, unknown>>;

/** The marks of the records that a reader sees in lists. */
type Marks = ReadonlySet<string>;

/** A result that is kept for its reader, with the marks that the reader saw when it was computed. */
interface KeptResult {
  readonly reader: TestUser;
  readonly report: string;
  readonly run: { readonly id: string; seen: Marks };
  readonly read: () => Promise<readonly Row[] | undefined>;
}

/** What changes between two readings. Records that change hands stay in results of before, which are of an instant. */
interface WorldChange {
  readonly name: string;
  readonly isOfRights: boolean;
  readonly apply: () => Promise<unknown>;
}

let app: App;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

const readLater = (): void => {
  // Sessions and the directory may be a minute old.
  app.setClock({ advance: 2 * 60_000 });
};

/** Returns the rows; undefined if they are refused. */
async function readRows(read: () => Promise<{ data: { status?: string; rows: readonly object[] } }>) {
  try {
    const { data } = await read();
    expect(data.status ?? "ready").toBe("ready");
    return data.rows as readonly Row[];
  } catch (error) {
    expect([401, 403, 404, 422], String(error)).toContain((error as { status?: number }).status);
    return undefined;
  }
}

const parseRows = (bytes: Uint8Array): Row[] => {
  const [header = [], ...rows] = parseCsv(Buffer.from(bytes));
  return rows.map((cells) => Object.fromEntries(header.map((name, index) => [name, cells[index]])));
};

class World {
  readonly #random: Random;
  readonly #tenant: Tenant;
  readonly readers: TestUser[];
  readonly #teams: readonly string[];
  readonly #customers: string[] = [];
  readonly #opportunities: string[] = [];
  readonly #markByAmount = new Map<bigint, string>();
  readonly reports: { id: string; definition: object }[] = [];
  readonly kept: KeptResult[] = [];
  /** What readers no longer see because their rights changed. */
  readonly #lost = new Map<TestUser, Set<string>>();
  readonly #unshared = new Set<string>();
  readonly #inactive = new Set<TestUser>();

  private constructor(random: Random, tenant: Tenant, readers: TestUser[], teams: readonly string[]) {
    this.#random = random;
    this.#tenant = tenant;
    this.readers = readers;
    this.#teams = teams;
  }

  static async create(random: Random): Promise<World> {
    const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
    const tenant = await signUp(app, { timezone: "UTC", currency: "USD", visibility: pick(["own", "team"]) });
    const teams: string[] = [];
    for (const name of ["North", "South"]) teams.push((await tenant.admin.createTeam({ name })).data.id);
    const readers: TestUser[] = [];
    for (const role of ["MANAGER", "SALES_REP", pick(["SALES_REP", "ANALYST", "MARKETER"])])
      readers.push(await addUser(app, tenant, role, { team_id: pick([...teams, null]) }));
    const world = new World(random, tenant, readers, teams);
    await world.#createRecords();
    await world.#createReports();
    await app.settle();
    readLater();
    return world;
  }

  pick<T>(values: readonly T[]): T {
    return values[Math.floor(this.#random() * values.length)] as T;
  }

  get #owners(): string[] {
    return [this.#tenant.userId, ...this.readers.map(({ id }) => id)];
  }

  async #createRecords(): Promise<void> {
    const { admin } = this.#tenant;
    for (let n = 0; n < 4; n++) {
      const input = { name: `mkc${n}z`, customer_type: "business", owner_id: this.pick(this.#owners) };
      this.#customers.push((await admin.createCustomer(input)).data.id);
    }
    for (let n = 0; n < 8; n++) {
      const amount = 2n ** BigInt(n);
      this.#markByAmount.set(amount, `mko${n}z`);
      const input = { name: `mko${n}z`, customer_id: this.pick(this.#customers), owner_id: this.pick(this.#owners) };
      const value = { amount: `${amount}.00`, currency: "USD", close_date: "2026-12-01" };
      this.#opportunities.push((await admin.createOpportunity({ ...input, ...value })).data.id);
    }
  }

  async #createReports(): Promise<void> {
    const amount = { field: "amount" };
    const isFromCustomer = { "customer.name": { prefix: "mk" } };
    const definitions = [
      this.pick([
        { kind: "opportunity", columns: ["name", "customer.name", "amount"], sort: [{ by: "customer.name" }] },
        { kind: "opportunity", columns: ["customer.name"], where: isFromCustomer },
        { kind: "customer", columns: ["name"], with: [{ tab: "opportunity", where: { amount: { gte: 4 } } }] },
        { kind: "customer", columns: ["name"], with: [{ tab: "opportunity", where: { amount: { lt: 32 } }, has: false }] },
      ]),
      {
        kind: "opportunity",
        group_by: [{ field: this.pick(["name", "customer.name", "owner_id", "customer.owner_id"]) }].slice(this.pick([0, 0, 1])),
        measures: [
          { as: "n", do: "count" },
          { as: "total", do: "sum", ...amount },
          { as: "low", do: "min", ...amount },
          { as: "high", do: "max", ...amount, where: isFromCustomer },
        ],
      },
    ];
    for (const definition of definitions) {
      const input = { name: "Marked", visibility: "EVERYONE", ...definition };
      this.reports.push({ id: (await this.#tenant.admin.createReport(input)).data.id, definition });
    }
  }

  /** What the lists of the API show a reader now; nothing if the reader may not sign in. */
  async #readLists({ client }: Pick<TestUser, "client">) {
    try {
      const customers = (await client.listCustomers({ limit: 100 })).data;
      const opportunities = (await client.listOpportunities({ limit: 100 })).data;
      return { customers, opportunities };
    } catch (error) {
      expect((error as { status?: number }).status).toBe(401);
      return { customers: [], opportunities: [] };
    }
  }

  async listMarks(reader: Pick<TestUser, "client">): Promise<Marks> {
    const { customers, opportunities } = await this.#readLists(reader);
    return new Set([...customers, ...opportunities].map(({ name }) => String(name)));
  }

  /** Applies a change and notes what each reader loses by a change of rights. */
  async apply({ isOfRights, apply }: WorldChange): Promise<void> {
    const before = await Promise.all(this.readers.map((reader) => this.listMarks(reader)));
    await apply();
    await app.settle();
    readLater();
    for (const [index, reader] of this.readers.entries()) {
      const after = await this.listMarks(reader);
      const lost = [...(this.#lost.get(reader) ?? []), ...(isOfRights ? (before[index] ?? []) : [])];
      this.#lost.set(reader, new Set(lost.filter((mark) => !after.has(mark))));
    }
  }

  /** The marks in rows, and those of the amounts from which sums are made. */
  findMarks(rows: readonly Row[]): string[] {
    const marks: string[] = [...(JSON.stringify(rows).match(/mk\w\d+z/g) ?? [])];
    for (const row of rows)
      for (const field of ["amount", "Amount", "total", "low", "high"]) {
        const sum = BigInt(String(row[field] || "0").split(".")[0] ?? "0");
        for (const [amount, mark] of this.#markByAmount) if ((sum & amount) !== 0n) marks.push(mark);
      }
    return [...new Set(marks)];
  }

  expectOnly(what: string, rows: readonly Row[] | undefined, seen: Marks): void {
    const hidden = this.findMarks(rows ?? []).filter((mark) => !seen.has(mark));
    expect([what, hidden]).toEqual([what, []]);
  }

  /** Reads everything at once, and compares reports on customers with the opportunities that the reader sees. */
  async checkImmediate(what: string): Promise<void> {
    for (const reader of this.readers) {
      const { customers, opportunities } = await this.#readLists(reader);
      const seen = new Set([...customers, ...opportunities].map(({ name }) => String(name)));
      for (const { id, definition } of this.reports) {
        const preview = await readRows(() => allowAnyInput(reader.client).previewReport({ definition }));
        this.expectOnly(`${what}: preview of ${JSON.stringify(definition)}`, preview, seen);
        const stored = await readRows(() => reader.client.getReport({ id }));
        this.expectOnly(`${what}: report ${JSON.stringify(definition)}`, stored, seen);
        if (preview && stored) expect(stored).toEqual(preview);
        const [tab] = (definition as { with?: { where: { amount: { gte?: number; lt?: number } }; has?: boolean }[] }).with ?? [];
        if (!tab || !preview) continue;
        const { gte = 0, lt = Number.POSITIVE_INFINITY } = tab.where.amount;
        const matching = opportunities.filter(({ amount }) => Number(amount) >= gte && Number(amount) < lt);
        const named = new Set(matching.map(({ customer_id }) => customer_id));
        const expected = customers.filter((customer) => named.has(customer.id) === (tab.has ?? true)).map(({ name }) => name);
        expect(preview.map(({ name }) => name).sort()).toEqual(expected.sort());
      }
    }
  }

  /** Each reader runs and exports each report. */
  async keepResults(): Promise<void> {
    for (const reader of this.readers) {
      const seen = await this.listMarks(reader);
      for (const { id } of this.reports) {
        const run_id = String((await reader.client.runReport({ id })).data.run_id);
        const file_id = String((await reader.client.exportReport({ id, format: "csv" })).data.run_id);
        await app.settle();
        const [run, file] = [
          { id: run_id, seen },
          { id: file_id, seen },
        ];
        const results: KeptResult[] = [
          { reader, report: id, run, read: () => readRows(() => reader.client.getReportRun({ id, run_id })) },
          { reader, report: id, run, read: () => this.#readKeptReport(reader, id, run) },
          { reader, report: id, run: file, read: () => this.#readFile(reader.token, id, file_id) },
        ];
        for (const { read } of results) expect(await read()).toBeDefined();
        this.kept.push(...results);
        for (const other of [this.#tenant, ...this.readers.filter((user) => user !== reader)]) {
          const answers = [
            await callOperation(app, other.token, "getReportRun", { id, run_id }),
            await callOperation(app, other.token, "getReportFile", { id, run_id: file_id }),
          ];
          expect(answers.map(({ status }) => status)).toEqual([404, 404]);
        }
      }
    }
  }

  /** Reads the result of a large report, which is run anew if the kept one may not be shown. */
  async #readKeptReport(reader: TestUser, id: string, run: KeptResult["run"]): Promise<readonly Row[] | undefined> {
    // A report answers with its kept result only if it is large.
    await this.#setRowsRead(run.id, 20_001);
    const isRunning = await reader.client.getReport({ id }).then(
      ({ data }) => data.status === "running",
      () => false,
    );
    if (isRunning) {
      await app.settle();
      run.seen = await this.listMarks(reader);
      await this.#setRowsRead(run.id, 20_001);
    }
    const rows = await readRows(async () => {
      const answer = await reader.client.getReport({ id });
      expect(answer.data.run_id).toBe(run.id);
      return answer;
    });
    await this.#setRowsRead(run.id, 8);
    return rows;
  }

  #setRowsRead(run: string, rows_read: number): Promise<unknown> {
    return this.#inSystem(() => Records.change(ReportRuns, run, (record) => ({ ...record, rows_read })));
  }

  async #readFile(token: string, id: string, run_id: string): Promise<Row[] | undefined> {
    const { status, body } = await callOperation(app, token, "getReportFile", { id, run_id });
    expect([200, 401, 403, 404, 422]).toContain(status);
    return status === 200 ? parseRows(Buffer.from(body, "base64")) : undefined;
  }

  /** Reads all kept results. They show what their reader saw when they were made, and nothing that the reader lost by a change of rights. */
  async checkKept(what: string): Promise<void> {
    for (const { reader, report, run, read } of this.kept) {
      const rows = await read();
      this.expectOnly(`${what}: kept result`, rows, run.seen);
      const lost = this.findMarks(rows ?? []).filter((mark) => this.#lost.get(reader)?.has(mark));
      expect([what, lost]).toEqual([what, []]);
      if (this.#unshared.has(report)) expect([what, rows]).toEqual([what, undefined]);
    }
  }

  /** Schedules a report, changes the world, and lets the delivery become due. */
  async deliver(change: WorldChange): Promise<void> {
    const { admin } = this.#tenant;
    const { id } = this.pick(this.reports.filter((report) => !this.#unshared.has(report.id)));
    const recipients = this.readers.filter((reader) => !this.#inactive.has(reader)).map((reader) => reader.id);
    const before = await admin.createNote({ related_to_id: this.pick(this.#customers), content: "Time" });
    const time = new Date(Date.parse(before.data.created_at) + 5 * 60_000).toISOString().slice(11, 16);
    const input = { id, frequency: "DAILY", time, recipients, format: "csv" };
    const { data: schedule } = await admin.createReportSchedule(input);
    await this.apply(change);
    const mailCounts = this.readers.map(({ email }) => app.mail.sent(email).length);
    app.setClock({ now: String(schedule.next_at) });
    app.setClock({ advance: 60_000 });
    await app.settle();
    const readers = this.readers.map(async (reader, index) => {
      const seen = await this.listMarks(reader);
      const mails = app.mail.sent(reader.email).slice(mailCounts[index]);
      expect(mails.flatMap((mail) => JSON.stringify(mail).match(/mk\w\d+z/g) ?? [])).toEqual([]);
      const runs = mails.flatMap(({ text }) => /\?run=(\w+)/.exec(text)?.[1] ?? []);
      expect([0, 1]).toContain(runs.length);
      if (this.#unshared.has(id) || this.#inactive.has(reader)) expect(runs).toEqual([]);
      for (const run of runs) {
        const record = await this.#inSystem(() => Records.load(ReportRuns, run));
        const object = await app.ports.objects.open(String(record?.object_key));
        if (!object) throw new Error(`${run} has no file`);
        this.expectOnly(`${change.name}: delivered file`, parseRows(await collectBytes(object.read())), seen);
        this.kept.push({ reader, report: id, run: { id: run, seen }, read: () => this.#readFile(reader.token, id, run) });
      }
      return runs.length;
    });
    console.log(`${change.name}: ${(await Promise.all(readers)).join()} deliveries`);
  }

  #inSystem<T>(work: () => Promise<T>): Promise<T> {
    return runIn(systemContext(app.ports, this.#tenant.id, "test"), work);
  }

  drawChange(): WorldChange {
    const { admin } = this.#tenant;
    const [reader, report] = [this.pick(this.readers), this.pick(this.reports)];
    const [role, team_id, owner_id] = [
      this.pick(["SALES_REP", "USER", "ANALYST", "MANAGER"]),
      this.pick([...this.#teams, null]),
      this.pick(this.#owners),
    ];
    const [opportunity, customer] = [this.pick(this.#opportunities), this.pick(this.#customers)];
    const visibility = this.pick(["own", "team"]);
    const changes: readonly WorldChange[] = [
      { name: `role ${role}`, isOfRights: true, apply: () => admin.updateUser({ id: reader.id, role }) },
      { name: `team ${team_id}`, isOfRights: true, apply: () => admin.updateUser({ id: reader.id, team_id }) },
      {
        name: `visibility ${visibility}`,
        isOfRights: true,
        apply: () => admin.updateTenant({ settings: { visibility } }),
      },
      {
        name: "user deactivated",
        isOfRights: true,
        apply: () => {
          this.#inactive.add(reader);
          return admin.setUserStatus({ id: reader.id, status: "INACTIVE" });
        },
      },
      {
        name: "report unshared",
        isOfRights: true,
        apply: () => {
          this.#unshared.add(report.id);
          return allowAnyInput(admin).replaceReport({
            ...report.definition,
            id: report.id,
            name: "Marked",
            visibility: "PRIVATE",
          });
        },
      },
      {
        name: "opportunity reassigned",
        isOfRights: false,
        apply: () => admin.updateOpportunity({ id: opportunity, owner_id }),
      },
      { name: "customer reassigned", isOfRights: false, apply: () => admin.updateCustomer({ id: customer, owner_id }) },
    ];
    return this.pick(changes);
  }
}

it("show no value that their reader may not see, at once, kept, in files and in deliveries", async () => {
  for (let index = 0; index < WORLDS; index++) {
    console.log(`marked values: CRM_SEED=${seed + index}`);
    const world = await World.create(createSeededRandom((seed + index) * 7919));
    await world.checkImmediate("at first");
    await world.keepResults();
    for (const isDelivered of [false, true, false]) {
      const change = world.drawChange();
      if (isDelivered) await world.deliver(change);
      else await world.apply(change);
      await world.checkKept(change.name);
      await world.checkImmediate(change.name);
    }
  }
});
