import { parseArgs } from "node:util";
import { Refusal, restrictNewFiles } from "./store/state.ts";

/** A command of the terminal: options of text alone, and a refusal is one sentence and exit code 1. */
export async function runCommand<const N extends string>(
  usage: string,
  names: readonly N[],
  run: (given: Partial<Record<N, string>>) => Promise<void>,
): Promise<void> {
  restrictNewFiles();
  try {
    await run(parseOptions(usage, names));
  } catch (error) {
    const isFull = (error as NodeJS.ErrnoException).code === "ENOSPC";
    if (!isFull && !(error instanceof Refusal)) throw error;
    console.error(
      isFull ? "The disk is full: make room for one more copy of the store; nothing was changed." : (error as Error).message,
    );
    process.exitCode = 1;
  }
}

function parseOptions<N extends string>(usage: string, names: readonly N[]): Partial<Record<N, string>> {
  const options = Object.fromEntries(names.map((name) => [name, { type: "string" as const }]));
  try {
    return parseArgs({ options, strict: true, allowPositionals: false }).values as Partial<Record<N, string>>;
  } catch (error) {
    throw new Refusal(`${error instanceof Error ? error.message.split(". ")[0] : ""}: ${usage}`);
  }
}

/** An option without which the command makes no sense. */
export function requireOption(value: string | undefined, usage: string): string {
  if (!value) throw new Refusal(usage);
  return value;
}

export const dataFolder = (): string => process.env.CRM_DATA ?? ".data";

/** The folder of a store of the table engine; another server's table is not ours to copy. */
export function storeFolder(): string {
  const endpoint = process.env.DYNAMODB_ENDPOINT;
  if (!endpoint) return dataFolder();
  throw new Refusal(
    `The table is kept by the server at ${endpoint}: use that server's own backup, or unset DYNAMODB_ENDPOINT for the table engine.`,
  );
}

export function formatBytes(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB"];
  const at = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return `${at === 0 ? bytes : (bytes / 1000 ** at).toFixed(1)} ${units[at]}`;
}
