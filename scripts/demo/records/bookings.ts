import { allowAnyInput } from "@crm/functions/derive/client.ts";
import { type DemoContext, type DemoRecords, daysAgo } from "../context.ts";
import { guests } from "./persons.ts";

export const records: DemoRecords = { after: ["agreements"], create: bookMeeting };

/** Books a call as a guest, and tags all leads from the fair. */
async function bookMeeting(context: DemoContext): Promise<void> {
  const { admin, rep } = context;
  const { data: link } = await rep.as.createBookingLink({
    ...{ name: "A first call", activity_type_id: "meeting", durations_minutes: [15, 30] },
  });
  // Search from tomorrow on: today's working hours may be over.
  const { slots } = (await admin.showBookingTimes({ token: link.token, from: daysAgo(context, -1).slice(0, 10) })).data;
  const visitor = { name: "Sukarno", email: guests[1].email, note: "About the second ship" };
  if (slots[0]) await admin.bookTime({ token: link.token, start: slots[0].start, ...visitor });
  const fair = { kind: "lead", query: { source: "referral" }, action: "update", add_tags: ["harbour fair"] } as const;
  await allowAnyInput(admin).createBulkChange(fair);
}
