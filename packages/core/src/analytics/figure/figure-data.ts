import { CampaignPerformance } from "../../engagement/campaign/performance.ts";
import { type Owners, useSettings } from "../../kernel/context.ts";
import { memoize } from "../../kernel/memoize.ts";
import type { DayRange } from "../../kernel/period.ts";
import { ALL_OWNERS } from "../../platform/daily-figures/counter-cells.rules.ts";
import { CustomerData } from "./customer-data.ts";
import { type Part, SalesData } from "./sales-data.ts";
import { ServiceData } from "./service-data.ts";

type CampaignTotals = Awaited<ReturnType<typeof CampaignPerformance.readTotals>>;

interface Loaders {
  sales: () => Promise<SalesData>;
  service: () => Promise<ServiceData>;
  customers: () => Promise<CustomerData>;
  campaigns: () => Promise<CampaignTotals>;
}

interface FigureScope {
  owners: Owners;
  range: DayRange;
  /** The current day in the tenant's time zone. */
  today: string;
  /** Whether the figures of each owner are wanted. */
  isByOwner?: boolean;
}

/** The data of figures. Each kind of data is loaded once, when the first figure asks for it. */
export class FigureData {
  readonly today: string;
  readonly range: DayRange;
  readonly #loaders: Loaders;
  readonly #instants: Set<string>;

  private constructor(today: string, range: DayRange, loaders: Loaders, instants: Set<string>) {
    this.today = today;
    this.range = range;
    this.#loaders = loaders;
    this.#instants = instants;
  }

  static create({ owners, range, today, isByOwner = false }: FigureScope): FigureData {
    const instants = new Set<string>();
    const noteInstant = <D extends { as_of: string | null }>(data: D): D => {
      if (data.as_of !== null) instants.add(data.as_of);
      return data;
    };
    return new FigureData(
      today,
      range,
      {
        sales: memoize(async () => noteInstant(await SalesData.load(owners, range, isByOwner))),
        service: memoize(async () => noteInstant(await ServiceData.load(owners, range))),
        customers: memoize(async () => noteInstant(await CustomerData.load(owners, range, isByOwner))),
        campaigns: memoize(() => CampaignPerformance.readTotals("IN_PROGRESS", useSettings().currency, owners)),
      },
      instants,
    );
  }

  /** Returns the data of one owner, or of some days. What was loaded is not loaded again. */
  select(part: Part): FigureData {
    const loaders: Loaders = {
      sales: memoize(async () => (await this.sales()).select(part)),
      service: memoize(async () => (await this.service()).select(part)),
      customers: memoize(async () => (await this.customers()).select(part)),
      campaigns: this.#loaders.campaigns,
    };
    return new FigureData(this.today, part.range ?? this.range, loaders, this.#instants);
  }

  sales(): Promise<SalesData> {
    return this.#loaders.sales();
  }

  service(): Promise<ServiceData> {
    return this.#loaders.service();
  }

  customers(): Promise<CustomerData> {
    return this.#loaders.customers();
  }

  /** The campaigns in progress that the caller sees. */
  campaigns(): Promise<CampaignTotals> {
    return this.#loaders.campaigns();
  }

  /** The owners who have any of the data that was loaded by owner. */
  async listOwners(): Promise<string[]> {
    const [sales, service, customers] = await Promise.all([this.sales(), this.service(), this.customers()]);
    const owners = new Set([sales, service, customers].flatMap((data) => data.owners));
    owners.delete(ALL_OWNERS);
    return [...owners];
  }

  /** Changes up to this instant are counted; null if nothing was loaded. */
  get as_of(): string | null {
    return [...this.#instants].sort().at(-1) ?? null;
  }
}
