/**
 * Translations of messages by their English templates: `{"Must have {0} {1} {2}": "Muss {0} {1} {2} haben"}`. Placeholders have numbers. A text that
 * fills a placeholder is translated too, if the catalogue has it.
 */
export type MessageCatalog = Readonly<Record<string, string>>;

/** Returns the translation of a message, or the message itself if the catalogue has none. */
export type Translate = (message: string) => string;

interface Template {
  /** The texts around the placeholders; at least two. */
  readonly segments: readonly string[];
  /** The number of each placeholder, in the order of the English text. */
  readonly numbers: readonly number[];
  readonly translation: string;
}

const PLACEHOLDER = /\{(\d+)\}/g;

/** How deep messages in placeholders of messages are translated. */
const MAX_DEPTH = 3;

/** Creates a translator. Its work grows with the length of a message, not with a power of it, because messages repeat input. */
export function createMessageTranslator(catalog: MessageCatalog): Translate {
  const entries = Object.entries(catalog);
  const templates = entries
    .filter(([english]) => english.search(PLACEHOLDER) >= 0)
    .map(([english, translation]) => parseTemplate(english, translation))
    // The template with the most text of its own describes a message best.
    .sort((a, b) => countLetters(b) - countLetters(a));
  const translate = (message: string, depth: number): string => {
    if (Object.hasOwn(catalog, message)) return String(catalog[message]);
    if (depth === MAX_DEPTH) return message;
    const translatePart = (part: string): string => (isTranslatable(part) ? translate(part, depth + 1) : part);
    return (
      translateParts(message, translatePart) ??
      translateByTemplate(templates, message, translatePart) ??
      translateNamed(message, translatePart)
    );
  };
  return (message) => translate(message, 0);
}

/** Words that a caller sent are no messages: only sentences, and words in lower case that the catalogue has, are translated. */
const isTranslatable = (part: string): boolean => /^[A-Z{"`].* /.test(part) || /^[a-z ]+$/.test(part);

function translateByTemplate(templates: readonly Template[], message: string, translatePart: Translate): string | undefined {
  for (const template of templates) {
    const values = matchTemplate(template, message);
    if (values) return fillTemplate(template, values, translatePart);
  }
  return undefined;
}

/** Translates a message behind the name of a part of the input: `terms.price: Must be a number`. */
function translateNamed(message: string, translatePart: Translate): string {
  const [, name, text] = /^([\w.[\]-]+): (.+)$/s.exec(message) ?? [];
  return text === undefined ? message : `${name}: ${translatePart(text)}`;
}

/** Where a rule lists alternatives: `Must be a number, or be true or false` (kernel/issue-message.ts). */
const ALTERNATIVE = /, or (?=(?:be|have|not|contain|begin|end|match)\b)/;

/** Translates a message of several sentences or alternatives. Returns undefined if it has one, or one of them has no translation. */
function translateParts(message: string, translatePart: Translate): string | undefined {
  const sentences = message.split(/(?<=[^.])\. (?=\S)/);
  const alternatives = message.startsWith("Must ") ? message.split(ALTERNATIVE) : [];
  const parts = sentences.length > 1 ? sentences : alternatives.map((rule, index) => (index === 0 ? rule : `Must ${rule}`));
  if (parts.length < 2) return undefined;
  const translations = parts.map(translatePart);
  if (translations.some((translation, index) => translation === parts[index])) return undefined;
  return translations.join(sentences.length > 1 ? separateSentences(translations) : " / ");
}

/** Chinese and Japanese end a sentence with a full stop of their own. */
const separateSentences = ([first = ""]: readonly string[]): string => (/\p{Script=Han}/u.test(first) ? "。" : ". ");

const parseTemplate = (english: string, translation: string): Template => ({
  segments: english.split(/\{\d+\}/),
  numbers: [...english.matchAll(PLACEHOLDER)].map(([, number]) => Number(number)),
  translation,
});

const countLetters = ({ segments }: Template): number => segments.reduce((sum, { length }) => sum + length, 0);

/** Returns the texts at the placeholders, or undefined if the message does not follow the template. */
function matchTemplate({ segments }: Template, message: string): string[] | undefined {
  const [first = "", ...rest] = segments;
  const last = rest.pop() ?? "";
  if (!message.startsWith(first) || !message.endsWith(last)) return undefined;
  const values: string[] = [];
  const end = message.length - last.length;
  let position = first.length;
  for (const segment of rest) {
    const next = message.indexOf(segment, position);
    if (next < 0 || next > end) return undefined;
    values.push(message.slice(position, next));
    position = next + segment.length;
  }
  if (position > end) return undefined;
  values.push(message.slice(position, end));
  return values.includes("") ? undefined : values;
}

const fillTemplate = ({ translation, numbers }: Template, values: readonly string[], translatePart: Translate): string =>
  translation.replaceAll(PLACEHOLDER, (_, number) => translatePart(values[numbers.indexOf(Number(number))] ?? ""));
