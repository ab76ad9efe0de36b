import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeSync } from "node:fs";
import { flushCompileCache } from "node:module";
import type { Ports } from "@crm/core/kernel/ports.ts";
import { isExhaustive, resolveTestSize } from "./sample.ts";
import { runInProcess } from "./script-runner.ts";

/**
 * Ports of a process that ends itself, as a kill would, when it is about to send its n-th command to the table, or its n-th `among` those that
 * write records; it says which writes are under way then.
 */
export function addKillPoint(
  ports: Ports,
  at = Number(process.env.CRM_DIE_AT ?? Number.POSITIVE_INFINITY),
  among: "all" | "records" = process.env.CRM_DIE_AMONG === "records" ? "records" : "all",
): Ports {
  // Who is killed leaves nothing that it has compiled to the next.
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

/** Of records alone it is kept in which context they were written. */
const writesRecord = (command: object): boolean =>
  /^(Put|TransactWrite)Command$/.test(command.constructor.name) &&
  JSON.stringify((command as { input?: unknown }).input ?? {}).includes('"context":');

/** Runs a script that nothing kills. */
async function runToEnd(path: string, env: Readonly<Record<string, string | undefined>>): Promise<0> {
  await runInProcess(path, [], env);
  return 0;
}

/** Runs a script as a process of its own; says by which code it has ended, if by one. */
async function spawnScript(path: string, env: Readonly<Record<string, string | undefined>>): Promise<number | null> {
  const child = spawn(process.execPath, [path], { env: { ...process.env, ...env }, stdio: "inherit" });
  const [code] = (await once(child, "exit")) as [number | null];
  return code;
}

/** How often a script is killed at most; then it lives. */
const MAX_KILLS = resolveTestSize("CRM_KILLS", 1, 59);

/** Lets a life that is killed in the short form, where it is the only one, be killed among its writes of records. */
export const recordWriteKillEnv = (): Readonly<Record<string, string>> => (isExhaustive ? {} : { CRM_DIE_AMONG: "records" });

/**
 * Runs a script with such ports over a store, as a process of its own where it may be killed, again and again, until it comes to its end. Each life is
 * told by how many were killed before it when it is to die: later from life to life, so that each gets somewhere. Says how many
 * were killed; `behind` is asked after each life, the last included, and `told` is what else a life finds in its environment.
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
