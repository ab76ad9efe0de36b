import type { Lead } from "../lead/lead.ts";

/**
 * What users are told of: a row for each type. The domain of the record emits the event; who is told, and in which words, is
 * said here from the record as it is when the event comes, because an event may come late.
 */
export interface NotificationType<R> {
  events: readonly string[];
  /**
   * The field by which the change itself chose the recipient: only a change that wrote it tells, and only whom it named. So of
   * two changes whose events come late each tells its own, if that still holds.
   */
  chosenBy?: keyof R & string;
  /** Who is told; null where there is nobody, or nothing to tell any more. */
  recipient(record: R): string | null;
  /** Id of the record that the changed one became: where it has an owner, that one is told, and of that record. */
  became?(record: R): string | null;
  /** Whether who did it is told as well. */
  tellsActor?: true;
  title(record: R): string;
  body(record: R): string | null;
}

type LeadRecord = Awaited<ReturnType<typeof Lead.read>>;

const nameOf = ({ first_name, last_name }: LeadRecord): string => `${first_name} ${last_name}`;
const aboutLead = ({ lead_number, company }: LeadRecord): string => [lead_number, company].filter(Boolean).join(", ");

const ofLead = (type: NotificationType<LeadRecord>) => type as NotificationType<never>;

export const types = {
  lead_assigned: ofLead({
    events: ["lead.assigned", "lead.created"],
    chosenBy: "owner_id",
    recipient: (lead) => lead.owner_id,
    title: (lead) => `Lead assigned to you: ${nameOf(lead)}`,
    body: aboutLead,
  }),
  lead_follow_up_due: ofLead({
    events: ["lead.follow_up_due"],
    recipient: (lead) => (lead.follow_up_reminded_at === lead.next_contact_date && !lead.is_converted ? lead.owner_id : null),
    title: (lead) => `Follow-up due: ${nameOf(lead)}`,
    body: aboutLead,
  }),
  lead_converted: ofLead({
    events: ["lead.converted"],
    recipient: (lead) => (lead.is_converted ? lead.owner_id : null),
    became: (lead) => (lead.is_converted ? lead.converted_opportunity_id : null),
    tellsActor: true,
    title: (lead) => `Lead converted: ${nameOf(lead)}`,
    body: aboutLead,
  }),
} as const;

export type TypeName = keyof typeof types;
export const typeNames = Object.keys(types) as [TypeName, ...TypeName[]];

/** The events of which somebody is told. */
export const told: readonly string[] = Object.values(types).flatMap(({ events }) => events);

export const typeOf = (event: string): TypeName | undefined => typeNames.find((name) => types[name].events.includes(event));

/** Where the records are read that notifications are about, by kind. */
export const paths: Readonly<Record<string, string>> = { lead: "/leads", opportunity: "/opportunities" };
