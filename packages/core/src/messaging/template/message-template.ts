import * as z from "zod";
import { findPin, useTenant } from "../../kernel/context.ts";
import { createHelp } from "../../kernel/create-help.ts";
import { conflict, invalid, invalidAll, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { newId } from "../../kernel/id.ts";
import {
  anyOf,
  IdInput,
  oneLine,
  oneOf,
  patchSchema,
  query,
  type StoredFields,
  text,
  toStoredFields,
  toStoredPatch,
} from "../../kernel/schema.ts";
import { fold } from "../../kernel/text.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import type { ListQuery } from "../../storage/read/list-query.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { readItem } from "../../storage/table/database.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";
import { Records } from "../../storage/write/records.ts";
import { RevisionHistory } from "../../storage/write/revision-history.ts";
import { transaction } from "../../storage/write/transaction.ts";
import type { UpsertMatching } from "../../storage/write/upsert.ts";
import { mailBlocks } from "./mail-block.ts";
import { Finding } from "./mail-finding.ts";
import { listMergeFields, sampleValues, type Values } from "./merge-fields.rules.ts";
import { sourceTypes } from "./merge-values.ts";
import { channels, code, fields, MessageTemplates, Stored, type TemplateRecord } from "./message-template.entity.ts";
import { MESSAGE_TEMPLATE } from "./message-template.kind.ts";
import { findTextFaults, isBlank, renderTemplate, type TemplateContent, type Texts } from "./message-template.rules.ts";
import { type RevisionRecord, Revisions, revisedFields, Stored as StoredRevision } from "./revision.entity.ts";

/** Message templates: texts with merge fields that are sent repeatedly. */

export const Info = Stored;
export const Row = rowSchema(Stored, MessageTemplates.definition.row);
/** A revision in lists, without its blocks. */
export const Revision = StoredRevision.omit({ blocks: true });

const codeField = { code: code.optional().describe("Cannot be changed").meta(createHelp("Default: derived from the name")) };

/** The input of a new template. A mail has a subject, a text message has none; each has a body. */
export const Create = z
  .strictObject({ ...fields, ...codeField })
  .meta({ ...anyOf(["subject", "channel"]), allOf: [anyOf(["body_text", "body_html", "blocks"])] });

export const create = fn(Create, async ({ code: requestedCode, ...input }) => {
  const id = newId(MESSAGE_TEMPLATE);
  const templateCode = requestedCode ?? buildCode(input.name);
  requireOneForm(toStoredFields(fields, input), input);
  const templateFields = {
    ...(await buildTexts(toStoredFields(fields, input))),
    code: templateCode,
    ...revisionWriter.initialFields(),
  };
  const template = Records.init(MessageTemplates, templateFields, { id: id });
  const tx = transaction()
    .create(MessageTemplates, template)
    .put(
      { ...toUniqueKey(templateCode), id: id },
      { condition: "attribute_not_exists(pk)", rejection: () => codeConflict(templateCode) },
    );
  return revisionWriter.addEntry(tx, template).commit(template);
});

export const get = fn(IdInput, ({ id }) => Records.read(MessageTemplates, id));

const Query = listSchema(MessageTemplates, {
  channel: oneOf(channels).optional(),
  category: oneLine(100).optional(),
  is_active: query.boolean().optional(),
});

export const listQuery = async (input: z.output<typeof Query>): Promise<ListQuery> => buildListQuery(MessageTemplates, input);

export const list = fn(Query, async (input) => listRecords(MessageTemplates, await listQuery(input)));

/** The definition of the list for exports. */
export const listDefinition = {
  collection: MessageTemplates,
  query: Query,
  listQuery,
  info: Info,
  fields: { ...fields, ...codeField },
};

export const replace = fn(Create.extend(IdInput.shape), ({ id, code: requestedCode, ...input }) =>
  editTemplate(id, toStoredFields(fields, input), requestedCode),
);

export const update = fn(
  patchSchema(fields).extend({ ...codeField, ...IdInput.shape }),
  ({ id, code: requestedCode, ...patch }) => editTemplate(id, toStoredPatch(fields, patch), requestedCode),
);

const editTemplate = (
  id: string,
  changes: Partial<StoredFields<typeof fields>>,
  requestedCode: string | undefined,
): Promise<TemplateRecord> =>
  Records.change(MessageTemplates, id, async (current, tx) => {
    if (requestedCode !== undefined && requestedCode !== current.code) throw invalid("code", "The code cannot be changed");
    const next = { ...current, ...changes };
    requireOneForm(next, changes, current);
    // The texts that were made of former blocks go with these.
    const { body_html = null, body_text = null } = changes;
    const content = current.blocks && !next.blocks ? { ...next, body_html, body_text } : next;
    return revisionWriter.applyChange(tx, current, { ...content, ...(await buildTexts(content)) });
  });

export const remove = fn(IdInput, ({ id }) => Records.remove(MessageTemplates, id));

export const restore = fn(IdInput, ({ id }) => Records.restore(MessageTemplates, id));

type WrittenTexts = Partial<Pick<TemplateRecord, "body_html" | "body_text">>;

/** The bodies of a template are written by users or made of its blocks, not both. */
function requireOneForm(
  { blocks, channel }: Pick<TemplateRecord, "blocks" | "channel">,
  written: WrittenTexts,
  current?: TemplateRecord,
): void {
  if (channel === "SMS") return;
  const details = (["body_html", "body_text"] as const)
    .filter((field) => blocks && !isBlank(written[field] ?? null) && written[field] !== current?.[field])
    .map((field) => ({ field, message: "Made of the blocks: to write it yourself, send blocks: null in the same change" }));
  if (details.length > 0) throw ruleViolation("The bodies of this template are made of its blocks", details);
  if (current?.blocks && !blocks && isBlank(written.body_html ?? null) && isBlank(written.body_text ?? null))
    throw ruleViolation("A template without blocks needs a body", [
      { field: "blocks", message: "Send body_html or body_text in the same change" },
    ]);
}

/** Makes the bodies of blocks, and derives the merge fields. Reports all errors in one answer. */
export async function buildTexts<T extends TemplateContent & Pick<TemplateRecord, "language">>(
  template: T,
): Promise<T & Pick<TemplateRecord, "merge_fields">> {
  const details = findTextFaults(template);
  if (details.length > 0) throw invalidAll(details);
  const { blocks } = template;
  const bodies = blocks ? await (await import("./block-rendering.ts")).renderBodies({ ...template, blocks }) : {};
  const built = { ...template, ...bodies };
  return { ...built, merge_fields: listMergeFields(built.subject, built.body_html, built.body_text) };
}

const revisionWriter = new RevisionHistory(MessageTemplates, Revisions, revisedFields);

/** Returns the id of a template's present revision. */
export const revisionId = revisionWriter.entryId;

export const listRevisions = revisionWriter.list();

/** Loads a live template, without a check of visibility. */
export const load = (id: string): Promise<TemplateRecord | undefined> => Records.load(MessageTemplates, id, { live: true });

/** Loads a revision of a template. */
export const loadRevision = (id: string): Promise<RevisionRecord | undefined> => Records.load(Revisions, id);

/** Returns the ids of the present revisions of templates, by the ids of the templates. */
export async function loadRevisionIds(ids: readonly string[]): Promise<Record<string, string>> {
  const templates = await Records.loadMany(MessageTemplates, ids);
  return Object.fromEntries(templates.flatMap((template) => (template ? [[template.id, revisionId(template)]] : [])));
}

/** Returns the revision of a template that the present work sends, if another one was approved than the present one. */
export function findApprovedRevision(id: string): string | undefined {
  const pin = findPin(id);
  return typeof pin === "string" ? pin : undefined;
}

/** Returns the texts of a template as they are in a revision, or as they are now. Undefined if the template has no such revision. */
export async function loadTexts(
  template: TemplateRecord,
  id: string | undefined,
): Promise<TemplateRecord | RevisionRecord | undefined> {
  if (id === undefined || id === revisionId(template)) return template;
  const revision = await loadRevision(id);
  return revision?.template_id === template.id ? revision : undefined;
}

export const Preview = z.object({
  subject: z.string().nullable(),
  html: z.string().nullable(),
  text: z.string(),
  missing: z.array(z.string()).describe("Merge fields that have neither a value nor a fallback"),
  revision: z.number().int(),
});

/** From where a preview or a check has the values of merge fields. */
const ValueSource = IdInput.extend({
  related_to_type: oneOf(sourceTypes)
    .optional()
    .describe("Kind of the related record. Optional, because the record determines it"),
  related_to_id: text(64).optional(),
  sample: z.boolean().default(false).describe("Uses sample values instead of a record"),
});

const loadValues = async (texts: Texts, { related_to_type, related_to_id }: z.output<typeof ValueSource>): Promise<Values> =>
  related_to_id === undefined ? sampleValues : loadRecordValues(texts, related_to_id, related_to_type);

function requireOneSource({ related_to_id, sample }: z.output<typeof ValueSource>): void {
  if (sample === (related_to_id !== undefined))
    throw invalid("related_to_id", "Exactly one of related_to_id and sample: true is required");
}

/**
 * Renders a template for a record that the caller sees, with related records that the caller sees. Stores nothing. `subject`, `blocks` and
 * `language` show changes that are not saved yet.
 */
export const preview = fn(
  ValueSource.extend({
    subject: fields.subject.unwrap().unwrap().optional().describe("A subject that is not saved yet"),
    blocks: mailBlocks().optional().describe("Blocks that are not saved yet"),
    language: fields.language.unwrap().unwrap().optional().describe("A language that is not saved yet"),
  }),
  async ({ subject, blocks, language, ...source }): Promise<z.output<typeof Preview>> => {
    requireOneSource(source);
    const template = await Records.read(MessageTemplates, source.id);
    const unsaved = Object.fromEntries(Object.entries({ subject, blocks, language }).filter(([, value]) => value !== undefined));
    const texts = Object.keys(unsaved).length === 0 ? template : await buildTexts({ ...template, ...unsaved });
    return { ...renderTemplate(texts, await loadValues(texts, source)), revision: template.revision };
  },
);

export const Starter = z.object({
  key: z.string(),
  name: z.string(),
  description: z.string(),
  subject: z.string(),
  blocks: mailBlocks(),
});

/** Lists the layouts from which users start a mail. */
export const listStarters = fn(
  z.strictObject({}),
  async (): Promise<z.output<typeof Starter>[]> =>
    (await import("./mail-starters.data.ts")).mailStarters.map((starter) => Starter.parse(starter)),
);

export const CheckResult = z.object({
  findings: z.array(Finding).describe("Errors first. Without an error, the mail can be sent"),
  html_bytes: z.number().int().nullable().describe("Size of the HTML with its values"),
  revision: z.number().int(),
});

/** Checks a template as it would be sent for a record, or with sample values. Requests the addresses to which it links. Stores nothing. */
export const check = fn(ValueSource, async (source): Promise<z.output<typeof CheckResult>> => {
  requireOneSource(source);
  const template = await Records.read(MessageTemplates, source.id);
  const values = await loadValues(template, source);
  const { checkMail } = await import("./mail-check.ts");
  return { ...(await checkMail(template, values)), revision: template.revision };
});

/** Loads record values. The module is loaded on demand. */
export const loadRecordValues: typeof import("./record-values.ts").loadRecordValues = async (...args) =>
  (await import("./record-values.ts")).loadRecordValues(...args);

const toUniqueKey = (templateCode: string): Key => ({
  pk: tenantKey(useTenant(), "UNIQUE", MESSAGE_TEMPLATE.name),
  sk: templateCode,
});

const codeConflict = (templateCode: string): Error =>
  conflict(`A template with the code "${templateCode}" already exists; it may be deleted`, [
    { field: "code", message: "Already in use" },
  ]);

/** Derives a code from a name. Names without Latin letters need an explicit code. */
function buildCode(name: string): string {
  const templateCode = fold(name)
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .slice(0, 63);
  if (!templateCode) throw invalid("code", "No code can be derived from this name: specify one");
  return templateCode;
}

/** The fields by which an upsert finds a template. The lock of the code also finds one that was just created. */
export const matching = async (): Promise<UpsertMatching> => ({ fields: { code: { find: findByCode } } });

async function findByCode(value: unknown): Promise<string | undefined> {
  const lock = await readItem(toUniqueKey(String(value).trim().toLowerCase()));
  const template = lock && (await load(String(lock.id)));
  return template?.id;
}

export { renderTemplate, type Texts } from "./message-template.rules.ts";
export * as MessageTemplate from "./message-template.ts";
