import { ApiError, type Client } from "@crm/functions/derive/client.ts";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { recountTenant } from "../../local/backup/support.ts";
import { signUp, type Tenant } from "../../support/app.ts";
import { sample, selectSample } from "../../support/sample.ts";
import { type FaultKind, faultKinds, SteppedSystem, type Write } from "./stepped-system.ts";

/** A tenant in a stepped system, and its administrator with an API key, which stays valid when the clock moves. */
export interface Fixture {
  system: SteppedSystem;
  tenant: Tenant;
  crm: Client;
}

/**
 * An operation with several writes: its subject, its request, its follow-up work, and what must hold whichever write fails. It is done once
 * or not at all, nothing is half written, and nothing acknowledged is lost.
 */
export interface Scenario<S> {
  name: string;
  /** What the scenario covers: operations of the registry, subscribers by name, and kinds of records whose clock is due. */
  covers: { operations?: readonly string[]; subscribers?: readonly string[]; due?: readonly string[] };
  settings?: Record<string, unknown>;
  /** Runs once for the tenant. */
  open?(scene: Fixture): Promise<void>;
  /** Creates new records for each run. */
  prepare(scene: Fixture): Promise<S>;
  /** The request. A client without an answer repeats it with the same key. Clock scenarios have no request. */
  ask?(scene: Fixture, subject: S, options: { idempotencyKey: string }): Promise<{ data: unknown }>;
  /** Statuses that a repeat may get if the first answer was lost and the operation stores no answers. */
  refusals?: readonly number[];
  /** Whether a repeat gets a different answer, because the answer contains a secret or depends on the current state. */
  hasNewAnswer?: boolean;
  /** Advances the clock if follow-up work waits for it; called until the run is over. */
  proceed?(scene: Fixture, subject: S): Promise<void>;
  check(scene: Fixture, subject: S, answer: unknown): Promise<void>;
  /** Selects the writes that may fail. By default all except those of general subscribers, which have their own scenarios. */
  countsWrite?(name: string, target: string): boolean;
}

/** Hides the type of the subject, so that scenarios with different subjects fit into one list. */
export const defineScenario = <S>(each: Scenario<S>): Scenario<unknown> => each as Scenario<unknown>;

const transientKinds: readonly FaultKind[] = ["is throttled", "conflicts", "is overtaken", "loses its answer"];

interface ScenarioResult {
  writes: readonly Write[];
  faultCounts: Map<FaultKind, number>;
}

/** Seconds after which claimed work that was not done is handed out again. */
export const LEASE_SECONDS = 130;

const reportLines: string[] = [];
let keyCount = 0;

/** Runs a sample of the scenarios with every fault at each of their writes, and prints a table of the faults. */
export function testScenarios(verbs: readonly Scenario<unknown>[]): void {
  let line: SteppedSystem;
  beforeAll(async () => {
    line = await SteppedSystem.start();
    // A rejected write is retried at once, because there are no other writers.
    vi.spyOn(Math, "random").mockReturnValue(0);
  });
  afterAll(async () => {
    vi.restoreAllMocks();
    await line.stop();
    console.log(`\n${reportLines.join("\n")}\n`);
  });

  const chosen = selectSample(verbs, { name: ({ name }) => name, kind: () => "verb" });
  describe.each(chosen.map((each) => [each.name, each] as const))("%s", (_, each) => {
    let scene: Fixture;
    const struck: ScenarioResult = { writes: [], faultCounts: new Map() };

    beforeAll(async () => {
      const tenant = await signUp(line.app, each.settings);
      const { data } = await tenant.admin.createApiKey({ name: "Striker", role: "ADMIN" });
      scene = { system: line, tenant, crm: line.client(data.key) };
      await each.open?.(scene);
      await line.drain();
    });
    afterAll(() => {
      const times = [...struck.faultCounts].map(([kind, count]) => `${kind} ${count}`).join(", ");
      const writes = struck.writes.map(({ source: by, target: what }, at) => `${at + 1} ${by}: ${what}`).join("; ");
      reportLines.push(`${each.name}: ${struck.writes.length} writes (${writes}) struck: ${times}`);
    });

    it("succeeds without faults", async () => {
      struck.writes = (await runScenario(scene, each)).writes;
      expect(struck.writes.length).toBeGreaterThan(0);
    });

    it.each(faultKinds)("succeeds once if one of its writes %s", async (kind) => {
      const faults: string[] = [];
      for (const nth of selectPositions(struck.writes, kind)) {
        const told = await runWithFault(scene, each, { kind, nth });
        if (told.write) struck.faultCounts.set(kind, (struck.faultCounts.get(kind) ?? 0) + 1);
        if (told.fault) faults.push(told.fault);
      }
      expect(faults).toEqual([]);
    });

    it("leaves correct counters and no dead letters", async () => {
      await line.drain();
      const { differences } = await recountTenant(line.app, scene.tenant.id);
      expect(differences).toEqual([]);
      expect(line.deadLetters.splice(0)).toEqual([]);
    });
  });
}

/** Subscribers to every change, and the sweep, which hands out every clock, have their own scenarios. */
const followers = ["stream", "scoring", "notifications", "due"];
export const isScenarioSource = (by: string): boolean => !followers.includes(by);

/**
 * `CRM_STRIKES=all` tries every fault at every write. Otherwise only the first and last of similar writes fail: once as the last write of
 * their process, which reveals most, and once with another fault, in turn.
 */
const ALL_FAULTS = process.env.CRM_STRIKES === "all";

/** The first and the last of similar writes. In the short form only one of them, depending on the sample number. */
function selectEnds(indexes: readonly number[]): number[] {
  const ends = [indexes[0] as number, indexes.at(-1) as number];
  return sample === "all" || ALL_FAULTS ? ends : [ends[sample % 2] as number];
}

function selectPositions(writes: readonly Write[], kind: FaultKind): number[] {
  const alike = Map.groupBy(writes.keys(), (index) => `${writes[index]?.source} ${writes[index]?.target.replace(/ ×\d+/g, "")}`);
  const sampleIndexes = [...alike.values()].flatMap((indexes) => [...new Set(selectEnds(indexes))]);
  const places = ALL_FAULTS
    ? [...writes.keys()]
    : sampleIndexes.filter((index, turn) => kind === LAST || kind === selectOtherKind(writes[index], turn));
  return places
    .filter((place) => writes[place]?.faultKinds.includes(kind))
    .map((place) => place + 1)
    .sort((place, otherPlace) => place - otherPlace);
}

const LAST: FaultKind = "is the last";

function selectOtherKind(write: Write | undefined, turn: number): FaultKind | undefined {
  const otherKinds = write?.faultKinds.filter((kind) => kind !== LAST) ?? [];
  return otherKinds[turn % otherKinds.length];
}

async function runWithFault(
  scene: Fixture,
  scenario: Scenario<unknown>,
  strike: { kind: FaultKind; nth: number },
): Promise<{ write: Write | undefined; fault?: string }> {
  let write: Write | undefined;
  try {
    ({ write } = await runScenario(scene, scenario, strike));
    return { write };
  } catch (error) {
    write ??= scene.system.disarm();
    // Drops what this run has left, so that the next run starts clean.
    scene.system.dropEvents();
    const concurrencyNote = write?.concurrentWrites.length ? `, in flight beside it: ${write.concurrentWrites.join(", ")}` : "";
    const location = write
      ? `write ${strike.nth} (${write.source}: ${write.target})${concurrencyNote}`
      : `before write ${strike.nth}`;
    return { write, fault: `${scenario.name}, ${location} ${strike.kind}: ${error instanceof Error ? error.message : error}` };
  }
}

/** Sends the request, repeats it as a client would, runs the follow-up work, and repeats once more: the answer must be the same. */
async function runScenario(
  scene: Fixture,
  scenario: Scenario<unknown>,
  strike?: { kind: FaultKind; nth: number },
): Promise<{ writes: readonly Write[]; write: Write | undefined }> {
  const { system: line } = scene;
  const subject = await scenario.prepare(scene);
  await line.drain();
  line.arm(scenario.countsWrite ?? isScenarioSource, strike);
  const options = { idempotencyKey: `strike-${++keyCount}` };
  const first = await requestAnswer(scenario, scene, subject, options);
  const early = first ?? (await requestAnswer(scenario, scene, subject, options));
  await line.drain();
  await scenario.proceed?.(scene, subject);
  // The request itself must retry a transient fault, so that the caller does not notice it.
  const { faultedWrite: struck } = line;
  if (struck?.source === "request" && struck.isTransaction && strike && transientKinds.includes(strike.kind) && !first?.isDone)
    throw new Error("The request did not try again by itself");
  const { writes } = line;
  const write = line.disarm();
  const recordedWrites = [...writes];
  // The interrupted work continues when its events are redelivered and its clocks are due.
  if (write) await scenario.proceed?.(scene, subject);
  const last =
    scenario.ask && !scenario.refusals && !scenario.hasNewAnswer ? await requestAnswer(scenario, scene, subject, options) : early;
  if (scenario.ask && !last) throw new Error("A repeat has no answer, though nothing is in its way");
  if (early && !scenario.refusals && !scenario.hasNewAnswer) expect(last?.data).toEqual(early.data);
  await scenario.check(scene, subject, (last ?? early)?.data);
  return { writes: recordedWrites, write };
}

/** The answer, or undefined if there was none, because of a server error or because the process died. */
async function requestAnswer(
  scenario: Scenario<unknown>,
  scene: Fixture,
  subject: unknown,
  options: { idempotencyKey: string },
): Promise<{ data: unknown; isDone: boolean } | undefined> {
  if (!scenario.ask) return undefined;
  try {
    const { data } = await scenario.ask(scene, subject, options);
    return { data, isDone: true };
  } catch (error) {
    if (!(error instanceof ApiError)) {
      if ((error as Error).name === "Stopped") return undefined;
      throw error;
    }
    if (error.status >= 500) return undefined;
    if (scenario.refusals?.includes(error.status)) return { data: undefined, isDone: false };
    throw error;
  }
}
