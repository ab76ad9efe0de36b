import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { boundMisses, formatTable, type Section } from "./stats.ts";

/** Columns of many kinds with many records each: one process builds them, and another one lists all of them. */
export interface ColumnsOptions {
  readonly kinds: number;
  readonly rows: number;
}

interface BuildResult {
  readonly kinds: readonly { readonly name: string; readonly columns: number; readonly seconds: number }[];
  readonly objects: number;
  readonly bytes: number;
}

interface ListResult {
  readonly kinds: readonly {
    readonly name: string;
    readonly orders: number;
    readonly firstMs: number;
    readonly againMs: number;
  }[];
}

interface ProcessFigures {
  readonly beforeMib: number;
  readonly peakMib: number;
  readonly seconds: number;
  readonly cpu: number;
}

/** Memory of the functions, in MiB: of the worker that builds columns (stacks/events.ts), and of those that answer lists (stacks/requests.ts). */
const MEMORY = { worker: 1769, lists: 1024 } as const;

const script = fileURLToPath(new URL("column-scale/process.ts", import.meta.url));

export function benchColumns({ kinds, rows }: ColumnsOptions): Section[] {
  const folder = mkdtempSync(join(tmpdir(), "crm-columns-"));
  const run = <T>(task: "build" | "list"): T & ProcessFigures =>
    JSON.parse(
      execFileSync(process.execPath, [script, task, folder, String(kinds), String(rows)], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "inherit"],
      }),
    ) as T & ProcessFigures;
  try {
    const built = run<BuildResult>("build");
    const listed = run<ListResult>("list");
    const orders = listed.kinds.reduce((sum, kind) => sum + kind.orders, 0);
    const all = kinds * rows;
    const describe = ({ beforeMib, peakMib, seconds, cpu }: ProcessFigures) => [beforeMib, peakMib, seconds, cpu];
    const text = [
      formatTable(
        ["process", "MiB before", "MiB at most", "MiB of its function", "seconds", "CPU seconds"],
        [
          [`builds the columns of ${kinds} kinds`, ...describe(built).toSpliced(2, 0, MEMORY.worker)],
          [`lists all of them, by ${orders} orders`, ...describe(listed).toSpliced(2, 0, MEMORY.lists)],
        ],
      ),
      `${built.objects} objects, ${(built.bytes / 1e6).toFixed(0)} MB: ${(built.bytes / all).toFixed(0)} bytes a record.`,
      formatTable(
        ["kind", "columns", "s to build", "ms of the first list", "ms of the same again"],
        built.kinds.map(({ name, columns, seconds }, index) => {
          const { firstMs = 0, againMs = 0 } = listed.kinds[index] ?? {};
          return [name, columns, seconds, firstMs, againMs];
        }),
      ),
    ].join("\n\n");
    const missed = [
      ...boundMisses(built.peakMib, MEMORY.worker, "MiB of the process that builds columns"),
      ...boundMisses(listed.peakMib, MEMORY.lists, "MiB of the process that lists"),
    ];
    return [{ title: `Columns of ${kinds} kinds with ${rows.toLocaleString("en")} records each`, text, missed }];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
