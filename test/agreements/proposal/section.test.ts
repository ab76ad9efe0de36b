import {
  findListFaults,
  findResolvedFaults,
  findSectionFaults,
  resolveSections,
  type Section,
  sortByIds,
} from "@crm/core/agreements/proposal/section.rules.ts";
import { describe, expect, it } from "vitest";

const emptySection: Section = {
  section_type: "TEXT",
  heading: null,
  text: null,
  attachment_id: null,
  alt_text: null,
  page_break: false,
};
const textSection = (text: string): Section => ({ ...emptySection, text: text });
const picture: Section = { ...emptySection, section_type: "PICTURE", attachment_id: "att_1", alt_text: "A boat" };
const lines: Section = { ...emptySection, section_type: "QUOTE_LINES" };
const sectionPath = (place: number): string => `sections[${place}].`;

describe("a section", () => {
  it.each<[string, Partial<Section>, string[]]>([
    ["a text", { text: "Dear {{contact.first_name|friend}}" }, []],
    ["a heading alone", { heading: "Why us" }, []],
    ["nothing", {}, ["text"]],
    ["blanks", { text: " \n " }, ["text"]],
    ["a text with a picture", { text: "x", attachment_id: "att_1", alt_text: "y" }, ["attachment_id", "alt_text"]],
    ["a picture", picture, []],
    ["a picture without words for it", { ...picture, alt_text: null }, ["alt_text"]],
    ["a picture of nothing", { ...picture, attachment_id: null }, ["attachment_id"]],
    ["a picture with a text", { ...picture, text: "x" }, ["text"]],
    ["lines", { ...lines, heading: "Prices" }, []],
    ["lines with a text", { ...lines, text: "x" }, ["text"]],
    ["a field that there is not", { text: "{{contact.shoe_size}}" }, ["text"]],
    ["a field of a lead", { heading: "{{lead.company}}" }, ["heading"]],
    ["logic", { text: "{{#if x}}" }, ["text"]],
    ["fields of quote and proposal", { text: "{{quote.number}} {{proposal.expiration_date}}" }, []],
  ])("of %s", (_what, more, fields) => {
    expect(findSectionFaults({ ...emptySection, ...more }, "").map(({ field }) => field)).toEqual(fields);
  });

  it.each<[string, Section[], string[]]>([
    ["100", Array<Section>(100).fill(textSection("x")), []],
    ["101", Array<Section>(101).fill(textSection("x")), ["sections"]],
    ["20 pictures", Array<Section>(20).fill(picture), []],
    ["21 pictures", Array<Section>(21).fill(picture), ["sections[20].section_type"]],
    ["lines twice", [lines, textSection("x"), lines], ["sections[2].section_type"]],
  ])("is checked against the limits of a list: %s", (_what, sections, fields) => {
    expect(findListFaults(sections, sectionPath).map(({ field }) => field)).toEqual(fields);
  });
});

describe("merge fields of a proposal", () => {
  it("become plain text, with the fallback if there is no value", () => {
    const values = { "customer.name": "A/B {{tenant.name}} <b>Ltd.</b>\u202e", "contact.first_name": null };
    const { sections, missing } = resolveSections(
      [{ ...textSection("Dear {{contact.first_name|friend}}\nof {{customer.name}}"), heading: "{{quote.name}}" }],
      values,
    );
    expect(sections[0]).toMatchObject({ heading: "", text: "Dear friend\nof A/B {{tenant.name}} <b>Ltd.</b>" });
    expect(missing).toEqual([{ field: "sections[0].heading", path: "quote.name" }]);
  });

  it("cannot exceed the maximum length", () => {
    const long = { "tenant.name": "x".repeat(300) };
    const buildSections = (count: number) => [textSection("{{tenant.name}}".repeat(count))];
    expect(findResolvedFaults(buildSections(1000), long)).toEqual([]);
    expect(findResolvedFaults([...buildSections(1000), ...buildSections(700)], long).map(({ field }) => field)).toEqual([
      "sections",
    ]);
  });
});

describe("the order of sections", () => {
  const all = ["a", "b", "c"].map((id) => ({ id }));
  it.each<[string, string[], string[]]>([
    ["another", ["c", "a", "b"], []],
    ["not all", ["c", "a"], ["section_ids"]],
    ["one twice", ["c", "a", "a"], ["section_ids[2]", "section_ids"]],
    ["a foreign one", ["c", "a", "b", "d"], ["section_ids[3]"]],
  ])("is %s", (_what, ids, fields) => {
    const done = sortByIds(all, ids);
    expect("wrong" in done ? done.wrong.map(({ field }) => field) : []).toEqual(fields);
    if ("sections" in done) expect(done.sections.map(({ id }) => id)).toEqual(ids);
  });
});
