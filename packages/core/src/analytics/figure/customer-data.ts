import {
  type ChurnedCell,
  churnedScopes,
  churnedScopesByOwner,
  parseChurnedCells,
} from "../../accounts/customer/churned-days.rules.ts";
import { createdScopes, createdScopesByOwner, parseCreatedDays } from "../../accounts/customer/created-days.rules.ts";
import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import type { customerStatuses, lifecycleStages, riskLevels } from "../../accounts/customer/customer.rules.ts";
import { type Owners, useSettings } from "../../kernel/context.ts";
import type { DayRange } from "../../kernel/period.ts";
import { ALL_OWNERS } from "../../platform/daily-figures/counter-cells.rules.ts";
import { MultiCurrencySum } from "../../sales/figures/multi-currency-sum.rules.ts";
import { latestCountInstant, readCounters } from "../../sales/figures/owner-counters.ts";
import { LEAD } from "../../sales/lead/lead.kind.ts";
import { OPPORTUNITY } from "../../sales/opportunity/opportunity.kind.ts";
import { Counter, type Counters } from "../../storage/read/counter.ts";
import type { Part } from "./sales-data.ts";

/**
 * What the figures of customers and leads, and the number of opportunities, are computed from: the counters of their lists, which hold the state of
 * now, and of the days of creation of customers.
 */

type CustomerField = {
  lifecycle_stage: (typeof lifecycleStages)[number];
  status: (typeof customerStatuses)[number];
  risk_level: (typeof riskLevels)[number];
};

type CreatedDay = ReturnType<typeof parseCreatedDays>[number];

/** Customers that churned, and their lifetime value: foreign amounts keep their day. */
export interface Churn {
  count: number;
  value: MultiCurrencySum;
}

const MAX_SCORE = 100;

interface Contents {
  customers: Counters;
  leads: Counters;
  opportunities: Counters;
  scopes: readonly string[];
  created: readonly CreatedDay[];
  churned: readonly ChurnedCell[];
  as_of: string | null;
}

export class CustomerData {
  readonly #contents: Contents;

  constructor(contents: Contents) {
    this.#contents = contents;
  }

  /** Reads batches of counters of customers, leads and opportunities, and two queries: of the days of creation and of churning, or two for each owner. */
  static async load(owners: Owners, { from, to }: DayRange, isByOwner: boolean): Promise<CustomerData> {
    const scopes = Counter.ownerScopes(owners);
    const [first, last] = [from.slice(0, 7), to.slice(0, 7)];
    const readDays = (toRange: typeof createdScopes, ofEach: [from: string, to: string]) =>
      readCounters(
        {
          ofOwner: (owner) => toRange(owner, first, last),
          ofAll: isByOwner ? undefined : toRange(ALL_OWNERS, first, last),
          ofEach,
        },
        owners,
        CUSTOMER.name,
      );
    const [customers, leads, opportunities, created, churned] = await Promise.all([
      Counter.read(CUSTOMER.name, scopes),
      Counter.read(LEAD.name, scopes),
      Counter.read(OPPORTUNITY.name, scopes),
      readDays(createdScopes, createdScopesByOwner()),
      readDays(churnedScopes, churnedScopesByOwner()),
    ]);
    const isWithin = ({ day }: { day: string }): boolean => from <= day && day <= to;
    return new CustomerData({
      ...{ customers, leads, opportunities, scopes },
      created: created.flatMap(parseCreatedDays).filter(isWithin),
      churned: churned.flatMap(parseChurnedCells).filter(isWithin),
      as_of: latestCountInstant([customers, leads, opportunities, ...created, ...churned]),
    });
  }

  get as_of(): string | null {
    return this.#contents.as_of;
  }

  /** The owners of customers that were created, or churned, in the period, with repetitions. */
  get owners(): string[] {
    const { created, churned } = this.#contents;
    return [...created, ...churned].map(({ owner }) => owner);
  }

  /** Returns the created and churned customers of one owner, or of some days. The state of now is not divided. */
  select({ owner, range }: Part): CustomerData {
    const isMeant = (cell: { owner: string; day: string }): boolean =>
      (owner === undefined || cell.owner === owner) && (range === undefined || (range.from <= cell.day && cell.day <= range.to));
    const { created, churned } = this.#contents;
    return new CustomerData({ ...this.#contents, created: created.filter(isMeant), churned: churned.filter(isMeant) });
  }

  /** The customers that churned in the period, by the reason. */
  get churnByReason(): Map<string, Churn> {
    return sumChurn(this.#contents.churned, ({ reason }) => reason);
  }

  /** The customers that churned in the period. */
  get churn(): Churn {
    return sumChurn(this.#contents.churned, () => "").get("") ?? { count: 0, value: new MultiCurrencySum() };
  }

  /** The number of customers that were created in the period. */
  get created(): number {
    return this.#contents.created.reduce((sum, { count }) => sum + count, 0);
  }

  get total(): number {
    return this.#sum("customers", Counter.LIVE);
  }

  countWith<F extends keyof CustomerField>(field: F, values: readonly CustomerField[F][]): number {
    return values.reduce((sum, value) => sum + this.#sum("customers", Counter.filterCount(field, value)), 0);
  }

  /** The number of leads, and the sum of their scores. */
  get leadScores(): { count: number; sum: number } {
    const scores = { count: 0, sum: 0 };
    for (let score = 0; score <= MAX_SCORE; score++) {
      const count = this.#sum("leads", Counter.filterCount("min_score", String(score)));
      scores.count += count;
      scores.sum += count * score;
    }
    return scores;
  }

  get openLeads(): number {
    return this.countLeads("is_converted", "false");
  }

  /** Open and closed opportunities. */
  get opportunities(): number {
    return this.#sum("opportunities", Counter.LIVE);
  }

  get leads(): number {
    return this.#sum("leads", Counter.LIVE);
  }

  countLeads(field: "is_converted" | "rating", value: string): number {
    return this.#sum("leads", Counter.filterCount(field, value));
  }

  #sum(kind: "customers" | "leads" | "opportunities", count: string): number {
    return Counter.sum(this.#contents[kind], this.#contents.scopes, count);
  }
}

function sumChurn(cells: readonly ChurnedCell[], readKey: (cell: ChurnedCell) => string): Map<string, Churn> {
  const { currency: baseCurrency } = useSettings();
  const sums = new Map<string, Churn>();
  for (const cell of cells) {
    const churn = sums.get(readKey(cell)) ?? { count: 0, value: new MultiCurrencySum() };
    sums.set(readKey(cell), churn);
    churn.count += cell.count;
    for (const [currency, minor] of cell.minor)
      churn.value.add(currency, currency === baseCurrency ? undefined : cell.day, minor);
  }
  return sums;
}
