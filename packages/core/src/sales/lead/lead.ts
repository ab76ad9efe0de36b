import * as z from "zod";
import { CAMPAIGN } from "../../engagement/campaign/campaign.kind.ts";
import { Clock } from "../../kernel/clock.ts";
import { hasPermission, useActor, useContext, useSettings, useTenant } from "../../kernel/context.ts";
import { createHelp } from "../../kernel/create-help.ts";
import { requestDay, requestTime, today } from "../../kernel/day.ts";
import { fn, parse } from "../../kernel/fn.ts";
import type { Page } from "../../kernel/page.ts";
import {
  buildDisplayName,
  expandFullName,
  fullName,
  personIdentifyingFields,
  requireIdentifyingField,
} from "../../kernel/person-name.ts";
import { mayProcess } from "../../kernel/processing.ts";
import {
  anyOf,
  IdInput,
  id,
  instant,
  master,
  oneOf,
  patchSchema,
  query,
  type StoredFields,
  text,
  toStoredFields,
  toStoredPatch,
} from "../../kernel/schema.ts";
import { instantToDay } from "../../kernel/time-zone.ts";
import { optOutViewFields } from "../../people/consent/opt-out.schema.ts";
import { Consent } from "../../people/person/consent.ts";
import { PERSON, personGrants } from "../../people/person/person.kind.ts";
import { Person, type Resolution, type ResolutionInput } from "../../people/person/person.ts";
import { attachPoints, toResolutionInput } from "../../people/person/point-attachment.ts";
import { CustomFields } from "../../platform/custom-field/values.ts";
import { Master } from "../../platform/master-data/master.ts";
import { type RedactedRecord, Redaction } from "../../platform/redaction/redaction.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { User } from "../../platform/user/user.ts";
import { buildListQuery, listInMemory, list as listRecords, listSchema } from "../../storage/read/list.ts";
import type { ListQuery } from "../../storage/read/list-query.ts";
import { queryPartitions } from "../../storage/read/partition-query.ts";
import { pathParameters } from "../../storage/read/path-list.ts";
import { personPartitions } from "../../storage/read/query-plan.ts";
import { Clocks } from "../../storage/scheduler/clocks.ts";
import { loadTenantSealings, rowSchema } from "../../storage/table/collection.ts";
import { readItems } from "../../storage/table/database.ts";
import { recordKey } from "../../storage/table/key.ts";
import { RecordNumbers } from "../../storage/table/record-number.ts";
import { SealedDetail } from "../../storage/vault/sealed-detail.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction } from "../../storage/write/transaction.ts";
import { findIdByNumber } from "../../storage/write/upsert.ts";
import { Assigner, type Choice } from "../assignment/assigner.ts";
import type { Facts } from "../assignment/assignment.rules.ts";
import { describeBuiltInLines, LineDescription } from "../product-line/product-line.rules.ts";
import { TenantLines } from "../product-line/tenant-line.ts";
import { initialScore, scoredFields, scoreUnrestricted } from "../scoring/inputs.ts";
import { Score } from "../scoring/score.ts";
import { Territory } from "../territory/territory.ts";
import { assignableLeads } from "./assignment.rule-kind.ts";
import { History } from "./history.ts";
import { normalizeInput } from "./input-normalization.ts";
import { fields, type LeadRecord, Leads, Stored } from "./lead.entity.ts";
import { LEAD, leadGrants } from "./lead.kind.ts";
import { LEAD_SOURCES, LEAD_STATUSES, PRODUCT_LINES } from "./lead.masters.ts";
import { ratings } from "./lead.rules.ts";
import { toPlacementInput } from "./territory.ts";
import { WaitingLead } from "./waiting-lead.ts";

/** Leads: prospects from the first contact to the conversion. */

export const Info = Stored.omit({ sealed: true, consent_due: true }).extend({
  ...optOutViewFields,
  custom_fields: CustomFields.outputSchema("lead"),
});
export const Row = rowSchema(Stored, Leads.definition.row).extend(CustomFields.rowShape("lead"));

const extraFields = {
  full_name: fullName(),
  owner_id: id(USER).nullish().meta(createHelp("If empty, the default owner of new leads")),
};

/** A lead as the caller sees it. */
type LeadView = RedactedRecord<LeadRecord>;

export const Create = z
  .strictObject({
    ...fields,
    ...extraFields,
    custom_fields: CustomFields.inputSchema("lead", "whole"),
    personal_key_id: id(PERSON)
      .optional()
      .describe("The person, if known. Empty names, addresses and numbers are taken from this person"),
    external_key: text(255).optional().describe("Key of the person in another system"),
  })
  .meta(anyOf([...personIdentifyingFields, "personal_key_id", "external_key"]));

export const create = fn(
  Create,
  async (input) => {
    const plan = await planCreation(input.owner_id);
    return retryOnConflict(async () => {
      const { lead, person, choice } = await buildLead(input, plan);
      const tx = await add(transaction(), lead, choice);
      const storedPerson = await person.write(tx, lead.id, Consent.buildInitialEdit(LEAD, lead));
      return tx.commit((await loadPresenter())(await Consent.present(lead, storedPerson)));
    });
  },
  async ({ full_name, custom_fields, personal_key_id, external_key, ...read }, unread) => {
    const isNamed =
      personal_key_id !== undefined || external_key !== undefined || identifyingFields.some((field) => unread.has(field));
    await normalizeInput(expandFullName({ full_name, ...read }), unread.has("custom_fields") ? null : custom_fields, {
      isIdentityRequired: !isNamed,
    });
  },
);

/** Fields that identify the person of a new lead. */
const identifyingFields = [...personIdentifyingFields, "personal_key_id", "external_key"];

/** A new lead, its resolved person and the choice of its owner. Nothing is written yet. */
interface LeadDraft {
  lead: LeadRecord;
  person: Resolution;
  choice: Choice;
}

interface PrepareOptions extends Pick<ResolutionInput, "unproved" | "limited"> {
  /** Values that replace those of the input, even if they are no longer in use. */
  overrides?: Partial<Pick<LeadRecord, "lead_source_id" | "source_campaign_id">>;
  /** The assignment rules choose the owner. A lead for which no rule fits goes to the owner of the input. */
  byRule?: boolean;
}

/** Builds a new lead without writing it, for callers that write more records in the same transaction. */
export async function prepare(input: z.input<typeof Create>, options: PrepareOptions = {}): Promise<LeadDraft> {
  const read = parse(Create, input);
  return buildLead(read, await planCreation(read.owner_id, options.byRule), options);
}

/** Adds the lead to the transaction, with the history entry of its owner, or its wait if no user was free. */
export async function add(tx: Transaction, lead: LeadRecord, choice: Choice): Promise<Transaction> {
  if (choice.owner_id !== null && choice.decision)
    History.record(tx, { ...lead, owner_id: null }, choice.owner_id, choice.decision);
  WaitingLead.updateWait(tx, lead, choice);
  return tx.create(Leads, lead);
}

/** Finds the live lead that the caller sees. */
export const find = (leadId: string): Promise<Lead | undefined> => Records.find(Leads, leadId);

export type Lead = LeadRecord;

/** Decisions that are made once, before the retries of the write. */
interface CreationPlan {
  lead_number: string;
  choose: (lead: Facts) => Promise<Choice>;
}

async function planCreation(requestedOwner: string | null | undefined, byRule = false): Promise<CreationPlan> {
  const [lead_number = ""] = await RecordNumbers.lease("L");
  if (!byRule && (requestedOwner !== undefined || useSettings().new_lead_owner !== "rule")) {
    const namedChoice = Assigner.buildNamedChoice(await resolveNewOwner(requestedOwner));
    return { lead_number, choose: async () => namedChoice };
  }
  const fallback = requestedOwner ? Assigner.buildNamedChoice(await resolveNewOwner(requestedOwner)) : undefined;
  const chooseByRule = async (lead: Facts): Promise<Choice> => {
    const choice = await Assigner.choose(assignableLeads, lead);
    return choice.decision === null && fallback ? fallback : choice;
  };
  let choice: Promise<Choice> | undefined;
  return { lead_number, choose: (lead) => (choice ??= chooseByRule(lead)) };
}

async function buildLead(
  { personal_key_id, external_key, full_name, owner_id: _given, custom_fields, ...input }: z.output<typeof Create>,
  { lead_number, choose }: CreationPlan,
  { overrides, ...resolutionOptions }: PrepareOptions = {},
): Promise<LeadDraft> {
  const expandedInput = expandFullName({ full_name, ...input });
  const person = await Person.resolve({
    ...toResolutionInput(expandedInput),
    ...resolutionOptions,
    personal_key_id,
    external_key,
  });
  const isNamed = personal_key_id !== undefined || external_key !== undefined;
  const completedInput =
    isNamed && !person.person_sight
      ? { ...expandedInput, ...Person.fillFromPerson(person.person, expandedInput) }
      : expandedInput;
  const normalizedFields = await normalizeInput(completedInput, custom_fields, {
    isIdentityRequired: true,
    lenient: resolutionOptions.unproved ?? false,
  });
  const initialFields = { ...toStoredFields(fields, normalizedFields.input), ...overrides };
  const requestedTerritory = input.territory_id === undefined ? undefined : (initialFields.territory_id ?? null);
  const stored = { ...initialFields, ...(await Territory.placeNew(toPlacementInput(initialFields), requestedTerritory)) };
  const scored = person.person_sight
    ? await initialScore(stored, { education_level: null }, false)
    : await initialScore(stored, person.person, person.isExisting);
  const choice = await choose({ ...stored, ...scored });
  const newLead = Records.init(
    Leads,
    {
      ...stored,
      sealed: null,
      display_name: buildDisplayName(stored),
      lead_number,
      owner_id: choice.owner_id,
      created_day: requestDay(),
      custom_fields: normalizedFields.custom_fields,
      personal_key_id: person.person.id,
      person_sight: person.person_sight,
      currency: stored.currency ?? useSettings().currency,
      lead_status_id: stored.lead_status_id ?? Master.fallbackId(LEAD_STATUSES),
      status_changed_at: requestTime(),
      ...scored,
      qualified_date: stored.is_qualified ? requestTime() : null,
      qualified_day: stored.is_qualified ? requestDay() : null,
      last_activity_date: null,
      follow_up_reminded_at: null,
      is_converted: false,
      converted_date: null,
      converted_day: null,
      converted_opportunity_id: null,
      converted_contact_id: null,
      converted_customer_id: null,
      order_id: null,
    },
    { owner: person.person.id },
  );
  return { lead: await sealDetails(newLead, null), person, choice };
}

export const get = fn(IdInput, async ({ id: leadId }): Promise<LeadView> => {
  const lead = await Consent.read(Leads, leadId);
  return (await Redaction.createRedactor(Leads)).reveal(lead);
});

/** Returns a function that presents leads to the caller, for verbs whose response contains a lead. */
export const loadPresenter = async (): Promise<(lead: LeadRecord) => LeadView> => (await Redaction.createRedactor(Leads)).mask;

/**
 * Reads a lead with its sealed values in the clear, without a permission check. The caller must keep the values sealed and must not return
 * them.
 */
export const readUnsealed = async (leadId: string): Promise<LeadRecord> =>
  SealedDetail.unseal(await read(leadId), await loadTenantSealings(Leads));

/** Notes an order on its lead. Of several orders, the first stays, in any order of the events. */
export const linkOrder = (leadId: string, orderId: string): Promise<void> =>
  Records.ignoreMissing(
    Records.change(Leads, leadId, (current) =>
      current.order_id !== null && current.order_id <= orderId ? current : { ...current, order_id: orderId },
    ),
  );

/** Reads the record itself, for domains that write it. */
export const read = (leadId: string): Promise<LeadRecord> => Records.read(Leads, leadId);

const filters = {
  status: master(LEAD_STATUSES).optional(),
  source: master(LEAD_SOURCES).optional(),
  campaign: id(CAMPAIGN).optional(),
  rating: oneOf(ratings).optional(),
  min_score: query.int(0, 100).optional().describe("With this filter, the list is sorted by lead_score by default"),
  is_converted: query.boolean().optional(),
  product_line: master(PRODUCT_LINES, "code").optional(),
  contact_due_by: instant({ day: "last" })
    .optional()
    .describe(
      "next_contact_date at or before this time; with this filter, the list is sorted by it by default, most urgent first",
    ),
  paths: pathParameters(),
};

const Query = listSchema(Leads, filters);

export const list = fn(Query, async (input): Promise<Page<LeadRecord>> => listRecords(Leads, await listQuery(input)));

/** Builds the list query of leads. */
export async function listQuery(input: z.output<typeof Query>): Promise<ListQuery> {
  await CustomFields.requireVisible(Leads, input);
  const { contact_due_by, ...rest } = await Master.resolveAll(Query.shape, input, input);
  const isOfConversion = Object.keys(rest).some((name) => /^converted_date\[[gl]te?\]$/.test(name));
  const ofFilters = rest.min_score !== undefined ? "lead_score" : isOfConversion ? "converted_date" : undefined;
  const defaultSort = contact_due_by ? "next_contact_date" : ofFilters;
  const order = rest.order ?? (rest.sort === undefined && contact_due_by ? "asc" : undefined);
  return {
    ...buildListQuery(Leads, { ...rest, sort: rest.sort ?? defaultSort, order }),
    upperBound: contact_due_by ? { index: "by_date", to: `${contact_due_by}.9` } : undefined,
  };
}

/** The list definition, for exports. */
export const listDefinition = { collection: Leads, query: Query, listQuery, info: Info, fields };

export const PersonQuery = listSchema(Leads, {});

/** Lists the leads of a person. `persons` holds all ids of the person. */
export const listByPerson = async (persons: readonly string[], query: z.output<typeof PersonQuery>) =>
  listRecords(Leads, { ...(await personListQuery(query)), personIds: persons });

export const personListQuery = async (input: z.output<typeof PersonQuery>): Promise<ListQuery> =>
  buildListQuery(Leads, await Master.resolveAll(PersonQuery.shape, input, input));

/** The most leads of one person that are read to find those that the caller sees. */
const MAX_PER_PERSON = 1000;
/** Leads that one query reads. The newest leads usually include an open one. */
const NEWEST_CHUNK_SIZE = 20;

/** Loads the leads of a person that the caller sees, newest first. */
export async function loadVisibleByPerson(persons: readonly string[]): Promise<LeadRecord[]> {
  const [visible, leads] = await Promise.all([useContext().visibleOwners(), loadByPerson(persons)]);
  return leads.filter((lead) => visible === "all" || visible.has(Leads.ownerId(lead) ?? ""));
}

/** Loads the leads of a person as list rows, newest first. */
export async function loadByPerson(persons: readonly string[]): Promise<LeadRecord[]> {
  const reading = { order: "desc", after: undefined, chunk: MAX_PER_PERSON } as const;
  const leads: LeadRecord[] = [];
  for await (const row of queryPartitions(Leads, personPartitions(persons), reading))
    if (leads.push(Leads.fromRow(row)) >= MAX_PER_PERSON) break;
  return leads;
}

/** Finds the newest lead of a person that is not converted, without a visibility check. Strongly consistent. */
export async function findNewestOpen(persons: readonly string[]): Promise<LeadRecord | undefined> {
  const reading = { order: "desc", after: undefined, chunk: NEWEST_CHUNK_SIZE, consistent: true } as const;
  let examinedCount = 0;
  for await (const row of queryPartitions(Leads, personPartitions(persons), reading)) {
    const lead = Leads.fromRow(row);
    if (!lead.is_converted) return lead;
    if (++examinedCount >= MAX_PER_PERSON) break;
  }
  return undefined;
}

/** Loads the leads among these that the caller sees, as list rows. Eventually consistent. */
export async function loadVisible(ids: readonly string[]): Promise<LeadRecord[]> {
  const keys = ids.map((id) => recordKey(useTenant(), id));
  const [items, visible] = await Promise.all([readItems(keys, { consistent: false, only: "row" }), useContext().visibleOwners()]);
  const leads = items.flatMap((item, index) => (item ? [Leads.fromRow({ key: ids[index] as string, row: item.row })] : []));
  return leads.filter((lead) => !lead.deleted_at && (visible === "all" || visible.has(Leads.ownerId(lead) ?? "")));
}

/** Builds a list page of leads that the caller collected itself; `bound` tells that there may be more. */
export const buildPage = (query: ListQuery, leads: readonly LeadRecord[], bound: boolean): Promise<Page<LeadRecord>> =>
  listInMemory(Leads, query, leads, bound);

export const replace = fn(
  z.strictObject({ ...fields, ...extraFields, custom_fields: CustomFields.inputSchema("lead", "whole"), id: text(64) }),
  ({ id: leadId, full_name, owner_id, custom_fields, ...input }) =>
    edit(
      leadId,
      {
        ...toStoredFields(fields, expandFullName({ full_name, ...Consent.omitWithdrawals(input) })),
        product_line: input.product_line,
      },
      owner_id,
      custom_fields,
      {},
    ),
  async ({ id: leadId = "", full_name, owner_id: _owner, custom_fields, ...read }, unread) => {
    const current = await Records.find(Leads, leadId);
    const options = { current, isIdentityRequired: !identifyingFields.some((field) => unread.has(field)) };
    if (current)
      await normalizeInput(expandFullName({ full_name, ...read }), unread.has("custom_fields") ? null : custom_fields, options);
  },
);

const Patch = patchSchema({ ...fields, full_name: extraFields.full_name, owner_id: extraFields.owner_id }).extend({
  custom_fields: CustomFields.inputSchema("lead", "patch"),
  id: text(64),
});

export const update = fn(
  Patch,
  ({ id: leadId, full_name, owner_id, custom_fields, ...patch }) =>
    edit(leadId, toStoredPatch(fields, expandFullName({ full_name, ...patch })), owner_id, custom_fields, { patch: true }),
  async ({ id: leadId = "", full_name: _name, owner_id: _owner, custom_fields, ...patch }) => {
    const current = await Records.find(Leads, leadId);
    if (current) await normalizeInput(toStoredPatch(fields, patch), custom_fields, { current, patch: true });
  },
);

function edit(
  leadId: string,
  input: Partial<StoredFields<typeof fields>>,
  owner: string | null | undefined,
  custom: CustomFields.CustomFieldInput,
  options: CustomFields.WriteOptions,
): Promise<LeadView> {
  return change(leadId, async (current, tx, editContext) => {
    const { input: changes, custom_fields } = await normalizeInput(input, custom, { ...options, current });
    const { edit: personEdit, evidence } = await Consent.resolveOptOuts(LEAD, current, input);
    const next: LeadRecord = {
      ...current,
      ...changes,
      ...evidence,
      custom_fields,
      currency: changes.currency ?? (input.currency === null ? useSettings().currency : current.currency),
      lead_status_id:
        changes.lead_status_id ?? (("lead_status_id" in input && Master.fallbackId(LEAD_STATUSES)) || current.lead_status_id),
    };
    if (owner !== undefined) next.owner_id = await resolveOwnerChange(current, owner);
    recordOwnerChange(tx, current, requireIdentifyingField(next, personIdentifyingFields));
    editContext.person = await attachPoints(tx, current, next, {
      lead_id: current.id,
      edit: personEdit,
    });
    next.territory_rule = Territory.explainPlacement(current, next.territory_id ?? null);
    return rescoreIfChanged(tx, current, stampDates(current, await sealDetails(next, current)));
  });
}

/** Seals the sensitive details in the lead's vault. A writer who sees only masks keeps the sealed values that the input leaves out. */
const sealDetails = async (lead: LeadRecord, before: LeadRecord | null): Promise<LeadRecord> =>
  SealedDetail.seal(lead, before, await loadTenantSealings(Leads), { seesMasksOnly: !hasPermission(personGrants.sensitive) });

/** Changes a lead like `Records.change`; the response is the lead as the caller sees it. */
const change = async (leadId: string, edit: Consent.Edit<LeadRecord>, options: { deleted?: boolean } = {}): Promise<LeadView> =>
  Consent.change(Leads, leadId, edit, { ...options, answer: await loadPresenter() });

export const setStatus = fn(
  z.strictObject({ id: text(64), lead_status_id: master(LEAD_STATUSES) }),
  ({ id: leadId, lead_status_id }) =>
    change(leadId, async (current) => {
      const next = await Master.resolve(LEAD_STATUSES, lead_status_id, "lead_status_id", current.lead_status_id);
      return stampDates(current, { ...current, lead_status_id: next });
    }),
);

export const remove = fn(IdInput, ({ id: leadId }) =>
  change(leadId, async (current) => ({ ...current, deleted_at: Clock.now() })),
);

export const restore = fn(IdInput, ({ id: leadId }) =>
  change(
    leadId,
    async (current, tx) => {
      // Events during the deletion did not rescore the lead.
      return rescoreFromFacts(tx, { ...(await Records.prepareRestore(Leads, current, tx)), deleted_at: null });
    },
    { deleted: true },
  ),
);

/** Assigns the lead to a user; with `null` it waits to be taken. */
export const assign = fn(z.strictObject({ id: text(64), owner_id: id(USER).nullable() }), ({ id: leadId, owner_id }) =>
  assignOwner(leadId, owner_id),
);

/** Assigns the lead like `assign`, for callers that give the reason for the history. */
export async function assignOwner(leadId: string, owner_id: string | null, why?: History.AssignmentCause): Promise<LeadView> {
  if (owner_id) await User.requireOwner(owner_id, "owner_id");
  return change(leadId, (current, tx) => recordOwnerChange(tx, current, { ...current, owner_id }, why));
}

/** Adds a history entry if the owner changed. */
function recordOwnerChange(
  tx: Transaction,
  before: LeadRecord,
  after: LeadRecord,
  why: History.AssignmentCause = History.manualCause,
): LeadRecord {
  if (after.owner_id !== before.owner_id) History.record(tx, before, after.owner_id, why);
  return after;
}

/** The records that a lead was converted to. */
export interface ConversionResult {
  converted_date: string;
  converted_customer_id: string;
  converted_contact_id: string;
  converted_opportunity_id: string;
}

/** Marks a lead as converted, once and for good, in the transaction that creates the other records. */
export function convert(tx: Transaction, lead: LeadRecord, became: ConversionResult): LeadRecord {
  const converted_day = instantToDay(useSettings().timezone, became.converted_date);
  const next = Records.nextVersion(lead, { ...lead, ...became, converted_day, is_converted: true, rescore_at: null });
  tx.replace(Leads, lead, next);
  return next;
}

/** Moves `last_activity_date` to `at` in the transaction that records the activity. */
export const touch = (tx: Transaction, lead: LeadRecord, instant: string): void => Records.touch(tx, Leads, lead, instant);

/** Reminds the owner of a due contact, once for each date, at `lead.reminder_due`, which may arrive twice or late. */
export const remind = (leadId: string, due_at: string): Promise<void> =>
  Clocks.runDue(Leads, leadId, "reminder", due_at, (lead) => ({ ...lead, follow_up_reminded_at: due_at }));

export const matching = async () => (await import("./upsert-match.ts")).matching();

/** Lists the product lines with the schema of each line's detail. */
export const describeLines = fn(z.strictObject({}), async () => [
  ...describeBuiltInLines(),
  ...(await TenantLines.describeLines()),
]);
export const Lines = z.array(LineDescription);

/** Sets the instants that depend on the changed fields. */
function stampDates(current: LeadRecord, next: LeadRecord): LeadRecord {
  const status_changed_at = next.lead_status_id === current.lead_status_id ? current.status_changed_at : Clock.now();
  if (!next.is_qualified) return { ...next, status_changed_at, qualified_date: null, qualified_day: null };
  const { qualified_date, qualified_day } =
    current.qualified_date === null ? { qualified_date: Clock.now(), qualified_day: today() } : current;
  return { ...next, status_changed_at, qualified_date, qualified_day };
}

/** Rescores the lead if a field that scores use has changed. */
async function rescoreIfChanged(tx: Transaction, current: LeadRecord, next: LeadRecord): Promise<LeadRecord> {
  return scoredFields.every((field) => next[field] === current[field]) ? next : rescoreFromFacts(tx, next);
}

async function rescoreFromFacts(tx: Transaction, lead: LeadRecord): Promise<LeadRecord> {
  if (lead.is_converted || lead.score_model === "manual") return lead;
  if (!(await mayProcess(lead.personal_key_id, "score"))) return { ...lead, rescore_at: null };
  return applyScore(tx, lead, await scoreUnrestricted(lead), "FACTS");
}

/** Applies a score to the lead. A changed score adds an entry to its history. */
export function applyScore(
  tx: Transaction,
  lead: LeadRecord,
  decision: Score.Decision,
  cause: Score.Cause,
  reason?: string | null,
): LeadRecord {
  const after = Score.toLeadFields(decision);
  const isSame = (["lead_score", "rating", "score_model"] as const).every((field) => after[field] === lead[field]);
  if (isSame && after.rescore_at === lead.rescore_at) return lead;
  if (!isSame) Score.record(tx, lead, Score.toScoreEntry(decision, cause, reason));
  return { ...lead, ...after };
}

async function resolveNewOwner(requestedOwner: string | null | undefined): Promise<string | null> {
  const actor = useActor();
  if (requestedOwner === undefined) return actor.type === "user" && useSettings().new_lead_owner === "creator" ? actor.id : null;
  return resolveOwnerChange({ owner_id: null }, requestedOwner);
}

const resolveOwnerChange = (current: Pick<LeadRecord, "owner_id">, owner: string | null): Promise<string | null> =>
  User.resolveChangedOwner(current.owner_id, owner, leadGrants.assign, "leads");

/** Finds the id of the lead with a number, among those that the caller sees. */
export const findByNumber = (number: string): Promise<string | undefined> => findIdByNumber(Leads, "lead_number", number);

export * as Lead from "./lead.ts";
