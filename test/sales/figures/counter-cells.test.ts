import { type Cell, Cells, type CountedOpportunity } from "@crm/core/platform/daily-figures/counter-cells.rules.ts";
import { defaultId } from "@crm/core/platform/master-data/master-id.ts";
import { convertSum, roundAmount } from "@crm/core/sales/figures/multi-currency-sum.rules.ts";
import { tallyCells } from "@crm/core/sales/figures/stats.rules.ts";
import { Opportunities, type OpportunityRecord } from "@crm/core/sales/opportunity/opportunity.entity.ts";
import { OPPORTUNITY_STAGES } from "@crm/core/sales/opportunity/opportunity.masters.ts";
import type { CounterSums } from "@crm/core/storage/table/collection.ts";
import { dynamodbLimits } from "@crm/core/storage/table/table.ts";
import { describe, expect, it } from "vitest";

const OWNER = "usr_000000000000000001";
const STAGE = defaultId(OPPORTUNITY_STAGES, "proposal");

const buildRecord = (more: Partial<CountedOpportunity> = {}): CountedOpportunity => ({
  owner_id: OWNER,
  stage_id: STAGE,
  is_closed: false,
  is_won: null,
  closed_date: null,
  created_at: "2026-03-31T23:30:00.000Z",
  created_day: "2026-04-01",
  amount: "1200.00",
  currency: "USD",
  probability: 60,
  close_date: "2026-06-30",
  forecast_category: "BEST_CASE",
  territory_id: null,
  type: null,
  lead_source_id: null,
  source_campaign_id: null,
  win_loss_reason_id: null,
  ...more,
});
const wonFields = { is_closed: true, is_won: true, closed_date: "2026-05-02" };

/** The sum of the counters of several records, by counter name. */
function sumCounters(...records: readonly CountedOpportunity[]): Map<string, Record<string, number>> {
  const countersByScope = new Map<string, Record<string, number>>();
  const add = ({ scopes, counts, beside: extraSums }: CounterSums): void => {
    for (const scope of scopes) {
      const counter = countersByScope.get(scope) ?? {};
      countersByScope.set(scope, counter);
      for (const [name, count] of Object.entries(counts)) counter[name] = (counter[name] ?? 0) + count;
    }
    if (extraSums) add(extraSums);
  };
  for (const record of records) add(Cells.buildCellSums(record));
  return countersByScope;
}

const listCounterScopes = (record: OpportunityRecord): string[] => [
  ...Opportunities.counterScopes(record),
  ...listSumScopes(Opportunities.definition.sums?.(record)),
];
const listSumScopes = (sums: CounterSums | undefined): readonly string[] =>
  sums ? [...sums.scopes, ...listSumScopes(sums.beside)] : [];

const toItems = (counters: ReadonlyMap<string, object>) => [...counters].map(([sk, counts]) => ({ sk, ...counts }));
const filterByOwner = (cells: readonly Cell[]) => cells.filter(({ owner }) => owner === OWNER);
const listCells = (dimension: string, ...records: readonly CountedOpportunity[]) =>
  filterByOwner(
    toItems(sumCounters(...records))
      .filter(({ sk }) => sk.startsWith(`by@${dimension}@`))
      .flatMap(Cells.parseCells),
  );

describe("the counter cells of an opportunity", () => {
  it("count it for its owner and for all, by its creation day in the time zone of the tenant, while it is open", () => {
    const [total, tenantTotal] = [OWNER, "*"].map((owner) => sumCounters(buildRecord()).get(`by@total@${owner}@2026-04@all@USD`));
    expect(total).toEqual({ "01on": 1, "01ol": 120000 });
    expect(tenantTotal).toEqual(total);
  });

  it("count it by its closing day, with the days that it took, once it is closed", () => {
    expect(listCells("total", buildRecord(wonFields))).toEqual([
      { owner: OWNER, value: "all", currency: "USD", day: "2026-05-02", state: "won", count: 1, minor: 120000n, cycle: 31 },
    ]);
    const lostFields = { ...wonFields, is_won: false, win_loss_reason_id: "mst_reason" };
    expect(listCells("reason", buildRecord(lostFields))).toMatchObject([
      { value: "mst_reason", state: "lost", count: 1, cycle: 31 },
    ]);
    // Imported history may close before it was created; the cycle is then zero days, not negative.
    expect(listCells("total", buildRecord({ ...wonFields, closed_date: "2026-03-01" }))).toMatchObject([
      { day: "2026-03-01", cycle: 0 },
    ]);
  });

  it.each([
    ["JPY", "1200", 1200n],
    ["JPY", "1200.00", 1200n],
    ["KWD", "1.234", 1234n],
    ["USD", "9999999999999.99", 999999999999999n],
    ["USD", "0.00", 0n],
  ])("count minor units of %s: %s", (currency, amount, minor) => {
    expect(listCells("total", buildRecord({ currency, amount }))).toMatchObject([{ currency, minor, count: 1 }]);
    const [open] = toItems(sumCounters(buildRecord({ currency, amount }))).flatMap(Cells.parseOpenCells);
    expect(open).toMatchObject({ currency, minor, weighted: minor * 60n, month: "2026-06", stage: STAGE, category: "BEST_CASE" });
  });

  it("have exact sums of the largest amounts", () => {
    const records = Array.from({ length: 50 }, () => buildRecord({ amount: "9999999999999.99" }));
    const [open] = toItems(sumCounters(...records)).flatMap(Cells.parseOpenCells);
    expect(open).toMatchObject({ count: 50, minor: 50n * 999999999999999n, weighted: 3000n * 999999999999999n });
    for (const counts of sumCounters(...records).values()) for (const n of Object.values(counts)) expect(n).toBeLessThan(9e15);
  });

  it("count each product with the total of its lines, and the record once", () => {
    const products = [
      { product_id: "prd_a", name: "A", total_price: "100.00" },
      { product_id: "prd_a", name: "A again", total_price: "50.00" },
      { product_id: "prd_b", name: "B", total_price: null },
      { product_id: null, name: " Free Text ", total_price: "7.00" },
      { product_id: null, name: "free text", total_price: "1.00" },
    ];
    const cells = listCells("product", buildRecord({ products, amount: "158.00" }));
    const rows = cells.map(({ value, count, minor }) => [Cells.decodeText(value)?.label ?? value, count, minor]);
    expect(rows.sort()).toEqual([
      ["Free Text", 1, 800n],
      ["any", 1, 15800n],
      ["prd_a", 1, 15000n],
      ["prd_b", 1, 0n],
    ]);
    expect(listCells("product", buildRecord({ products: [] }))).toEqual([]);
  });

  it("count each competitor with the amount of the record, regardless of how the name is written", () => {
    const competitors = ["Acme", "ACME ", "Émile & Sœurs"].map((competitor_name) => ({ competitor_name }));
    const cells = listCells("competitor", buildRecord({ competitors }));
    expect(cells.map(({ value, minor }) => [Cells.decodeText(value)?.label ?? value, minor]).sort()).toEqual([
      ["Acme", 120000n],
      ["any", 120000n],
      ["Émile & Sœurs", 120000n],
    ]);
    const otherValues = listCells("competitor", buildRecord({ competitors: [{ competitor_name: "aCME" }] })).map(
      ({ value }) => value,
    );
    expect(Cells.decodeText(otherValues[0] as string)?.same).toBe(Cells.decodeText(cells[0]?.value as string)?.same);
  });

  it("have names of limited length without separators of keys", () => {
    const competitors = [{ competitor_name: `${"#/ @~\u{1f600}".repeat(60)}` }];
    const products = [{ name: "x y/z#@".repeat(200), total_price: "1.00" }];
    for (const scope of sumCounters(buildRecord({ competitors, products })).keys()) {
      expect(scope.length).toBeLessThan(600);
      expect(scope).not.toMatch(/[#/ ]/);
    }
  });

  it("fit in one transaction with their previous version, whichever fields change", () => {
    const names = (n: number, prefix: string) => Array.from({ length: n }, (_, index) => `${prefix} ${index}`);
    const full = (n: number): CountedOpportunity =>
      buildRecord({
        ...wonFields,
        closed_date: `2026-0${n}-02`,
        owner_id: `usr_${n}`,
        stage_id: `mst_${String(n).repeat(18)}`,
        territory_id: `mst_territory${n}`,
        type: `TYPE${n}`,
        lead_source_id: `mst_source${n}`,
        source_campaign_id: `campaign${n}`,
        win_loss_reason_id: `mst_reason${n}`,
        currency: n === 1 ? "USD" : "EUR",
        products: names(100, `product ${n}`).map((name) => ({ name, total_price: "1.00" })),
        competitors: names(20, `competitor ${n}`).map((competitor_name) => ({ competitor_name })),
      });
    const [before, after] = [full(1), full(2)];
    const scopes = [before, after].flatMap((record, n) => {
      const references = { customer_id: `cus_${n}`, contact_id: `ctc_${n}`, personal_key_id: `per_${n}`, lead_id: "led_1" };
      const other = { ...references, ordered_at: "2026-05-03T10:00:00.000Z" };
      return listCounterScopes({ ...record, ...other } as unknown as OpportunityRecord);
    });
    // The lead never changes, so its counter does not.
    const changedScopes = new Set(scopes.filter((scope) => !scope.includes("led_1")));
    // The transaction also writes the checkpoint and the counter of all.
    expect(changedScopes.size + 2).toBeLessThanOrEqual(dynamodbLimits.transaction);
    // Values beyond the limit are counted together.
    const sum = listCells("product", { ...before, owner_id: OWNER }).filter(({ value }) => value !== "any");
    expect([sum.length, sum.reduce((total, { minor }) => total + minor, 0n)]).toEqual([Cells.MAX_VALUES.products, 10000n]);
  });

  it("report how many opportunities created on a day are won, by their current stage", () => {
    const createdCells = toItems(sumCounters(buildRecord(), buildRecord(wonFields)))
      .flatMap(Cells.parseCreatedCells)
      .filter(({ owner }) => owner === OWNER);
    const sums = createdCells.reduce((sum, cell) => ({ created: sum.created + cell.created, won: sum.won + cell.won }), {
      created: 0,
      won: 0,
    });
    expect(sums).toEqual({ created: 2, won: 1 });
    expect(new Set(createdCells.map(({ day, stage }) => `${day} ${stage}`))).toEqual(new Set([`2026-04-01 ${STAGE}`]));
  });
});

describe("amounts in another currency", () => {
  it("are converted at the rate of the day on which they were closed, open ones at the latest rate", () => {
    const records = [{ currency: "EUR" }, { currency: "EUR", ...wonFields }, wonFields].map((more) =>
      buildRecord({ amount: "100.00", ...more }),
    );
    const { sums } = tallyCells(listCells("total", ...records), "USD");
    const findRate = (_currency: string, day: string | undefined) => ({
      rate: day === wonFields.closed_date ? "1.10" : "1.25",
      inverse: false,
    });
    const convert = (state: "open" | "won") => roundAmount(convertSum(sums[state], "USD", findRate).exact, "USD");
    expect([convert("open"), convert("won")]).toEqual(["125.00", "210.00"]);
  });
});
