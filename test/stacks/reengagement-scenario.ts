import { randomUUID } from "node:crypto";
import { Clock } from "@crm/core/kernel/clock.ts";
import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { createSequenceFixture, migrateActiveBatch, settings } from "../engagement/reengagement/sequence-fixture.ts";
import { addUser, deliverToSubscriber, inProcessTransport, newLead, signIn, signUp } from "../support/app.ts";
import { partOf } from "../support/part-of.ts";

/** The automated steps of re-engagement, for the test of the functions' permissions. */
export async function runReengagement(app: App): Promise<void> {
  const tenant = await signUp(app, { currency: "EUR", visibility: "own" });
  const { admin } = tenant;
  const rep = await addUser(app, tenant, "SALES_REP");
  const personOf = async (n: number): Promise<string> =>
    (await rep.client.createLead(newLead({ email: `back${n}@quiet.example`, phone: null }))).data.personal_key_id;
  const persons = [await personOf(1), await personOf(2)] as const;
  const { data: yard } = await rep.client.createCustomer({ customer_type: "BUSINESS", name: "Quiet Yard" });
  const { data: contact } = await rep.client.createContact({
    customer_id: yard.id,
    first_name: "Ida",
    last_name: "Lund",
  });
  const { data: list } = await admin.createContactList({ name: "Quiet ones" });
  const { data: segment } = await admin.createSegment({ name: "Quiet ones" });
  await admin.changeContactListMembers({ id: list.id, add: [contact.id] });
  await admin.changeSegmentMembers({ id: segment.id, add: [yard.id] });
  await admin.createExchangeRate({ from: "USD", to: "EUR", date: "2020-01-01", rate: "0.9" });
  await app.settle();
  const { data: batch } = await rep.client.createReengagementBatch({ batch_name: "Spring" });
  await rep.client.activateReengagementBatch({ id: batch.id });
  for (const asked of [{ contact_list_id: list.id }, { segment_id: segment.id }, { last_activity_before: "2999-01-01" }])
    for (const as of [rep.client, admin]) await as.fillReengagementBatch({ id: batch.id, ...asked });
  const { data: other } = await rep.client.createReengagementBatch({ batch_name: "Summer" });
  for (const { id } of [batch, other]) for (const person_id of persons) await rep.client.addReengagementMember({ id, person_id });
  await app.settle();
  const call = { interaction_type_id: "call", direction: "OUTBOUND" };
  for (const personal_key_id of [...persons, contact.personal_key_id])
    await rep.client.createInteraction({ personal_key_id, ...call });
  const subject = { subject: "Ask again", activity_type_id: "call", related_to_type: "person", related_to_id: persons[0] };
  await rep.client.createActivity({ ...subject, status: "COMPLETED", duration_minutes: 5 });
  await app.settle();
  const { data: deal } = await rep.client.createOpportunity({
    ...{ name: "Back again", customer_id: yard.id, amount: "10.00", currency: "USD" },
  });
  await rep.client.winOpportunity({ id: deal.id });
  await admin.mergePersons({ id: persons[0], merged_id: persons[1] });
  await app.settle();
  await rep.client.setPreferences({ id: persons[0], preferences: [{ channel: "email", consent: "REFUSED" }] });
  await app.settle();
  await runSequences(app);
}

/** Message sequences: a member who is reached, one who cannot be, one who waits, and recalled messages. */
async function runSequences(app: App): Promise<void> {
  const tenant = await signUp(app, settings);
  const { admin } = tenant;
  const on = await createSequenceFixture(app, tenant);
  const [reachablePerson, silent] = [await on.person(), await on.person({ phone: null })];
  await admin.createCustomer({ customer_type: "INDIVIDUAL", personal_key_id: reachablePerson.id, last_name: "Lund" });
  const { data: batch } = await admin.createReengagementBatch({ batch_name: "Autumn" });
  const sequence = [0, 0].map((after_days) => ({ channel: "sms", template_id: on.sms, after_days }));
  await admin.updateReengagementBatch({ id: batch.id, sequence });
  await on.member(batch.id, reachablePerson.id);
  await admin.activateReengagementBatch({ id: batch.id });
  const otherBatch = await on.batch([0]);
  for (const { id } of [reachablePerson, silent]) await on.member(otherBatch, id);
  const { data: former } = await admin.createReengagementBatch({ batch_name: "Former", sequence });
  const formerMember = await on.member(former.id, (await on.person()).id);
  await migrateActiveBatch(app, tenant.id, { batch: former.id, member: formerMember });
  // Two persons who are merged just before a step is due.
  const twins = [await on.person(), await on.person()] as const;
  const daily = await on.batch([1]);
  const [member] = [await on.member(daily, twins[0].id), await on.member(daily, twins[1].id)];
  await app.settle();
  const { data: enrollments } = await admin.listWorkflowEnrollments({ record: member });
  for (let minute = 0; minute < 4; minute++) {
    app.setClock({ advance: 60_000 });
    await app.settle();
  }
  // A restored backup is migrated again.
  await migrateActiveBatch(app, tenant.id, { batch: former.id, member: formerMember });
  await admin.updateSmsSender({ id: on.texts.sender, status: "SUSPENDED" });
  const late = await on.person();
  await on.member(otherBatch, late.id);
  await app.settle();
  await admin.pauseReengagementBatch({ id: otherBatch });
  await admin.updateSmsSender({ id: on.texts.sender, status: "ACTIVE" });
  app.setClock({ advance: 16 * 60_000 });
  await app.settle();
  app.setClock({ advance: 25 * 60 * 60_000 });
  const { access_token } = await signIn(app, tenant);
  await createClient(inProcessTransport(app, access_token)).mergePersons({ id: twins[0].id, merged_id: twins[1].id });
  const { id: record_id, step_due_at } = enrollments[0] ?? {};
  const due_at = String(step_due_at);
  const event = { type: "workflow_enrollment.step_due", tenant_id: tenant.id, record_id, version: 1, due_at };
  const eventFields = { id: randomUUID(), actor_id: "system:test", request_id: "twins", at: Clock.now(), changed: [] };
  await deliverToSubscriber(app, "workflows", partOf({ ...event, ...eventFields }));
  await app.settle();
}
