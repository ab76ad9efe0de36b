import { type DemoContext, type DemoRecords, fetchOk } from "../context.ts";
import { guests } from "./persons.ts";

export const records: DemoRecords = { after: ["knowledge"], create: createTickets };

/** Creates tickets with an SLA: by phone and by mail, open and resolved. */
async function createTickets({ admin, rep, slug, url, runOnce: runStep }: DemoContext): Promise<void> {
  const days = ["mon", "tue", "wed", "thu", "fri"] as const;
  const hours = Object.fromEntries(
    days.map((day) => [
      day,
      [
        ["08:00", "12:00"],
        ["13:00", "17:00"],
      ],
    ]),
  );
  const { data: calendar } = await admin.createSupportCalendar({
    ...{ name: "Harbour office", timezone: "Europe/Berlin", hours, holiday_country: "DE", holiday_region: "BE" },
  });
  await admin.createSlaPolicy({
    ...{ name: "Damage", ticket_types: ["INCIDENT"], calendar_id: calendar.id },
    ...{ first_response_minutes: 60, resolution_minutes: 1440 },
  });
  const [guest] = guests;
  const { data: damage } = await admin.createTicket({
    ...{
      subject: "The mast is broken",
      description: "It came down in the storm on Sunday.",
      ticket_type: "INCIDENT",
      channel: "PHONE",
    },
    ...{ requester: { name: guest.full_name, email: guest.email }, tags: ["damage"] },
  });
  await admin.addTicketComment({ id: damage.id, body: "Please send us pictures of all that is broken.", is_public: true });
  await admin.addTicketComment({ id: damage.id, body: "Seen on the news: the whole harbour was hit." });
  const { data: bill } = await admin.createTicket({
    ...{ subject: "Billed twice", description: "June is on two invoices.", ticket_type: "BILLING_ISSUE", channel: "EMAIL" },
    ...{ requester: { email: guests[1].email }, assigned_to_id: rep.id },
  });
  await rep.as.resolveTicket({ id: bill.id, resolution: "One of them is void" });
  const closing = { name: "Paid twice", description: "For invoices that were paid twice", sharing: "EVERYONE" as const };
  const comment = "The money is on its way back to you.";
  await admin.createTicketMacro({ ...closing, status: "RESOLVED", comment, comment_is_public: true });
  const mail = `From: Olga Sokolova <${guests[2].email}>\r\nMessage-ID: <visit@sokolova.example>\r\nSubject: A visit\r\n\r\nWhen is the office open?`;
  await runStep("mail", () =>
    fetchOk(`${url}/_local/inbound-mail?to=support@${slug}.in.example`, { method: "POST", body: mail }),
  );
}
