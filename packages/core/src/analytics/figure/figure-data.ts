import { CampaignPerformance } from "../../engagement/campaign/performance.ts";
import { type Owners, useSettings } from "../../kernel/context.ts";
import { memoize } from "../../kernel/memoize.ts";
import type { DayRange } from "../../kernel/period.ts";
import { ALL_OWNERS } from "../../platform/daily-figures/counter-cells.rules.ts";
import { ActivityData } from "./activity-data.ts";
import { CustomerData } from "./customer-data.ts";
import { InteractionData } from "./interaction-data.ts";
import { type Part, SalesData } from "./sales-data.ts";
import { ServiceData } from "./service-data.ts";
import { SlaData } from "./sla-data.ts";

type CampaignTotals = Awaited<ReturnType<typeof CampaignPerformance.readTotals>>;

interface Loaders {
  sales: () => Promise<SalesData>;
  service: () => Promise<ServiceData>;
  sla: () => Promise<SlaData>;
  customers: () => Promise<CustomerData>;
  interactions: () => Promise<InteractionData>;
  activities: () => Promise<ActivityData>;
  campaigns: () => Promise<CampaignTotals>;
}

interface Loadable {
  readonly as_of: string | null;
  readonly owners: readonly string[];
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
  /** The data that figures of this part have read. */
  readonly #used = new Set<Loadable>();

  private constructor(today: string, range: DayRange, loaders: Loaders, instants: Set<string>) {
    this.today = today;
    this.range = range;
    this.#loaders = loaders;
    this.#instants = instants;
  }

  static create({ owners, range, today, isByOwner = false }: FigureScope): FigureData {
    const instants = new Set<string>();
    const noteInstant = <D extends Loadable>(data: D): D => {
      if (data.as_of !== null) instants.add(data.as_of);
      return data;
    };
    return new FigureData(
      today,
      range,
      {
        sales: memoize(async () => noteInstant(await SalesData.load(owners, range, isByOwner))),
        service: memoize(async () => noteInstant(await ServiceData.load(owners, range))),
        sla: memoize(async () => noteInstant(await SlaData.load(owners, range, isByOwner))),
        customers: memoize(async () => noteInstant(await CustomerData.load(owners, range, isByOwner))),
        interactions: memoize(async () => noteInstant(await InteractionData.load(owners, range, isByOwner))),
        activities: memoize(async () => noteInstant(await ActivityData.load(owners, range, isByOwner))),
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
      sla: memoize(async () => (await this.sla()).select(part)),
      customers: memoize(async () => (await this.customers()).select(part)),
      interactions: memoize(async () => (await this.interactions()).select(part)),
      activities: memoize(async () => (await this.activities()).select(part)),
      campaigns: this.#loaders.campaigns,
    };
    return new FigureData(this.today, part.range ?? this.range, loaders, this.#instants);
  }

  async #use<D extends Loadable>(load: () => Promise<D>): Promise<D> {
    const data = await load();
    this.#used.add(data);
    return data;
  }

  sales(): Promise<SalesData> {
    return this.#use(this.#loaders.sales);
  }

  service(): Promise<ServiceData> {
    return this.#use(this.#loaders.service);
  }

  /** The judged targets of SLA policies. */
  sla(): Promise<SlaData> {
    return this.#use(this.#loaders.sla);
  }

  customers(): Promise<CustomerData> {
    return this.#use(this.#loaders.customers);
  }

  interactions(): Promise<InteractionData> {
    return this.#use(this.#loaders.interactions);
  }

  /** The activities that were completed in the period. */
  activities(): Promise<ActivityData> {
    return this.#use(this.#loaders.activities);
  }

  /** The campaigns in progress that the caller sees. */
  campaigns(): Promise<CampaignTotals> {
    return this.#loaders.campaigns();
  }

  /** The owners who have any of the data that figures of this part have read so far. */
  get owners(): string[] {
    const owners = new Set([...this.#used].flatMap((data) => data.owners));
    owners.delete(ALL_OWNERS);
    return [...owners];
  }

  /** Changes up to this instant are counted; null if nothing was loaded. */
  get as_of(): string | null {
    return [...this.#instants].sort().at(-1) ?? null;
  }
}
