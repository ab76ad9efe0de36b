import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { Socket } from "node:net";
import type { Fonts } from "@crm/core/kernel/ports.ts";
import type { BusinessDocument, Row } from "@crm/core/lib/pdf/document.ts";
import { renderBytes, renderDocument } from "@crm/core/lib/pdf/renderer.ts";
import { hasAllFonts, packagedFonts } from "@crm/local/ports/fonts.ts";
import { afterEach, describe, expect, it, vi } from "vitest";
import { arabic, buildLongQuote, chinese, drawLogo, japanese, korean, latin } from "../../../scripts/samples/documents.ts";
import { resolveTestSize } from "../../support/sample.ts";
import { documentLetters, findOverlaps, keepLetters, openPdf, type PlacedText, pageLetters, readPages } from "./pdf-text.ts";

const fonts = packagedFonts();
const samples = { latin, arabic, ...(hasAllFonts() ? { chinese, japanese, korean } : {}) };

const blankDocument: BusinessDocument = {
  language: "en",
  title: "T",
  id: "quo_1/1",
  at: "2026-01-31T09:30:00.000Z",
  paper: "A4",
  blocks: [],
};
const documentWithText = (text: string, more: Partial<BusinessDocument> = {}): BusinessDocument => ({
  ...blankDocument,
  blocks: [{ kind: "paragraph", text }],
  ...more,
});

const renderText = async (document: BusinessDocument): Promise<string> =>
  (await readPages(await renderBytes(document, fonts))).map(pageLetters).join("");

const documentWithTable = (rows: readonly Row[], more: Partial<BusinessDocument> = {}): BusinessDocument => ({
  ...blankDocument,
  blocks: [
    {
      kind: "table",
      columns: [
        { head: "First head", share: 3 },
        { head: "Second head", share: 1 },
      ],
      rows,
    },
  ],
  ...more,
});

afterEach(() => vi.restoreAllMocks());

describe("the text of a page", () => {
  it.each(Object.entries(samples))("equals the text of the document in reading order: %s", async (name, document) => {
    expect(await renderText(document)).toBe(documentLetters(document, name === "arabic" ? "١/١" : "1/1"));
  });

  it("stays within the margins", async () => {
    for (const document of Object.values(samples))
      for (const { text, x, width } of (await readPages(await renderBytes(document, fonts))).flat()) {
        expect(x, text).toBeGreaterThan(53);
        // US Letter is wider than A4.
        expect(x + width, text).toBeLessThan((document.paper === "A4" ? 595.28 : 612) - 53);
      }
  });

  it("overlaps no other text", async () => {
    const crowded = documentWithTable([["x".repeat(400), { text: "y".repeat(400), note: "z".repeat(400) }]], {
      footer: "foot ".repeat(60),
    });
    for (const document of [...Object.values(samples), buildLongQuote(60), crowded]) {
      const pages = await readPages(await renderBytes(document, fonts));
      expect(pages.flat().length).toBeGreaterThan(5);
      expect(pages.flatMap(findOverlaps)).toEqual([]);
    }
    const [page = []] = await readPages(await renderBytes(latin, fonts));
    expect(findOverlaps([...page, ...page]).length).toBeGreaterThan(page.length / 2);
  });

  it("treats markup in a name as plain text", async () => {
    const name = "<b>Eve</b> &amp; %s %n ${x} {{y}} )Tj ET Q (\\) <</JS (app.alert(1))>> endstream endobj 'x' \"y\" <script>";
    expect(await renderText(documentWithText(name, { title: name, footer: name }))).toBe(keepLetters(`${name}${name}${name}1/1`));
    const { info } = await (await openPdf(await renderBytes(documentWithText("x", { title: name }), fonts))).getMetadata();
    expect(info).toMatchObject({ Title: name });
  });

  it("has no control characters, so that none can reverse its line", async () => {
    const [page = []] = await readPages(
      await renderBytes(documentWithText("Eve\u202efdp.exe\u2066 \u0007\u001b[31mred\u0000 end"), fonts),
    );
    expect(page.map(({ text }) => text)).toContain("Evefdp.exe [31mred end");
  });

  it("has one box for each letter without a font, and for an unpaired surrogate", async () => {
    const bytes = await renderBytes(documentWithText("a👍🏽b👩‍👩‍👧c\ud83dd\u{e000}e"), fonts);
    // The box carries its letter as text. pdf.js omits private-use characters.
    expect((await readPages(bytes)).map(pageLetters)).toEqual([keepLetters("Ta👍🏽b👩‍👩‍👧c\ufffdd\u{e000}e1/1")]);
    expect((await renderDocument(documentWithText("a👍🏽b"), fonts)).missing).toBeUndefined();
  });

  it.skipIf(!hasAllFonts())("composes letters with marks, and preserves variants used in names", async () => {
    // U+FA19 is a variant of U+795E used in family names; normalization would lose it.
    expect(await renderText(documentWithText("e\u0301 \ufa19", { language: "ja" }))).toBe("T\u00e9\ufa191/1");
  });

  it("breaks words that are longer than a line without losing characters", async () => {
    const word = Array.from({ length: 3000 }, (_, index) => String.fromCharCode(97 + (index % 26))).join("");
    const pages = await readPages(await renderBytes(documentWithText(`before ${word} after`), fonts));
    expect(pages.map(pageLetters).join("")).toBe(`Tbefore${word}after1/1`);
    expect(Math.max(...pages.flat().map(({ x, width }) => x + width))).toBeLessThan(595.28 - 53);
  });

  it("breaks Chinese and Japanese lines only where that is allowed", async () => {
    for (const document of [chinese, japanese]) {
      const texts = (await readPages(await renderBytes(document, fonts))).flat().map(({ text }) => text);
      expect(texts.length).toBeGreaterThan(8);
      expect(texts.filter((text) => /^[，。、）」…ー]/.test(text))).toEqual([]);
    }
  });

  it("runs from right to left in such languages, except numbers", async () => {
    const [page = []] = await readPages(
      await renderBytes(documentWithText("Widget رقم 123 (كبير) نهاية", { language: "ar", title: "عرض سعر" }), fonts),
    );
    const findX = (part: string): number => page.find(({ text }) => text.includes(part))?.x ?? Number.NaN;
    const title = page.find(({ text }) => text === "عرض سعر");
    expect((title?.x ?? 0) + (title?.width ?? 0)).toBeCloseTo(595.28 - 54, 0);
    // The paragraph starts with Latin letters, so it runs left to right, but is aligned to the right of the page.
    expect(findX("Widget")).toBeGreaterThan(300);
    expect(findX("Widget")).toBeLessThan(findX("123"));
    const [otherPage = []] = await readPages(await renderBytes(documentWithText("رقم Widget 123 نهاية"), fonts));
    const x = (part: string): number => otherPage.find(({ text }) => text.includes(part))?.x ?? Number.NaN;
    expect(x("رقم")).toBeGreaterThan(x("Widget"));
    expect(x("Widget")).toBeGreaterThan(x("نهاية"));
  });
});

describe("a document without the optional fonts", () => {
  const [required, absent] = [/^(NotoSans|PlexSansArabic)-/, { load: async () => undefined }];
  const requiredFonts: Fonts = { load: async (name) => (required.test(name) ? fonts.load(name) : undefined) };

  it.each([
    ["japanese", japanese, ["NotoSansJP", "NotoSansSC", "NotoSansTC", "NotoSansKR"]],
    ["chinese", chinese, ["NotoSansSC", "NotoSansTC", "NotoSansJP", "NotoSansKR"]],
    ["korean", korean, ["NotoSansKR", "NotoSansSC", "NotoSansTC", "NotoSansJP"]],
  ])("in %s keeps its text, and a note names the missing fonts", async (_, document, families) => {
    const { bytes, missing } = await renderDocument(document, requiredFonts);
    expect(missing?.families).toEqual(expect.arrayContaining(families.slice(0, 1)));
    expect(families).toEqual(expect.arrayContaining([...(missing?.families ?? [])]));
    const pages = (await readPages(bytes)).map(pageLetters).join("");
    const note = pages.slice(pages.indexOf("\ufffd="), pages.lastIndexOf("."));
    expect(note).toContain(`(${missing?.letters}different,${missing?.families.join(",")})`);
    expect(pages.replace(`${note}.`, "")).toBe(documentLetters(document));
  });

  it("keeps letters of another script in their line, also from right to left", async () => {
    const { bytes } = await renderDocument(documentWithText("السيد 山田 محمد", { language: "ar" }), requiredFonts);
    const [page = []] = await readPages(bytes);
    const x = (part: string): number => page.find(({ text }) => text.includes(part))?.x ?? Number.NaN;
    expect(x("السيد")).toBeGreaterThan(x("山田"));
    expect(x("山田")).toBeGreaterThan(x("محمد"));
  });

  it("draws wide letters as their plain forms, without a further font", async () => {
    const { bytes, missing } = await renderDocument(documentWithText("￥１２"), requiredFonts);
    expect(missing).toBeUndefined();
    expect((await readPages(bytes)).map(pageLetters)).toEqual(["T￥１２1/1"]);
  });

  it("is identical if it needs none of them", async () => {
    for (const document of [latin, arabic]) {
      const { bytes, missing } = await renderDocument(document, requiredFonts);
      expect(missing).toBeUndefined();
      expect(Buffer.compare(bytes, await renderBytes(document, fonts))).toBe(0);
    }
  });

  it("is not drawn without any font", async () => {
    await expect(renderBytes(latin, absent)).rejects.toThrow("NotoSans-Regular is not installed");
  });
});

/** Points between the tested positions of a page break; each table row is at least three steps high. */
const CUT_STEP = resolveTestSize("CRM_STEP", 6, 3);

describe("a table", () => {
  it("of 300 lines has its heads on each page, and each line once", async () => {
    const document = buildLongQuote(300);
    const pages = (await readPages(await renderBytes(document, fonts))).map(pageLetters);
    expect(pages.length).toBeGreaterThan(8);
    const heads = keepLetters("#DescriptionQuantityUnit priceAmount");
    const bodyTexts = pages.map((page, index) => {
      const foot = keepLetters(`${document.footer}${index + 1} / ${pages.length}`);
      expect(page.endsWith(foot)).toBe(true);
      // The last page also has a row above its totals.
      if (index > 0) expect(page.startsWith(heads)).toBe(true);
      return page.slice(index > 0 ? heads.length : 0, -foot.length);
    });
    expect(`${bodyTexts.join("")}${keepLetters(document.footer ?? "")}1/1`).toBe(documentLetters(document));
  });

  it("has each row on one page", async () => {
    const rows = Array.from({ length: 120 }, (_, index) => [`Row ${index}.${"\nmore".repeat(index % 9)}\nEnd ${index}.`, "x"]);
    const pages = (await readPages(await renderBytes(documentWithTable(rows), fonts))).map(pageLetters);
    const cut = rows.filter((_, index) => pages.some((page) => page.includes(`Row${index}.`) !== page.includes(`End${index}.`)));
    expect(cut).toEqual([]);
    expect(pages.length).toBeGreaterThan(6);
  });

  it("continues a row that is longer than a page without losing lines", async () => {
    const lines = Array.from({ length: 200 }, (_, index) => `line${index};`);
    const pages = (
      await readPages(
        await renderBytes(
          documentWithTable([
            ["first", "1"],
            [lines.join("\n"), "2"],
            ["last", "3"],
          ]),
          fonts,
        ),
      )
    ).map(pageLetters);
    const heads = "FirstheadSecondhead";
    const bodyTexts = pages.map((page, index) => page.slice(index === 0 ? 1 : 0, -`${index + 1}/${pages.length}`.length));
    expect(bodyTexts.every((page) => page.startsWith(heads))).toBe(true);
    // The second cell ends on the first page of its row.
    expect(
      bodyTexts
        .map((page) => page.slice(heads.length))
        .join("")
        .replace(/;2line/, ";line"),
    ).toBe(`first1${lines.join("")}last3`);
  });

  it("leaves no table head or heading alone at the foot of a page", async () => {
    for (let height = 560; height < 660; height += CUT_STEP) {
      const blocks: BusinessDocument["blocks"] = [
        { kind: "spacer", height },
        { kind: "heading", level: 1, text: "Heading" },
        ...documentWithTable([["cell", "cell"]]).blocks,
      ];
      const pages = (await readPages(await renderBytes({ ...blankDocument, blocks }, fonts))).map(pageLetters);
      expect(pages.filter((page) => page.includes("Firsthead") !== page.includes("cellcell"))).toEqual([]);
      expect(pages.filter((page) => /Heading\d/.test(page))).toEqual([]);
    }
  });

  it("leaves no bold section row alone at the foot of a page", async () => {
    for (let height = 500; height < 660; height += 2 * CUT_STEP) {
      const rows: Row[] = [
        ["before", "1"],
        [{ text: "Section", strong: true }, ""],
        ["within", "2"],
        ["after", "3"],
      ];
      const blocks: BusinessDocument["blocks"] = [{ kind: "spacer", height }, ...documentWithTable(rows).blocks];
      const pages = (await readPages(await renderBytes({ ...blankDocument, blocks }, fonts))).map(pageLetters);
      expect(pages.filter((page) => page.includes("Section"))).toEqual([expect.stringContaining("Sectionwithin2")]);
    }
  });

  it("has its first column on the right in a right-to-left language", async () => {
    const x = async (language: string): Promise<number[]> => {
      const [page = []] = await readPages(await renderBytes(documentWithTable([["aaa", "bbb"]], { language }), fonts));
      return ["aaa", "bbb"].map((cell) => page.find(({ text }) => text === cell)?.x ?? Number.NaN);
    };
    const [[first = 0, second = 0], [third = 0, fourth = 0]] = [await x("en"), await x("ar")];
    expect(first).toBeLessThan(second);
    expect(third).toBeGreaterThan(fourth);
  });
});

describe("totals", () => {
  const below = (rows: readonly Row[], height: number, more: BusinessDocument["blocks"] = []): BusinessDocument => ({
    ...blankDocument,
    blocks: [
      { kind: "spacer", height },
      ...more,
      ...documentWithTable(rows).blocks,
      {
        kind: "totals",
        lines: [
          { label: "Subtotal", amount: "7" },
          { label: "Total", amount: "8", strong: true },
        ],
      },
    ],
  });

  it("are never on a page without one of their rows, nor a heading without both", async () => {
    const section: Row = [
      { text: "Section", strong: true },
      { text: "7", strong: true },
    ];
    const heading = { kind: "heading", level: 1, text: "Heading" } as const;
    for (const rows of [
      [
        ["first", "1"],
        ["last", "2"],
      ],
      [["last", "1"]],
      [section, ["last", "1"]],
    ])
      for (let height = 400; height < 660; height += 2 * CUT_STEP) {
        const pages = (await readPages(await renderBytes(below(rows, height, [heading]), fonts))).map(pageLetters);
        expect(
          pages.filter((page) => page.includes("last")),
          `${height}`,
        ).toEqual([expect.stringMatching(/last\dSubtotal7Total8/)]);
        expect(
          pages.filter((page) => /(Heading|Section7)\d\/\d$/.test(page)),
          `${height}`,
        ).toEqual([]);
      }
  });

  it("of a table longer than a page follow its last row, with the heads", async () => {
    for (let count = 30; count < 60; count += CUT_STEP - 2) {
      const rows = Array.from({ length: count }, (_, index): Row => [`row${index};`, "1"]);
      const last = (await readPages(await renderBytes(below(rows, 0), fonts))).map(pageLetters).at(-1);
      expect(last).toMatch(new RegExp(`FirstheadSecondhead.*row${count - 1};1Subtotal7Total8`));
    }
  });

  it("stand together", async () => {
    for (let height = 540; height < 660; height += 3 * CUT_STEP) {
      const lines = Array.from({ length: 6 }, (_, index) => ({
        label: `Line${index}`,
        amount: String(index),
        strong: index === 5,
      }));
      const document: BusinessDocument = {
        ...blankDocument,
        blocks: [
          { kind: "spacer", height },
          { kind: "totals", lines },
        ],
      };
      const pages = (await readPages(await renderBytes(document, fonts))).map(pageLetters);
      expect(pages.filter((page) => page.includes("Line0") && page.includes("Line5")).length).toBe(1);
    }
  });
});

describe("the file", () => {
  it("has the same bytes in another process and time zone, and after other documents", async () => {
    const hashBytes = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
    const localHashes = [];
    for (const document of [arabic, latin, korean, latin, arabic])
      localHashes.push(hashBytes(await renderBytes(document, fonts)));
    const script = `
      const { renderBytes } = await import("@crm/core/lib/pdf/renderer.ts");
      const { packagedFonts } = await import("@crm/local/ports/fonts.ts");
      const { latin, arabic } = await import("./scripts/samples/documents.ts");
      const { createHash } = await import("node:crypto");
      for (const document of [latin, arabic])
        console.log(createHash("sha256").update(await renderBytes(document, packagedFonts())).digest("hex"));`;
    const output = execFileSync(process.execPath, ["--input-type=module", "-e", script], {
      cwd: new URL("../../..", import.meta.url),
      env: { ...process.env, TZ: "Pacific/Kiritimati", LANG: "ar_EG.UTF-8", NODE_NO_WARNINGS: "1" },
    });
    const [first, second] = output.toString().trim().split("\n");
    expect(localHashes).toEqual([second, first, localHashes[2], first, second]);
  });

  it("differs for another version of the same quote", async () => {
    const [firstBytes, secondBytes] = [await renderBytes(latin, fonts), await renderBytes({ ...latin, id: "quo_01/4" }, fonts)];
    const [first, second] = [await openPdf(firstBytes), await openPdf(secondBytes)];
    expect(first.fingerprints[0]).not.toBe(second.fingerprints[0]);
  });

  it("contains its title, author, language and date", async () => {
    const file = await openPdf(await renderBytes(arabic, fonts));
    const { info } = await file.getMetadata();
    expect(info).toMatchObject({
      Title: arabic.title,
      Author: "Northwind Trading",
      Subject: "quo_01/3",
      Language: "ar-EG",
      CreationDate: "D:20260131093000Z",
      ModDate: "D:20260131093000Z",
    });
  });

  it("tags its parts, and repeated parts once", async () => {
    const file = await openPdf(await renderBytes(buildLongQuote(60), fonts));
    const types: string[] = [];
    // Each page returns the whole structure tree; only elements on that page have content.
    const walk = (node: unknown): void => {
      const { role, children = [] } = node as { role?: string; children?: { type?: string }[] };
      if (role && children.some(({ type }) => type === "content")) types.push(role);
      children.forEach(walk);
    };
    for (let page = 1; page <= file.numPages; page++) walk(await (await file.getPage(page)).getStructTree());
    const count = (role: string): number => types.filter((type) => type === role).length;
    expect([count("H1"), count("H2"), count("Figure")]).toEqual([1, 1, 1]);
    // Five column headers and four labels of totals.
    expect([count("TH"), count("TD")]).toEqual([9, 60 * 5 + 4]);
  });

  it("numbers its pages with the digits of its language", async () => {
    expect(await renderText({ ...blankDocument, language: "fa" })).toBe("T۱/۱");
    expect(await renderText({ ...blankDocument, blocks: [{ kind: "page_break" }] })).toBe("T1/22/2");
  });

  it("embeds only the used parts of fonts", async () => {
    expect((await renderBytes(chinese, fonts)).length).toBeLessThan(40_000);
    expect((await renderBytes(buildLongQuote(300), fonts)).length).toBeLessThan(120_000);
  });
});

describe("fonts", () => {
  const watched = (): Fonts & { names: string[] } => {
    const names: string[] = [];
    return {
      names,
      load: (name) => {
        names.push(name);
        return fonts.load(name);
      },
    };
  };

  const testLoadedFonts = async (language: string, text: string, names: readonly string[]) => {
    const port = watched();
    await renderBytes(documentWithText(text, { language }), port);
    expect(port.names).toEqual(names);
  };

  it.each([
    ["en", "plain 👍", ["NotoSans-Regular", "NotoSans-Bold"]],
    ["en", "سعر", ["NotoSans-Regular", "PlexSansArabic-Regular", "NotoSans-Bold"]],
  ])("of %s with %s are loaded, and no others", testLoadedFonts);

  it.skipIf(!hasAllFonts()).each([
    ["ja", "骨", ["NotoSansJP-Regular", "NotoSansJP-Bold"]],
    ["ko", "骨", ["NotoSansKR-Regular", "NotoSansKR-Bold"]],
    ["zh-TW", "骨", ["NotoSansTC-Regular", "NotoSansTC-Bold"]],
    ["zh-HK", "骨", ["NotoSansTC-Regular", "NotoSansTC-Bold"]],
    ["zh-Hant", "骨", ["NotoSansTC-Regular", "NotoSansTC-Bold"]],
    ["zh", "骨", ["NotoSansSC-Regular", "NotoSansSC-Bold"]],
    ["en", "骨", ["NotoSans-Regular", "NotoSansSC-Regular", "NotoSans-Bold"]],
    ["zh", "한국", ["NotoSansSC-Regular", "NotoSansKR-Regular", "NotoSansSC-Bold"]],
  ])("of %s with %s are loaded, and no others", testLoadedFonts);

  it("are loaded once for all documents, and again after a failure", async () => {
    const port = watched();
    const failing: Fonts = { load: vi.fn(port.load).mockRejectedValueOnce(new Error("no network")) };
    await expect(renderBytes(blankDocument, failing)).rejects.toThrow("no network");
    await renderBytes(blankDocument, failing);
    await renderBytes(blankDocument, failing);
    expect(port.names).toEqual(["NotoSans-Regular", "NotoSans-Bold"]);
  });
});

describe("the head of a letter", () => {
  const from = ["Northwind", "1 Harbour Street", "London"];
  const render = (header: BusinessDocument["header"], more: Partial<BusinessDocument> = {}) =>
    renderBytes({ ...documentWithText("Text"), ...more, header: { to: ["Ada Quist"], ...header } }, fonts);
  const findText = (page: readonly PlacedText[], text: string) => page.find((placed) => placed.text === text);

  it("has the name at the start, the address at the end, and the address in one line above the recipient", async () => {
    const [page = []] = await readPages(await render({ from }));
    const [name, street, line, to] = ["Northwind", "1 Harbour Street", from.join(" · "), "Ada Quist"].map((text) =>
      findText(page, text),
    );
    expect(name).toMatchObject({ x: 54, size: 15 });
    expect((street?.x ?? 0) + (street?.width ?? 0)).toBeCloseTo(595.28 - 54, 0);
    expect([line?.x, to?.x]).toEqual([54, 54]);
    expect(line?.y).toBeGreaterThan(to?.y ?? Number.NaN);
    expect(findOverlaps(page)).toEqual([]);
  });

  it("has the logo once, and the name beside it", async () => {
    const bytes = await render({ from, logo: { bytes: drawLogo(), alt: "Northwind" } });
    const [page = []] = await readPages(bytes);
    expect(
      Buffer.from(bytes)
        .toString("latin1")
        .match(/\/Subtype \/Image/g)?.length,
    ).toBeLessThanOrEqual(2);
    expect(findText(page, "Northwind")?.x).toBeGreaterThan(300);
  });

  it("shows labels and values in two columns, in both directions", async () => {
    const facts = [
      ["Date", "1 May"],
      ["Valid until", "2 June"],
    ] as const;
    const paragraph = { kind: "paragraph", text: "Date: 1 May\nValid until: 2 June", facts } as const;
    for (const language of ["en", "ar"]) {
      const [page = []] = await readPages(await render({ from }, { language, blocks: [paragraph] }));
      const [first, second] = [findText(page, "1 May"), findText(page, "2 June")];
      if (language === "en") expect(first?.x).toBe(second?.x);
      else expect((first?.x ?? 0) + (first?.width ?? 0)).toBeCloseTo((second?.x ?? 0) + (second?.width ?? 0), 1);
      expect(findOverlaps(page)).toEqual([]);
    }
  });
});

it("fetches nothing", async () => {
  const connect = vi.spyOn(Socket.prototype, "connect");
  const fetched = vi.spyOn(globalThis, "fetch");
  const picture = { bytes: drawLogo(), alt: "https://example.com/logo.png" };
  const text = "<img src=https://example.com/a.png> https://example.com file:///etc/passwd";
  await renderBytes({ ...documentWithText(text), header: { logo: picture }, blocks: [{ kind: "image", image: picture }] }, fonts);
  expect(connect).not.toHaveBeenCalled();
  expect(fetched).not.toHaveBeenCalled();
});
