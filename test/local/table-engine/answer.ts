import type { TableEngine } from "@crm/local/table-engine/engine.ts";
import { TableError } from "@crm/local/table-engine/table-error.ts";
import type { Command } from "./fuzzer.ts";

/** An engine's answer to a command, in a canonical form: equal answers have equal texts. */
export interface Answer {
  /** Undefined if the command succeeded. */
  readonly error?: { readonly name: string; readonly message: string };
  /** The output of a success, or of an error that carries items; canonical, with binary values in base64. */
  readonly output: Record<string, unknown>;
}

const SETS = new Set(["SS", "NS", "BS"]);

/** A copy in which attributes are sorted by name, sets by element, and the items of a batch by their text. */
export function canonicalize(value: unknown, name = ""): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (Array.isArray(value)) {
    const list = value.map((element) => canonicalize(element));
    return SETS.has(name) ? list.sort() : list;
  }
  if (typeof value !== "object" || value === null) return value;
  const names = Object.keys(value)
    .filter((key) => (value as Record<string, unknown>)[key] !== undefined)
    .sort();
  return Object.fromEntries(names.map((key) => [key, canonicalize((value as Record<string, unknown>)[key], key)]));
}

/** Executes a command on the table engine. An error that is not a `TableError` is a bug in the engine, so it is rethrown. */
export function executeOn(engine: TableEngine, { action, input }: Command): Answer {
  try {
    return { output: canonicalOutput(engine.execute(action, input)) };
  } catch (error) {
    if (!(error instanceof TableError)) throw error;
    const { Item, CancellationReasons } = error as { Item?: unknown; CancellationReasons?: unknown };
    return { error: { name: error.name, message: error.message }, output: canonicalOutput({ Item, CancellationReasons }) };
  }
}

/** Reads an HTTP answer. */
export function readAnswer(status: number, body: Record<string, unknown>): Answer {
  if (status === 200) return { output: canonicalOutput(body) };
  const { __type, message, Message, Item, CancellationReasons } = body;
  const name = String(__type).split("#").at(-1) ?? "";
  return { error: { name, message: String(message ?? Message ?? "") }, output: canonicalOutput({ Item, CancellationReasons }) };
}

/** Sorts the items of a batch, because DynamoDB does not define their order. */
function canonicalOutput(output: Record<string, unknown>): Record<string, unknown> {
  const copy = canonicalize(output) as Record<string, unknown>;
  const { Responses } = copy;
  if (!Responses || Array.isArray(Responses)) return copy;
  const sorted = Object.entries(Responses).map(([table, items]) => [table, (items as unknown[]).map(formatValue).sort()]);
  return { ...copy, Responses: Object.fromEntries(sorted) };
}

export const formatValue = (value: unknown): string => JSON.stringify(value);
