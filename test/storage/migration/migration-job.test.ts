import { Clock } from "@crm/core/kernel/clock.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { domain } from "@crm/core/kernel/domain.ts";
import { kind } from "@crm/core/kernel/id.ts";
import type { Ports } from "@crm/core/kernel/ports.ts";
import {
  readMigrationStatus,
  runMigrationSlice,
  type SliceResult,
  stopMigration,
} from "@crm/core/storage/scheduler/migration-job.ts";
import { forgetCompleteShapes, prepareTableShapes, readTableShapes } from "@crm/core/storage/scheduler/table-shapes.ts";
import { update } from "@crm/core/storage/table/database.ts";
import type { Item } from "@crm/core/storage/table/item.ts";
import { tableShapesKey } from "@crm/core/storage/table/written-shapes.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { operate } from "@crm/functions/operate/command.ts";
import { singleProcessRollout } from "@crm/functions/operate/rollout.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { domainsWithLetters, LATEST_SHAPE, laterRelease, runInTenant, splitName, upperFolder, writeLetters } from "./letters.ts";

const sliceOptions = { dry_run: false, records_per_second: 10_000, seconds: 600, grace: 0, actor: "ann" };

describe("the command migrate", () => {
  let app: App;
  let tenant: Tenant;
  let ids: string[];
  beforeAll(async () => {
    app = await startTestApp({ domains: domainsWithLetters });
    tenant = await signUp(app);
    ids = await writeLetters(app, tenant.id, 230);
    laterRelease(splitName, upperFolder);
  });
  afterAll(() => app.stop());

  const run = (command: object): Promise<unknown> =>
    operate(command, app.ports, { deadLetterPrefix: "", grace: 0, rollout: singleProcessRollout, sliceSeconds: 600 });
  const letterProgress = async () =>
    (await readMigrationStatus(app.ports)).job?.kinds.find(({ kind: name, walk }) => name === "letter" && walk === "migrate");

  // Runs are listed by their time.
  beforeEach(() => app.setClock({ advance: 1000 }));

  it("only counts what is due in a dry run", async () => {
    expect(await run({ action: "migrate", dry_run: true })).toMatchObject({ rewritten: 230, done: true });
    expect(await readMigrationStatus(app.ports)).toMatchObject({ job: null, running: null });
  });

  it("does not start before the rollout has ended, and says what it waits for", async () => {
    const rollout = { findPending: async () => "the stack requests-1 is UPDATE_IN_PROGRESS" };
    const command = operate({ action: "migrate" }, app.ports, { deadLetterPrefix: "", grace: 0, rollout, sliceSeconds: 600 });
    await expect(command).rejects.toMatchObject({
      code: "CONFLICT",
      message: expect.stringMatching(/requests-1 is UPDATE_IN_PROGRESS/),
    });
  });

  it("ends a slice when its time is over, and continues with the next one, also after stop-migration", async () => {
    const first = await runMigrationSlice(app.ports, { ...sliceOptions, seconds: 0 });
    expect(first).toMatchObject({ done: false, stopped: false });
    app.setClock({ advance: 1000 });
    const stopped = await withBatches(app, async (batch) => {
      if (batch === 3) expect(await stopMigration(app.ports, "ben")).toBe(true);
    });
    expect(stopped).toMatchObject({ done: false, stopped: true });
    expect(await stopMigration(app.ports)).toBe(false);
    expect((await letterProgress())?.checked ?? 0).toBeLessThan(230);
    app.setClock({ advance: 1000 });
    expect(await run({ action: "migrate", records_per_second: 10_000, actor: "ann" })).toMatchObject({ done: true, failed: 0 });
    expect(await letterProgress()).toMatchObject({ checked: 230, rewritten: 230, failed: 0, tenant: tenant.id });
    const { job, runs, shapes } = await readMigrationStatus(app.ports);
    expect(job).toMatchObject({ number: 1, is_done: true });
    expect(shapes.complete).toMatchObject({ letter: 3, person: 8 });
    expect(runs.map(({ actor, dry_run, done, stopped: isStopped }) => [actor, dry_run, done, isStopped])).toEqual([
      ["ann", false, true, false],
      ["ann", false, false, true],
      ["ann", false, false, false],
      ["unknown", true, true, false],
    ]);
    expect(runs.every(({ started_at, ended_at }) => started_at && ended_at)).toBe(true);
    expect(ids).toHaveLength(230);
  });

  it("refuses a second runner, which takes over when the first has been silent for minutes", async () => {
    laterRelease(splitName, upperFolder, (stored) => stored);
    let refusal: unknown;
    let takenOver: SliceResult | undefined;
    const first = withBatches(app, async (batch) => {
      if (batch !== 2) return;
      refusal = await run({ action: "migrate" }).catch((error: unknown) => error);
      app.setClock({ advance: 6 * 60_000 });
      takenOver = await runMigrationSlice(app.ports, { ...sliceOptions, actor: "ben" });
    });
    await expect(first).rejects.toMatchObject({
      code: "CONFLICT",
      message: expect.stringMatching(/Another runner has taken over/),
    });
    expect(refusal).toMatchObject({ code: "CONFLICT", message: expect.stringMatching(/ann started it at 20.*until 20/) });
    expect(takenOver).toMatchObject({ done: true, failed: 0 });
    expect((await letterProgress())?.rewritten).toBe(230);
  });

  it("rewrites no more records in a second than it may", async () => {
    laterRelease(
      splitName,
      upperFolder,
      (stored) => stored,
      (stored) => stored,
    );
    const before = Clock.machineTimeWithPauses();
    await runMigrationSlice(app.ports, { ...sliceOptions, records_per_second: 10 });
    expect(Clock.machineTimeWithPauses() - before).toBeGreaterThan(23_000);
  });

  it("waits until every process knows that the table is switched", async () => {
    const before = Clock.machineTimeWithPauses();
    laterRelease(...Array.from({ length: LATEST_SHAPE }, (_, index) => (index === 0 ? splitName : upperFolder)));
    const records_per_second = 10_000;
    // The kind has a later shape than any before, which is a switch.
    await runMigrationSlice(app.ports, { ...sliceOptions, records_per_second, grace: 30_000 });
    expect(Clock.machineTimeWithPauses() - before).toBeGreaterThanOrEqual(90_000);
  });

  /** Runs a slice, and work after each of its batches that walked records. */
  async function withBatches(from: App, work: (batch: number) => Promise<void>): Promise<SliceResult> {
    let batch = 0;
    const { database } = from.ports;
    const isBatch = (command: object): boolean =>
      command.constructor.name === "TransactWriteCommand" &&
      JSON.stringify((command as { input: object }).input).includes("totals#");
    const watched = {
      ...database,
      async send(command: object, scope: Parameters<typeof database.send>[1]) {
        const output = await database.send(command, scope);
        if (isBatch(command)) await work(++batch);
        return output;
      },
    };
    return runMigrationSlice({ ...from.ports, database: watched }, sliceOptions);
  }
});

/** Each commit of a slice: what its command writes, and how many of them come before the kill. */
const commits: readonly [name: string, text: RegExp, before: number][] = [
  ["the lease is taken", /:actor.*"lease"|"lease".*:actor/, 0],
  ["the job begins", /"sk":"job".*"is_done":false/, 0],
  ["the run is listed", /"sk":"run#/, 0],
  ["the first record is rewritten", /"sk":"ltr_/, 0],
  ["a later record is rewritten", /"sk":"ltr_/, 7],
  ["the progress of a batch is saved", /totals#\d+#migrate#letter/, 0],
  ["the lease is renewed", /"lease".*SET expires_at/, 0],
  ["the kind is complete", /SET complete/, 0],
  ["the job ends", /"sk":"job".*"is_done":true/, 0],
  ["the run ends", /"sk":"run#.*"ended_at"/, 0],
];

describe("a slice that is killed", () => {
  let app: App;
  let tenant: Tenant;
  beforeAll(async () => {
    app = await startTestApp({ domains: domainsWithLetters });
    tenant = await signUp(app);
  });
  afterAll(() => app.stop());

  /** A process that is killed before the commit, or after it and before the answer. It sends nothing more. */
  function createKilledProcess([, text, before]: (typeof commits)[number], isCommitted: boolean): Ports {
    let matches = 0;
    let isDead = false;
    const { database } = app.ports;
    const die = (): never => {
      isDead = true;
      throw new Error("The process was killed");
    };
    return {
      ...app.ports,
      database: {
        ...database,
        async send(command, scope) {
          if (isDead) die();
          const isWrite = !/Get|Query/.test(command.constructor.name);
          const isKill = isWrite && text.test(JSON.stringify((command as { input: object }).input)) && matches++ === before;
          if (isKill && !isCommitted) die();
          const output = await database.send(command, scope);
          return isKill ? die() : output;
        },
      },
    };
  }

  it.each(commits.map((commit, index) => ({ name: commit[0], commit, index })))(
    "rewrites each record once if it dies before or after $name",
    async ({ commit, index }) => {
      const keepItem = (stored: Item): Item => stored;
      for (const isCommitted of [false, true]) {
        const ids = await writeLetters(app, tenant.id, 9);
        // Each case is a later release than the one before.
        const steps = Array.from({ length: 2 * index + Number(isCommitted) + LATEST_SHAPE }, () => keepItem);
        const collection = laterRelease(splitName, upperFolder, ...steps);
        const { number = 0 } = (await readMigrationStatus(app.ports)).job ?? {};
        await expect(runMigrationSlice(createKilledProcess(commit, isCommitted), sliceOptions)).rejects.toThrow("was killed");
        app.setClock({ advance: 6 * 60_000 });
        let result: SliceResult | undefined;
        while (!result?.done) result = await runMigrationSlice(app.ports, sliceOptions);
        const letters = await runInTenant(app, tenant.id, () => Promise.all(ids.map((id) => Records.load(collection, id))));
        expect(letters.map((letter) => letter?.version)).toEqual(ids.map(() => 2));
        const { job, shapes } = await readMigrationStatus(app.ports);
        expect(job?.is_done).toBe(true);
        expect(job?.number).toBeGreaterThan(number);
        expect(shapes.complete.letter).toBe(collection.shape);
        app.setClock({ advance: 1000 });
      }
    },
  );
});

describe("a table at the start of a release", () => {
  let app: App;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.stop());

  const startRelease = (shape: number, oldestShape: number): Promise<void> => {
    const boats = domain({ name: "boats", kinds: [kind("boat", "bot", { shape, oldestShape })] });
    return prepareTableShapes({ ...app.ports, domains: [boats] });
  };
  const setShapes = (shapes: object) =>
    runIn(systemContext(app.ports, undefined, "test", ["migration"]), () =>
      update({
        Key: tableShapesKey(),
        UpdateExpression: "SET written = :shapes, complete = :shapes",
        ExpressionAttributeValues: { ":shapes": shapes },
      }),
    );

  it("is complete if it is new", async () => {
    expect(await readTableShapes(app.ports)).toMatchObject({ written: { person: 8 }, complete: { person: 8 } });
  });

  it("is refused with the names of the migrations that the release needs, and by a release that does not know its shapes", async () => {
    await signUp(app);
    await setShapes({ boat: 2 });
    await expect(startRelease(3, 3)).rejects.toMatchObject({
      code: "CONFLICT",
      message: expect.stringMatching(/boat to shape 3/),
    });
    await expect(startRelease(1, 1)).rejects.toMatchObject({ message: expect.stringMatching(/later release .*boat \(shape 2/) });
    await startRelease(3, 2);
    await forgetCompleteShapes(app.ports);
    await expect(startRelease(3, 2)).rejects.toMatchObject({ message: expect.stringMatching(/boat to shape 2/) });
  });
});
