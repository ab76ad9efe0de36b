import type { DemoContext, DemoRecords } from "../context.ts";

export const records: DemoRecords = { after: ["messages"], create: (context) => createReengagement(context, context.persons) };

/** Creates a re-engagement batch: one member responds, one opts out, one fails. */
async function createReengagement({ admin, rep }: DemoContext, persons: readonly string[]): Promise<void> {
  const { data: batch } = await admin.createReengagementBatch({
    ...{ batch_name: "Guests of the fair", assigned_to: rep.id, target_size: 6, target_revenue: "2400.00" },
  });
  await rep.as.activateReengagementBatch({ id: batch.id });
  const members: string[] = [];
  for (const person_id of persons.slice(0, 4))
    members.push((await rep.as.addReengagementMember({ id: batch.id, person_id, priority: "high" })).data.id);
  const [answers, refuses, failedMember] = members as [string, string, string];
  for (const id of [answers, refuses]) await rep.as.contactReengagementMember({ id, method: "PHONE" });
  await rep.as.respondReengagementMember({ id: answers });
  await rep.as.optOutReengagementMember({ id: refuses });
  await rep.as.failReengagementMember({ id: failedMember, reason: "Sold the boat" });
  await rep.as.fillReengagementBatch({ id: batch.id, last_activity_before: "2999-01-01", value_min: "1000" });
}
