import { fold } from "../../kernel/text.ts";

/**
 * Names of months in English, German, French, Spanish, Italian, Portuguese, Dutch and Polish (in the forms used in dates, and alone), and where they
 * differ in Swedish, Danish and Norwegian. The list is fixed here, because the runtime's lists change with its releases.
 */
const monthNames: readonly string[] = [
  "january januar jänner janvier enero gennaio janeiro januari stycznia styczeń",
  "february februar feber février febrero febbraio fevereiro februari lutego luty",
  "march märz mrz mars marzo março maart mrt marca marzec marts",
  "april avril abril aprile kwietnia kwiecień",
  "may mai mayo maggio maio mei maja maj",
  "june juni juin junio giugno junho czerwca czerwiec",
  "july juli juillet julio luglio julho lipca lipiec",
  "august août agosto augustus augusti sierpnia sierpień",
  "september septembre septiembre settembre setembro września wrzesień",
  "october oktober octobre octubre ottobre outubro października październik",
  "november novembre noviembre novembro listopada listopad",
  "december dezember décembre diciembre dicembre dezembro desember grudnia grudzień",
];

const months = monthNames.map((line) => line.split(" ").map(fold));

/** Prefixes of at least three letters that begin the name of one month only: `mar`, `févr`, `sept`. */
const prefixes = new Map<string, number>();
for (const [monthIndex, spellings] of months.entries()) {
  for (const name of spellings) {
    for (let length = 3; length <= name.length; length++) {
      const prefix = name.slice(0, length);
      const existingMonth = prefixes.get(prefix) ?? monthIndex + 1;
      prefixes.set(prefix, existingMonth === monthIndex + 1 ? existingMonth : 0);
    }
  }
}

/** Returns 1 to 12; undefined for a word that is no month, or may be several (`jui`). */
export const parseMonth = (word: string): number | undefined => prefixes.get(fold(word)) || undefined;
