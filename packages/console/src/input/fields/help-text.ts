import type { Field } from "../../api/kind.ts";
import { checkWords } from "./people-text.ts";

/** Where a sentence begins. Chinese and Japanese have no space between sentences. The space belongs to the sentence before. */
const SENTENCE_START = /(?<=[.?!؟]\s+)(?=[\p{Lu}\p{Lo}`])|(?<=[。！？])/u;

/**
 * Returns what a description of the API tells a person: its sentences without those that have words of the API. Undefined if none is left.
 */
export function writeHelp(description: string): string | undefined {
  const sentences = description.split(SENTENCE_START).map((sentence) => sentence.replaceAll("`", ""));
  const told = sentences.filter((sentence) => checkWords(sentence).length === 0);
  return told.length === 0 ? undefined : told.join("").trim();
}

/** A field in a form that changes a record. */
export const omitCreateHelp = ({ create_help: _help, ...field }: Field): Field => field;
