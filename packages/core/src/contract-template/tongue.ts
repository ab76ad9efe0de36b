import { languageOf } from "../kernel/language.ts";
import { tongueOf } from "../quote/document.ts";
import type { Speaking } from "./document.rules.ts";
import { words } from "./words.ts";

/** A language as contracts speak it: the first of the tags that is one of ours, or else English. */
export function contractTongueOf(...tags: readonly (string | null | undefined)[]): Speaking {
  const tongue = tongueOf(...tags);
  return { ...tongue, contract: words[languageOf(tongue.speech.language) ?? "en"] };
}
