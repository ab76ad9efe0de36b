import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { Socket } from "node:net";
import { DatabaseSync, StatementSync } from "node:sqlite";

/**
 * Loaded before a script: counts its steps that access files and processes, kills it at step CRM_DIE_AT, and otherwise reports the number
 * of steps at its end.
 */
const killStep = Number(process.env.CRM_DIE_AT ?? Number.POSITIVE_INFINITY);
let stepCount = 0;

function countSteps<F extends (...words: never[]) => unknown>(work: F): F {
  return function (this: unknown, ...words: Parameters<F>) {
    if (++stepCount === killStep) process.kill(process.pid, "SIGKILL");
    return work.apply(this, words);
  } as F;
}

fs.renameSync = countSteps(fs.renameSync);
fs.rmSync = countSteps(fs.rmSync);
fs.mkdirSync = countSteps(fs.mkdirSync);
fs.fsyncSync = countSteps(fs.fsyncSync);
fs.createWriteStream = countSteps(fs.createWriteStream);
syncBuiltinESMExports();
DatabaseSync.prototype.exec = countSteps(DatabaseSync.prototype.exec);
StatementSync.prototype.run = countSteps(StatementSync.prototype.run);
Socket.prototype.write = countSteps(Socket.prototype.write);

const { CRM_STEPS_TO: stepFile } = process.env;
if (stepFile) process.once("exit", () => fs.writeFileSync(stepFile, String(stepCount)));
