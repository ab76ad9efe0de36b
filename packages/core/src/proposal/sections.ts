import type * as z from "zod";
import { Attachment } from "../attachment/attachment.ts";
import { bounds as pictureBounds, readPicture } from "../document/picture.ts";
import { Clock } from "../kernel/clock.ts";
import { type Detail, gathered, invalid, invalidAll, notFound } from "../kernel/error.ts";
import { newId } from "../kernel/id.ts";
import { filled } from "../kernel/schema.ts";
import { Records } from "../storage/write/records.ts";
import { Moved, type Transaction } from "../storage/write/transaction.ts";
import { PROPOSAL_SECTION } from "./proposal.domain.ts";
import { type ProposalRecord, Proposals, type SectionRecord, sectionFields } from "./proposal.entity.ts";
import { wrongWithSection, wrongWithSections } from "./section.rules.ts";

/** Sections of a proposal: what is written of them, and the pictures that they show. */

export type GivenSection = z.output<z.ZodObject<typeof sectionFields>>;

export const drafted = (given: GivenSection): SectionRecord => ({
  ...filled(sectionFields, given),
  id: newId(PROPOSAL_SECTION),
  created_at: Clock.now(),
});

export const sectionIn = (all: readonly SectionRecord[], wanted: string): SectionRecord => {
  const found = all.find(({ id }) => id === wanted);
  if (!found) throw notFound();
  return found;
};

/** Where a section stands in the input. */
export type At = (place: number) => string;
export const inSections: At = (place) => `sections[${place}].`;

/** Refuses what is wrong with sections, all of it at once. Pictures that stand in the proposal already are not looked at again. */
export async function requireSound(
  tx: Transaction,
  sections: readonly SectionRecord[],
  { of, at = inSections }: { of: Pick<ProposalRecord, "id" | "series_id" | "sections">; at?: At },
): Promise<void> {
  const details: Detail[] = sections.flatMap((section, place) => wrongWithSection(section, at(place)));
  details.push(...wrongWithSections(sections, at));
  if (details.length > 0) throw invalidAll(details);
  await requirePictures(tx, sections, { of, at });
}

interface Named {
  of: Pick<ProposalRecord, "id" | "series_id" | "sections">;
  at: At;
}

/** So many bytes all pictures of a proposal have: they are read whole when it is drawn. */
const MOST_BYTES = 10 * 1024 * 1024;

async function requirePictures(tx: Transaction, sections: readonly SectionRecord[], { of, at }: Named): Promise<void> {
  const had = new Set(of.sections.map(({ attachment_id }) => attachment_id));
  const placeOf = new Map(sections.map(({ attachment_id }, place) => [attachment_id, place]));
  const shown = [...placeOf].flatMap(([id, place]) => (id === null ? [] : [{ id, field: `${at(place)}attachment_id` }]));
  const fresh = shown.filter(({ id }) => !had.has(id));
  if (fresh.length === 0) return;
  const files = new Map((await Attachment.about(shown.map(({ id }) => id))).map((file) => [file?.id, file]));
  const details: Detail[] = [];
  for (const { id, field } of fresh) await gathered(details, requirePicture(tx, files.get(id), { of, field }), undefined);
  const all = [...files.values()].reduce((sum, file) => sum + (file?.file_size ?? 0), 0);
  const [first] = fresh;
  if (details.length === 0 && first && all > MOST_BYTES)
    details.push({ field: first.field, message: `The pictures of a proposal have at most ${MOST_BYTES} bytes together` });
  if (details.length > 0) throw invalidAll(details);
}

/** A picture of this proposal, or of a version of it, that can be drawn; it is there at the write too. */
async function requirePicture(
  tx: Transaction,
  found: Attachment.File | undefined,
  { of, field }: Pick<Named, "of"> & { field: string },
): Promise<void> {
  const belongs = found !== undefined && (await isOfSeries(found.related_to_id, of));
  if (!belongs) throw invalid(field, "No file of this proposal: attach it first");
  if (found.file_size > pictureBounds.bytes) throw invalid(field, `A picture has at most ${pictureBounds.bytes} bytes`);
  const bytes = await Attachment.bytesOf(found);
  if (!bytes) throw invalid(field, "The file is gone");
  readPicture(bytes, field);
  tx.alive(found.id, () => new Moved(`${found.id} is gone by now`));
}

const isOfSeries = async (subject: string, { id, series_id }: Named["of"]): Promise<boolean> =>
  subject === id || (await Records.load(Proposals, subject, { live: true }))?.series_id === series_id;
