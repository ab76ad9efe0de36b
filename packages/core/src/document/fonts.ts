import { create, type Font, type Glyph } from "fontkit";
import type { Fonts } from "../kernel/ports.ts";
import { type Family, type Weight, weights } from "./families.ts";
import { drawn, lettersOf, visibleIn } from "./text.rules.ts";

/** Fonts of documents: which there are, which language takes which, and what of them a document needs. */

/** What stands for a letter that no font has. */
export const REPLACEMENT = "\ufffd";

/** A font that is open, and stays so for the documents after this one. */
export interface OpenFont {
  readonly name: string;
  readonly font: Font;
  has(letter: string): boolean;
}

const ASIAN =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\u3000-\u303f\uff00-\uffef]/u;
const HANGUL = /\p{Script=Hangul}/u;
const ARABIC = /[\p{Script=Arabic}\u060c\u061b\u061f\u0640\u0660-\u0669]/u;
const asian: readonly Family[] = ["NotoSansSC", "NotoSansTC", "NotoSansJP", "NotoSansKR"];

/** The variant in which a language writes letters that Chinese, Japanese and Korean share; mainland China's for others. */
function variantOf(language: string): Family {
  const { language: code, script, region } = new Intl.Locale(language).maximize();
  if (code === "ja") return "NotoSansJP";
  if (code === "ko") return "NotoSansKR";
  return script === "Hant" || region === "TW" || region === "HK" || region === "MO" ? "NotoSansTC" : "NotoSansSC";
}

/** Families in the order in which a document of the language asks them for a letter. */
export function familiesFor(language: string): readonly [Family, ...Family[]] {
  const variant = variantOf(language);
  const others = [variant, ...asian.filter((family) => family !== variant)];
  const isAsian = ["zh", "ja", "ko"].includes(new Intl.Locale(language).language);
  return isAsian ? [variant, "NotoSans", "PlexSansArabic", ...others.slice(1)] : ["NotoSans", "PlexSansArabic", ...others];
}

/** Whether it is worth the reading: a large font is not opened for an emoji, nor those of other scripts for a Korean name. */
function mayHave(family: Family, letter: string): boolean {
  if (family === "PlexSansArabic") return ARABIC.test(letter);
  if (family === "NotoSans") return !ASIAN.test(letter) && !ARABIC.test(letter);
  return family === "NotoSansKR" ? ASIAN.test(letter) : ASIAN.test(letter) && !HANGUL.test(letter);
}

const opened = new WeakMap<Fonts, Map<string, Promise<OpenFont>>>();

function open(fonts: Fonts, name: string): Promise<OpenFont> {
  const known = opened.get(fonts) ?? new Map<string, Promise<OpenFont>>();
  opened.set(fonts, known);
  const before = known.get(name);
  if (before) return before;
  const opening = fonts.load(name).then((bytes) => openFont(name, create(bytes)));
  // What failed is tried again by the next document.
  opening.catch(() => known.delete(name));
  known.set(name, opening);
  return opening;
}

function openFont(name: string, font: Font): OpenFont {
  // The library keeps each glyph with the letters for which it was asked first. A glyph of its own for each use knows its own letters.
  const kept = font.getGlyph.bind(font);
  const widths = new Map<number, number>();
  const widthOf = (id: number): number => {
    const width = widths.get(id) ?? kept(id).advanceWidth;
    widths.set(id, width);
    return width;
  };
  // Its width is read from the tables of the font once, and not for each use.
  font.getGlyph = (id, codePoints = []): Glyph =>
    Object.create(kept(id), { codePoints: { value: codePoints }, advanceWidth: { value: widthOf(id) } });
  return { name, font, has: (letter) => visibleIn(letter).every((codePoint) => font.hasGlyphForCodePoint(codePoint)) };
}

/** The fonts of one document. */
export class Fontbook {
  readonly #fonts: ReadonlyMap<Weight, readonly OpenFont[]>;

  private constructor(fonts: ReadonlyMap<Weight, readonly OpenFont[]>) {
    this.#fonts = fonts;
  }

  /** Opens what these texts need, and no more. */
  static async open(fonts: Fonts, language: string, texts: Readonly<Record<Weight, readonly string[]>>): Promise<Fontbook> {
    const found = new Map<Weight, readonly OpenFont[]>();
    for (const weight of weights) found.set(weight, await needed(fonts, language, weight, texts[weight]));
    return new Fontbook(found);
  }

  /** Letters that no font has are the replacement character's. */
  legible(text: string, weight: Weight): string {
    return lettersOf(text)
      .map((letter) => (letter === "\n" || this.#of(weight).some((font) => font.has(letter)) ? letter : REPLACEMENT))
      .join("");
  }

  /** The font of each letter: the one before it where that has it, if it is of no script of its own, as spaces and digits are. */
  fontOf(letter: string, weight: Weight, before: OpenFont | undefined): OpenFont {
    const fonts = this.#of(weight);
    if (before && /^[\p{Script=Common}\p{Script=Inherited}]+$/u.test(letter) && before.has(letter)) return before;
    const font = fonts.find((each) => each.has(letter)) ?? fonts[0];
    if (!font) throw new Error("A document has at least one font");
    return font;
  }

  #of(weight: Weight): readonly OpenFont[] {
    return this.#fonts.get(weight) ?? [];
  }
}

async function needed(fonts: Fonts, language: string, weight: Weight, texts: readonly string[]): Promise<OpenFont[]> {
  const [first, ...others] = familiesFor(language);
  const found = [await open(fonts, `${first}-${weight}`)];
  const missing = new Set(texts.flatMap((text) => lettersOf(drawn(text))).filter((letter) => letter !== "\n"));
  const strike = (font: OpenFont): void => {
    for (const letter of missing) if (font.has(letter)) missing.delete(letter);
  };
  found.forEach(strike);
  for (const family of others) {
    if (![...missing].some((letter) => mayHave(family, letter))) continue;
    const font = await open(fonts, `${family}-${weight}`);
    found.push(font);
    strike(font);
  }
  if (missing.size > 0 && !found.some((font) => font.has(REPLACEMENT))) found.push(await open(fonts, `NotoSans-${weight}`));
  return found;
}
