import * as z from "zod";
import { useTenant } from "../../kernel/context.ts";
import { isFailure, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { oneOf } from "../../kernel/schema.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict } from "../../storage/write/transaction.ts";
import { Tenants } from "../tenant/tenant.entity.ts";
import { Upload } from "../upload/upload.ts";
import { Import, type ImportRecord, Imports } from "./import.ts";
import { loadImportable } from "./importable.ts";
import { buildSampleFiles, type SampleFile } from "./sample-rows.ts";
import { prepareImport } from "./start.ts";
import { Start } from "./start-input.ts";

/**
 * Sample data of a new tenant: some records that imports create, and that a revert of these imports deletes. The tenant names its imports, so two
 * requests at once create one set.
 */

const statuses = ["none", "loading", "loaded", "removing"] as const;

export const Info = z.object({
  status: oneOf(statuses).describe("`none`: there is no sample data, or it was removed"),
  imports: z
    .array(
      z.object({
        id: z.string(),
        entity: z.string(),
        status: Import.Info.shape.status,
        created: z.number().describe("Records that were created"),
        failed: z.number().describe("Rows that were refused, for instance because a stage was retired"),
      }),
    )
    .describe("The imports that created the sample data"),
});
type Info = z.output<typeof Info>;

/** Returns the imports that the tenant names. */
const loadImports = async (ids: readonly string[] | null | undefined): Promise<ImportRecord[]> =>
  (await Records.loadMany(Imports, ids ?? [])).filter((record) => record !== undefined);

const present = (imports: readonly ImportRecord[]): Info => ({
  status: findStatus(imports),
  imports: imports.map(({ id, entity, status, created, failed }) => ({ id, entity, status, created, failed })),
});

function findStatus(imports: readonly ImportRecord[]): Info["status"] {
  const has = (...wanted: ImportRecord["status"][]): boolean => imports.some(({ status }) => wanted.includes(status));
  if (has("reverting")) return "removing";
  if (has("queued", "running")) return "loading";
  return has("completed", "failed", "cancelled") ? "loaded" : "none";
}

const readPresent = async (): Promise<Info> =>
  present(await loadImports((await Records.read(Tenants, useTenant())).sample_import_ids));

export const get = fn(z.strictObject({}), readPresent);

/** Creates the sample data. A tenant that has it keeps what it has. */
export const create = fn(z.strictObject({}), async () => {
  const found = await readPresent();
  if (found.status !== "none") return requireCreatable(found);
  const files = buildSampleFiles();
  const uploads = await Promise.all(files.map(storeFile));
  return retryOnConflict(async () => {
    let created: ImportRecord[] = [];
    const tenant = await Records.change(Tenants, useTenant(), async (current, tx) => {
      created = [];
      const before = await loadImports(current.sample_import_ids);
      if (findStatus(before) !== "none") return current;
      for (const [index, { entity }] of files.entries()) {
        const input = Start.parse({ mapping: mapFields(files[index]), options: { decimal_mark: ".", is_sample: true } });
        created.push((await prepareImport(await loadImportable(entity), uploads[index] ?? "", input, tx)).record);
      }
      return { ...current, sample_import_ids: created.map(({ id }) => id) };
    });
    return created.length > 0 ? present(created) : requireCreatable(present(await loadImports(tenant.sample_import_ids)));
  });
});

function requireCreatable(found: Info): Info {
  if (found.status === "removing") throw ruleViolation("The sample data is being removed: try again in a moment");
  return found;
}

/** Columns have the names of fields. */
const mapFields = (file: SampleFile | undefined): Record<string, string> =>
  Object.fromEntries(Object.keys(file?.rows[0] ?? {}).map((name) => [name, name]));

async function storeFile({ entity, rows }: SampleFile): Promise<string> {
  const names = Object.keys(rows[0] ?? {});
  const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  const lines = [names, ...rows.map((row) => names.map((name) => row[name] ?? ""))].map((cells) => cells.map(quote).join(","));
  const bytes = Buffer.from(`${lines.join("\n")}\n`);
  const upload = await Upload.store({ file_name: `sample-${entity}.csv`, content_type: "text/csv", bytes });
  return upload.id;
}

/**
 * Removes the sample data: each record that the imports created, also if a user has changed it since. Records that users added stay. A repeat goes on
 * where an interrupted request stopped.
 */
export const remove = fn(z.strictObject({}), async () => {
  const tenant = await Records.read(Tenants, useTenant());
  for (const { id, status } of await loadImports(tenant.sample_import_ids)) {
    if (status === "queued" || status === "running") await cancelUnlessEnded(id);
    await Import.revert({ id });
  }
  return present(await loadImports(tenant.sample_import_ids));
});

/** Cancels an import, unless it has ended since it was read. */
async function cancelUnlessEnded(id: string): Promise<void> {
  try {
    await Import.cancel({ id });
  } catch (error) {
    if (!isFailure(error, "RULE_VIOLATION")) throw error;
  }
}

export * as SampleData from "./sample-data.ts";
