import { parseArgs } from "node:util";
import { Refusal, restrictNewFiles } from "./store/state.ts";

/** Arguments beside options with a value. */
interface OtherArguments<F extends string, P extends string> {
  /** Options without a value, which are `true` if they are given. */
  flags?: readonly F[];
  /** The option whose value may be given without its name. */
  positional?: P;
}

/** Runs a terminal command. All options are texts. A Refusal prints its message and sets exit code 1. */
export async function runCommand<const N extends string, const F extends string = never>(
  usage: string,
  names: readonly N[],
  run: (options: Partial<Record<N | F, string>>) => Promise<void>,
  other: OtherArguments<F, N> = {},
): Promise<void> {
  restrictNewFiles();
  try {
    await run(parseOptions(usage, names, other));
  } catch (error) {
    const isFull = (error as NodeJS.ErrnoException).code === "ENOSPC";
    if (!isFull && !(error instanceof Refusal)) throw error;
    console.error(
      isFull ? "The disk is full: free space for one more copy of the store; nothing was changed." : (error as Error).message,
    );
    process.exitCode = 1;
  }
}

function parseOptions<N extends string, F extends string>(
  usage: string,
  names: readonly N[],
  { flags = [], positional }: OtherArguments<F, N>,
): Partial<Record<N | F, string>> {
  const options = {
    ...Object.fromEntries(names.map((name) => [name, { type: "string" as const }])),
    ...Object.fromEntries(flags.map((flag) => [flag, { type: "boolean" as const }])),
  };
  try {
    const { values, positionals } = parseArgs({ options, strict: true, allowPositionals: positional !== undefined });
    if (positionals.length > 1) throw new Error(`Quote the ${positional}`);
    const texts = Object.entries(values).map(([name, value]) => [name, String(value)]);
    const named = positional === undefined ? [] : positionals.map((value) => [positional, value]);
    return Object.fromEntries([...texts, ...named]) as Partial<Record<N | F, string>>;
  } catch (error) {
    throw new Refusal(`${error instanceof Error ? error.message.split(". ")[0] : ""}: ${usage}`);
  }
}

/** Returns a required option, or refuses with the usage. */
export function requireOption(value: string | undefined, usage: string): string {
  if (!value) throw new Refusal(usage);
  return value;
}

export const dataFolder = (): string => process.env.CRM_DATA ?? ".data";

/** Returns the store's folder. Refuses if the table is on another server, which has its own backup. */
export function storeFolder(): string {
  const endpoint = process.env.DYNAMODB_ENDPOINT;
  if (!endpoint) return dataFolder();
  throw new Refusal(
    `The table is stored by the server at ${endpoint}: use that server's own backup, or unset DYNAMODB_ENDPOINT for the table engine.`,
  );
}

export function formatBytes(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB"];
  const unitIndex = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return `${unitIndex === 0 ? bytes : (bytes / 1000 ** unitIndex).toFixed(1)} ${units[unitIndex]}`;
}
