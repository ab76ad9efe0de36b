import { People } from "@crm/core/person/person.entity.ts";
import { Counter } from "@crm/core/storage/read/counter.ts";
import { describe, expect, it } from "vitest";
import { seed } from "../chance.ts";
import { sizeFrom } from "../sample.ts";
import { kept, recounted } from "./chaos.ts";
import { type Outcome, simulate } from "./simulator.ts";

/** `npm run simulate` takes five minutes of the simulated time. */
const SECONDS = sizeFrom("CRM_SECONDS", 2, 6);
/** In milliseconds: a minute; less for a short time, such that consumers who stand in each other's way need longer. */
const BOUND = Math.min(60_000, 1000 + 1500 * SECONDS);

const told = ({ leads, lag, drained, delay, parked, again, table: { seen, meetings } }: Outcome): string =>
  [
    `${leads} leads in ${SECONDS} s: ${lag} ms behind at the end, all done ${drained} ms later, another tenant's at most ${delay} ms late;`,
    `${parked} parked, ${again} batches again; ${seen.transactions} transactions, ${seen.conflicts} conflicts at items,`,
    `${seen.throttled} writes throttled; ${(seen.units / leads).toFixed(1)} write units a lead. Met most often:`,
    ...[...meetings]
      .sort(([, a], [, b]) => b - a)
      .slice(0, 5)
      .map(([item, times]) => `\n${times} × ${item}`),
  ].join(" ");

describe(`the stream of a tenant that brings in 200 leads a second (CRM_SEED=${seed})`, () => {
  it(
    `is worked off by 20 consumers side by side, for ${SECONDS} seconds`,
    async () => {
      const outcome = await simulate({ seconds: SECONDS, rate: 200, shards: 20, seed });
      console.log(told(outcome), outcome.causes);
      const { lag, drained, delay, parked, items, tenant } = outcome;
      expect(parked).toBe(0);
      expect({ lag, drained, delay }).toEqual({
        lag: expect.toSatisfy(isShort),
        drained: expect.toSatisfy(isShort),
        delay: expect.toSatisfy(isShort),
      });
      expect(kept(items, tenant)).toEqual(recounted(items));
      const persons = items.filter(
        ({ pk, sk }) => pk === `T#${tenant}#COUNT#${People.name}` && Counter.scopeOf(sk) === Counter.ALL,
      );
      expect(Counter.summed(persons)[Counter.LIVE]).toBe(items.filter(({ __edb_e__ }) => __edb_e__ === People.name).length);
    },
    60_000 + 20_000 * SECONDS,
  );
});

const isShort = (ms: number): boolean => ms < BOUND;
