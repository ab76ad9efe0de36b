import { createdScopes, createdScopesByOwner, parseCreatedDays } from "../../accounts/customer/created-days.rules.ts";
import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import type { customerStatuses, lifecycleStages, riskLevels } from "../../accounts/customer/customer.rules.ts";
import type { Owners } from "../../kernel/context.ts";
import type { DayRange } from "../../kernel/period.ts";
import { ALL_OWNERS } from "../../platform/daily-figures/counter-cells.rules.ts";
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

const MAX_SCORE = 100;

interface Contents {
  customers: Counters;
  leads: Counters;
  opportunities: Counters;
  scopes: readonly string[];
  created: readonly CreatedDay[];
  as_of: string | null;
}

export class CustomerData {
  readonly #contents: Contents;

  constructor(contents: Contents) {
    this.#contents = contents;
  }

  /** Reads a batch of counters of customers, one of leads, one of opportunities, and a query of the days of creation, or one for each owner. */
  static async load(owners: Owners, { from, to }: DayRange, isByOwner: boolean): Promise<CustomerData> {
    const scopes = Counter.ownerScopes(owners);
    const range = (owner: string) => createdScopes(owner, from.slice(0, 7), to.slice(0, 7));
    const [customers, leads, opportunities, created] = await Promise.all([
      Counter.read(CUSTOMER.name, scopes),
      Counter.read(LEAD.name, scopes),
      Counter.read(OPPORTUNITY.name, scopes),
      readCounters(
        { ofOwner: range, ofAll: isByOwner ? undefined : range(ALL_OWNERS), ofEach: createdScopesByOwner() },
        owners,
        CUSTOMER.name,
      ),
    ]);
    const instants = [customers.as_of, leads.as_of, opportunities.as_of, latestCountInstant(created)].filter(
      (at) => at !== undefined && at !== null,
    );
    return new CustomerData({
      ...{ customers, leads, opportunities, scopes },
      created: created.flatMap(parseCreatedDays).filter(({ day }) => from <= day && day <= to),
      as_of: instants.sort().at(-1) ?? null,
    });
  }

  get as_of(): string | null {
    return this.#contents.as_of;
  }

  /** The owners of customers that were created in the period, with repetitions. */
  get owners(): string[] {
    return this.#contents.created.map(({ owner }) => owner);
  }

  /** Returns the days of creation of one owner, or of some days. The state of now is not divided. */
  select({ owner, range }: Part): CustomerData {
    const isMeant = (created: CreatedDay): boolean =>
      (owner === undefined || created.owner === owner) &&
      (range === undefined || (range.from <= created.day && created.day <= range.to));
    return new CustomerData({ ...this.#contents, created: this.#contents.created.filter(isMeant) });
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
