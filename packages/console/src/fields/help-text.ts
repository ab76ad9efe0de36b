import type { Field } from "../data/kind.ts";

/** Names of the API in its descriptions: fields, statuses and kinds of rules with an underscore, and codes of responses. */
const API_NAME = /\b[A-Za-z0-9]+(?:_[A-Za-z0-9]+)+\b|\breturns \d{3}\b/;

/** Placeholders of texts, which people do type. */
const PLACEHOLDER = /\{\{[^}]*\}\}/g;

/** Where a sentence begins. Chinese and Japanese have no space between sentences. The space belongs to the sentence before. */
const SENTENCE_START = /(?<=[.?!؟]\s+)(?=[\p{Lu}\p{Lo}`])|(?<=[。！？])/u;

/**
 * Returns what a description of the API tells a person: its sentences without those that name fields or responses, which the console does not show.
 * Undefined if none is left.
 */
export function writeHelp(description: string): string | undefined {
  const sentences = description.split(SENTENCE_START);
  const told = sentences.filter((sentence) => !API_NAME.test(sentence.replaceAll(PLACEHOLDER, "")));
  return told.length === 0 ? undefined : told.join("").trim().replaceAll("`", "");
}

/** A field in a form that changes a record. */
export const omitCreateHelp = ({ create_help: _help, ...field }: Field): Field => field;
