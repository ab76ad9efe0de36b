import { fold } from "../../kernel/text.ts";

/**
 * Names of countries: those of CLDR (from the runtime), in the languages of headers and in the main language of each country, and usual forms that no
 * list contains.
 */

/** Languages in which headers are recognised, and those of large neighbours. */
const languages = ["en", "de", "fr", "es", "it", "pt", "nl", "pl", "tr", "sv", "ja", "zh-Hans", "zh-Hant", "ko", "ru"];

/** Usual forms that neither ISO nor CLDR has; by alpha-2 code. */
const commonNames: Readonly<Record<string, string>> = {
  AE: "uae, emirates",
  BA: "bosnia",
  CD: "drc, dr congo, congo kinshasa, democratic republic of the congo, democratic republic of congo, zaire",
  CG: "congo brazzaville, republic of the congo, republic of congo",
  CI: "ivory coast",
  CN: "prc, peoples republic of china, mainland china",
  CV: "cape verde",
  CZ: "czech republic, tschechische republik, republique tcheque, republica checa, ceska republika",
  DE: "brd, federal republic of germany, bundesrepublik deutschland, germania, alemana",
  DO: "dominican rep",
  ES: "spanje",
  FM: "micronesia",
  GB: "great britain, britain, england, scotland, wales, northern ireland, gb, gbr, grossbritannien, gran bretagna, gran bretana",
  GR: "hellas, ellada",
  IE: "eire, republic of ireland",
  IR: "iran",
  KP: "north korea",
  KR: "republic of korea, rok",
  LA: "laos",
  MD: "moldova",
  MK: "macedonia, fyrom",
  MM: "burma",
  NL: "holland",
  PS: "palestine",
  RU: "russia, russian federation",
  SK: "slovak republic",
  SY: "syria",
  SZ: "swaziland",
  TL: "east timor",
  TR: "turkey",
  TW: "taiwan roc",
  TZ: "tanzania",
  US: "america, united states of america, us of a, vereinigte staaten von amerika, estados unidos de america, etats unis damerique",
  VA: "vatican, holy see",
  VN: "viet nam, vietnam",
};

/** Normalises the spelling of a country: without punctuation, spaces, accents and optional words. */
export const normalizeCountry = (name: string): string =>
  fold(name)
    .replace(/[‘’'`´]/g, "")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim()
    .replace(/(?<=^| )the(?= |$)|(?<= )(and|und|et|y|e|en)(?= )/g, " ")
    .replace(/(^| )(saint|sankt|st)(?= )/g, " st ")
    .replace(/ /g, "");

/** Returns the country code for each normalised name. If two languages use a name for different countries, the first language wins. */
export function buildCountryNames(codes: readonly string[]): ReadonlyMap<string, string> {
  const resolveLanguage = (code: string): string => new Intl.Locale(`und-${code}`).maximize().language;
  const names = [
    ...Object.entries(commonNames).flatMap(([code, list]) => list.split(", ").map((name) => [name, code] as const)),
    ...languages.flatMap((language) => codes.flatMap((code) => listDisplayNames(language, code))),
    ...codes.flatMap((code) => listDisplayNames(resolveLanguage(code), code)),
  ];
  return new Map(names.map(([name, code]) => [normalizeCountry(name), code] as const).reverse());
}

const displayNamesCache = new Map<string, readonly Intl.DisplayNames[]>();

function listDisplayNames(language: string, code: string): (readonly [string, string])[] {
  const displayNames =
    displayNamesCache.get(language) ??
    (["long", "short"] as const).map((style) => new Intl.DisplayNames(language, { type: "region", style, fallback: "none" }));
  displayNamesCache.set(language, displayNames);
  return displayNames.flatMap((display) => {
    const name = display.of(code);
    return name === undefined ? [] : [[name, code] as const];
  });
}
