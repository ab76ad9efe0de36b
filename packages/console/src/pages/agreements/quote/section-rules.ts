/** Rules of the sections of a proposal that is edited. */

export type SectionType = "TEXT" | "PICTURE" | "QUOTE_LINES";

export interface SectionInput {
  readonly section_type: SectionType;
  readonly heading: string | null;
  readonly text: string | null;
  readonly attachment_id: string | null;
  readonly alt_text: string | null;
  readonly page_break: boolean;
}

export interface ProposalSection extends SectionInput {
  readonly id: string;
}

/** A section in the editor. Its key stays while it is changed and moved. */
export interface EditedSection extends SectionInput {
  readonly key: string;
}

export const createSection = (key: string, section_type: SectionType): EditedSection => ({
  key,
  section_type,
  heading: null,
  text: null,
  attachment_id: null,
  alt_text: null,
  page_break: false,
});

const pickInput = ({ section_type, heading, text, attachment_id, alt_text, page_break }: SectionInput): SectionInput => ({
  ...{ section_type, heading, text, attachment_id, alt_text, page_break },
});

export const toEditedSection = (section: ProposalSection): EditedSection => ({ ...pickInput(section), key: section.id });

export const toSectionInputs = (sections: readonly EditedSection[]): SectionInput[] => sections.map(pickInput);

/** Returns the sections with one of them at another place. */
export function moveSection(sections: readonly EditedSection[], key: string, place: number): EditedSection[] {
  const moved = sections.find((section) => section.key === key);
  if (!moved) return [...sections];
  const others = sections.filter((section) => section !== moved);
  const index = Math.max(0, Math.min(place, others.length));
  return [...others.slice(0, index), moved, ...others.slice(index)];
}
