import { usePorts } from "../../kernel/context.ts";
import { objectKey } from "../table/object-key.ts";

/**
 * Sums of a recount, in bounded memory: numbers by scope. If there are too many, they are written to the object store as sorted runs, which
 * are then merged in order of scopes.
 */
export type Counts = Readonly<Record<string, number>>;
export type RunEntry<T> = readonly [scope: string, value: T];
export type AddCounts = (scope: string, counts: Counts) => void;

/** Sums by scope and name, in memory. */
export class ScopeSums {
  readonly #scopes = new Map<string, Map<string, number>>();
  size = 0;

  readonly add: AddCounts = (scope, counts) => {
    const ofScope = this.#scopes.get(scope) ?? new Map<string, number>();
    const before = ofScope.size;
    for (const [name, value] of Object.entries(counts)) ofScope.set(name, (ofScope.get(name) ?? 0) + value);
    this.#scopes.set(scope, ofScope);
    this.size += ofScope.size - before;
  };

  /** Returns all sums in order, and clears them. */
  take(): RunEntry<Counts>[] {
    const entries = [...this.#scopes].map(([scope, counts]) => [scope, Object.fromEntries(counts)] as const);
    this.#scopes.clear();
    this.size = 0;
    return entries.sort(([a], [b]) => (a < b ? -1 : 1));
  }
}

const runKey = (...parts: readonly string[]): string => objectKey("recounts", ...parts);

/** Writes sorted entries as a run; overwrites a run of the same name. */
export async function writeRun(name: string, entries: readonly RunEntry<unknown>[]): Promise<void> {
  await usePorts().objects.write(runKey(name), formatLines(entries));
}

export const deleteRuns = (): Promise<void> => usePorts().objects.delete(runKey(""));

/** Entries of one write, and bytes of one read. */
const LINES_PER_WRITE = 1000;
const READ_BYTES = 64 * 1024;

async function* formatLines(entries: readonly RunEntry<unknown>[]): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < entries.length; start += LINES_PER_WRITE) {
    const lines = entries.slice(start, start + LINES_PER_WRITE).map((entry) => `${JSON.stringify(entry)}\n`);
    yield Buffer.from(lines.join(""));
  }
}

/** Reads a run in pieces. No stream stays open between two pieces, however many runs are read at the same time. */
export async function* readRun<T>(name: string): AsyncGenerator<RunEntry<T>> {
  const object = await usePorts().objects.open(runKey(name));
  if (!object) throw new Error(`The recount's run ${name} no longer exists`);
  let rest = Buffer.alloc(0);
  for (let from = 0; from < object.size; from += READ_BYTES) {
    const pieces: Uint8Array[] = [rest];
    for await (const piece of object.read(from, Math.min(from + READ_BYTES, object.size))) pieces.push(piece);
    const bytes = Buffer.concat(pieces);
    const end = bytes.lastIndexOf("\n") + 1;
    rest = bytes.subarray(end);
    for (const line of bytes.subarray(0, end).toString().split("\n")) if (line !== "") yield JSON.parse(line) as RunEntry<T>;
  }
}

export async function* iterateEntries<T>(entries: readonly RunEntry<T>[]): AsyncGenerator<RunEntry<T>> {
  yield* entries;
}

/** Reads sources one after the other. */
export async function* concatRuns<T>(sources: readonly AsyncGenerator<RunEntry<T>>[]): AsyncGenerator<RunEntry<T>> {
  for (const source of sources) yield* source;
}

/** Merges sources that are sorted by scope, and sums the numbers of equal scopes. A source is read only when its next entry is needed. */
export async function* mergeRuns(sources: readonly AsyncGenerator<RunEntry<Counts>>[]): AsyncGenerator<RunEntry<Counts>> {
  const heap: { entry: RunEntry<Counts>; source: AsyncGenerator<RunEntry<Counts>> }[] = [];
  const readOn = async (source: AsyncGenerator<RunEntry<Counts>>): Promise<void> => {
    const { value, done } = await source.next();
    if (done) return;
    heap.push({ entry: value, source });
    for (let index = heap.length - 1; index > 0; ) index = siftUp(heap, index);
  };
  for (const source of sources) await readOn(source);
  const sums = new ScopeSums();
  for (let first = heap[0]; first; ) {
    const { entry, source } = first;
    sums.add(...entry);
    popFirst(heap);
    await readOn(source);
    first = heap[0];
    if (first?.entry[0] !== entry[0]) yield* sums.take();
  }
}

type Heap = { entry: RunEntry<unknown> }[];

const scopeAt = (heap: Heap, index: number): string | undefined => heap[index]?.entry[0];

function swap(heap: Heap, first: number, second: number): void {
  const node = heap[first] as Heap[number];
  heap[first] = heap[second] as Heap[number];
  heap[second] = node;
}

/** Swaps an entry with its parent if the parent sorts later, and returns its new position; 0 if it is in place. */
function siftUp(heap: Heap, index: number): number {
  const above = (index - 1) >> 1;
  if (String(scopeAt(heap, above)) <= String(scopeAt(heap, index))) return 0;
  swap(heap, above, index);
  return above;
}

function popFirst(heap: Heap): void {
  const last = heap.pop();
  if (!last || heap.length === 0) return;
  heap[0] = last;
  for (let index = 0; ; ) {
    const [left, right] = [scopeAt(heap, 2 * index + 1), scopeAt(heap, 2 * index + 2)];
    if (left === undefined) return;
    const childIndex = right !== undefined && right < left ? 2 * index + 2 : 2 * index + 1;
    if (String(scopeAt(heap, childIndex)) >= String(scopeAt(heap, index))) return;
    swap(heap, index, childIndex);
    index = childIndex;
  }
}
