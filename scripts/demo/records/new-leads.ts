import type { DemoContext, DemoRecords } from "../context.ts";
import { busyStaff, LEADS_PER_NEW_LEAD, newLeads } from "../pipeline.ts";
import { inventPerson } from "../sample-data.ts";

export const records: DemoRecords = { after: ["files", "messages", "reengagement"], create: createNewLeads };

/** Creates the leads of today. They come last, so they stand first in the list. */
async function createNewLeads({ admin, random, staff, leads }: DemoContext): Promise<void> {
  for (const [index, { source, status, score }] of newLeads.slice(0, Math.ceil(leads / LEADS_PER_NEW_LEAD)).entries()) {
    const owner_id = staff[busyStaff[index % busyStaff.length] ?? 0] ?? null;
    const person = inventPerson(random, leads + index + 1);
    const { data: lead } = await admin.createLead({ ...person, lead_source_id: source, owner_id });
    if (status !== "new") await admin.setLeadStatus({ id: lead.id, lead_status_id: status });
    await admin.setLeadScore({ id: lead.id, lead_score: score, reason: "Judged by hand" });
  }
}
