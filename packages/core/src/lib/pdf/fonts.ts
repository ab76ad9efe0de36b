import { create, type Font, type Glyph } from "fontkit";
import type { Fonts } from "../../kernel/ports.ts";
import { type Family, type Weight, weights } from "./font-families.ts";
import { listVisibleCodePoints, splitGraphemes, toDrawableText } from "./text.rules.ts";

/** The fonts of documents: the families, their order for a language, and the fonts that a document needs. */

/** The character that is drawn for letters that no open font has. */
export const REPLACEMENT = "\ufffd";

/** An open font; it stays open for later documents. */
export interface OpenFont {
  readonly name: string;
  readonly font: Font;
  has(letter: string): boolean;
  /** Draws each letter as the replacement character; the text of the file keeps the letter itself. */
  readonly isStandIn?: true;
}

/** Letters that were drawn as the replacement character because their fonts are not installed. */
export interface MissingFonts {
  readonly families: readonly Family[];
  /** The number of different letters, both weights together. */
  readonly letters: number;
}

const ASIAN =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\u3000-\u303f\uff00-\uffef]/u;
const HANGUL = /\p{Script=Hangul}/u;
const ARABIC = /[\p{Script=Arabic}\u060c\u061b\u061f\u0640\u0660-\u0669]/u;
const asianFamilies: readonly Family[] = ["NotoSansSC", "NotoSansTC", "NotoSansJP", "NotoSansKR"];

/** Returns the family for letters that Chinese, Japanese and Korean share; for other languages, that of mainland China. */
function selectAsianFamily(language: string): Family {
  const { language: code, script, region } = new Intl.Locale(language).maximize();
  if (code === "ja") return "NotoSansJP";
  if (code === "ko") return "NotoSansKR";
  return script === "Hant" || region === "TW" || region === "HK" || region === "MO" ? "NotoSansTC" : "NotoSansSC";
}

/** Returns the families in the order in which a document of the language tries them for a letter. */
function familiesFor(language: string): readonly [Family, ...Family[]] {
  const variant = selectAsianFamily(language);
  const asianFallbacks = [variant, ...asianFamilies.filter((family) => family !== variant)];
  const isAsian = ["zh", "ja", "ko"].includes(new Intl.Locale(language).language);
  return isAsian
    ? [variant, "NotoSans", "PlexSansArabic", ...asianFallbacks.slice(1)]
    : ["NotoSans", "PlexSansArabic", ...asianFallbacks];
}

/** Whether a family may contain a letter. Avoids opening a large font for an emoji, or fonts of other scripts for a Korean name. */
function mayHave(family: Family, letter: string): boolean {
  if (family === "PlexSansArabic") return ARABIC.test(letter);
  if (family === "NotoSans") return !ASIAN.test(letter) && !ARABIC.test(letter);
  return family === "NotoSansKR" ? ASIAN.test(letter) : ASIAN.test(letter) && !HANGUL.test(letter);
}

const openFonts = new WeakMap<Fonts, Map<string, Promise<OpenFont | undefined>>>();

/** Returns the open font; undefined if it is not installed. */
function loadFont(fonts: Fonts, name: string): Promise<OpenFont | undefined> {
  const cachedFonts = openFonts.get(fonts) ?? new Map<string, Promise<OpenFont | undefined>>();
  openFonts.set(fonts, cachedFonts);
  const before = cachedFonts.get(name);
  if (before) return before;
  const opening = fonts.load(name).then((bytes) => bytes && wrapFont(name, create(bytes)));
  // A font that failed to open or was not installed is tried again by the next document.
  opening.then(
    (font) => font ?? cachedFonts.delete(name),
    () => cachedFonts.delete(name),
  );
  cachedFonts.set(name, opening);
  return opening;
}

function wrapFont(name: string, font: Font): OpenFont {
  // The library caches each glyph with the code points of its first use. A separate object for each use keeps the code points apart.
  const getGlyph = font.getGlyph.bind(font);
  const widths = new Map<number, number>();
  const measureGlyph = (id: number): number => {
    const width = widths.get(id) ?? getGlyph(id).advanceWidth;
    widths.set(id, width);
    return width;
  };
  // The width is read from the font's tables once for each glyph.
  font.getGlyph = (id, codePoints = []): Glyph =>
    Object.create(getGlyph(id), { codePoints: { value: codePoints }, advanceWidth: { value: measureGlyph(id) } });
  return {
    name,
    font,
    has: (letter) => listVisibleCodePoints(letter).every((codePoint) => font.hasGlyphForCodePoint(codePoint)),
  };
}

/** The fonts of one document. */
export class Fontbook {
  readonly missing: MissingFonts | undefined;
  readonly #fonts: ReadonlyMap<Weight, WeightFonts>;

  private constructor(fonts: ReadonlyMap<Weight, WeightFonts>) {
    this.#fonts = fonts;
    const families = new Set([...fonts.values()].flatMap(({ absentFamilies }) => absentFamilies));
    const letters = new Set(
      [...fonts.values()].flatMap(({ absentFamilies, undrawnLetters }) => undrawnLetters.filter(hasFamilyIn(absentFamilies))),
    );
    if (letters.size > 0) this.missing = { families: [...families], letters: letters.size };
  }

  /** Opens only the fonts that these texts need. */
  static async open(fonts: Fonts, language: string, texts: Readonly<Record<Weight, readonly string[]>>): Promise<Fontbook> {
    const fontsByWeight = new Map<Weight, WeightFonts>();
    for (const weight of weights) fontsByWeight.set(weight, await openWeight(fonts, language, weight, texts[weight]));
    return new Fontbook(fontsByWeight);
  }

  /**
   * Returns the font for a letter. Letters without a script of their own, such as spaces and digits, keep the font of the letter before if it has
   * them.
   */
  selectFont(letter: string, weight: Weight, before: OpenFont | undefined): OpenFont {
    const fonts = this.#fonts.get(weight);
    if (!fonts) throw new Error(`Fonts of weight ${weight} are not open`);
    if (before && /^[\p{Script=Common}\p{Script=Inherited}]+$/u.test(letter) && before.has(letter)) return before;
    return fonts.open.find((font) => font.has(letter)) ?? fonts.standIn;
  }
}

/** Returns the plain letter that means the same as a wide or narrow one (NFKC), if the font has it; otherwise undefined. */
export function plainForm(letter: string, { font }: Pick<OpenFont, "font">): string | undefined {
  const plain = letter.normalize("NFKC");
  const isOne = plain !== letter && [...plain].length === 1;
  return isOne && font.hasGlyphForCodePoint(plain.codePointAt(0) ?? 0) ? plain : undefined;
}

interface WeightFonts {
  /** In the order in which they are tried for a letter. */
  readonly open: readonly OpenFont[];
  readonly standIn: OpenFont;
  /** Letters that none of the open fonts can draw. */
  readonly undrawnLetters: readonly string[];
  /** Families that may have some of these letters and are not installed. */
  readonly absentFamilies: readonly Family[];
}

const hasFamilyIn =
  (families: readonly Family[]) =>
  (letter: string): boolean =>
    families.some((family) => mayHave(family, letter));

async function openWeight(fonts: Fonts, language: string, weight: Weight, texts: readonly string[]): Promise<WeightFonts> {
  const families = familiesFor(language);
  const missing = new Set(texts.flatMap((text) => splitGraphemes(toDrawableText(text))).filter((letter) => letter !== "\n"));
  const loadedFonts: OpenFont[] = [];
  const absent: Family[] = [];
  for (const family of families) {
    // At least one font is opened: it has the digits and spaces of the page.
    if (loadedFonts.length > 0 && ![...missing].some((letter) => mayHave(family, letter))) continue;
    const font = await loadFont(fonts, `${family}-${weight}`);
    if (!font) {
      absent.push(family);
      continue;
    }
    loadedFonts.push(font);
    for (const letter of missing) if (font.has(letter)) missing.delete(letter);
  }
  const standIn = await openStandIn(loadedFonts, [...missing], fonts, weight);
  const undrawn = [...missing].filter((letter) => plainForm(letter, standIn) === undefined);
  return {
    open: loadedFonts,
    standIn,
    undrawnLetters: undrawn,
    absentFamilies: absent.filter((family) => undrawn.some((letter) => mayHave(family, letter))),
  };
}

/** Returns the font that draws missing letters. No further font is opened if no letter is missing. */
async function openStandIn(
  loadedFonts: readonly OpenFont[],
  missing: readonly string[],
  fonts: Fonts,
  weight: Weight,
): Promise<OpenFont> {
  const base =
    missing.length === 0
      ? loadedFonts[0]
      : (loadedFonts.find((font) => font.has(REPLACEMENT)) ?? (await loadFont(fonts, `NotoSans-${weight}`)));
  if (!base) throw new Error(`Font NotoSans-${weight} is not installed: documents cannot be drawn without it`);
  return { ...base, has: () => false, isStandIn: true };
}
