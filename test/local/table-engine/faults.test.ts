import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ENGINE_FOLDER, faults, insertFault } from "./faults.ts";

describe("The seeded faults", () => {
  it("each change a text that occurs once in its file", () => {
    for (const fault of faults) {
      const source = readFileSync(join(ENGINE_FOLDER, fault.file), "utf8");
      expect(insertFault(source, fault)).not.toBe(source);
    }
  });

  it("are at least 40, each for another rule", () => {
    expect(faults.length).toBeGreaterThanOrEqual(40);
    expect(new Set(faults.map(({ rule }) => rule)).size).toBe(faults.length);
  });
});
