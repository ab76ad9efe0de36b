import { fold } from "../../kernel/text.ts";

/**
 * Names of months in English, German, French, Spanish, Italian, Portuguese, Dutch and Polish (as they stand in dates, and
 * alone), and where Swedish, Danish and Norwegian differ from all of them. Written down rather than asked of the runtime, whose
 * lists change with its release.
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

/** Prefixes of three letters and more that begin the names of one month only: `mar`, `févr`, `sept`. */
const prefixes = new Map<string, number>();
for (const [at, spellings] of months.entries()) {
  for (const name of spellings) {
    for (let length = 3; length <= name.length; length++) {
      const prefix = name.slice(0, length);
      const earlier = prefixes.get(prefix) ?? at + 1;
      prefixes.set(prefix, earlier === at + 1 ? earlier : 0);
    }
  }
}

/** 1 to 12; undefined for what names none, or more than one (`jui`). */
export const parseMonth = (word: string): number | undefined => prefixes.get(fold(word)) || undefined;
