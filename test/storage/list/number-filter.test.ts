import { domains } from "@crm/core/domains.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { domain } from "@crm/core/kernel/domain.ts";
import { kind } from "@crm/core/kernel/id.ts";
import { money } from "@crm/core/kernel/schema.ts";
import { buildListQuery, list, listSchema } from "@crm/core/storage/read/list.ts";
import { type BaseRecord, Collection, indexBy } from "@crm/core/storage/table/collection.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { signUp, startTestApp } from "../../support/app.ts";

/** A test kind with numeric filters: one with an index, and one that filters rows. */
const CRATE = kind("crate", "crt", { load: async (): Promise<object> => Crates });
interface Crate extends BaseRecord {
  bottles: number;
  price: string | null;
}
const Crates = new Collection<Crate>({
  personalData: { purpose: "Test." },
  kind: CRATE,
  schema: z.object({ bottles: z.number().int(), price: money().nullable() }),
  row: ["bottles", "price"],
  indexes: { by_time: indexBy(), by_class: indexBy("bottles") },
  filters: { bottles: { index: "by_class", field: "bottles" }, cost: { field: "price" } },
});
const listInput = listSchema(Crates, { bottles: z.number().int().optional(), cost: money().optional() });

const crates = [
  [6, "9.50"],
  [6, null],
  [12, "9.5"],
  [12, "1200"],
  [-6, "1200.00"],
] as const;

let app: App;
let tenant: string;
const runInTenant = <T>(work: () => Promise<T>): Promise<T> => runIn(systemContext(app.ports, tenant, "test"), work);
beforeAll(async () => {
  app = await startTestApp({ domains: [...domains, domain({ name: "crates", kinds: [CRATE] })] });
  tenant = (await signUp(app)).id;
  await runInTenant(() => {
    const all = crates.map(([bottles, price]) => Records.init(Crates, { bottles, price }));
    return all.reduce((tx, crate) => tx.create(Crates, crate), transaction()).commit(undefined);
  });
  await app.settle();
});
afterAll(() => app.stop());

const findCrates = async (input: object) => {
  const { rows, meta } = await runInTenant(() =>
    list(Crates, buildListQuery(Crates, listInput.parse({ order: "asc", ...input }))),
  );
  return [
    rows.map((crate) => crates.findIndex(([bottles, price]) => bottles === crate.bottles && price === crate.price)),
    meta.total,
  ];
};

describe("a filter on a number", () => {
  it.each<[object, number[]]>([
    [{ bottles: 6 }, [0, 1]],
    [{ "bottles[eq]": "6" }, [0, 1]],
    [{ "bottles[eq]": "6.0" }, [0, 1]],
    [{ "bottles[eq]": "-6" }, [4]],
    [{ "bottles[in]": "6,12" }, [0, 1, 2, 3]],
    [{ "bottles[gt]": "-7", "bottles[lt]": "7" }, [0, 1, 4]],
    [{ where: { bottles: 12 } }, [2, 3]],
    [{ cost: "9.50" }, [0, 2]],
    [{ "cost[eq]": "9.5" }, [0, 2]],
    [{ "price[eq]": "1200.0" }, [3, 4]],
    [{ where: { price: 1200, bottles: 12 } }, [3]],
  ])("finds equal numbers in any notation by %j, and counts them", async (input, expected) => {
    expect(await findCrates(input)).toEqual([expected, expected.length]);
  });
});
