import { Conversion } from "@crm/core/accounts/conversion/lead-conversion.ts";
import { Clock } from "@crm/core/kernel/clock.ts";
import { type Context, runIn, systemContext } from "@crm/core/kernel/context.ts";
import { Interaction } from "@crm/core/people/interaction/interaction.ts";
import { Lead } from "@crm/core/sales/lead/lead.ts";
import { retryOnConflict, transaction } from "@crm/core/storage/write/transaction.ts";
import { Customer360 } from "@crm/core/views/customer-360.ts";
import { type App, startApp } from "@crm/local/app.ts";
import { measureFlatness, type Section } from "./stats.ts";

/** The 360-degree page of a customer with ten interactions in the last 90 days, compared with one with very many. */
export interface CustomerOptions {
  rounds: number;
  runs: number;
  interactions: number;
}

const TENANT = "ten_000000000000000001";
const FEW = 10;
const DAYS = 89;

/** Maximum time of the page with many interactions, relative to few: it reads a counter for each day with an interaction. */
const MAX_RATIO = 1.8;

export async function benchCustomer({ rounds, runs, interactions }: CustomerOptions): Promise<Section[]> {
  const app = await startApp({ data: "memory", logFrom: "error" });
  try {
    const started = performance.now();
    const little = await loadCustomer(app, FEW);
    const largeCustomer = await loadCustomer(app, interactions);
    await app.settle();
    console.error(`wrote ${interactions + FEW} interactions in ${Math.round((performance.now() - started) / 1000)} s`);
    const viewCustomer = (id: string) => inTenant(app, () => Customer360.get({ id }));
    const smallCase = { count: FEW, work: () => viewCustomer(little) };
    const largeCase = { count: interactions, work: () => viewCustomer(largeCustomer) };
    return [
      await measureFlatness(
        "360° view of a customer, by interactions",
        { rounds, runs, bound: MAX_RATIO },
        { few: smallCase, many: largeCase },
      ),
    ];
  } finally {
    await app.stop();
  }
}

const tenantContext = (app: App): Context => systemContext(app.ports, TENANT, "bench");
const inTenant = <T>(app: App, work: () => Promise<T>): Promise<T> => runIn(tenantContext(app), work);

let serial = 0;

/** Creates a customer whose person has this many interactions, evenly over the last 90 days. */
async function loadCustomer(app: App, interactions: number): Promise<string> {
  return inTenant(app, async () => {
    const n = ++serial;
    const qualification = { budget: "1.00", authority: "A", need: "B", timeline: "C" };
    const lead = await Lead.create({
      first_name: "Grace",
      last_name: `Bench${n}`,
      email: `bench${n}@mail.example`,
      ...qualification,
    });
    const person = lead.personal_key_id;
    const from = Clock.ms() - DAYS * 86_400_000;
    const write = (index: number): Promise<unknown> =>
      retryOnConflict(async () => {
        const interaction_date = new Date(from + Math.floor((index / interactions) * DAYS * 86_400_000)).toISOString();
        const interaction = await Interaction.prepare(
          Interaction.Input.parse({ interaction_type_id: "website_visit", interaction_date, outcome: `Visit ${index}` }),
          [person],
        );
        return Interaction.add(transaction(), interaction).commit(undefined);
      });
    for (let offset = 0; offset < interactions; offset += 8)
      await Promise.all(Array.from({ length: Math.min(8, interactions - offset) }, (_, i) => write(offset + i)));
    const admin = { ...tenantContext(app), settings: { ...tenantContext(app).settings, conversion_min_score: 0 } };
    const { customer } = await runIn(admin, () => Conversion.convert({ id: lead.id }));
    return customer.id;
  });
}
