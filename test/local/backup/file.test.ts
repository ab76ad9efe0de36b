import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type BackupHeader, type BackupPart, readEntries, verifyBackup, writeBackup } from "@crm/local/backup/file-format.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newFolder, removeFolder } from "./support.ts";

const folder = newFolder();
const path = join(folder, "backup");
const header: BackupHeader = { format: "crm-backup", version: 1, scope: "store", made_at: "2026-01-01T00:00:00.000Z" };
const contents = {
  "a/b.bin": Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7) % 256)),
  empty: Buffer.alloc(0),
};

beforeAll(async () => {
  mkdirSync(join(folder, "a"));
  for (const [name, content] of Object.entries(contents)) writeFileSync(join(folder, name), content);
  const parts: BackupPart[] = Object.keys(contents).map((file) => ({ file, path: join(folder, file) }));
  const items = Array.from({ length: 500 }, (_, index) =>
    JSON.stringify({ item: { pk: { S: `p${index}` }, text: { S: "ü\n".repeat(index) } } }),
  );
  await writeBackup(path, header, [...items, ...parts, JSON.stringify({ change: { eventID: "1" } })]);
});
afterAll(() => removeFolder(folder));

describe("the file of a backup", () => {
  it("returns each entry in its order", async () => {
    expect(await verifyBackup(path)).toEqual(header);
    const seen: unknown[] = [];
    const files: Record<string, Buffer> = {};
    for await (const entry of readEntries(path)) {
      if (!("file" in entry)) seen.push(entry);
      else {
        const chunks: Buffer[] = [];
        for await (const chunk of entry.content) chunks.push(chunk);
        files[entry.file] = Buffer.concat(chunks);
      }
    }
    expect(files).toEqual(contents);
    expect(seen).toHaveLength(501);
    expect(seen[499]).toEqual({ item: { pk: { S: "p499" }, text: { S: "ü\n".repeat(499) } } });
    expect(seen[500]).toEqual({ change: { eventID: "1" } });
  });

  it("skips files that are not read", async () => {
    const seen: string[] = [];
    for await (const entry of readEntries(path)) seen.push(Object.keys(entry)[0] ?? "");
    expect(seen.slice(-3)).toEqual(["file", "file", "change"]);
  });

  it("is rejected if any byte is damaged or the end is missing", async () => {
    const fileBytes = readFileSync(path);
    const damaged = join(folder, "damaged");
    for (const offset of [header.made_at.length, 120, fileBytes.length >> 1, fileBytes.length - 80, fileBytes.length - 10]) {
      const copy = Buffer.from(fileBytes);
      copy[offset] = (copy[offset] ?? 0) ^ 1;
      writeFileSync(damaged, copy);
      await expect(verifyBackup(damaged)).rejects.toThrow(/is damaged|is not a backup/);
    }
    for (const length of [fileBytes.length - 1, fileBytes.length >> 1, 200]) {
      writeFileSync(damaged, fileBytes.subarray(0, length));
      await expect(verifyBackup(damaged)).rejects.toThrow(/is damaged \(its checksum does not match\); nothing was changed/);
    }
  });

  it("is rejected if it is another file, of a later release, or missing", async () => {
    const otherPath = join(folder, "other");
    for (const text of ["", "{}", "PK\u0003\u0004", '{"format":"other"}\n'.repeat(1000)]) {
      writeFileSync(otherPath, text);
      await expect(verifyBackup(otherPath)).rejects.toThrow(/is not a backup made by "npm run backup"; nothing was changed/);
    }
    writeFileSync(otherPath, `${JSON.stringify({ ...header, version: 3 })}\n`);
    await expect(verifyBackup(otherPath)).rejects.toThrow(/later release \(format 3\)/);
    await expect(verifyBackup(join(folder, "nothing"))).rejects.toThrow(/The file .* does not exist/);
  });

  it("is written completely or not at all", async () => {
    const broken = join(folder, "broken");
    const parts = function* (): Generator<string> {
      yield JSON.stringify({ item: {} });
      throw new Error("the disk is gone");
    };
    await expect(writeBackup(broken, header, parts())).rejects.toThrow("the disk is gone");
    await expect(verifyBackup(broken)).rejects.toThrow(/The file .* does not exist/);
    await expect(writeBackup(join(folder, "no", "such", "folder"), header, [])).rejects.toThrow(/cannot be written \(ENOENT\)/);
  });
});
