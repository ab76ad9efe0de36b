/**
 * Which of three code pages a text was written in that is not UTF-8, from its words that have letters beyond ASCII; they
 * come as Latin-1, so a character is a byte. Windows-1252 (western Europe) unless there is good reason for another:
 * Windows-1250 (central Europe) shares ä, ö, ü, é, á and most others with it, so German is right either way.
 */
export function codePageOf(words: readonly string[]): "windows-1250" | "windows-1251" | "windows-1252" {
  if (isCyrillic(words)) return "windows-1251";
  return isCentral(words) ? "windows-1250" : "windows-1252";
}

const count = (words: readonly string[], pattern: RegExp): number =>
  words.reduce((sum, word) => sum + (word.match(pattern)?.length ?? 0), 0);

/**
 * In Cyrillic whole words are beyond ASCII, and eleven letters make up seven tenths of Russian (and not much less of
 * Ukrainian and Bulgarian) text. In Greek, which fills the same bytes, these stand for letters of a third of the text.
 */
function isCyrillic(words: readonly string[]): boolean {
  const letters = count(words, /[\xc0-\xff]/g);
  const inRuns = words.reduce((sum, word) => sum + (word.match(/[\xc0-\xff]{3,}/g) ?? []).join("").length, 0);
  const frequent = count(words, /[\xee\xe0\xe5\xe8\xed\xf2\xf0\xf1\xe2\xeb\xea\xce\xc0\xc5\xc8\xcd\xd2\xd0\xd1\xc2\xcb\xca]/g);
  return letters > 0 && inRuns >= 0.6 * letters && frequent >= 0.5 * letters;
}

/** Bytes that are letters in Windows-1250 and, where they stand, make no sense in Windows-1252. */
const central: readonly RegExp[] = [
  // ł ą ľ inside words are ³ ¹ ¾; ż is ¿, which only begins words; ş is º, which ends them
  /(?<=[A-Za-z\x80-\xff])[\xb3\xb9\xbe\xbf]|(?<=[A-Za-z\x80-\xff])[\xba\xaa](?=[a-z\x80-\xff])/g,
  // Ł Ą Ż Ľ before a letter are £ ¥ ¯ ¼
  /[\xa3\xa5\xaf\xbc](?=[a-z\xc0-\xff])/g,
  // Š š Ž ž are the same letters in both, but no letters of western languages
  /[\x8a\x9a\x8e\x9e]/g,
  // Ť ť Ź are nothing at all; ś is œ, which stands before u, i or d; ź is Ÿ, no capital inside a word
  /[\x8d\x9d\x8f]|\x9c(?![uid])|(?<=[a-z\xe0-\xff])\x9f/g,
];

/** Hungarian has ő where Portuguese has õ and Estonian has õ beside ä. */
const isHungarian = (words: readonly string[]): boolean =>
  count(words, /\xf5(?!e)|\xfb/g) > 0 &&
  count(words, /[\xf6\xfc\xf5]/g) > 0 &&
  count(words, /[\xe4\xe3\xe7\xe8\xea\xee\xf4]/g) === 0;

function isCentral(words: readonly string[]): boolean {
  const letters = count(words, /[\x80-\xff]/g);
  const signs = central.reduce((sum, pattern) => sum + count(words, pattern), 0);
  // One Škoda in a file of Müllers proves nothing; one Łukasz in a file that has nothing else does.
  return (signs > 0 && signs >= 0.08 * letters) || isHungarian(words);
}
