import * as z from "zod";
import { requireParties, requireParty, resolveParties } from "../../accounts/party/party.ts";
import { createHelp } from "../../kernel/create-help.ts";
import { requestTime, today } from "../../kernel/day.ts";
import { collectDetails, conflict, type ErrorDetail, invalid, invalidAll } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { newId } from "../../kernel/id.ts";
import { anyOf, IdInput, id, patchSchema, type StoredFields, text, toStoredFields, toStoredPatch } from "../../kernel/schema.ts";
import { addDays } from "../../kernel/time-zone.ts";
import { mergeChanges, type OwnedEdit, resolveOwnedEdit } from "../../platform/custom-field/owned-edit.ts";
import { CustomFields } from "../../platform/custom-field/values.ts";
import { User } from "../../platform/user/user.ts";
import { listSchema } from "../../storage/read/list.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { RecordNumbers } from "../../storage/table/record-number.ts";
import { changedFields, Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { VersionSeries } from "../../storage/write/version-series.ts";
import { QUOTE } from "../quote/quote.kind.ts";
import { QuoteAccess, type QuoteRecord } from "../quote/quote-access.ts";
import { initialOfferState } from "../versioned-offer/offer-fields.ts";
import { reopen as reopenOffer, toExpiryInstant } from "../versioned-offer/offer-state.ts";
import {
  createOfferVerbs,
  DEFAULT_VALID_DAYS,
  offerFilters,
  ownerField,
  partyFilters,
  removeOffer,
  validateOffer,
} from "../versioned-offer/record-verbs.ts";
import { isOpen } from "../versioned-offer/status.rules.ts";
import { fields, type ProposalRecord, Proposals, type SectionRecord, Stored, sectionFields } from "./proposal.entity.ts";
import { PROPOSAL, PROPOSAL_TEMPLATE, proposalGrants } from "./proposal.kind.ts";
import { bounds, sortByIds } from "./section.rules.ts";
import {
  draftSection,
  findSection,
  redraftSections,
  requireValidSections,
  type SectionInput,
  type SectionPath,
  sectionPath,
} from "./sections.ts";
import { loadActiveTemplate, toSection } from "./template.ts";

/** The proposal domain: documents of sections that are offered to a customer. */

export { Section } from "./proposal.entity.ts";

export const Info = Stored.omit({ versions_made: true, approval_round: true, issue_id: true }).extend({
  custom_fields: CustomFields.outputSchema("proposal"),
});
export const Row = rowSchema(Stored, Proposals.definition.row).extend(CustomFields.rowShape("proposal"));

const sectionsField = z.array(z.strictObject(sectionFields)).max(bounds.sections).optional();

export const Create = z
  .strictObject({
    ...fields,
    customer_id: fields.customer_id.optional().describe("If empty, the customer of the opportunity or the quote"),
    requires_signature: fields.requires_signature.unwrap().optional(),
    ...ownerField,
    template_id: id(PROPOSAL_TEMPLATE).nullish().describe("The template brings sections and dates"),
    sections: sectionsField.meta(createHelp("Default: the sections of the template")),
    custom_fields: CustomFields.inputSchema("proposal", "whole"),
  })
  .meta(anyOf(["customer_id", "opportunity_id", "quote_id"]));

type CreateInput = z.output<typeof Create>;

export const create = fn(
  Create,
  async (input) => {
    const owner_id = await User.resolveNewOwner(input.owner_id, ...OWNER_CHECK);
    const [proposal_number = ""] = await RecordNumbers.lease("P");
    return retryOnConflict(async () => {
      const tx = transaction();
      const proposal = await buildProposal(tx, input, { owner_id, proposal_number });
      return tx.create(Proposals, proposal).commit(proposal);
    });
  },
  async (input) => {
    if (!input.quote_id) await requireParty(input);
  },
);

async function buildProposal(
  tx: Transaction,
  { template_id, sections: sectionInputs, custom_fields, owner_id: _owner, ...input }: CreateInput,
  decided: Pick<ProposalRecord, "owner_id" | "proposal_number">,
): Promise<ProposalRecord> {
  const details: ErrorDetail[] = [];
  const template = template_id ? await collectDetails(details, loadActiveTemplate(template_id), undefined) : undefined;
  const quote = input.quote_id ? await collectDetails(details, resolveQuote(tx, input.quote_id), undefined) : undefined;
  const mergedInput = {
    ...input,
    customer_id: input.customer_id ?? quote?.customer_id,
    opportunity_id: input.opportunity_id === undefined ? quote?.opportunity_id : input.opportunity_id,
  };
  const parties = await collectDetails(details, resolveParties(tx, mergedInput), undefined);
  if (quote && parties && quote.customer_id !== parties.customer_id)
    details.push({ field: "quote_id", message: "The quote belongs to another customer" });
  const proposal_date = input.proposal_date ?? today();
  const proposalFields = {
    ...toStoredFields(fields, {
      ...mergedInput,
      requires_signature: input.requires_signature ?? template?.requires_signature ?? quote?.requires_signature ?? false,
      customer_id: parties?.customer_id ?? "",
    }),
    name: input.name ?? parties?.opportunity?.name ?? template?.name ?? decided.proposal_number,
    proposal_date,
    expiration_date:
      input.expiration_date ?? quote?.expiration_date ?? addDays(proposal_date, template?.valid_days ?? DEFAULT_VALID_DAYS),
  };
  const stored = await collectDetails(
    details,
    CustomFields.resolveTogether("proposal", custom_fields, {}, validateFields(proposalFields)),
    undefined,
  );
  const time = requestTime();
  const proposalId = newId(PROPOSAL, { at: Date.parse(time) });
  const sections = (sectionInputs ?? template?.sections.map(toSection) ?? []).map(draftSection);
  await collectDetails(
    details,
    requireValidSections(tx, sections, { proposal: { id: proposalId, series_id: proposalId, sections: [] } }),
    undefined,
  );
  if (details.length > 0 || !stored) throw invalidAll(details);
  return Records.init(
    Proposals,
    {
      ...stored,
      ...decided,
      ...initialState,
      sections: sections,
      expires_at: toExpiryInstant(stored.expiration_date),
      status_changed_at: time,
      template_id: template?.id ?? null,
      template_revision: template?.revision ?? null,
      series_id: proposalId,
    },
    { id: proposalId },
  );
}

/** State of a new proposal or a new version. */
export const initialState = {
  ...initialOfferState,
  issue_id: null,
  quote_accepted: null,
} as const satisfies Partial<ProposalRecord>;

/** Loads the named quote as the caller sees it. The transaction requires that it still exists. */
async function resolveQuote(tx: Transaction, quoteId: string): Promise<QuoteRecord> {
  const quote = await QuoteAccess.find(quoteId);
  if (!quote) throw invalid("quote_id", "No such quote");
  if (!quote.is_primary) throw invalid("quote_id", "A later version has replaced this quote: use that version");
  tx.requireLive(quoteId, () => new WriteConflict(`${quoteId} no longer exists`));
  return quote;
}

async function requireQuote(tx: Transaction, next: Pick<ProposalRecord, "quote_id" | "customer_id">, current: ProposalRecord) {
  const isSame = next.quote_id === current.quote_id && next.customer_id === current.customer_id;
  if (next.quote_id === null || isSame) return;
  const { customer_id } = await resolveQuote(tx, next.quote_id);
  if (customer_id !== next.customer_id) throw invalid("quote_id", "The quote belongs to another customer");
}

type ProposalFields = StoredFields<typeof fields> & { proposal_date: string; expiration_date: string };

const validateFields = <T extends ProposalFields>(next: T, current?: ProposalRecord): Promise<T> =>
  validateOffer(fields, next, {
    dateField: "proposal_date",
    ownReferences: ["customer_id", "opportunity_id", "contact_id", "quote_id"],
    current,
  });

export const Query = listSchema(Proposals, { ...partyFilters, quote: id(QUOTE).optional(), ...offerFilters(PROPOSAL) });

export const { get, read, list, listQuery, matching } = createOfferVerbs(Proposals, Query, "proposal_number");

/** The definition of the list, for exports. */
export const listDefinition = {
  collection: Proposals,
  query: Query,
  listQuery,
  info: Info,
  fields: { ...fields, ...ownerField },
};

export const replace = fn(
  z.strictObject({
    ...fields,
    ...ownerField,
    sections: sectionsField.describe("Omitted: the sections do not change"),
    custom_fields: CustomFields.inputSchema("proposal", "whole"),
    ...IdInput.shape,
  }),
  ({ id: proposalId, owner_id, custom_fields, sections, ...input }) =>
    edit(proposalId, toStoredFields(fields, input), { owner_id, custom_fields, sections }, {}),
);

export const update = fn(
  patchSchema({ ...fields, ...ownerField }).extend({
    sections: sectionsField.describe("Replaces all sections"),
    custom_fields: CustomFields.inputSchema("proposal", "patch"),
    ...IdInput.shape,
  }),
  ({ id: proposalId, owner_id, custom_fields, sections, ...patch }) =>
    edit(proposalId, toStoredPatch(fields, patch), { owner_id, custom_fields, sections }, { patch: true }),
);

/** Parts of a change besides the plain fields. */
interface EditOptions extends OwnedEdit {
  sections?: readonly SectionInput[] | undefined;
}

const edit = (
  proposalId: string,
  input: Partial<StoredFields<typeof fields>>,
  editOptions: EditOptions,
  options: CustomFields.WriteOptions,
): Promise<ProposalRecord> =>
  Records.change(Proposals, proposalId, async (current, tx) => {
    const next = mergeChanges(current, input, ["name", "proposal_date", "expiration_date"]);
    await requireParties(tx, next, current);
    await requireQuote(tx, next, current);
    const resolvedFields = await resolveOwnedEdit(
      "proposal",
      current,
      { ...editOptions, options, ownerCheck: OWNER_CHECK },
      validateFields(next, current),
    );
    const sections = editOptions.sections ? redraftSections(editOptions.sections, current.sections) : current.sections;
    if (editOptions.sections) await requireValidSections(tx, sections, { proposal: current });
    return applyEdit(current, { ...resolvedFields, sections });
  });

/** Fields that the customer reads and that are approved. */
const agreedFields = [
  "name",
  "customer_id",
  "opportunity_id",
  "contact_id",
  "quote_id",
  "proposal_date",
  "expiration_date",
  "requires_signature",
  "sections",
];

/**
 * Applies a change to a proposal. If an agreed field of a submitted proposal changes, the proposal becomes a DRAFT again. Throws if the customer has
 * it, it has ended, or a later version exists.
 */
function applyEdit(current: ProposalRecord, next: ProposalRecord): ProposalRecord {
  const changedNames = changedFields(current, next).filter((field) => agreedFields.includes(field));
  if (changedNames.length === 0) return next;
  const fixed = (message: string, why: string): Error =>
    conflict(
      message,
      changedNames.map((field) => ({ field, message: why })),
    );
  if (!isOpen(current.status))
    throw fixed(`The proposal is ${current.status}: create a new version`, `The proposal is ${current.status}`);
  if (!current.is_primary)
    throw fixed("A later version has replaced this proposal: change that version", "A later version is the primary one");
  const after = { ...next, expires_at: toExpiryInstant(next.expiration_date) };
  return current.status === "DRAFT" ? after : reopen(after);
}

/** Returns the proposal as a DRAFT again. */
export const reopen = (proposal: ProposalRecord): ProposalRecord => ({ ...reopenOffer(proposal), issue_id: null });

export const remove = fn(IdInput, ({ id: proposalId }) => removeOffer(Proposals, proposalId));

export const restore = fn(IdInput, ({ id: proposalId }) =>
  Records.restore(Proposals, proposalId, (current, tx) => VersionSeries.demotePrevious(Proposals, current, tx)),
);

const SectionIdInput = z.strictObject({ ...IdInput.shape, section_id: text(64) });
const sectionFieldsWithPosition = {
  ...sectionFields,
  position: z.number().int().min(1).max(bounds.sections).optional().describe("Position from 1. Default: the last position"),
};

export const listSections = fn(IdInput, async ({ id: proposalId }) => (await read(proposalId)).sections);

export const addSection = fn(IdInput.extend(sectionFieldsWithPosition), ({ id: proposalId, position, ...input }) => {
  const section = draftSection(input);
  return changeSections(
    proposalId,
    ({ sections }) => {
      if (sections.length >= bounds.sections) throw invalid("sections", `Must have at most ${bounds.sections} sections`);
      return insertSection(sections, section, position);
    },
    (proposal) => proposal,
    section.id,
  );
});

export const replaceSection = fn(
  SectionIdInput.extend(sectionFieldsWithPosition),
  ({ id: proposalId, section_id, position, ...input }) =>
    changeSections(
      proposalId,
      ({ sections }) => {
        const replacedSection = findSection(sections, section_id);
        const otherSections = sections.filter((section) => section !== replacedSection);
        return insertSection(
          otherSections,
          { ...replacedSection, ...toStoredFields(sectionFields, input) },
          position ?? sections.indexOf(replacedSection) + 1,
        );
      },
      ({ sections }) => findSection(sections, section_id),
      section_id,
    ),
);

export const removeSection = fn(SectionIdInput, ({ id: proposalId, section_id }) =>
  changeSections(
    proposalId,
    ({ sections }) => {
      const removedSection = findSection(sections, section_id);
      return sections.filter((section) => section !== removedSection);
    },
    (proposal) => proposal,
  ),
);

/** Reorders all sections at once: two concurrent moves of single sections could give an order that neither caller has seen. */
export const reorderSections = fn(
  IdInput.extend({
    section_ids: z.array(text(64)).max(bounds.sections).describe("The ids of all sections of the proposal, in the new order"),
  }),
  ({ id: proposalId, section_ids }) =>
    changeSections(
      proposalId,
      ({ sections }) => {
        const done = sortByIds(sections, section_ids);
        if ("wrong" in done) throw invalidAll(done.wrong);
        return done.sections;
      },
      (proposal) => proposal,
    ),
);

const insertSection = (
  sections: readonly SectionRecord[],
  section: SectionRecord,
  position = sections.length + 1,
): SectionRecord[] => [...sections.slice(0, position - 1), section, ...sections.slice(position - 1)];

/** Changes the sections of a proposal. Errors in the section that was sent name its fields without a prefix. */
const changeSections = <A>(
  proposalId: string,
  arrange: (current: ProposalRecord) => SectionRecord[],
  answer: (proposal: ProposalRecord) => A,
  sent?: string,
): Promise<A> =>
  Records.change(
    Proposals,
    proposalId,
    async (current, tx) => {
      const sections = arrange(current);
      const buildPath: SectionPath = (place) => (sections[place]?.id === sent ? "" : sectionPath(place));
      await requireValidSections(tx, sections, { proposal: current, pathAt: buildPath });
      return applyEdit(current, { ...current, sections: sections });
    },
    { answer },
  );

const OWNER_CHECK = [proposalGrants.assign, "proposals"] as const;

export * as Proposal from "./proposal.ts";
