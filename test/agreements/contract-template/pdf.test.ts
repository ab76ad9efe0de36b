import { amendmentDocument } from "@crm/core/agreements/contract-template/document.ts";
import { renderBytes } from "@crm/core/lib/pdf/renderer.ts";
import { packagedFonts } from "@crm/local/ports/fonts.ts";
import { describe, expect, it } from "vitest";
import { agreements } from "../../../scripts/samples/contracts.ts";
import { documentLetters, findOverlaps, keepLetters, pageLetters, readPages } from "../../lib/pdf/pdf-text.ts";
import { buildSampleContent, buildSampleFacts, renderSampleDocument } from "./samples.ts";

const fonts = packagedFonts();

const { english } = agreements;

describe("the PDF of a contract", () => {
  it.each(Object.entries(agreements))("shows the content of the contract: %s", async (_, agreement) => {
    const document = await renderSampleDocument(agreement);
    const pages = await readPages(await renderBytes(document, fonts));
    const digits = new Intl.NumberFormat(agreement.language, { useGrouping: false });
    const foot = keepLetters(agreement.footer);
    const heads = document.blocks.flatMap((block) =>
      block.kind === "table" ? [keepLetters(block.columns.map(({ head }) => head).join(""))] : [],
    );
    const texts = pages.map((page, index) => {
      const end = `${foot}${digits.format(index + 1)}/${digits.format(pages.length)}`;
      const text = pageLetters(page);
      expect(text.endsWith(end)).toBe(true);
      return text.slice(0, -end.length);
    });
    // A table that spans pages repeats its header on each of them.
    const expectedText = documentLetters({ ...document, footer: "" }, "");
    const joinedText = texts.reduce((all, text) => {
      const again = heads.find(
        (head) => head !== "" && text.startsWith(head) && !expectedText.startsWith(all + text.slice(0, 40)),
      );
      return all + (again ? text.slice(again.length) : text);
    });
    expect(joinedText).toBe(expectedText);
    expect(pages.flatMap(findOverlaps)).toEqual([]);
  });

  it("places clause numbers before their texts, on the side where reading begins", async () => {
    const locateLabel = async (agreement: (typeof agreements)[keyof typeof agreements], label: string) => {
      const pages = await readPages(await renderBytes(await renderSampleDocument(agreement), fonts));
      const page = pages.find((each) => each.some(({ text }) => text.trim() === label)) ?? [];
      const index = page.findIndex(({ text }) => text.trim() === label);
      return { label: page[index], text: page[index + 1] };
    };
    const latin = await locateLabel(english, "2.1");
    expect(latin.label?.x).toBeLessThan(latin.text?.x ?? 0);
    expect(latin.label?.y).toBeCloseTo(latin.text?.y ?? 0, 3);
    const arabic = await locateLabel(agreements.arabic, "٢.١");
    expect((arabic.text?.x ?? 0) + (arabic.text?.width ?? 0)).toBeLessThanOrEqual(arabic.label?.x ?? 0);
  });

  it("labels its fields in the requested language, independent of the language of its clauses", async () => {
    const [page = []] = await readPages(await renderBytes(await renderSampleDocument({ ...english, language: "de" }), fonts));
    const text = pageLetters(page);
    for (const phrase of ["VertragCT-2030-000017", "Anbieter", "12.000,00€", "1.Januar2030", "vierteljährlich"])
      expect(text).toContain(keepLetters(phrase));
  });
});

describe("the PDF of an amendment", () => {
  it("shows clauses and figures before and after the change", async () => {
    const { letter, parties, signatures, day } = buildSampleContent(english);
    const before = buildSampleFacts(english);
    const after = { ...before, contract: { ...before.contract, contract_value: "15000.00", end_date: "2031-06-30" } };
    const document = await amendmentDocument({
      ...{ id: "amd_sample", day, letter, parties, signatures, before, after, language: "en" },
      ...{ amendment_number: "CT-2030-000017-A1", contract_number: "CT-2030-000017", effective_date: "2030-07-01" },
      reason: "More roofs are looked after",
      clauses: [
        {
          number: "3.",
          heading: "Fees and payment",
          original: "The Customer pays €12,000.00.",
          amended: "The Customer pays €15,000.00.",
        },
        { number: "10.", heading: "Travel", original: null, amended: "Travel is paid for at cost." },
        { number: "8.", heading: null, original: "None of this is exclusive.", amended: null },
      ],
    });
    const tables = document.blocks.flatMap((block) => (block.kind === "table" ? [block.rows] : []));
    expect(tables[2]).toEqual([
      [{ text: "Contract value", strong: true }, "€12,000.00", "€15,000.00"],
      [{ text: "End date", strong: true }, "December 31, 2030", "June 30, 2031"],
    ]);
    expect(tables.slice(3, 6)).toEqual([
      [["The Customer pays €12,000.00.", "The Customer pays €15,000.00."]],
      [["(Added)", "Travel is paid for at cost."]],
      [["None of this is exclusive.", "(Removed)"]],
    ]);
    const pages = await readPages(await renderBytes(document, fonts));
    const text = pages.map(pageLetters).join("");
    expect(text).toContain(keepLetters("Amendment CT-2030-000017-A1 to contract CT-2030-000017"));
    expect(pages.flatMap(findOverlaps)).toEqual([]);
  });
});
