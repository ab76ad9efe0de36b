import { join } from "node:path";
import { runInProcess } from "../../support/script-runner.ts";
import type { ProcessResult } from "./support.ts";

const scriptsFolder = join(import.meta.dirname, "../../../scripts");

/** Runs a script in this process and captures its output. Use `runScript` where only a real process shows the behaviour. */
export async function runScriptInProcess(
  name: string,
  options: readonly string[],
  env: Record<string, string>,
): Promise<Pick<ProcessResult, "code" | "out" | "err">> {
  const said = { out: "", err: "" };
  const before = { exitCode: process.exitCode, umask: process.umask() };
  const { log, error } = console;
  process.exitCode = undefined;
  console.log = (text: string) => {
    said.out += `${text}\n`;
  };
  console.error = (text: string) => {
    said.err += `${text}\n`;
  };
  try {
    await runInProcess(join(scriptsFolder, name), options, env);
    return { code: Number(process.exitCode ?? 0), ...said };
  } finally {
    Object.assign(console, { log, error });
    process.exitCode = before.exitCode;
    process.umask(before.umask);
  }
}
