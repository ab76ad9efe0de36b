import * as z from "zod";
import { type Owners, useSettings } from "../../kernel/context.ts";
import { ruleViolation } from "../../kernel/error.ts";
import { isId } from "../../kernel/id.ts";
import type { DayRange } from "../../kernel/period.ts";
import { currency, money, oneOf } from "../../kernel/schema.ts";
import {
  ALL_OWNERS,
  type Cell,
  cellRange,
  cellRangeByOwner,
  type Dimension,
  parseCells,
} from "../../platform/daily-figures/counter-cells.rules.ts";
import { Master } from "../../platform/master-data/master.ts";
import { loadRates } from "../../sales/figures/convert-currency.ts";
import { convertSum, presentUnconverted, type RateLookup, roundAmount } from "../../sales/figures/multi-currency-sum.rules.ts";
import { readCounters } from "../../sales/figures/owner-counters.ts";
import type { Tally } from "../../sales/figures/stats.rules.ts";
import { PRODUCT } from "../../sales/product/product.kind.ts";
import { PRODUCT_CATEGORIES } from "../../sales/product/product.masters.ts";
import { Product } from "../../sales/product/product.ts";
import { type ProductGroup, productGroups, tallyProducts } from "./product-rows.rules.ts";

/** Opportunities by product, product line or category, from the counters of products. Lines and categories are those of today. */

export const productField = {
  group_by: oneOf(productGroups)
    .optional()
    .describe("Adds `by_product`: rows of products, of their lines (`family`) or of their categories, as they are today"),
};

const count = () => z.number().int();
export const productRows = z
  .array(
    z
      .object({
        key: z
          .string()
          .describe(
            "Id of the product or category, or name of the product line; `none` without one, `other` for further products of an opportunity",
          ),
        label: z.string().nullable(),
        open_count: count().describe("An opportunity with several products of a row counts once for each of them"),
        open_value: money().describe("Sum of the lines"),
        won_count: count(),
        won_value: money(),
        lost_count: count(),
        lost_value: money(),
        unconverted: z
          .array(z.object({ currency: currency(), open_value: money(), won_value: money(), lost_value: money() }))
          .describe("Amounts without an exchange rate, which are in no value"),
      })
      .meta({ id: "ProductFigureGroup" }),
  )
  .describe("With `group_by`: those with most opportunities first, at most 500 rows");

const MAX_ROWS = 500;
/** The most products whose line or category one answer reads. */
const MAX_PRODUCTS = 5000;

interface ProductScope {
  owners: Owners;
  group: ProductGroup;
  /** The days of closing; without them, open opportunities are counted. */
  range: DayRange | undefined;
}

/** Reads the rows of closed opportunities of a period, or of open ones. */
export async function readProductRows({ owners, group, range }: ProductScope): Promise<z.output<typeof productRows>> {
  const [first, last] = [range?.from.slice(0, 7), range?.to.slice(0, 7)];
  const read = async (dimension: Dimension): Promise<Cell[]> => {
    const counters = await readCounters(
      {
        ofOwner: (owner) => cellRange(dimension, owner, first, last),
        ofAll: cellRange(dimension, ALL_OWNERS, first, last),
        ofEach: cellRangeByOwner(dimension),
      },
      owners,
    );
    const isMeant = ({ state, day }: Cell): boolean =>
      range === undefined ? state === "open" : state !== "open" && range.from <= day && day <= range.to;
    return counters.flatMap(parseCells).filter(isMeant);
  };
  const [cells, totals] = await Promise.all([read("product"), read("total")]);
  const products = await loadProducts(cells.map(({ value }) => value));
  const findKey = (value: string): string | null | undefined => {
    const product = products.get(value);
    if (group === "product") return product && value;
    return group === "product_line" ? product?.family : product?.category_id;
  };
  const { currency: into } = useSettings();
  const tallies = tallyProducts(cells, totals, findKey, into);
  const findRate = await loadRates([...tallies.values()].flatMap(({ sums }) => Object.values(sums)));
  const categories = group === "product_category" ? await Master.loadLabels(PRODUCT_CATEGORIES) : new Map<string, string>();
  const findLabel = (key: string): string | null => {
    if (group === "product_line") return key === "none" || key === "other" ? null : key;
    return (group === "product" ? products.get(key)?.name : categories.get(key)) ?? null;
  };
  const weigh = ({ count: counts }: Tally): number => counts.open + counts.won + counts.lost;
  return [...tallies]
    .sort(([a, left], [b, right]) => weigh(right) - weigh(left) || (a < b ? -1 : 1))
    .slice(0, MAX_ROWS)
    .map(([key, tally]) => ({ key, label: findLabel(key), ...presentTally(tally, findRate) }));
}

async function loadProducts(values: readonly string[]) {
  const ids = [...new Set(values)].filter((value) => isId(value, PRODUCT));
  if (ids.length > MAX_PRODUCTS)
    throw ruleViolation("Too many products for one response: request fewer days, or one owner or team");
  const records = await Product.loadMany(ids);
  return new Map(records.flatMap((record, index) => (record ? [[ids[index] as string, record] as const] : [])));
}

function presentTally({ count: counts, sums }: Tally, findRate: RateLookup) {
  const { currency: into } = useSettings();
  const [open, won, lost] = [sums.open, sums.won, sums.lost].map((sum) => convertSum(sum, into, findRate)) as [
    ReturnType<typeof convertSum>,
    ReturnType<typeof convertSum>,
    ReturnType<typeof convertSum>,
  ];
  const codes = [...new Set([open, won, lost].flatMap(({ unconverted }) => [...unconverted.keys()]))].sort();
  const present = (code: string, { unconverted }: typeof open) => presentUnconverted(code, unconverted.get(code) ?? 0n);
  return {
    open_count: counts.open,
    open_value: roundAmount(open.exact, into),
    won_count: counts.won,
    won_value: roundAmount(won.exact, into),
    lost_count: counts.lost,
    lost_value: roundAmount(lost.exact, into),
    unconverted: codes.map((code) => ({
      currency: code,
      ...{ open_value: present(code, open), won_value: present(code, won), lost_value: present(code, lost) },
    })),
  };
}
