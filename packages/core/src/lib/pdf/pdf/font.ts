import type { OpenFont } from "../fonts.ts";
import type { GlyphRun, PlacedGlyph } from "../glyph-shaping.ts";
import { formatNumber, formatRef, formatText, type PdfFile, type Ref } from "./file.ts";

/** A font in the file: its used glyphs, and the letters of each use (ISO 32000-1, 9.7 and 9.10). */
export class PdfFont {
  readonly ref: Ref;
  readonly #open: OpenFont;
  readonly #codes = new Map<string, number>();
  readonly #glyphs: { readonly id: number; readonly text: string }[] = [{ id: 0, text: "" }];

  constructor(file: PdfFile, open: OpenFont) {
    this.ref = file.reserve();
    this.#open = open;
  }

  /** Returns the operators that show a run: glyph codes, and the difference of each position from the natural widths. */
  showRun({ glyphs }: GlyphRun, size: number): string {
    const elements: string[] = [];
    let codes = "";
    // The distance of the pen from the position of the next glyph.
    let distance = 0;
    const flush = (): void => {
      if (codes) elements.push(`<${codes}>`);
      codes = "";
    };
    const operators: string[] = [];
    const end = (): void => {
      flush();
      if (elements.length > 0) operators.push(`[${elements.splice(0).join("")}] TJ`);
    };
    for (const glyph of glyphs) {
      const move = Math.round(distance - glyph.x);
      if (glyph.y !== 0) {
        end();
        operators.push(`${formatNumber((glyph.y * size) / 1000)} Ts`);
      }
      if (move !== 0) {
        flush();
        elements.push(String(move));
      }
      // Includes the rounding error, which the next glyph compensates.
      distance += this.#naturalWidth(glyph.id) - move - glyph.advance;
      codes += this.#assignCode(glyph).toString(16).padStart(4, "0");
      if (glyph.y !== 0) {
        end();
        operators.push("0 Ts");
      }
    }
    end();
    return operators.join(" ");
  }

  /** Returns the code of a glyph. A glyph that represents different letters gets a code for each, so that copied text is correct. */
  #assignCode({ id, text }: PlacedGlyph): number {
    const key = `${id} ${text}`;
    const existingCode = this.#codes.get(key);
    if (existingCode !== undefined) return existingCode;
    this.#glyphs.push({ id, text });
    this.#codes.set(key, this.#glyphs.length - 1);
    return this.#glyphs.length - 1;
  }

  #naturalWidth(id: number): number {
    const { font } = this.#open;
    return (font.getGlyph(id).advanceWidth * 1000) / font.unitsPerEm;
  }

  write(file: PdfFile): void {
    const { font } = this.#open;
    const scale = 1000 / font.unitsPerEm;
    const subset = font.createSubset();
    const places = Buffer.alloc(this.#glyphs.length * 2);
    this.#glyphs.forEach(({ id }, code) => {
      places.writeUInt16BE(subset.includeGlyph(id), code * 2);
    });
    const program = Buffer.from(subset.encode());
    const name = `${formatSubsetTag(this.ref)}+${font.postscriptName.replace(/[^A-Za-z0-9-]/g, "")}`;
    const { minX, minY, maxX, maxY } = font.bbox;
    const [box, above, below] = [
      [minX, minY, maxX, maxY].map((coordinate) => formatNumber(coordinate * scale)),
      font.ascent * scale,
      font.descent * scale,
    ];
    const descriptor = file.addObject(
      `<</Type /FontDescriptor /FontName /${name} /Flags 4 /FontBBox [${box.join(" ")}] /ItalicAngle ${formatNumber(font.italicAngle)}` +
        ` /Ascent ${formatNumber(above)} /Descent ${formatNumber(below)} /CapHeight ${formatNumber(font.capHeight * scale)} /StemV 80` +
        ` /FontFile2 ${formatRef(file.addStream(`/Length1 ${program.length}`, program))}>>`,
    );
    const widths = this.#glyphs.map(({ id }) => formatNumber(this.#naturalWidth(id)));
    const descendant = file.addObject(
      `<</Type /Font /Subtype /CIDFontType2 /BaseFont /${name} /CIDSystemInfo <</Registry (Adobe) /Ordering (Identity) /Supplement 0>>` +
        ` /FontDescriptor ${formatRef(descriptor)} /CIDToGIDMap ${formatRef(file.addStream("", places))} /W [0 [${widths.join(" ")}]]>>`,
    );
    file.addObject(
      `<</Type /Font /Subtype /Type0 /BaseFont /${name} /Encoding /Identity-H /DescendantFonts [${formatRef(descendant)}]` +
        ` /ToUnicode ${formatRef(file.addStream("", Buffer.from(this.#buildToUnicodeMap())))}>>`,
      this.ref,
    );
  }

  /** Maps codes to letters; codes without letters of their own are omitted. */
  #buildToUnicodeMap(): string {
    const entries = this.#glyphs.flatMap(({ text }, code) =>
      text === "" ? [] : [`<${code.toString(16).padStart(4, "0")}> ${formatText(text).replace("<FEFF", "<")}`],
    );
    const blocks: string[] = [];
    // A block may have at most 100 entries.
    for (let from = 0; from < entries.length; from += 100) {
      const part = entries.slice(from, from + 100);
      blocks.push(`${part.length} beginbfchar\n${part.join("\n")}\nendbfchar\n`);
    }
    return [
      "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n",
      "/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n",
      "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n",
      ...blocks,
      "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n",
    ].join("");
  }
}

/** Returns the six-letter prefix that PDF requires in the name of a font subset; unique within the file. */
function formatSubsetTag(ref: Ref): string {
  let rest = ref;
  return Array.from({ length: 6 }, () => {
    const letter = String.fromCharCode(65 + (rest % 26));
    rest = Math.floor(rest / 26);
    return letter;
  }).join("");
}
