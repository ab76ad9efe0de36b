import { create, type Font, type Glyph } from "fontkit";
import type { Fonts } from "../../kernel/ports.ts";
import { type Family, type Weight, weights } from "./font-families.ts";
import { listVisibleCodePoints, splitGraphemes, toDrawableText } from "./text.rules.ts";

/** Fonts of documents: which there are, which language takes which, and what of them a document needs. */

/** The glyph that is drawn in place of a letter that no open font has. */
export const REPLACEMENT = "\ufffd";

/** A font that is open, and stays so for the documents after this one. */
export interface OpenFont {
  readonly name: string;
  readonly font: Font;
  has(letter: string): boolean;
  /** Draws each letter as the replacement character; the text of the file keeps the letter itself. */
  readonly isStandIn?: true;
}

/** Letters that were drawn as the replacement character because the installation lacks their fonts. */
export interface MissingFonts {
  readonly families: readonly Family[];
  /** Different letters, both weights together. */
  readonly letters: number;
}

const ASIAN =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\u3000-\u303f\uff00-\uffef]/u;
const HANGUL = /\p{Script=Hangul}/u;
const ARABIC = /[\p{Script=Arabic}\u060c\u061b\u061f\u0640\u0660-\u0669]/u;
const asianFamilies: readonly Family[] = ["NotoSansSC", "NotoSansTC", "NotoSansJP", "NotoSansKR"];

/** The variant in which a language writes letters that Chinese, Japanese and Korean share; mainland China's for others. */
function selectAsianFamily(language: string): Family {
  const { language: code, script, region } = new Intl.Locale(language).maximize();
  if (code === "ja") return "NotoSansJP";
  if (code === "ko") return "NotoSansKR";
  return script === "Hant" || region === "TW" || region === "HK" || region === "MO" ? "NotoSansTC" : "NotoSansSC";
}

/** Families in the order in which a document of the language asks them for a letter. */
export function familiesFor(language: string): readonly [Family, ...Family[]] {
  const variant = selectAsianFamily(language);
  const others = [variant, ...asianFamilies.filter((family) => family !== variant)];
  const isAsian = ["zh", "ja", "ko"].includes(new Intl.Locale(language).language);
  return isAsian ? [variant, "NotoSans", "PlexSansArabic", ...others.slice(1)] : ["NotoSans", "PlexSansArabic", ...others];
}

/** Whether it is worth the reading: a large font is not opened for an emoji, nor those of other scripts for a Korean name. */
function mayHave(family: Family, letter: string): boolean {
  if (family === "PlexSansArabic") return ARABIC.test(letter);
  if (family === "NotoSans") return !ASIAN.test(letter) && !ARABIC.test(letter);
  return family === "NotoSansKR" ? ASIAN.test(letter) : ASIAN.test(letter) && !HANGUL.test(letter);
}

const openFonts = new WeakMap<Fonts, Map<string, Promise<OpenFont | undefined>>>();

/** The open font, or undefined if the installation does not have it. */
function loadFont(fonts: Fonts, name: string): Promise<OpenFont | undefined> {
  const known = openFonts.get(fonts) ?? new Map<string, Promise<OpenFont | undefined>>();
  openFonts.set(fonts, known);
  const before = known.get(name);
  if (before) return before;
  const opening = fonts.load(name).then((bytes) => bytes && wrapFont(name, create(bytes)));
  // The next document tries again to open a font that failed or was not installed.
  opening.then(
    (font) => font ?? known.delete(name),
    () => known.delete(name),
  );
  known.set(name, opening);
  return opening;
}

function wrapFont(name: string, font: Font): OpenFont {
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
    const families = new Set([...fonts.values()].flatMap(({ absentFamilies: absent }) => absent));
    const letters = new Set(
      [...fonts.values()].flatMap(({ absentFamilies: absent, undrawnLetters: undrawn }) => undrawn.filter(hasFamilyIn(absent))),
    );
    if (letters.size > 0) this.missing = { families: [...families], letters: letters.size };
  }

  /** Opens the fonts that these texts need, and no others. */
  static async open(fonts: Fonts, language: string, texts: Readonly<Record<Weight, readonly string[]>>): Promise<Fontbook> {
    const found = new Map<Weight, WeightFonts>();
    for (const weight of weights) found.set(weight, await openWeight(fonts, language, weight, texts[weight]));
    return new Fontbook(found);
  }

  /** The font of each letter: the one before it where that has it, if it is of no script of its own, as spaces and digits are. */
  selectFont(letter: string, weight: Weight, before: OpenFont | undefined): OpenFont {
    const fonts = this.#fonts.get(weight);
    if (!fonts) throw new Error(`The fonts of weight ${weight} are not open`);
    if (before && /^[\p{Script=Common}\p{Script=Inherited}]+$/u.test(letter) && before.has(letter)) return before;
    return fonts.open.find((font) => font.has(letter)) ?? fonts.standIn;
  }
}

/** The letter of the font that has the same meaning as a wide or narrow one that it lacks (NFKC); undefined without one. */
export function plainForm(letter: string, { font }: Pick<OpenFont, "font">): string | undefined {
  const plain = letter.normalize("NFKC");
  const isOne = plain !== letter && [...plain].length === 1;
  return isOne && font.hasGlyphForCodePoint(plain.codePointAt(0) ?? 0) ? plain : undefined;
}

interface WeightFonts {
  /** In the order in which they are asked for a letter. */
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
  const found: OpenFont[] = [];
  const absent: Family[] = [];
  for (const family of families) {
    // One font is open in any case: it has the digits and the spaces of the page.
    if (found.length > 0 && ![...missing].some((letter) => mayHave(family, letter))) continue;
    const font = await loadFont(fonts, `${family}-${weight}`);
    if (!font) {
      absent.push(family);
      continue;
    }
    found.push(font);
    for (const letter of missing) if (font.has(letter)) missing.delete(letter);
  }
  const standIn = await openStandIn(found, [...missing], fonts, weight);
  const undrawn = [...missing].filter((letter) => plainForm(letter, standIn) === undefined);
  return {
    open: found,
    standIn,
    undrawnLetters: undrawn,
    absentFamilies: absent.filter((family) => undrawn.some((letter) => mayHave(family, letter))),
  };
}

/** The font that draws the letters that are missing. Nothing is opened for it while no letter is missing. */
async function openStandIn(
  found: readonly OpenFont[],
  missing: readonly string[],
  fonts: Fonts,
  weight: Weight,
): Promise<OpenFont> {
  const base =
    missing.length === 0
      ? found[0]
      : (found.find((font) => font.has(REPLACEMENT)) ?? (await loadFont(fonts, `NotoSans-${weight}`)));
  if (!base) throw new Error(`The font NotoSans-${weight} is not installed: no document can be drawn without it`);
  return { ...base, has: () => false, isStandIn: true };
}
