import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  deliverToSubscriber,
  inProcessTransport,
  recordPublishedEvents,
  signUp,
  startTestApp,
  type Tenant,
} from "../../support/app.ts";
import { createSequenceFixture, type SequenceFixture, settings } from "./sequence-fixture.ts";

let app: App;
let fixture: SequenceFixture;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  const freshTenant = await signUp(app, settings);
  const { data } = await freshTenant.admin.createApiKey({ name: "Sequences", role: "ADMIN" });
  tenant = { ...freshTenant, admin: createClient(inProcessTransport(app, data.key)) };
  fixture = await createSequenceFixture(app, tenant);
});
afterAll(() => app.stop());

it("of two batches with clocks due at the same moment one begins and the other waits", async () => {
  const persons = await Promise.all(Array.from({ length: 6 }, () => fixture.person()));
  const batches = [await fixture.batch([1]), await fixture.batch([1])];
  const members: string[] = [];
  for (const { id } of persons) for (const batch of batches) members.push(await fixture.member(batch, id));
  await app.settle();
  app.setClock({ advance: 25 * 60 * 60_000 });
  // Due events are held back, then delivered twice and all at once.
  const events = recordPublishedEvents(app);
  const publish = app.ports.bus.publish;
  app.ports.bus.publish = async (published) => {
    const stepEvents = published.filter(({ type }) => type === "workflow_enrollment.step_due");
    (events as unknown[]).push(...stepEvents);
    const otherEvents = published.filter((event) => !stepEvents.includes(event));
    if (otherEvents.length > 0) await publish(otherEvents);
  };
  await app.settle();
  app.ports.bus.publish = publish;
  const due = [
    ...new Map(
      events.filter(({ type }) => type === "workflow_enrollment.step_due").map((event) => [event.record_id, event]),
    ).values(),
  ];
  expect(due).toHaveLength(members.length);
  await Promise.all([...due, ...due].map((event) => deliverToSubscriber(app, "workflows", event)));
  await app.settle();
  for (const { phone } of persons) expect(await fixture.listSentTexts(phone)).toHaveLength(1);
  const standing = await Promise.all(members.map((member) => fixture.readMember(member)));
  expect(standing.map(({ status }) => status).toSorted()).toEqual([...Array(6).fill("ADDED"), ...Array(6).fill("CONTACTED")]);
  expect(standing.filter(({ step_waits }) => step_waits === "other_batch")).toHaveLength(6);
});
