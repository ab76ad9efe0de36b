import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeSync } from "node:fs";
import { flushCompileCache } from "node:module";
import type { Ports } from "@crm/core/kernel/ports.ts";
import { isExhaustive, resolveTestSize } from "./sample.ts";
import { runInProcess } from "./script-runner.ts";

/**
 * Ports that kill the process before its n-th command to the table, or, with `among`, before its n-th write of records. They print the
 * writes in flight at that moment.
 */
export function addKillPoint(
  ports: Ports,
  at = Number(process.env.CRM_DIE_AT ?? Number.POSITIVE_INFINITY),
  among: "all" | "records" = process.env.CRM_DIE_AMONG === "records" ? "records" : "all",
): Ports {
  // Writes the compile cache now, because a killed process would leave nothing to the next one.
  flushCompileCache();
  let sent = 0;
  const writing: string[] = [];
  const { database } = ports;
  return {
    ...ports,
    database: {
      table: database.table,
      async send(command, scope) {
        const { name } = command.constructor;
        if (!/Get|Query/.test(name)) writing.push(name);
        if ((among === "all" || writesRecord(command)) && ++sent === at) {
          writeSync(1, `killed at command ${at}; in flight: ${writing.join(", ") || "no write"}\n`);
          process.kill(process.pid, "SIGKILL");
        }
        try {
          return await database.send(command, scope);
        } finally {
          if (writing.includes(name)) writing.splice(writing.indexOf(name), 1);
        }
      },
    },
  };
}

/** Only records store the context in which they were written. */
const writesRecord = (command: object): boolean =>
  /^(Put|TransactWrite)Command$/.test(command.constructor.name) &&
  JSON.stringify((command as { input?: unknown }).input ?? {}).includes('"context":');

/** Runs a script without a kill. */
async function runToEnd(path: string, env: Readonly<Record<string, string | undefined>>): Promise<0> {
  await runInProcess(path, [], env);
  return 0;
}

/** Runs a script in a separate process and returns its exit code; null if it was killed. */
export async function spawnScript(path: string, env: Readonly<Record<string, string | undefined>>): Promise<number | null> {
  const child = spawn(process.execPath, [path], { env: { ...process.env, ...env }, stdio: "inherit" });
  const [code] = (await once(child, "exit")) as [number | null];
  return code;
}

/** Maximum number of kills of a script; after that it runs to the end. */
const MAX_KILLS = resolveTestSize("CRM_KILLS", 1, 59);

/** In the short form there is only one kill, which must hit a write of records. */
export const recordWriteKillEnv = (): Readonly<Record<string, string>> => (isExhaustive ? {} : { CRM_DIE_AMONG: "records" });

/**
 * Runs a script with kill points on a store until it ends; a run that may be killed is a separate process. `dieAt` returns the command at
 * which a run dies, from the number of kills before it; it should grow, so that each run gets further. Returns the number of kills. `behind`
 * is called after each run, including the last one, and `told` adds to its environment.
 */
export async function runThroughKills(
  path: string,
  data: string,
  dieAt: (kills: number) => number,
  behind: (isDone: boolean) => Promise<void> = async () => undefined,
  told: (kills: number) => Readonly<Record<string, string>> = () => ({}),
): Promise<number> {
  for (let kills = 0; kills <= MAX_KILLS; kills++) {
    const at = kills < MAX_KILLS ? String(dieAt(kills)) : undefined;
    const env = { CRM_DATA: data, CRM_DIE_AT: at, ...told(kills) };
    const code = at === undefined ? await runToEnd(path, env) : await spawnScript(path, env);
    await behind(code === 0);
    if (code === 0) return kills;
  }
  throw new Error(`${path} has not come to its end after ${MAX_KILLS} kills`);
}
