import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useSettings } from "../../kernel/context.ts";
import { invalid } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { instant, master, oneLine, oneOf, text } from "../../kernel/schema.ts";
import { Master } from "../../platform/master-data/master.ts";
import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { COMMUNICATION_CHANNELS } from "../interaction/interaction.masters.ts";
import { change } from "./identity.ts";
import { consentStatuses, People, type PersonRecord, type Preference } from "./person.entity.ts";

/** Preferences: what a person allows, by channel and purpose. */

export const PreferenceInput = z.strictObject({
  channel: master(COMMUNICATION_CHANNELS),
  purpose: z
    .string()
    .trim()
    .toLowerCase()
    .regex(/^[a-z][a-z0-9_]{0,49}$/, "Must be a purpose such as newsletter")
    .meta({ examples: ["newsletter"] })
    .default("any"),
  consent: oneOf(consentStatuses),
  source: oneLine(255).nullish().describe("Where the person gave the answer"),
  at: instant()
    .meta({ examples: ["2026-01-15T09:30:00.000Z"] })
    .optional()
    .describe("When the person gave the answer; defaults to now"),
});

const MAX_PREFERENCES = 200;

/** Sets the given answers; others stay. Of two answers to the same question, the later one is valid. */
export const set = fn(
  z.strictObject({ id: text(64), preferences: z.array(PreferenceInput).min(1).max(MAX_PREFERENCES) }),
  async ({ id, preferences }) => {
    const answers = await normalizeAnswers(preferences);
    return change(id, (person) => ({ ...person, preferences: mergeAnswers(person.preferences, answers) }));
  },
);

/**
 * Applies answers known from another source to a live person, as of their own times. Later answers of the person stay valid.
 * `writeAlong` adds writes to the transaction.
 */
export const applyAnswers = (
  id: string,
  buildAnswers: (preferences: readonly Preference[]) => readonly Preference[],
  writeAlong: (tx: Transaction) => unknown = () => undefined,
): Promise<void> =>
  Records.ignoreMissing(
    Records.change(People, id, (person, tx) => {
      const answers = buildAnswers(person.preferences);
      writeAlong(tx);
      return answers.length === 0 ? person : { ...person, preferences: mergeAnswers(person.preferences, answers) };
    }),
  );

export async function normalizeAnswers(
  typed: readonly z.output<typeof PreferenceInput>[],
  field = "preferences",
): Promise<Preference[]> {
  return Promise.all(
    typed.map(async ({ channel, purpose, consent, source, at }, place) => {
      const code = await resolveChannel(channel, `${field}[${place}].channel`);
      const answeredAt = at ?? Clock.now();
      if (answeredAt > Clock.now()) throw invalid(`${field}[${place}].at`, "Must not be in the future");
      return { channel: code, purpose, consent, source: source ?? null, at: answeredAt };
    }),
  );
}

/** Returns the code of a channel given by id or code. */
export const resolveChannel = (channel: string, field: string): Promise<string> =>
  Master.resolveCode(COMMUNICATION_CHANNELS, channel, field);

export function mergeAnswers(preferences: readonly Preference[], newAnswers: readonly Preference[]): Preference[] {
  const answers = new Map(preferences.map((preference) => [`${preference.channel}.${preference.purpose}`, preference]));
  for (const answer of newAnswers) {
    const question = `${answer.channel}.${answer.purpose}`;
    const before = answers.get(question);
    if (!before || before.at <= answer.at) answers.set(question, answer);
  }
  if (answers.size > MAX_PREFERENCES) throw invalid("preferences", `A person can have at most ${MAX_PREFERENCES} preferences`);
  return limitTexts([...answers.values()]);
}

/** Characters of all consent texts of a person, so that the record stays below the limit of an item. */
const MAX_TEXT_CHARACTERS = 60_000;

/** Drops the texts of the oldest answers over the limit. The interactions of the submissions keep them. */
function limitTexts(preferences: Preference[]): Preference[] {
  let left = MAX_TEXT_CHARACTERS;
  const dropped = new Set<Preference>();
  for (const preference of preferences.toSorted((a, b) => (a.at < b.at ? 1 : -1))) {
    left -= preference.text?.length ?? 0;
    if (left < 0 && preference.text) dropped.add(preference);
  }
  return preferences.map((preference) => (dropped.has(preference) ? { ...preference, text: null } : preference));
}

/** What decides about consent: the answers of a person. */
interface AnswerHolder {
  readonly preferences: readonly Pick<Preference, "channel" | "purpose" | "consent">[];
}

/** Returns the person's answer to one question; undefined without one. */
export const findAnswer = ({ preferences }: AnswerHolder, channel: string, purpose: string): ConsentStatus | undefined =>
  preferences.find((preference) => preference.channel === channel && preference.purpose === purpose)?.consent;

/**
 * Tells whether messages to the person are allowed: by the answer for the purpose, or else for any. Without an answer, they are
 * allowed if the channel does not require an opt-in.
 */
export async function isAllowed(person: PersonRecord, channel: string, purpose = "any"): Promise<boolean> {
  const consent = findConsent(person, channel, purpose);
  return consent === "NOT_ASKED" ? !(await isOptInRequired(channel)) : consent === "ALLOWED";
}

/** Returns the person's answer for the purpose, or else for any. A refusal for any purpose applies to all. */
export function findConsent({ preferences }: Pick<PersonRecord, "preferences">, channel: string, purpose = "any"): ConsentStatus {
  const answer = (requestedPurpose: string): ConsentStatus | undefined =>
    preferences.find(
      (preference) =>
        preference.channel === channel && preference.purpose === requestedPurpose && preference.consent !== "NOT_ASKED",
    )?.consent;
  const generalAnswer = answer("any");
  return generalAnswer === "REFUSED" ? generalAnswer : (answer(purpose) ?? generalAnswer ?? "NOT_ASKED");
}

type ConsentStatus = Preference["consent"];

/** Tells whether a channel requires an opt-in. */
export async function isOptInRequired(channel: string): Promise<boolean> {
  const master = await Master.find(COMMUNICATION_CHANNELS, await Master.resolve(COMMUNICATION_CHANNELS, channel, "channel"));
  return master?.is_opt_in_required === true;
}

/** Tells whether marketing on a channel requires an opt-in, by the channel or by the tenant's setting for mail. */
export const isMarketingOptInRequired = async (channel: string): Promise<boolean> =>
  (channel === "email" && useSettings().mail_opt_in_required) || isOptInRequired(channel);

/**
 * Tells whether the person refuses a channel for this purpose, or for any. Unlike `isAllowed` it requires no consent: for messages
 * about an existing relation.
 */
export const hasRefused = ({ preferences }: AnswerHolder, channel: string, purpose: string): boolean =>
  preferences.some(
    (preference) =>
      preference.channel === channel &&
      (preference.purpose === "any" || preference.purpose === purpose) &&
      preference.consent === "REFUSED",
  );

export * as Preferences from "./preferences.ts";
