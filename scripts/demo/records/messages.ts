import type { DemoContext, DemoRecords } from "../context.ts";

export const records: DemoRecords = { after: ["files"], create: (context) => sendMessages(context, context.persons) };

/** Sends mails to guests, and suppresses an address. */
async function sendMessages({ admin, rep }: DemoContext, persons: readonly string[]): Promise<void> {
  const account = { name: "Service", way: "house", address: "service@harbour.example", is_default: true, tracks: true };
  await admin.createMailAccount(account);
  for (const person_id of persons.slice(0, 3)) {
    const mail = { channel: "email", person_id, subject: "Your boat", body: "Is everything as it should be?" };
    await rep.as.sendMessage(mail);
  }
  await admin.createSuppression({ channel: "email", address: "moved@harbour-hotel.example", reason: "BY_HAND" });
}
