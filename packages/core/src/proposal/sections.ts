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
  const had = new Set(of.sections.map(({ attachment_id }) => attachment_id));
  for (const [place, { attachment_id }] of sections.entries()) {
    if (attachment_id === null || had.has(attachment_id)) continue;
    had.add(attachment_id);
    await gathered(details, requirePicture(tx, attachment_id, { of, field: `${at(place)}attachment_id` }), undefined);
  }
  if (details.length > 0) throw invalidAll(details);
}

interface Named {
  of: Pick<ProposalRecord, "id" | "series_id">;
  field: string;
}

/** A picture of this proposal, or of a version of it, that can be drawn; it is there at the write too. */
async function requirePicture(tx: Transaction, wanted: string, { of, field }: Named): Promise<void> {
  const found = await Attachment.about(wanted);
  const belongs = found !== undefined && (await isOfSeries(found.related_to_id, of));
  if (!belongs) throw invalid(field, "No file of this proposal: attach it first");
  if (found.file_size > pictureBounds.bytes) throw invalid(field, `A picture has at most ${pictureBounds.bytes} bytes`);
  const bytes = await Attachment.bytesOf(found);
  if (!bytes) throw invalid(field, "The file is gone");
  readPicture(bytes, field);
  tx.alive(wanted, () => new Moved(`${wanted} is gone by now`));
}

const isOfSeries = async (subject: string, { id, series_id }: Named["of"]): Promise<boolean> =>
  subject === id || (await Records.load(Proposals, subject, { live: true }))?.series_id === series_id;
