import { usePorts } from "../../kernel/context.ts";

/**
 * Sorting more values than fit into memory: sorted runs in the object store, which are merged while they are read. Memory holds one chunk of
 * each run. A value is one line of JSON.
 */

/** Bytes that are written or parsed together. */
const CHUNK_BYTES = 256 * 1024;

/** Writes values, in their order, as one object. */
export async function writeRun(key: string, values: Iterable<unknown>): Promise<void> {
  await usePorts().objects.write(key, toChunks(values));
}

async function* toChunks(values: Iterable<unknown>): AsyncGenerator<Uint8Array> {
  let lines: string[] = [];
  let length = 0;
  for (const value of values) {
    const line = JSON.stringify(value);
    length += line.length + 1;
    lines.push(line);
    if (length < CHUNK_BYTES) continue;
    yield Buffer.from(`${lines.join("\n")}\n`);
    [lines, length] = [[], 0];
  }
  if (lines.length > 0) yield Buffer.from(`${lines.join("\n")}\n`);
}

/** Yields the values of a run. */
export async function* readRun<T>(key: string): AsyncGenerator<T> {
  const object = await usePorts().objects.open(key);
  if (!object) throw new Error(`${key} no longer exists`);
  let rest: Buffer = Buffer.alloc(0);
  for (let from = 0; from < object.size; from += CHUNK_BYTES) {
    const pieces: Uint8Array[] = [rest];
    // Ranges, so that a run that is not consumed for a while holds no connection.
    for await (const piece of object.read(from, Math.min(object.size, from + CHUNK_BYTES))) pieces.push(piece);
    const bytes = Buffer.concat(pieces);
    const end = bytes.lastIndexOf(10) + 1;
    rest = bytes.subarray(end);
    for (const line of bytes.subarray(0, end).toString().split("\n")) if (line !== "") yield JSON.parse(line) as T;
  }
}

/** Merges sorted sources. Equal values come in the order of their sources. */
export async function* mergeRuns<T>(sources: readonly AsyncIterator<T>[], compare: (a: T, b: T) => number): AsyncGenerator<T> {
  const heads = await Promise.all(sources.map((source) => source.next()));
  for (;;) {
    let first = -1;
    for (const [index, head] of heads.entries()) {
      if (head.done) continue;
      const best = heads[first];
      if (!best || best.done || compare(head.value, best.value) < 0) first = index;
    }
    const [head, source] = [heads[first], sources[first]];
    if (!head || head.done || !source) return;
    yield head.value;
    heads[first] = await source.next();
  }
}
