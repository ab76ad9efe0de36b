import { loadavg } from "node:os";
import { median, quantile } from "../stats.ts";
import type { ListCase, Sample } from "./cases.ts";

/** A server that answers lists. */
export interface ListSource {
  readonly name: string;
  /** Prepares for a list: signs in again, and forgets the cursors of the list before. */
  renew?(): Promise<void>;
  ask(list: ListCase, sample: Sample): Promise<ListPage>;
}

export interface ListPage {
  readonly rows: number;
  readonly total: number;
  readonly isExact: boolean;
  readonly cursor?: string | null;
}

/** What was measured of a list from one source. */
interface SourceFigures {
  readonly name: string;
  readonly median: number;
  readonly p95: number;
  readonly requests: number;
  /** The medians of its blocks, to compare them with those of other sources that ran just before or after. */
  readonly blocks: readonly number[];
  /** The records that the first requests found. */
  readonly totals: readonly number[];
  readonly isExact: boolean;
}

export interface ListFigures {
  readonly name: string;
  /** Undefined if a source refused the list, with its reason. */
  readonly sources?: readonly SourceFigures[];
  readonly refused?: string;
  /** Processes that wanted to run meanwhile, on average of the last minute. */
  readonly load: number;
}

export interface MeasureOptions {
  /** Requests to each source. */
  readonly requests: number;
  /** Requests to one source before the next one follows, so that changes of the machine's speed affect all. */
  readonly block: number;
  /** Milliseconds of a source for one list, after which it gets no further block. */
  readonly mostMs: number;
}

/** Measures one list from several sources, which alternate. */
export async function measureList(
  list: ListCase,
  sources: readonly ListSource[],
  samples: ReadonlyMap<ListSource, readonly Sample[]>,
  { requests, block, mostMs }: MeasureOptions,
): Promise<ListFigures> {
  const durations = new Map<ListSource, number[]>();
  const totals = new Map<ListSource, number[]>();
  const inexact = new Set<ListSource>();
  const askNth = async (source: ListSource, nth: number): Promise<ListPage> => {
    const own = samples.get(source) ?? [];
    return source.ask(list, own[nth % own.length] as Sample);
  };
  for (const source of sources) {
    await source.renew?.();
    const found: number[] = [];
    // The first requests load what a list needs; they are not measured.
    for (let nth = 0; nth < WARM_UP; nth++) {
      try {
        const page = await askNth(source, nth);
        found.push(page.total);
        if (!page.isExact) inexact.add(source);
      } catch (error) {
        return { name: list.name, refused: `${source.name}: ${(error as Error).message.slice(0, 200)}`, load: loadavg()[0] ?? 0 };
      }
    }
    durations.set(source, []);
    totals.set(source, found);
  }
  for (let done = 0; done < requests; done += block)
    for (const [place, source] of sources.entries()) {
      const turned = sources[(place + done / block) % sources.length] ?? source;
      const own = durations.get(turned) ?? [];
      if (own.length > 0 && own.reduce((sum, ms) => sum + ms, 0) > mostMs) continue;
      for (let nth = 0; nth < block; nth++) {
        const started = performance.now();
        await askNth(turned, done + nth);
        own.push(performance.now() - started);
      }
    }
  return {
    name: list.name,
    load: loadavg()[0] ?? 0,
    sources: sources.map((source) => {
      const own = durations.get(source) ?? [];
      return {
        ...{ name: source.name, median: median(own), p95: quantile(own, 0.95), requests: own.length },
        blocks: Array.from({ length: Math.ceil(own.length / block) }, (_, index) =>
          median(own.slice(index * block, (index + 1) * block)),
        ),
        ...{ totals: totals.get(source) ?? [], isExact: !inexact.has(source) },
      };
    }),
  };
}

const WARM_UP = 5;

/** How much longer one source takes than another one: the median over their blocks, as two of them run one after the other. */
export const compareSources = (own: SourceFigures | undefined, other: SourceFigures | undefined): number =>
  median(
    (own?.blocks ?? []).flatMap((ms, index) => {
      const beside = other?.blocks[index];
      return beside === undefined ? [] : [ms / beside];
    }),
  );
