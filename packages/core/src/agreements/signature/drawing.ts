import { collectBytes } from "../../kernel/bytes.ts";
import { usePorts } from "../../kernel/context.ts";
import { invalid } from "../../kernel/error.ts";
import { sha256 } from "../../kernel/sha256.ts";
import { objectKey } from "../../storage/table/object-key.ts";
import { parseStrokes } from "./drawing.rules.ts";

/**
 * Drawings of signatures. They are stored as objects beside the signed file, because several of them would not fit into the record of the request.
 */

const toObjectKey = (request: string, hash: string): string => objectKey("documents", request, `${hash}.drawing`);

/** Stores a drawing and returns its hash, or null if nothing was drawn. It is stored before a record names it. */
export async function store(request: string, text: string): Promise<string | null> {
  if (text === "") return null;
  const strokes = parseStrokes(text);
  if (typeof strokes === "string") throw invalid("drawing", strokes);
  const hash = sha256(text);
  await usePorts().objects.write(toObjectKey(request, hash), Buffer.from(text));
  return hash;
}

/** Reads a drawing. Throws if its bytes do not have the stored hash. */
export async function read(request: string, hash: string): Promise<string> {
  const object = await usePorts().objects.open(toObjectKey(request, hash));
  const text = object && Buffer.from(await collectBytes(object.read())).toString();
  if (text === undefined || sha256(text) !== hash) throw new Error(`The drawing ${hash} of ${request} does not match its hash`);
  return text;
}

export * as Drawing from "./drawing.ts";
