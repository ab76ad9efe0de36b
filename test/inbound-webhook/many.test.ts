import { InboundWebhooks } from "@crm/core/inbound-webhook/inbound-webhooks.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { get, put } from "@crm/core/storage/table/database.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { sizeFrom } from "../sample.ts";
import { signUp, startTestApp, type Tenant } from "../support.ts";
import { counterKey, useTable, withHandler } from "./domain.ts";
import { call, docusign, webhookOf } from "./sender.ts";

/** `CRM_HOOKS=5000` is the long form. */
const HOOKS = sizeFrom("CRM_HOOKS", 100, 300);
/** Of so many envelopes, of which a third is not there yet as they come. */
const ENVELOPES = Math.ceil(HOOKS / 10);
const CLIENTS = 20;

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp({ domains: withHandler, log: { write: () => undefined } });
  useTable(app.ports.database.table);
  tenant = await signUp(app);
});
afterAll(() => app.stop());

const within = <T>(work: () => Promise<T>): Promise<T> => runIn(systemContext(app.ports, tenant.id, "test"), work);
const nameOf = (at: number): string => `e${at % ENVELOPES}`;
const isLate = (envelope: number): boolean => envelope % 3 === 0;

it(`${HOOKS} deliveries that come while nobody works them off are all worked off, once each`, async () => {
  const { id } = await webhookOf(tenant, { provider: "docusign", secret: "key" });
  const envelopes = Array.from({ length: ENVELOPES }, (_, at) => at);
  const begun = (at: number) => within(() => put({ ...counterKey(nameOf(at)), times: 0 }));
  for (const at of envelopes.filter((each) => !isLate(each))) await begun(at);
  const started = performance.now();
  const since = (): string => `${((performance.now() - started) / 1000).toFixed(0)} s`;
  let next = 0;
  const statuses = new Map<number, number>();
  await Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      for (let at = next++; at < HOOKS; at = next++) {
        const body = JSON.stringify({ event: `event-${at}`, data: { envelopeId: nameOf(at) } });
        // Every tenth comes twice.
        for (let times = at % 10 === 0 ? 2 : 1; times > 0; times--) {
          const { status } = await call(app, id, docusign("key", body));
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
        }
      }
    }),
  );
  expect(Object.fromEntries(statuses)).toEqual({ 200: HOOKS + Math.ceil(HOOKS / 10) });
  const taken = since();
  const countOf = async (status: "received" | "held" | "done"): Promise<number> => {
    const { meta } = await tenant.admin.listInboundDeliveries({ id, status, limit: 1 });
    return meta.total;
  };
  await app.settle();
  const late = envelopes.filter(isLate);
  const held = Array.from({ length: HOOKS }, (_, at) => at % ENVELOPES).filter(isLate).length;
  for (const at of late) {
    await begun(at);
    await within(() => InboundWebhooks.arrived(`docusign:${nameOf(at)}`));
  }
  await app.settle();
  console.log(`${HOOKS} taken after ${taken}, ${held} of them held until their record came, all worked off after ${since()}`);
  const times = await within(() => Promise.all(envelopes.map(async (at) => Number((await get(counterKey(nameOf(at))))?.times))));
  expect(times).toEqual(
    envelopes.map((at) => Array.from({ length: HOOKS }, (_, n) => n % ENVELOPES).filter((n) => n === at).length),
  );
  if (HOOKS <= 1000) expect([await countOf("received"), await countOf("held"), await countOf("done")]).toEqual([0, 0, HOOKS]);
}, 900_000);
