import { dataFolder, runCommand } from "@crm/local/terminal-command.ts";
import { listExportedTables, MAX_ROWS, type QueryResult, queryExport } from "./analyst-query.ts";

/** Runs SQL over the export for analysts (docs/analytics/analyst-export.md). Without a query, lists the tables. */
const USAGE = 'npm run query -- --tenant slug "select count(*) from lead", or --all-tenants in place of --tenant';

await runCommand(
  USAGE,
  ["tenant", "sql"],
  async ({ tenant, sql, "all-tenants": all }) => {
    const choice = { tenant, isOfAllTenants: all === "true" };
    printTable(sql === undefined ? listExportedTables(dataFolder(), choice) : await queryExport(dataFolder(), sql, choice));
  },
  { flags: ["all-tenants"], positional: "sql" },
);

function printTable({ columns, rows, hasMore }: QueryResult): void {
  const lines = [columns, ...rows].map((row) => row.map(formatCell));
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => line[index]?.length ?? 0)));
  for (const line of lines)
    console.log(
      line
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join("  ")
        .trimEnd(),
    );
  if (hasMore) console.log(`Only the first ${MAX_ROWS} rows: group or limit the query.`);
}

function formatCell(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
