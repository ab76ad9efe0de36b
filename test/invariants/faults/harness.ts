import { ApiError, type Client } from "@crm/functions/derive/client.ts";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { recountTenant } from "../../local/backup/support.ts";
import { signUp, type Tenant } from "../../support/app.ts";
import { sample, selectSample } from "../../support/sample.ts";
import { type FaultKind, faultKinds, SteppedSystem, type Write } from "./stepped-system.ts";

/** A tenant on a line, and its administrator, by an API key that no moved clock ends. */
export interface Fixture {
  system: SteppedSystem;
  tenant: Tenant;
  crm: Client;
}

/**
 * A verb with more than one step: what it is run on, how it is asked for, how what follows gets on, and what must hold whichever
 * of its writes was struck: done once or not at all, nothing half written, nothing that was acknowledged lost.
 */
export interface Scenario<S> {
  name: string;
  /** What it stands for: operations of the registry, subscribers by name, kinds of records whose clock it follows. */
  covers: { operations?: readonly string[]; subscribers?: readonly string[]; due?: readonly string[] };
  settings?: Record<string, unknown>;
  /** Once for the tenant. */
  open?(scene: Fixture): Promise<void>;
  /** New records for each run. */
  prepare(scene: Fixture): Promise<S>;
  /** The request, repeated under the same key by a client that has no answer. Verbs of the clock have none. */
  ask?(scene: Fixture, subject: S, options: { idempotencyKey: string }): Promise<{ data: unknown }>;
  /** What a repeat may hear where the answer of the first was lost, of operations that keep none. */
  refusals?: readonly number[];
  /** Whether a second answer is not the first one's: it holds a secret, or says what it found. */
  hasNewAnswer?: boolean;
  /** Lets time pass, where what follows waits for it; called until the run is over. */
  proceed?(scene: Fixture, subject: S): Promise<void>;
  check(scene: Fixture, subject: S, answer: unknown): Promise<void>;
  /** Whose writes are struck; of all unless told otherwise but those who follow every change, and are cases of their own. */
  countsWrite?(name: string, what: string): boolean;
}

/** With its subject's type known to itself alone. */
export const defineScenario = <S>(each: Scenario<S>): Scenario<unknown> => each as Scenario<unknown>;

const transientKinds: readonly FaultKind[] = ["is throttled", "conflicts", "is overtaken", "loses its answer"];

interface ScenarioResult {
  writes: readonly Write[];
  faultCounts: Map<FaultKind, number>;
}

/** Seconds after which what was claimed and not done is handed out again. */
export const LEASE_SECONDS = 130;

const reportLines: string[] = [];
let keyCount = 0;

/** Puts a sample of the verbs through every strike at every one of their writes; ends with a table of what was struck. */
export function testScenarios(verbs: readonly Scenario<unknown>[]): void {
  let line: SteppedSystem;
  beforeAll(async () => {
    line = await SteppedSystem.start();
    // Whoever is refused tries again at once: nobody else is in the way.
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

    it("is done when nothing is struck", async () => {
      struck.writes = (await runScenario(scene, each)).writes;
      expect(struck.writes.length).toBeGreaterThan(0);
    });

    it.each(faultKinds)("is done once where a write of it %s", async (kind) => {
      const faults: string[] = [];
      for (const nth of selectPositions(struck.writes, kind)) {
        const told = await runWithFault(scene, each, { kind, nth });
        if (told.write) struck.faultCounts.set(kind, (struck.faultCounts.get(kind) ?? 0) + 1);
        if (told.fault) faults.push(told.fault);
      }
      expect(faults).toEqual([]);
    });

    it("and leaves counters that a recount finds right, and nothing set aside", async () => {
      await line.drain();
      const { differences } = await recountTenant(line.app, scene.tenant.id);
      expect(differences).toEqual([]);
      expect(line.deadLetters.splice(0)).toEqual([]);
    });
  });
}

/** Who follows every change whatever made it, and the sweep, which hands out every clock, are struck in cases of their own. */
const followers = ["stream", "scoring", "notifications", "due"];
export const isScenarioSource = (by: string): boolean => !followers.includes(by);

/**
 * `CRM_STRIKES=all` strikes every write in every way. Else of writes that are alike the ends; each is the last of its process once, which tells most, and is struck in one other way, in turn.
 */
const ALL_FAULTS = process.env.CRM_STRIKES === "all";

/** The first and the last of writes that are alike; one of them in the short form, by the number of the sample. */
function selectEnds(same: readonly number[]): number[] {
  const ends = [same[0] as number, same.at(-1) as number];
  return sample === "all" || ALL_FAULTS ? ends : [ends[sample % 2] as number];
}

function selectPositions(writes: readonly Write[], kind: FaultKind): number[] {
  const alike = Map.groupBy(writes.keys(), (at) => `${writes[at]?.source} ${writes[at]?.target.replace(/ ×\d+/g, "")}`);
  const chosen = [...alike.values()].flatMap((same) => [...new Set(selectEnds(same))]);
  const places = ALL_FAULTS
    ? [...writes.keys()]
    : chosen.filter((at, turn) => kind === LAST || kind === selectOtherKind(writes[at], turn));
  return places
    .filter((at) => writes[at]?.faultKinds.includes(kind))
    .map((at) => at + 1)
    .sort((one, other) => one - other);
}

const LAST: FaultKind = "is the last";

function selectOtherKind(write: Write | undefined, turn: number): FaultKind | undefined {
  const others = write?.faultKinds.filter((kind) => kind !== LAST) ?? [];
  return others[turn % others.length];
}

async function runWithFault(
  scene: Fixture,
  each: Scenario<unknown>,
  strike: { kind: FaultKind; nth: number },
): Promise<{ write: Write | undefined; fault?: string }> {
  let write: Write | undefined;
  try {
    ({ write } = await runScenario(scene, each, strike));
    return { write };
  } catch (error) {
    write ??= scene.system.disarm();
    // What this run has left is none of the next one's.
    scene.system.dropEvents();
    const beside = write?.concurrentWrites.length ? `, in flight beside it: ${write.concurrentWrites.join(", ")}` : "";
    const at = write ? `write ${strike.nth} (${write.source}: ${write.target})${beside}` : `before write ${strike.nth}`;
    return { write, fault: `${each.name}, ${at} ${strike.kind}: ${error instanceof Error ? error.message : error}` };
  }
}

/** Asks, repeats as a client would, lets what follows get on, and asks once more: the answer is the first one's. */
async function runScenario(
  scene: Fixture,
  each: Scenario<unknown>,
  strike?: { kind: FaultKind; nth: number },
): Promise<{ writes: readonly Write[]; write: Write | undefined }> {
  const { system: line } = scene;
  const subject = await each.prepare(scene);
  await line.drain();
  line.arm(each.countsWrite ?? isScenarioSource, strike);
  const options = { idempotencyKey: `strike-${++keyCount}` };
  const first = await requestAnswer(each, scene, subject, options);
  const early = first ?? (await requestAnswer(each, scene, subject, options));
  await line.drain();
  await each.proceed?.(scene, subject);
  // What passes by itself is tried again by the request itself: nobody outside hears of it.
  const { faultedWrite: struck } = line;
  if (struck?.source === "request" && struck.isTransaction && strike && transientKinds.includes(strike.kind) && !first?.isDone)
    throw new Error("The request did not try again by itself");
  const { writes } = line;
  const write = line.disarm();
  const told = [...writes];
  // What the strike has stopped goes on when its events come again, and its time has come.
  if (write) await each.proceed?.(scene, subject);
  const last = each.ask && !each.refusals && !each.hasNewAnswer ? await requestAnswer(each, scene, subject, options) : early;
  if (each.ask && !last) throw new Error("A repeat has no answer, though nothing is in its way");
  if (early && !each.refusals && !each.hasNewAnswer) expect(last?.data).toEqual(early.data);
  await each.check(scene, subject, (last ?? early)?.data);
  return { writes: told, write };
}

/** The answer, or undefined where there is none: it failed on our side, or went with the process. */
async function requestAnswer(
  each: Scenario<unknown>,
  scene: Fixture,
  subject: unknown,
  options: { idempotencyKey: string },
): Promise<{ data: unknown; isDone: boolean } | undefined> {
  if (!each.ask) return undefined;
  try {
    const { data } = await each.ask(scene, subject, options);
    return { data, isDone: true };
  } catch (error) {
    if (!(error instanceof ApiError)) {
      if ((error as Error).name === "Stopped") return undefined;
      throw error;
    }
    if (error.status >= 500) return undefined;
    if (each.refusals?.includes(error.status)) return { data: undefined, isDone: false };
    throw error;
  }
}
