import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";
import { listBaseForms } from "@crm/core/platform/auth/password-strength.rules.ts";
import common from "@zxcvbn-ts/language-common";

/**
 * Writes the compressed list of common passwords that are refused, from a maintained list of breached passwords and the words below, from which
 * people make passwords in the product's languages. Run it by hand when that list has a new version.
 */
const WORDS = `
  spring summer autumn winter january february march april june july august september october november december
  monday tuesday wednesday thursday friday saturday sunday password passwort passwd welcome willkommen letmein changeme
  fruehling sommer herbst januar februar maerz juni juli oktober dezember montag dienstag mittwoch donnerstag freitag
  samstag sonntag geheim hallo fussball schalke bayern printemps automne hiver motdepasse bonjour soleil contrasena
  verano invierno primavera otono hola bienvenido autunno inverno estate benvenuto buongiorno segreto vendite assicurazione
  gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre lunedi martedi mercoledi
  giovedi venerdi sabato domenica senha wachtwoord zomer welkom haslo lato zima
  company office admin administrator support service customer kunde vertrieb sales insurance versicherung qwertz azerty
`;
const entries = new Set<string>();
for (const password of [...common.dictionary.passwords, ...WORDS.trim().split(/\s+/)]) {
  const text = String(password).toLowerCase();
  // Shorter passwords are refused by their length. As a word inside a longer password they are found anyway.
  if (text.length >= 10) entries.add(text);
  for (const form of listBaseForms(text)) if (/^\p{L}{4,}$/u.test(form)) entries.add(form);
}
const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 22 } };
const text = brotliCompressSync([...entries].sort().join("\n"), quality).toString("base64");
const file = fileURLToPath(new URL("../packages/core/src/platform/auth/common-passwords.data.ts", import.meta.url));
const comment = `${entries.size} common passwords and words that they are made of: written by scripts/common-passwords.ts.`;
writeFileSync(file, `/** ${comment} */\nexport const COMMON_PASSWORDS =\n  "${text}";\n`);
console.log(`${entries.size} entries, ${text.length} characters`);
