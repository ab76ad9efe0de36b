import type { RecordData } from "../../../api/kind.ts";

/** What the address of a new ticket fills in: `/crm/support/tickets/create?personal_key_id=per_1&channel=SMS`. */

export const TICKET_FORM_PATH = "/crm/support/tickets/create";
const NAMES = ["subject", "description", "customer_id", "contact_id", "personal_key_id", "channel", "priority_id"];

/** The channels of conversations in the words of tickets. */
const channels: Readonly<Record<string, string>> = { sms: "SMS", email: "EMAIL" };

/** Builds the address of a ticket for a conversation: its person, its customer, its channel, and the last text. */
export function buildTicketAddress({ person_id, customer_id_crm, channel, last_text }: RecordData): string {
  const values = {
    personal_key_id: person_id,
    customer_id: customer_id_crm,
    channel: channels[String(channel)],
    description: last_text,
  };
  const known = Object.entries(values).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string" && entry[1] !== "",
  );
  return `${TICKET_FORM_PATH}?${new URLSearchParams(known)}`;
}

/** Reads what an address fills in. Other parameters do not count. */
export const readTicketPreset = (parameters: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    NAMES.flatMap((name) => {
      const value = parameters[name];
      return typeof value === "string" && value !== "" ? [[name, value]] : [];
    }),
  );
