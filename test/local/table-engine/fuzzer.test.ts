import { createRandom } from "@crm/local/seeded-random.ts";
import { describe, expect, it } from "vitest";
import { seed } from "../../support/random.ts";
import { resolveTestSize } from "../../support/sample.ts";
import { findDynoxide } from "../dynoxide/dynoxide.ts";
import { Comparison, type Difference } from "./comparison.ts";
import { DynoxideTable } from "./dynoxide-table.ts";
import { type Command, generateCommand, History, TABLE_NAME } from "./fuzzer.ts";
import { knownDifferences, silentDifferences } from "./known-differences.ts";
import { createMemoryEngine } from "./memory-engine.ts";

const count = resolveTestSize("CRM_COMMANDS", 500, 2000);
/** Number of commands after which the streams and all items are compared. */
const COMPARE_INTERVAL = 1000;
/** Number of commands on the same pair of engines, with one seed: dynoxide slows down as it stores more. */
const BLOCK_SIZE = 20_000;
const blocks = Array.from({ length: Math.ceil(count / BLOCK_SIZE) }, (_, index) => ({
  blockSeed: seed + index,
  commands: Math.min(BLOCK_SIZE, count - index * BLOCK_SIZE),
}));

const hasDynoxide = findDynoxide() !== undefined;

if (!hasDynoxide) console.warn("The differential fuzzer is left out: dynoxide does not exist for this platform.");

describe("The table engine and dynoxide", () => {
  it.runIf(hasDynoxide).each(blocks)(
    "answer random commands alike (CRM_SEED=$blockSeed CRM_COMMANDS=$commands)",
    async ({ blockSeed, commands }) => {
      const dynoxide = await DynoxideTable.start();
      try {
        expect(await compareEngines(dynoxide, blockSeed, commands)).toBe("");
      } finally {
        await dynoxide.stop();
      }
    },
  );

  it("differ in at most 30 listed rules", () => {
    const all = [...knownDifferences, ...silentDifferences];
    expect(all.length).toBeLessThanOrEqual(30);
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
  });
});

/** A description of the first difference with which it can be reproduced; empty if there is none. */
async function compareEngines(dynoxide: DynoxideTable, blockSeed: number, commands: number): Promise<string> {
  const engine = createMemoryEngine(TABLE_NAME);
  const comparison = new Comparison(engine, dynoxide);
  const random = createRandom(blockSeed);
  const history = new History();
  for (let number = 1; number <= commands; number++) {
    const command = generateCommand(random, history);
    const difference = await comparison.run(command, history);
    if (difference) return formatDifference(blockSeed, number, command, difference);
    if (number % COMPARE_INTERVAL !== 0 && number !== commands) continue;
    const stored = comparison.compareStreams() ?? comparison.compareItems();
    if (stored) return formatDifference(blockSeed, number, command, stored);
  }
  return "";
}

const formatDifference = (
  blockSeed: number,
  number: number,
  command: Command,
  { part, ours: engineValue, theirs: dynoxideValue }: Difference,
): string =>
  [
    `Command ${number} (repeat with CRM_SEED=${blockSeed} CRM_COMMANDS=${number}): the ${part} differs`,
    `${command.action} ${writeJson(command.input)}`,
    `table engine: ${writeJson(engineValue)}`,
    `dynoxide: ${writeJson(dynoxideValue)}`,
  ].join("\n");

const writeJson = (value: unknown): string =>
  JSON.stringify(value, (_, inner) => (inner instanceof Uint8Array ? Buffer.from(inner).toString("base64") : inner));
