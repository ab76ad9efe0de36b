import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { Socket } from "node:net";
import { DatabaseSync, StatementSync } from "node:sqlite";

/**
 * Loaded before a script, counts the steps by which it reaches files and processes, kills it at the one that CRM_DIE_AT names,
 * and says at its end how many there were.
 */
const at = Number(process.env.CRM_DIE_AT ?? Number.POSITIVE_INFINITY);
let steps = 0;

function counted<F extends (...words: never[]) => unknown>(work: F): F {
  return function (this: unknown, ...words: Parameters<F>) {
    if (++steps === at) process.kill(process.pid, "SIGKILL");
    return work.apply(this, words);
  } as F;
}

fs.renameSync = counted(fs.renameSync);
fs.rmSync = counted(fs.rmSync);
fs.mkdirSync = counted(fs.mkdirSync);
fs.fsyncSync = counted(fs.fsyncSync);
fs.createWriteStream = counted(fs.createWriteStream);
syncBuiltinESMExports();
DatabaseSync.prototype.exec = counted(DatabaseSync.prototype.exec);
StatementSync.prototype.run = counted(StatementSync.prototype.run);
Socket.prototype.write = counted(Socket.prototype.write);

const { CRM_STEPS_TO: told } = process.env;
if (told) process.once("exit", () => fs.writeFileSync(told, String(steps)));
