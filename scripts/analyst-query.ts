import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import {
  DAYS_FILE,
  type Days,
  LAKE,
  MANIFEST_FILE,
  type Manifest,
  PART_FILE,
} from "@crm/core/analytics/analyst-export/manifest.ts";
import { Refusal } from "@crm/local/store/state.ts";

/**
 * SQL over the export for analysts in a folder, with DuckDB: `npm run query`. It reads files only, so it works while `npm start` uses the
 * folder. A query can open only the exports of the tenants that the operator names.
 */

interface TenantChoice {
  /** Slug or id. */
  readonly tenant?: string | undefined;
  readonly isOfAllTenants?: boolean;
}

export interface QueryResult {
  readonly columns: readonly string[];
  /** At most `MAX_ROWS` rows. Numbers with more digits than JavaScript's are texts. */
  readonly rows: readonly (readonly unknown[])[];
  readonly hasMore: boolean;
}

interface TenantFolder {
  readonly folder: string;
  readonly manifest: Manifest;
}

export const MAX_ROWS = 1000;

/** Lists the kinds of the chosen exports with their rows and days. */
export function listExportedTables(data: string, choice: TenantChoice): QueryResult {
  const rows = chooseFolders(data, choice).flatMap(({ folder, manifest }) =>
    Object.keys(manifest.kinds).flatMap((kind) => {
      const days = Object.values(readDays(folder, kind));
      if (days.length === 0) return [];
      return [[manifest.slug, kind, days.reduce((sum, { rows: count }) => sum + count, 0), days.length, manifest.exported_at]];
    }),
  );
  return { columns: ["tenant", "kind", "rows", "days", "exported_at"], rows, hasMore: false };
}

/** Runs a query. Each kind is a view; its columns are those of the export, `tenant` (the id) and `day`. */
export async function queryExport(data: string, sql: string, choice: TenantChoice): Promise<QueryResult> {
  const folders = chooseFolders(data, choice);
  const instance = await (await loadDuckDb()).create(":memory:");
  const connection = await instance.connect();
  try {
    await connection.run(`SET allowed_directories = [${folders.map(({ folder }) => quote(`${folder}/`)).join(", ")}]`);
    await connection.run("SET enable_external_access = false");
    await connection.run("SET lock_configuration = true");
    for (const view of buildViews(folders, sql)) await connection.run(view);
    const reader = await connection.runAndReadUntil(sql, MAX_ROWS + 1);
    const rows = reader.getRowsJson();
    return { columns: reader.deduplicatedColumnNames(), rows: rows.slice(0, MAX_ROWS), hasMore: rows.length > MAX_ROWS };
  } catch (error) {
    throw new Refusal(error instanceof Error ? error.message : String(error));
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

function chooseFolders(data: string, { tenant, isOfAllTenants = false }: TenantChoice): TenantFolder[] {
  const objects = resolve(data, "objects");
  const all = existsSync(objects)
    ? readdirSync(objects).flatMap((name) => {
        const folder = join(objects, name, LAKE);
        const manifest = readJson<Manifest>(join(folder, MANIFEST_FILE));
        return manifest ? [{ folder, manifest }] : [];
      })
    : [];
  if (all.length === 0)
    throw new Refusal(
      `${data} has no export for analysts: run npm run operate -- --action analyst-export --tenant SLUG, and then the query again.`,
    );
  if (isOfAllTenants) return all;
  if (tenant === undefined) throw new Refusal("Name a tenant with --tenant SLUG, or query all with --all-tenants.");
  const chosen = all.filter(({ manifest }) => manifest.slug === tenant || manifest.tenant_id === tenant);
  if (chosen.length === 0)
    throw new Refusal(
      `${data} has no export of the tenant ${tenant}: run npm run operate -- --action analyst-export --tenant ${tenant}.`,
    );
  return chosen;
}

const readDays = (folder: string, kind: string): Days => readJson<Days>(join(folder, kind, DAYS_FILE)) ?? {};

const readJson = <T>(file: string): T | undefined =>
  existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as T) : undefined;

/**
 * Builds views of the kinds that the query names, because a view reads the columns of all its files. While a run writes new columns, files of a
 * kind differ, so columns are matched by name.
 */
function buildViews(folders: readonly TenantFolder[], sql: string): string[] {
  const kinds = new Set(folders.flatMap(({ manifest }) => Object.keys(manifest.kinds)));
  return [...kinds].flatMap((kind) => {
    if (!new RegExp(`\\b${kind}\\b`, "i").test(sql)) return [];
    const parts = folders
      .filter(({ folder }) => Object.keys(readDays(folder, kind)).length > 0)
      .map(({ folder, manifest }) => {
        const files = quote(join(folder, kind, "day=*", PART_FILE));
        const options = "hive_partitioning = true, hive_types = {'day': DATE}, union_by_name = true";
        return `SELECT ${quote(manifest.tenant_id)} AS tenant, * FROM read_parquet(${files}, ${options})`;
      });
    return parts.length === 0 ? [] : [`CREATE VIEW "${kind}" AS ${parts.join(" UNION ALL BY NAME ")}`];
  });
}

const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** DuckDB is a development dependency: the deployed system does not need it, and its binary has 70 MB. */
async function loadDuckDb() {
  try {
    return (await import("@duckdb/node-api")).DuckDBInstance;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new Refusal("DuckDB is not installed: run npm install without --omit=dev, and then the query again.");
  }
}
