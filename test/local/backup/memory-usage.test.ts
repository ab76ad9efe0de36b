import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { definition, TABLE_FILE } from "@crm/local/table/file.ts";
import { SqliteBulk } from "@crm/local/table-engine/sqlite-bulk.ts";
import { afterAll, describe, expect, it } from "vitest";
import { newLead, signUp } from "../../support/app.ts";
import { isExhaustive } from "../../support/sample.ts";
import { newFolder, removeFolder, runScript, withStore } from "./support.ts";

/** Megabytes of memory that a store with 160 MB more may cost the commands, because of buffers not collected yet. */
const MAX_GROWTH_MB = 130;
const [smallFolder, largeFolder, backupFolder] = [newFolder(), newFolder(), newFolder()];
afterAll(() => [smallFolder, largeFolder, backupFolder].forEach(removeFolder));

async function fillStore(data: string, items: number): Promise<string> {
  const tenant = await withStore(data, async (app) => {
    const createdTenant = await signUp(app);
    await createdTenant.admin.createLead(newLead());
    return createdTenant;
  });
  const table = new SqliteBulk(join(data, TABLE_FILE), definition);
  for (let index = 0; index < items; index++) {
    const key = { pk: `T#${tenant.id}#NOTE#${index >> 6}`, sk: String(index).padStart(8, "0") };
    const text = randomBytes(3000).toString("base64");
    table.put(key, { pk: { S: key.pk }, sk: { S: key.sk }, text: { S: text } });
  }
  table.close();
  return tenant.slug;
}

/** Runs twelve programs on a large store, which takes a minute. */
describe.runIf(isExhaustive)("the size of a store", () => {
  it("does not affect the memory of backup and restore", async () => {
    const slugs = [await fillStore(smallFolder, 0), await fillStore(largeFolder, 40_000)];
    const peaks: Record<string, number[]> = {};
    for (const [index, CRM_DATA] of [smallFolder, largeFolder].entries()) {
      const steps = {
        "backup of the store": ["backup.ts", "--out", join(backupFolder, `store${index}`)],
        "restore of the store": ["restore.ts", "--in", join(backupFolder, `store${index}`)],
        "backup of a tenant": ["backup.ts", "--out", join(backupFolder, `tenant${index}`), "--tenant", slugs[index] ?? ""],
        "restore of a tenant": ["restore.ts", "--in", join(backupFolder, `tenant${index}`)],
        "backup of a kind": [
          "backup.ts",
          "--out",
          join(backupFolder, `kind${index}`),
          "--tenant",
          slugs[index] ?? "",
          "--kind",
          "lead",
        ],
        "restore of a kind": [
          "restore.ts",
          "--in",
          join(backupFolder, `store${index}`),
          "--tenant",
          slugs[index] ?? "",
          "--kind",
          "lead",
        ],
      };
      for (const [stepName, [name = "", ...options]] of Object.entries(steps)) {
        const result = await runScript(name, options, { CRM_DATA });
        expect(result, stepName).toMatchObject({ code: 0, err: "" });
        peaks[stepName] = [...(peaks[stepName] ?? []), Math.round(result.peak)];
      }
    }
    console.log("megabytes at most, small and large store", peaks);
    for (const [stepName, [smallPeak = 0, largePeak = 0]] of Object.entries(peaks)) {
      expect(smallPeak, stepName).toBeGreaterThan(30);
      expect(largePeak - smallPeak, stepName).toBeLessThan(MAX_GROWTH_MB);
    }
  });
});
