import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { InboundWebhooks } from "@crm/core/messaging/inbound-webhook/inbound-webhooks.ts";
import { get, put } from "@crm/core/storage/table/database.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { resolveTestSize } from "../../support/sample.ts";
import { callWebhook, createInboundWebhook, signDocusign } from "./provider-requests.ts";
import { counterKey, domainsWithHandler, useTable } from "./test-handler.ts";

/** Number of deliveries; `CRM_HOOKS=5000` is the long form. */
const DELIVERY_COUNT = resolveTestSize("CRM_HOOKS", 100, 300);
/** Number of envelopes. A third of them do not exist yet when their deliveries arrive. */
const ENVELOPE_COUNT = Math.ceil(DELIVERY_COUNT / 10);
const CLIENT_COUNT = 20;

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp({ domains: domainsWithHandler, log: { write: () => undefined } });
  useTable(app.ports.database.table);
  tenant = await signUp(app);
});
afterAll(() => app.stop());

const runInTenant = <T>(work: () => Promise<T>): Promise<T> => runIn(systemContext(app.ports, tenant.id, "test"), work);
const envelopeName = (at: number): string => `e${at % ENVELOPE_COUNT}`;
const isLate = (envelope: number): boolean => envelope % 3 === 0;

it(`${DELIVERY_COUNT} deliveries that arrive while processing is stopped are processed once each`, async () => {
  const { id } = await createInboundWebhook(tenant, { provider: "docusign", secret: "key" });
  const envelopes = Array.from({ length: ENVELOPE_COUNT }, (_, at) => at);
  const begun = (at: number) => runInTenant(() => put({ ...counterKey(envelopeName(at)), times: 0 }));
  for (const at of envelopes.filter((each) => !isLate(each))) await begun(at);
  const started = performance.now();
  const since = (): string => `${((performance.now() - started) / 1000).toFixed(0)} s`;
  let next = 0;
  const statuses = new Map<number, number>();
  await Promise.all(
    Array.from({ length: CLIENT_COUNT }, async () => {
      for (let at = next++; at < DELIVERY_COUNT; at = next++) {
        const body = JSON.stringify({ event: `event-${at}`, data: { envelopeId: envelopeName(at) } });
        // Every tenth delivery is sent twice.
        for (let times = at % 10 === 0 ? 2 : 1; times > 0; times--) {
          const { status } = await callWebhook(app, id, signDocusign("key", body));
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
        }
      }
    }),
  );
  expect(Object.fromEntries(statuses)).toEqual({ 200: DELIVERY_COUNT + Math.ceil(DELIVERY_COUNT / 10) });
  const taken = since();
  const countOf = async (status: "received" | "held" | "done"): Promise<number> => {
    const { meta } = await tenant.admin.listInboundDeliveries({ id, status, limit: 1 });
    return meta.total;
  };
  await app.settle();
  const late = envelopes.filter(isLate);
  const held = Array.from({ length: DELIVERY_COUNT }, (_, at) => at % ENVELOPE_COUNT).filter(isLate).length;
  for (const at of late) {
    await begun(at);
    await runInTenant(() => InboundWebhooks.resumeWaiting(`docusign:${envelopeName(at)}`));
  }
  await app.settle();
  console.log(
    `${DELIVERY_COUNT} taken after ${taken}, ${held} of them held until their record came, all worked off after ${since()}`,
  );
  const times = await runInTenant(() =>
    Promise.all(envelopes.map(async (at) => Number((await get(counterKey(envelopeName(at))))?.times))),
  );
  expect(times).toEqual(
    envelopes.map((at) => Array.from({ length: DELIVERY_COUNT }, (_, n) => n % ENVELOPE_COUNT).filter((n) => n === at).length),
  );
  if (DELIVERY_COUNT <= 1000)
    expect([await countOf("received"), await countOf("held"), await countOf("done")]).toEqual([0, 0, DELIVERY_COUNT]);
}, 900_000);
