import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inProcessTransport, newLead, signIn, signUp, startTestApp, type Tenant } from "../../support/app.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { currency: "EUR" });
});
afterAll(() => app.stop());

let recordCount = 0;
async function createPerson(as = tenant.admin): Promise<string> {
  const { data } = await as.createLead(newLead({ email: `quiet${++recordCount}@example.com`, phone: null }));
  return data.personal_key_id;
}

async function createActiveBatch(more: Record<string, unknown> = {}) {
  const { data } = await tenant.admin.createReengagementBatch({ batch_name: `Batch ${++recordCount}`, ...more });
  return (await tenant.admin.activateReengagementBatch({ id: data.id })).data;
}

const addMember = async (batch: { id: string }, person_id: string) =>
  (await tenant.admin.addReengagementMember({ id: batch.id, person_id })).data;
const readMember = async (id: string) => (await tenant.admin.getReengagementMember({ id })).data;

/** Advances the clock and signs in again, because tokens last only minutes. */
async function passTime(ms: number): Promise<void> {
  app.setClock({ advance: ms });
  await app.settle();
  tenant = { ...tenant, admin: createClient(inProcessTransport(app, (await signIn(app, tenant)).access_token)) };
}

describe("a batch", () => {
  it("passes through its statuses, and counts the outcomes of its members", async () => {
    const { admin } = tenant;
    const { data: draft } = await admin.createReengagementBatch({ batch_name: "Spring", target_size: 4, target_revenue: "200" });
    expect(draft).toMatchObject({ status: "DRAFT", currency: "EUR", window_days: 30, member_count: 0, response_rate: null });
    await expect(admin.pauseReengagementBatch({ id: draft.id })).rejects.toMatchObject({ status: 422 });
    const member = await addMember(draft, await createPerson());
    await expect(admin.contactReengagementMember({ id: member.id, method: "PHONE" })).rejects.toMatchObject({ status: 422 });
    await admin.activateReengagementBatch({ id: draft.id });
    const { data: calledMember } = await admin.contactReengagementMember({ id: member.id, method: "PHONE", source_id: "call 1" });
    expect(calledMember).toMatchObject({
      status: "CONTACTED",
      contact_attempts: 1,
      last_contact_method: "PHONE",
      assigned_to: draft.assigned_to,
    });
    await admin.contactReengagementMember({ id: member.id, method: "PHONE", source_id: "call 1" });
    await admin.respondReengagementMember({ id: member.id });
    await app.settle();
    const { data } = await admin.getReengagementBatch({ id: draft.id });
    expect(data).toMatchObject({ member_count: 1, contacted_count: 1, response_count: 1, response_rate: "100.00" });
    expect(data.progress).toEqual({ size: "25.00", revenue: "0.00", response_rate: null });
    await expect(admin.deleteReengagementBatch({ id: draft.id })).rejects.toMatchObject({ status: 422 });
  });

  it("takes a person once, also in concurrent requests", async () => {
    const [batch, person_id] = [await createActiveBatch(), await createPerson()];
    const outcomes = await Promise.allSettled([addMember(batch, person_id), addMember(batch, person_id)]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const { data } = await tenant.admin.listReengagementBatchMembers({ id: batch.id });
    expect(data).toHaveLength(1);
    await tenant.admin.removeReengagementMember({ id: data[0]?.id ?? "" });
    expect((await addMember(batch, person_id)).id).toBe(data[0]?.id);
  });
});

describe("a person in two batches", () => {
  it("is contacted by one at a time; the other one waits with the reason", async () => {
    const { admin } = tenant;
    const [firstBatch, otherBatch, personId] = [await createActiveBatch(), await createActiveBatch(), await createPerson()];
    const [first, second] = [await addMember(firstBatch, personId), await addMember(otherBatch, personId)];
    const tried = [first, second].map(({ id }) => admin.contactReengagementMember({ id, method: "SMS" }));
    const outcomes = await Promise.allSettled(tried);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(outcomes.find(({ status }) => status === "rejected")).toMatchObject({ reason: { status: 409 } });
    const [holds, waitingMember] = outcomes[0]?.status === "fulfilled" ? [first, second] : [second, first];
    expect(await readMember(holds.id)).toMatchObject({ waits_until: null, waits_for_batch_id: null });
    const waiting = await readMember(waitingMember.id);
    expect(waiting).toMatchObject({ status: "ADDED", waits_for_batch_id: holds.batch_id });
    // The first batch is completed, so the other may start.
    await admin.completeReengagementBatch({ id: holds.batch_id });
    expect(await readMember(waitingMember.id)).toMatchObject({ waits_until: null });
    await admin.contactReengagementMember({ id: waitingMember.id, method: "EMAIL" });
  });

  it("is free again after the contact window", async () => {
    const [firstBatch, otherBatch, personId] = [
      await createActiveBatch({ window_days: 3 }),
      await createActiveBatch(),
      await createPerson(),
    ];
    const [first, second] = [await addMember(firstBatch, personId), await addMember(otherBatch, personId)];
    await tenant.admin.contactReengagementMember({ id: first.id, method: "SMS" });
    await passTime(3 * DAY_MS - 60_000);
    await expect(tenant.admin.contactReengagementMember({ id: second.id, method: "SMS" })).rejects.toMatchObject({ status: 409 });
    await passTime(2 * 60_000);
    await tenant.admin.contactReengagementMember({ id: second.id, method: "SMS" });
  });
});
