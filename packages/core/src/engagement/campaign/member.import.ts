import { type ErrorDetail, invalid, invalidAll } from "../../kernel/error.ts";
import { listFields } from "../../kernel/field.ts";
import { fn, parse } from "../../kernel/fn.ts";
import { isId } from "../../kernel/id.ts";
import { email } from "../../kernel/schema.ts";
import * as Identity from "../../people/person/identity.ts";
import { mergeDetails } from "../../people/person/import-match.ts";
import { findHolders } from "../../people/person/point-holders.ts";
import { type Importable, type Input, pickCurrentValues, type RowResult, toText } from "../../platform/import/importable.ts";
import { type ReferenceResolvers, resolveReferences } from "../../platform/import/references.ts";
import { LEAD } from "../../sales/lead/lead.kind.ts";
import { Lead } from "../../sales/lead/lead.ts";
import { findIdByNumber } from "../../storage/write/upsert.ts";
import { Campaigns } from "./campaign.entity.ts";
import { campaignGrants } from "./campaign.kind.ts";
import { Member } from "./member.ts";
import { Membership } from "./membership.ts";

const emailField = { email: email().optional().describe("Email address of the person, instead of an id") };

/** Import of members from files. A row names a campaign, and a person by email address or by the id of a lead, a contact or a person. */
export const campaignMembers: Importable = {
  entity: "campaign-members",
  write: campaignGrants.write,
  delete: campaignGrants.write,
  validate: async ({ id: _id, created_at: _at, ...input }) => {
    const { known, wrong } = await resolveRow(input);
    return mergeDetails(wrong, await add.validate(known));
  },
  fields: async () => listFields({ ...Member.Create.shape, ...emailField }),
  preload: async () => undefined,
  async create(input) {
    const { known, wrong } = await resolveRow(input);
    if (wrong.length > 0) throw invalidAll(mergeDetails(wrong, await add.validate(known)));
    return add(parse(Member.Create, known));
  },
  async update(memberId, { notes }) {
    const { version } = await Member.update(parse(Member.update.schema, { id: memberId, notes }));
    return { id: memberId, version, outcome: "updated" };
  },
  matchers: async () => ({ id: async (value) => toText(value) }),
  readPrevious: async (memberId, input) => pickCurrentValues(await Member.get({ id: memberId }), input, ["notes"]),
  remove: Membership.withdraw,
};

const add = fn(Member.Create, async (input): Promise<RowResult> => {
  const { member, outcome } = await Member.addFromFile(input);
  return { id: member.id, version: member.version, outcome: outcome === "created" ? "created" : "skipped" };
});

/** Resolves numbers and the email address of a row to ids. */
async function resolveRow({ email: address, ...input }: Input): Promise<{ known: Input; wrong: readonly ErrorDetail[] }> {
  const person = toText(address) === undefined ? {} : { email: address };
  const { resolvedInput, details } = await resolveReferences({ ...input, ...person }, referenceResolvers);
  const { email: personId, ...row } = resolvedInput;
  return { known: personId === undefined ? row : { ...row, person_id: row.person_id ?? personId }, wrong: details };
}

const referenceResolvers: ReferenceResolvers = {
  campaign_id: async (reference) => (await findIdByNumber(Campaigns, "campaign_number", reference)) ?? reference,
  lead_id: async (reference) => (isId(reference, LEAD) ? reference : ((await Lead.findByNumber(reference)) ?? reference)),
  async email(address) {
    const holders = await Promise.all((await findHolders("email", address)).map(({ id: personId }) => Identity.find(personId)));
    const [person, other] = holders.filter((holder) => holder !== undefined);
    if (!person) throw invalid("email", "No person that you can see has this email address. Import it as a lead first");
    if (other) throw invalid("email", "Several persons have this email address: name one by person_id");
    return person.id;
  },
};
