import * as z from "zod";
import { CONTACT } from "../../accounts/contact/contact.kind.ts";
import { Contact } from "../../accounts/contact/contact.ts";
import { Clock } from "../../kernel/clock.ts";
import { invalid, notFound, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { isId } from "../../kernel/id.ts";
import { requireProcessable } from "../../kernel/processing.ts";
import { readReference } from "../../kernel/read-reference.ts";
import { anyOf, IdInput, id, oneOf, patchSchema, text, toStoredPatch } from "../../kernel/schema.ts";
import * as Identity from "../../people/person/identity.ts";
import { PERSON } from "../../people/person/person.kind.ts";
import { LEAD } from "../../sales/lead/lead.kind.ts";
import { Lead } from "../../sales/lead/lead.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import type { ListQuery } from "../../storage/read/list-query.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import { Campaigns } from "./campaign.entity.ts";
import { CAMPAIGN } from "./campaign.kind.ts";
import {
  type InactiveReason,
  inactiveReasons,
  instantFieldByStatus,
  type MemberStep,
  memberSteps,
} from "./campaign-status.rules.ts";
import { fields, type MemberRecord, Members, Stored } from "./member.entity.ts";
import { recordInstant } from "./member-facts.rules.ts";
import { type MemberAddition, Membership, type Origin, type PersonRecord } from "./membership.ts";

/** Members of campaigns, as users read and change them. */

export const Info = Stored.omit({ inactive_campaign_id: true, merged_into: true, recorded_instants: true });
export const Row = rowSchema(
  Info,
  Members.definition.row.filter((field) => field !== "inactive_campaign_id"),
);

export const get = fn(IdInput, ({ id: memberId }) => Records.read(Members, memberId));

const statuses = [...memberSteps, ...inactiveReasons] as const;
const isInactiveReason = (status: string): status is InactiveReason => (inactiveReasons as readonly string[]).includes(status);

const filters = {
  person: id(PERSON).optional().describe("Matches all ids that the person has had"),
  status: oneOf(statuses).optional().describe("The furthest step; BOUNCED and OPTED_OUT are the reasons of inactive members"),
};

const Query = listSchema(Members, { ...filters, campaign: id(CAMPAIGN).optional() });

/** A filter by a reason of inactive members has an index of its own, by campaign and reason. */
export async function listQuery({ person, status, campaign, ...rest }: z.output<typeof Query>): Promise<ListQuery> {
  const isInactive = status !== undefined && isInactiveReason(status);
  const statusFilter = status === undefined ? {} : isInactive ? { inactive_reason: status } : { status };
  const campaignFilter = campaign === undefined ? {} : isInactive ? { inactive_campaign: campaign } : { campaign };
  return {
    ...buildListQuery(Members, { ...rest, ...statusFilter, ...campaignFilter }),
    ...(person === undefined ? {} : { personIds: await Identity.resolveIds(person) }),
  };
}

export const list = fn(Query, async (input) => listRecords(Members, await listQuery(input)));

/** The list definition that the export uses. */
export const listDefinition = { collection: Members, query: Query, listQuery, info: Info, fields };

/** Lists the members of a campaign that the caller sees. */
export const listByCampaign = fn(listSchema(Members, filters).extend(IdInput.shape), async ({ id: campaignId, ...input }) => {
  const { id: campaign } = await Records.read(Campaigns, campaignId);
  return listRecords(Members, await listQuery({ ...input, campaign }));
});

const personFields = {
  lead_id: id(LEAD).optional().describe("Name a lead, a contact or a person"),
  contact_id: id(CONTACT).optional(),
  person_id: id(PERSON).optional(),
};

const Addition = z.strictObject({ ...personFields, ...fields });
export const Create = Addition.extend({ campaign_id: id(CAMPAIGN) }).meta(anyOf(Object.keys(personFields)));
type PersonInput = Pick<z.output<typeof Addition>, keyof typeof personFields>;

const personLoaders: { [K in keyof typeof personFields]: (id: string) => Promise<string> } = {
  lead_id: async (leadId) => (await Lead.read(leadId)).personal_key_id,
  contact_id: async (contactId) => (await Contact.read(contactId)).personal_key_id,
  person_id: async (personId) => personId,
};

/** Finds the person that the input names, if the caller sees the person and may have them added. */
async function resolvePerson(input: PersonInput): Promise<PersonRecord> {
  const named = (Object.keys(personFields) as (keyof PersonInput)[]).filter((field) => input[field] !== undefined);
  const [field] = named;
  if (field === undefined || named.length > 1)
    throw invalid(named[1] ?? "person_id", "Name exactly one of lead_id, contact_id and person_id");
  const message = `No such ${field.replace("_id", "")}`;
  const person = await Identity.find(await readReference(field, personLoaders[field](String(input[field])), message));
  if (!person) throw invalid(field, message);
  await requireProcessable(field, person.id, "automate");
  return person;
}

const addTo = async <A>(
  campaignId: string,
  { notes, ...input }: z.output<typeof Addition>,
  { source, restores, answer }: { source: Origin["source"]; restores: boolean; answer: (addition: MemberAddition) => A },
): Promise<A> => {
  const campaign = await Membership.requireOpen(campaignId);
  const person = await resolvePerson(input);
  const { lead_id, contact_id } = input;
  return Membership.add(campaign, person, { source, lead_id, contact_id, notes }, { restores, answer });
};

/** Adds a person by hand. A person who is a member stays as they are, and a removed one is restored. */
export const add = fn(Addition.extend(IdInput.shape), ({ id: campaignId, ...input }) =>
  addTo(campaignId, input, { source: "hand", restores: true, answer: ({ member }) => member }),
);

/** Does the same, with the campaign in the body. */
export const create = fn(Create, async ({ campaign_id, ...input }) => add({ id: await requireCampaign(campaign_id), ...input }));

/** Adds a person from a row of a file. A member that a user removed stays removed, as for other fills. */
export const addFromFile = async ({ campaign_id, ...input }: z.output<typeof Create>): Promise<MemberAddition> =>
  addTo(await requireCampaign(campaign_id), input, { source: "file", restores: false, answer: (addition) => addition });

const requireCampaign = async (campaignId: string): Promise<string> =>
  (await readReference("campaign_id", Records.read(Campaigns, campaignId), "No such campaign")).id;

export const Update = patchSchema(fields).extend({
  id: text(64),
  status: oneOf(statuses)
    .optional()
    .describe(
      "A further step, whose instant becomes now; BOUNCED and OPTED_OUT make the member inactive. ADDED is only the first status",
    ),
});

export const update = fn(Update, ({ id: memberId, status, ...patch }) =>
  Records.change(Members, memberId, (current) => {
    const next = { ...current, ...toStoredPatch(fields, patch) };
    return status === undefined ? next : withStatus(next, status);
  }),
);

/** Sets the instant of a step. Throws RULE_VIOLATION if the member is further already. */
function withStatus(member: MemberRecord, status: (typeof statuses)[number]): MemberRecord {
  if (status === member.status) return member;
  if (isInactiveReason(status)) return setInstant(member, status);
  if (memberSteps.indexOf(status) > memberSteps.indexOf(member.status)) return setInstant(member, status);
  throw ruleViolation(`A member that is ${member.status} cannot become ${status}: choose a further step`);
}

function setInstant(member: MemberRecord, status: Exclude<MemberStep, "ADDED"> | InactiveReason | "ADDED"): MemberRecord {
  if (status === "ADDED") return member;
  const field = instantFieldByStatus[status];
  return member[field] ? member : Membership.withState(recordInstant(member, member.personal_key_id, { [field]: Clock.now() }));
}

/** Removes a member. Fills do not add the person again, a user can. */
export const remove = fn(IdInput, ({ id: memberId }) => Records.remove(Members, memberId));

/** Removes a member of a campaign, named by its own id or by its person, lead or contact. */
export const removeFrom = fn(
  IdInput.extend({ member_id: text(64).describe("Id of the member, or of its person, lead or contact") }),
  async ({ id: campaignId, member_id }) => {
    const { id: campaign } = await Records.read(Campaigns, campaignId);
    const member = isId(member_id, Members.kind)
      ? await Records.read(Members, member_id)
      : await findByPerson(campaign, member_id);
    if (member?.campaign_id !== campaign || member.deleted_at) throw notFound();
    return remove({ id: member.id });
  },
);

async function findByPerson(campaign: string, namedId: string): Promise<MemberRecord | undefined> {
  const field = isId(namedId, LEAD) ? "lead_id" : isId(namedId, CONTACT) ? "contact_id" : "person_id";
  if (field === "person_id" && !isId(namedId, PERSON)) return undefined;
  const person = await Identity.find(await personLoaders[field](namedId));
  return person && Membership.find(campaign, Identity.listIds(person));
}

export * as Member from "./member.ts";
