import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { type RecountResult, recount } from "@crm/core/storage/stream/recount.ts";
import type { App, AppOptions } from "@crm/local/app.ts";
import { readTable } from "@crm/local/table/file.ts";
import { afterAll } from "vitest";
import { startTestApp } from "../../support/app.ts";

export const newFolder = (): string => mkdtempSync(join(tmpdir(), "crm-test-"));

export const removeFolder = (folder: string): void => rmSync(folder, { recursive: true, force: true });

/** Creates folders that are removed after the tests of the file. */
export function useFolders(): () => string {
  const made: string[] = [];
  afterAll(() => made.forEach(removeFolder));
  return () => {
    made.push(newFolder());
    return made.at(-1) as string;
  };
}

/** Every item of a store by its key, without the runner's own items. */
export function readItems(folder: string): Map<string, unknown> {
  const table = readTable(folder);
  try {
    const own = Array.from(table.scan(undefined)).filter(({ pk }) => !/^S#(WATERMARK|THROTTLE)#/.test(pk));
    return new Map(own.map(({ pk, sk, item }) => [`${pk} ${sk}`, item]));
  } finally {
    table.close();
  }
}

/** The items of one tenant, or all other items, without the rate limit counters. */
export function filterTenantItems(items: Map<string, unknown>, tenant: string, own = true): Map<string, unknown> {
  const isOwn = (key: string, item: unknown): boolean =>
    key.includes(tenant) || (item as { tenant_id?: { S: string } }).tenant_id?.S === tenant;
  return new Map([...items].filter(([key, item]) => isOwn(key, item) === own && !key.includes("#RATE#")));
}

/** Everything in a store except the table. */
export function readLocalState(folder: string): { local: string; secret: string; files: string } {
  const local = new DatabaseSync(join(folder, "local.sqlite"));
  const rows = ["kept", "events", "mails"].map((name) => local.prepare(`SELECT * FROM ${name}`).all());
  local.close();
  const below = existsSync(join(folder, "files"))
    ? readdirSync(join(folder, "files"), { recursive: true, withFileTypes: true })
    : [];
  const files = below
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
  return {
    local: JSON.stringify(rows),
    secret: readFileSync(join(folder, "secret"), "utf8"),
    files: JSON.stringify(files.map((path) => [path.slice(folder.length), readFileSync(path, "utf8")])),
  };
}

export const recountTenant = (app: App, tenant: string): Promise<RecountResult> =>
  runIn(systemContext(app.ports, tenant, "test"), () => recount({ repair: false }));

/** Starts a store, runs work in it and closes it. */
export async function withStore<T>(data: string, work: (app: App) => Promise<T>, options: Partial<AppOptions> = {}): Promise<T> {
  const app = await startTestApp({ data, ...options });
  try {
    const result = await work(app);
    await app.settle();
    return result;
  } finally {
    await app.stop();
  }
}

export interface ProcessResult {
  code: number | null;
  signal: NodeJS.Signals | null;
  out: string;
  err: string;
  /** The highest measured memory of the process, in megabytes. */
  peak: number;
}

const root = join(import.meta.dirname, "../../..");
const scriptPath = (name: string): string => join(root, "scripts", name);

const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: Record<string, string> };

/** The Node options with which `npm run` starts a script. */
const listNodeFlags = (name: string): string[] =>
  Object.values(scripts)
    .find((command) => command.endsWith(`scripts/${name}`))
    ?.split(" ")
    .filter((word) => word.startsWith("--")) ?? [];

/** Runs a script as `npm run` does. */
export const runScript = (name: string, options: readonly string[], env: Record<string, string>): Promise<ProcessResult> =>
  runProcess([...listNodeFlags(name), scriptPath(name), ...options], env);

const KILL_HOOK_OPTIONS = ["--import", join(import.meta.dirname, "../../support/kill-point-preload.ts")];

/** Runs a script and kills it before its n-th step. */
export const runKilledScript = (
  name: string,
  options: readonly string[],
  env: Record<string, string>,
  at: number,
): Promise<ProcessResult> => runProcess([...KILL_HOOK_OPTIONS, scriptPath(name), ...options], { ...env, CRM_DIE_AT: String(at) });

/** Runs a script to the end and returns the number of its steps. */
export async function countScriptSteps(name: string, options: readonly string[], env: Record<string, string>): Promise<number> {
  const folder = newFolder();
  const file = join(folder, "steps");
  const { code, err } = await runProcess([...KILL_HOOK_OPTIONS, scriptPath(name), ...options], { ...env, CRM_STEPS_TO: file });
  if (code !== 0) throw new Error(err);
  const steps = Number(readFileSync(file, "utf8"));
  removeFolder(folder);
  return steps;
}

function runProcess(words: readonly string[], env: Record<string, string>): Promise<ProcessResult> {
  const child = spawn(process.execPath, words, { env: { ...process.env, ...env } });
  const result: ProcessResult = { code: null, signal: null, out: "", err: "", peak: 0 };
  child.stdout.on("data", (text) => {
    result.out += text;
  });
  child.stderr.on("data", (text) => {
    result.err += text;
  });
  const watch = setInterval(() => {
    result.peak = Math.max(result.peak, residentMegabytes(child.pid));
  }, 20);
  return new Promise((resolve) => {
    child.once("close", (code, signal) => {
      clearInterval(watch);
      resolve({ ...result, code, signal });
    });
  });
}

function residentMegabytes(pid: number | undefined): number {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
