import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { InboundWebhooks } from "@crm/core/messaging/inbound-webhook/inbound-webhooks.ts";
import { put, readItem } from "@crm/core/storage/table/database.ts";
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
const envelopeName = (index: number): string => `e${index % ENVELOPE_COUNT}`;
const isLate = (envelope: number): boolean => envelope % 3 === 0;

it(`${DELIVERY_COUNT} deliveries that arrive while processing is stopped are processed once each`, async () => {
  const { id } = await createInboundWebhook(tenant, { provider: "docusign", secret: "key" });
  const envelopes = Array.from({ length: ENVELOPE_COUNT }, (_, index) => index);
  const createCounter = (index: number) => runInTenant(() => put({ ...counterKey(envelopeName(index)), times: 0 }));
  for (const at of envelopes.filter((envelope) => !isLate(envelope))) await createCounter(at);
  const started = performance.now();
  const since = (): string => `${((performance.now() - started) / 1000).toFixed(0)} s`;
  let next = 0;
  const statuses = new Map<number, number>();
  await Promise.all(
    Array.from({ length: CLIENT_COUNT }, async () => {
      for (let index = next++; index < DELIVERY_COUNT; index = next++) {
        const body = JSON.stringify({ event: `event-${index}`, data: { envelopeId: envelopeName(index) } });
        // Every tenth delivery is sent twice.
        for (let times = index % 10 === 0 ? 2 : 1; times > 0; times--) {
          const { status } = await callWebhook(app, id, signDocusign("key", body));
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
        }
      }
    }),
  );
  expect(Object.fromEntries(statuses)).toEqual({ 200: DELIVERY_COUNT + Math.ceil(DELIVERY_COUNT / 10) });
  const receiveDuration = since();
  const countDeliveries = async (status: "received" | "held" | "done"): Promise<number> => {
    const { meta } = await tenant.admin.listInboundDeliveries({ id, status, limit: 1 });
    return meta.total;
  };
  await app.settle();
  const late = envelopes.filter(isLate);
  const heldCount = Array.from({ length: DELIVERY_COUNT }, (_, index) => index % ENVELOPE_COUNT).filter(isLate).length;
  for (const envelope of late) {
    await createCounter(envelope);
    await runInTenant(() => InboundWebhooks.resumeWaiting(`docusign:${envelopeName(envelope)}`));
  }
  await app.settle();
  console.log(
    `${DELIVERY_COUNT} taken after ${receiveDuration}, ${heldCount} of them held until their record came, all worked off after ${since()}`,
  );
  const times = await runInTenant(() =>
    Promise.all(envelopes.map(async (envelope) => Number((await readItem(counterKey(envelopeName(envelope))))?.times))),
  );
  expect(times).toEqual(
    envelopes.map(
      (envelope) => Array.from({ length: DELIVERY_COUNT }, (_, n) => n % ENVELOPE_COUNT).filter((n) => n === envelope).length,
    ),
  );
  if (DELIVERY_COUNT <= 1000)
    expect([await countDeliveries("received"), await countDeliveries("held"), await countDeliveries("done")]).toEqual([
      0,
      0,
      DELIVERY_COUNT,
    ]);
}, 900_000);
