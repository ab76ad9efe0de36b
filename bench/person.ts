import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { createRecordActivities } from "@crm/core/people/activity/record-activities.ts";
import { Journey } from "@crm/core/people/person/journey.ts";
import { Leads } from "@crm/core/sales/lead/lead.entity.ts";
import { Lead } from "@crm/core/sales/lead/lead.ts";
import { Person360 } from "@crm/core/views/person-360.ts";
import { PersonTimeline } from "@crm/core/views/person-timeline.ts";
import { type App, startApp } from "@crm/local/app.ts";
import { measureFlatness, type Section } from "./stats.ts";

/** The page of a person with ten entries, compared with one with very many. */
export interface PersonOptions {
  rounds: number;
  runs: number;
  entries: number;
}

const TENANT = "ten_000000000000000001";
const FEW = 10;

export async function benchPerson({ rounds, runs, entries }: PersonOptions): Promise<Section[]> {
  const app = await startApp({ data: "memory", logFrom: "error" });
  try {
    const started = performance.now();
    const little = await loadPerson(app, FEW);
    const largePerson = await loadPerson(app, entries);
    await app.settle();
    console.error(`wrote ${entries + FEW} entries in ${Math.round((performance.now() - started) / 1000)} s`);
    const views: readonly [string, (id: string) => Promise<unknown>][] = [
      ["timeline page 1", (id) => PersonTimeline.list({ id, limit: FEW })],
      ["360", (id) => Person360.get({ id })],
    ];
    const sections: Section[] = [];
    for (const [name, view] of views) {
      const runView = (id: string) => inTenant(app, () => view(id));
      const smallCase = { count: FEW, work: () => runView(little) };
      const largeCase = { count: entries, work: () => runView(largePerson) };
      sections.push(
        await measureFlatness(`${name}, by entries`, { rounds, runs, bound: 1.2 }, { few: smallCase, many: largeCase }),
      );
    }
    return sections;
  } finally {
    await app.stop();
  }
}

const inTenant = <T>(app: App, work: () => Promise<T>): Promise<T> => runIn(systemContext(app.ports, TENANT, "bench"), work);

let serial = 0;

/** Creates a person with a lead and this many entries: activities and journey steps alternately, over ten years. */
async function loadPerson(app: App, entries: number): Promise<string> {
  return inTenant(app, async () => {
    const n = ++serial;
    const lead = await Lead.create({ first_name: "Grace", last_name: `Bench${n}`, email: `bench${n}@mail.example` });
    const startTime = Date.UTC(2015, 0, 1);
    const computeInstant = (index: number): string =>
      new Date(startTime + Math.floor((index / entries) * 3650) * 86_400_000 + index).toISOString();
    const write = (index: number): Promise<unknown> =>
      index % 2
        ? createRecordActivities(Leads).log({
            id: lead.id,
            subject: `Call ${index}`,
            activity_type_id: "call",
            status: "COMPLETED",
            duration_minutes: 5,
            start_datetime: computeInstant(index),
          })
        : Journey.create({
            id: lead.personal_key_id,
            stage: `Stage ${index % 7}`,
            interaction_type: "call",
            channel_id: "phone",
            occurred_at: computeInstant(index),
          });
    for (let offset = 0; offset < entries; offset += 8)
      await Promise.all(Array.from({ length: Math.min(8, entries - offset) }, (_, i) => write(offset + i)));
    return lead.personal_key_id;
  });
}
