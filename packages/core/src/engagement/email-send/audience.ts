import { CONTACT } from "../../accounts/contact/contact.kind.ts";
import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { type ErrorDetail, ruleViolation } from "../../kernel/error.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import { Audience, PAGE_SIZE, type PersonRecord, type ReachedPerson } from "../audience/audience.ts";
import { type MemberStep, memberSteps } from "../campaign/campaign-status.rules.ts";
import { MemberWalk } from "../campaign/member-walk.ts";
import { contactSets } from "../contact-list/contact-list.ts";
import { customerSets } from "../segment/segment.ts";
import type { SendRecord } from "./email-send.entity.ts";
import { type LeftOutReason, MAX_CHECKED_PERSONS } from "./email-send.rules.ts";

/** The recipients of a send, page by page in id order, limited to what the user who scheduled it can see. A page contains each person once. */

/** A person in the audience, with the records that fill merge fields: the contact and the customer. */
export interface Recipient {
  person: PersonRecord;
  contact: ReachedPerson["contact"];
  customer: BaseRecord | undefined;
  /** Why the audience itself leaves the person out. */
  leftOut: LeftOutReason | undefined;
}

interface RecipientPage {
  found: readonly Recipient[];
  /** How many persons of the page the user does not see. */
  hidden: number;
  /** Cursor of the next page; undefined at the end. */
  after: string | undefined;
  /** The members of a campaign who are in the page, also those who are left out; undefined for other audiences. */
  memberIds: readonly string[] | undefined;
}

type AudienceMember = ReachedPerson & Pick<Recipient, "customer"> & { leftOut?: LeftOutReason | undefined };

/** A page of persons, some of whom the user may not see. */
interface NamedPage {
  members: readonly AudienceMember[];
  after: string | undefined;
  memberIds?: readonly string[];
}

/** Loads a page. `pageIds` are the member ids of a page that is repeated: its messages may have moved these members to another status. */
export async function loadPage(
  send: SendRecord,
  after: string | undefined,
  pageIds?: readonly string[] | undefined,
): Promise<RecipientPage> {
  const { members, after: next, memberIds } = await loadNamedPage(send, after, pageIds);
  const { visible, hidden } = await Audience.splitByVisibility(members.map(({ person }) => person));
  const recipientById = new Map<string, Recipient>();
  for (const { person: id, contact, customer, leftOut } of members) {
    const person = visible.get(id);
    if (person && !recipientById.has(person.id)) recipientById.set(person.id, { person, contact, customer, leftOut });
  }
  const found = [...recipientById.values()];
  if (send.exclude_segment_ids.length === 0) return { found, hidden, after: next, memberIds };
  const { markExcluded } = await import("./excluded-segments.ts");
  return { found: await markExcluded(found, send.exclude_segment_ids), hidden, after: next, memberIds };
}

/**
 * Refuses a send whose audience is empty: without a person whom the caller sees, besides those who are excluded or inactive. Reads pages until it finds a
 * person, at most MAX_CHECKED_PERSONS records. Throws RULE_VIOLATION that names the audience.
 */
export async function requireAudience(send: SendRecord): Promise<void> {
  let after: string | undefined;
  for (let count = 0; count < MAX_CHECKED_PERSONS; count += PAGE_SIZE) {
    const page = await loadPage(send, after);
    if (page.found.some(({ leftOut }) => leftOut === undefined)) return;
    if (page.after === undefined)
      throw ruleViolation("The audience is empty, so the message has no recipients", [findEmptySet(send)]);
    after = page.after;
  }
}

function findEmptySet({ segment_id, contact_list_id }: SendRecord): ErrorDetail {
  if (segment_id)
    return {
      field: "segment_id",
      message: "The segment has no member whom you see: change its filter, or choose another audience",
    };
  if (contact_list_id)
    return {
      field: "contact_list_id",
      message: "The list has no contact whom you see: add contacts, or choose another audience",
    };
  return {
    field: "to_members",
    message: "The campaign has no active member whom you see: add members, or choose another audience",
  };
}

function loadNamedPage(send: SendRecord, after: string | undefined, pageIds: readonly string[] | undefined): Promise<NamedPage> {
  if (send.to_members) return loadMemberPage(send, after, pageIds);
  return send.contact_list_id ? loadListPage(send.contact_list_id, after) : loadSegmentPage(String(send.segment_id), after);
}

async function loadListPage(list: string, behind: string | undefined): Promise<NamedPage> {
  const { records, after } = await Audience.loadMembers(contactSets, list, behind);
  return { members: await withCustomers(records.map((contact) => ({ person: contact.personal_key_id, contact }))), after };
}

/** Adds the customer of each contact, as far as the user sees it. */
async function withCustomers<T extends ReachedPerson>(members: readonly T[]): Promise<(T & Pick<Recipient, "customer">)[]> {
  const ids = members.flatMap(({ contact }) => (contact?.customer_id ? [{ kind: CUSTOMER, id: contact.customer_id }] : []));
  const customers = await Records.findVisibleByIds(ids);
  return members.map((member) => ({ ...member, customer: customers.get(member.contact?.customer_id ?? "") }));
}

async function loadSegmentPage(segment: string, behind: string | undefined): Promise<NamedPage> {
  const { records, after } = await Audience.loadMembers(customerSets, segment, behind);
  const members: AudienceMember[] = [];
  for (const customer of records)
    for (const reachedPerson of await Audience.listReached(customer)) members.push({ ...reachedPerson, customer });
  return { members, after };
}

/** The status of a cursor, and the id after it: `SENT`, or `SENT:mem_…`. */
const parseCursor = (cursor: string | undefined, statuses: readonly MemberStep[]) => {
  const [status, after] = cursor?.split(":") ?? [];
  return { status: (status ?? statuses[0] ?? "ADDED") as MemberStep, after };
};

/**
 * Reads the members of the campaign, one status after the other. The status of a member only moves to one that is read later, so each member is met at
 * least once. The message itself makes a member SENT, and the claims then tell that the person has it.
 */
async function loadMemberPage(
  { campaign_id, member_status }: SendRecord,
  cursor: string | undefined,
  pageIds: readonly string[] | undefined,
): Promise<NamedPage> {
  const statuses = memberSteps.filter((step) => member_status === null || member_status.includes(step));
  const { status, after } = parseCursor(cursor, statuses);
  const memberIds = pageIds ?? (await MemberWalk.listIds(String(campaign_id), status, { after, limit: PAGE_SIZE }));
  const records = await MemberWalk.loadLive(memberIds);
  const contactIds = records.flatMap(({ contact_id }) => (contact_id ? [{ kind: CONTACT, id: contact_id }] : []));
  const contacts = await Records.findVisibleByIds(contactIds);
  const members = records.map(({ personal_key_id, contact_id, inactive_reason }) => ({
    person: personal_key_id,
    contact: contacts.get(contact_id ?? "") as ReachedPerson["contact"],
    leftOut: inactive_reason === "OPTED_OUT" ? ("opted_out" as const) : inactive_reason ? ("bounced" as const) : undefined,
  }));
  const nextStatus = statuses[statuses.indexOf(status) + 1];
  const next = memberIds.length < PAGE_SIZE ? nextStatus : `${status}:${memberIds.at(-1)}`;
  return { members: await withCustomers(members), after: next, memberIds };
}
