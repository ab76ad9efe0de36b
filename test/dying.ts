import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeSync } from "node:fs";
import { flushCompileCache } from "node:module";
import type { Ports } from "@crm/core/kernel/ports.ts";
import { sizeFrom } from "./sample.ts";

/**
 * Ports of a process that ends itself, as a kill would, when it is about to send its n-th command to the table; it says which writes
 * are under way then.
 */
export function dying(ports: Ports, at = Number(process.env.CRM_DIE_AT ?? Number.POSITIVE_INFINITY)): Ports {
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
        if (++sent === at) {
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

/** How often a script is killed at most; then it lives. */
const MAX_KILLS = sizeFrom("CRM_KILLS", 1, 59);

/**
 * Runs a script with such ports over a store as a process of its own, again and again, until it comes to its end. Each life is
 * told by how many were killed before it when it is to die: later from life to life, so that each gets somewhere. Says how many
 * were killed; `behind` is asked after each life, the last included, and `told` is what else a life finds in its environment.
 */
export async function killedUntilDone(
  path: string,
  data: string,
  dieAt: (kills: number) => number,
  behind: (isDone: boolean) => Promise<void> = async () => undefined,
  told: (kills: number) => Readonly<Record<string, string>> = () => ({}),
): Promise<number> {
  for (let kills = 0; kills <= MAX_KILLS; kills++) {
    const at = kills < MAX_KILLS ? String(dieAt(kills)) : undefined;
    const env = { ...process.env, CRM_DATA: data, CRM_DIE_AT: at, ...told(kills) };
    const [code] = (await once(spawn(process.execPath, [path], { env, stdio: "inherit" }), "exit")) as [number | null];
    await behind(code === 0);
    if (code === 0) return kills;
  }
  throw new Error(`${path} has not come to its end after ${MAX_KILLS} kills`);
}
