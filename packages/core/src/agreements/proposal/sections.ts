import type * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { collectDetails, type ErrorDetail, invalid, invalidAll, notFound } from "../../kernel/error.ts";
import { newId } from "../../kernel/id.ts";
import { toStoredFields } from "../../kernel/schema.ts";
import { bounds as pictureBounds, readPicture } from "../../lib/pdf/picture.ts";
import { Attachment } from "../../people/attachment/attachment.ts";
import { Records } from "../../storage/write/records.ts";
import { type Transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { matchStoredItems } from "../versioned-offer/stored-items.rules.ts";
import { type ProposalRecord, Proposals, type SectionRecord, sectionFields } from "./proposal.entity.ts";
import { PROPOSAL_SECTION } from "./proposal.kind.ts";
import { findListFaults, findSectionFaults } from "./section.rules.ts";

/** Sections of a proposal and their pictures. */

export type SectionInput = z.output<z.ZodObject<typeof sectionFields>>;

export const draftSection = (input: SectionInput): SectionRecord => ({
  ...toStoredFields(sectionFields, input),
  id: newId(PROPOSAL_SECTION),
  created_at: Clock.now(),
});

/** Returns the sections of a changed proposal. A section that equals a stored one stays that section. */
export const redraftSections = (inputs: readonly SectionInput[], sections: readonly SectionRecord[]): SectionRecord[] =>
  matchStoredItems(sectionFields, inputs, sections).map(
    (section, index) => section ?? draftSection(inputs[index] as SectionInput),
  );

export const findSection = (all: readonly SectionRecord[], sectionId: string): SectionRecord => {
  const section = all.find(({ id }) => id === sectionId);
  if (!section) throw notFound();
  return section;
};

/** Returns the path of a section in the input. */
export type SectionPath = (place: number) => string;
export const sectionPath: SectionPath = (place) => `sections[${place}].`;

/** Throws one error with all faults of the sections. Pictures that the proposal already has are not checked again. */
export async function requireValidSections(
  tx: Transaction,
  sections: readonly SectionRecord[],
  { proposal, pathAt = sectionPath }: { proposal: Pick<ProposalRecord, "id" | "series_id" | "sections">; pathAt?: SectionPath },
): Promise<void> {
  const details: ErrorDetail[] = sections.flatMap((section, place) => findSectionFaults(section, pathAt(place)));
  details.push(...findListFaults(sections, pathAt));
  if (details.length > 0) throw invalidAll(details);
  await requirePictures(tx, sections, { proposal: proposal, pathAt: pathAt });
}

interface SectionScope {
  proposal: Pick<ProposalRecord, "id" | "series_id" | "sections">;
  pathAt: SectionPath;
}

/** Maximum bytes of all pictures of a proposal, because they are held in memory when it is rendered. */
const MAX_PICTURE_BYTES = 10 * 1024 * 1024;

async function requirePictures(
  tx: Transaction,
  sections: readonly SectionRecord[],
  { proposal, pathAt }: SectionScope,
): Promise<void> {
  const existingIds = new Set(proposal.sections.map(({ attachment_id }) => attachment_id));
  const placeByAttachment = new Map(sections.map(({ attachment_id }, place) => [attachment_id, place]));
  const pictures = [...placeByAttachment].flatMap(([id, place]) =>
    id === null ? [] : [{ id, field: `${pathAt(place)}attachment_id` }],
  );
  const fresh = pictures.filter(({ id }) => !existingIds.has(id));
  if (fresh.length === 0) return;
  const files = new Map((await Attachment.loadLive(pictures.map(({ id }) => id))).map((file) => [file?.id, file]));
  const details: ErrorDetail[] = [];
  for (const { id, field } of fresh)
    await collectDetails(details, requirePicture(tx, files.get(id), { proposal: proposal, field }), undefined);
  const all = [...files.values()].reduce((sum, file) => sum + (file?.file_size ?? 0), 0);
  const [first] = fresh;
  if (details.length === 0 && first && all > MAX_PICTURE_BYTES)
    details.push({
      field: first.field,
      message: `All pictures of a proposal together can have at most ${MAX_PICTURE_BYTES} bytes`,
    });
  if (details.length > 0) throw invalidAll(details);
}

/** Throws unless the file is attached to this proposal or a version of it and can be rendered. The transaction requires that it still exists. */
async function requirePicture(
  tx: Transaction,
  file: Attachment.File | undefined,
  { proposal, field }: Pick<SectionScope, "proposal"> & { field: string },
): Promise<void> {
  const belongs = file !== undefined && (await isOfSeries(file.related_to_id, proposal));
  if (!belongs) throw invalid(field, "The file is not attached to this proposal: attach it first");
  if (file.file_size > pictureBounds.bytes) throw invalid(field, `A picture can have at most ${pictureBounds.bytes} bytes`);
  const bytes = await Attachment.readBytes(file);
  if (!bytes) throw invalid(field, "The file no longer exists");
  readPicture(bytes, field);
  tx.requireLive(file.id, () => new WriteConflict(`${file.id} no longer exists`));
}

const isOfSeries = async (subject: string, { id, series_id }: SectionScope["proposal"]): Promise<boolean> =>
  subject === id || (await Records.load(Proposals, subject, { live: true }))?.series_id === series_id;
