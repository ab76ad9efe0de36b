import { People } from "@crm/core/people/person/person.entity.ts";
import { Counter } from "@crm/core/storage/read/counter.ts";
import { describe, expect, it } from "vitest";
import { seed } from "../../support/random.ts";
import { resolveTestSize } from "../../support/sample.ts";
import { readDerived, recountDerived } from "./chaos.ts";
import { type Outcome, simulate } from "./simulator.ts";

/** Seconds of simulated time; `npm run simulate` takes five minutes. */
const SECONDS = resolveTestSize("CRM_SECONDS", 2, 6);
/** One minute in milliseconds, or less in a short simulation, so that consumers who block each other exceed it. */
const MAX_DELAY_MS = Math.min(60_000, 1000 + 1500 * SECONDS);

const formatOutcome = ({
  leads,
  lag,
  drainTime: drained,
  delay,
  parked,
  retriedBatches: again,
  table: { counts: seen, conflictsByItem: meetings },
}: Outcome): string =>
  [
    `${leads} leads in ${SECONDS} s: ${lag} ms behind at the end, all done ${drained} ms later, another tenant's at most ${delay} ms late;`,
    `${parked} parked, ${again} batches again; ${seen.transactions} transactions, ${seen.conflicts} conflicts at items,`,
    `${seen.throttled} writes throttled; ${(seen.units / leads).toFixed(1)} write units a lead. Met most often:`,
    ...[...meetings]
      .sort(([, a], [, b]) => b - a)
      .slice(0, 5)
      .map(([item, times]) => `\n${times} × ${item}`),
  ].join(" ");

describe(`the stream of a tenant that creates 200 leads a second (CRM_SEED=${seed})`, () => {
  it(
    `is processed by 20 concurrent consumers for ${SECONDS} seconds`,
    async () => {
      const outcome = await simulate({ seconds: SECONDS, rate: 200, shards: 20, seed });
      console.log(formatOutcome(outcome), outcome.causes);
      const { lag, drainTime: drained, delay, parked, items, tenant } = outcome;
      expect(parked).toBe(0);
      expect({ lag, drained, delay }).toEqual({
        lag: expect.toSatisfy(isShort),
        drained: expect.toSatisfy(isShort),
        delay: expect.toSatisfy(isShort),
      });
      expect(readDerived(items, tenant)).toEqual(recountDerived(items));
      const persons = items.filter(
        ({ pk, sk }) => pk === `T#${tenant}#COUNT#${People.name}` && Counter.parseScope(sk) === Counter.ALL,
      );
      expect(Counter.sumItems(persons)[Counter.LIVE]).toBe(items.filter(({ __edb_e__ }) => __edb_e__ === People.name).length);
    },
    60_000 + 20_000 * SECONDS,
  );
});

const isShort = (ms: number): boolean => ms < MAX_DELAY_MS;
