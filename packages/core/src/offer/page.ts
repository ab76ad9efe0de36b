import { randomUUID } from "node:crypto";
import * as z from "zod";
import { Clock } from "../kernel/clock.ts";
import { useRequest } from "../kernel/context.ts";
import { isFailure, notFound } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { name, text } from "../kernel/schema.ts";
import { Records } from "../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction } from "../storage/write/transaction.ts";
import { languageIn, type Opened, takeAnswer, through } from "./entrance.ts";
import { type OfferRecord, Offers } from "./offer.entity.ts";
import { digestOf, sha256 } from "./offer.rules.ts";
import type { Beside, Offer } from "./offered.ts";
import { tell } from "./timeline.ts";
import { View } from "./view.ts";
import { type Words, wordsOf } from "./words.ts";

/** What a customer does on the page of a link: reads, accepts, rejects, asks. What they see there is what they answer. */

export interface Look extends Offer {
  token: string;
  organisation: string;
  words: Words;
  /** Of what is shown: an acceptance is of that. */
  shown: string;
  /** By which the picture of the page tells that somebody looks at it. */
  seen: { at: string; mark: string };
  /** Of the form that asks: the same one again asks nothing more. */
  request_id: string;
}

/** What became of an answer. */
export const outcomes = ["accepted", "rejected", "asked", "repeated", "changed", "ended", "impossible"] as const;
export interface Answered {
  outcome: (typeof outcomes)[number];
  look: Look;
}

const token = text(200);

/** Ids of options, as boxes of a form send them: each those of a bundle, with blanks between them. */
const chosen = z
  .array(text(20_000))
  .max(300)
  .transform((boxes) => boxes.flatMap((box) => box.split(" ").filter(Boolean)));

const Chosen = z.object({ token, chosen: chosen.optional() });

/** Changes nothing; with a choice, as it would be then. */
export const look = fn(Chosen, ({ token: given, chosen: wanted }) => through(given, (open) => lookOf(open, wanted)));

async function lookOf({ token: given, offer, subject, organisation }: Opened, wanted?: readonly string[]): Promise<Look> {
  const language = languageIn(offer);
  const found = await subject.read(offer.record_id, { language, ...(wanted ? { chosen: wanted } : {}) });
  if (!found) throw notFound();
  return {
    ...found,
    ...{ token: given, organisation, words: wordsOf(language), shown: digestOf(found) },
    seen: await View.markFor(offer),
    request_id: randomUUID(),
  };
}

/** What is shown, as a file to keep. */
export const pdf = fn(z.object({ token }), ({ token: given }) =>
  through(given, async ({ offer, subject }) => {
    const file = await subject.pdf(offer.record_id, languageIn(offer));
    if (!file) throw notFound();
    return file;
  }),
);

export const accept = fn(
  Chosen.extend({ name: name(100), shown: text(64) }),
  ({ token: given, chosen: wanted, name: by, shown }) =>
    through(given, async (open): Promise<Answered> => {
      await takeAnswer(open);
      const before = await lookOf(open, wanted);
      if (before.state !== "open") return ended(open, before, "ACCEPTED");
      // What they have seen is something else, or another choice than they have made since.
      if (before.shown !== shown) return { outcome: "changed", look: before };
      const taken = before.options.length > 0 ? { chosen: wanted ?? [] } : {};
      const answer = {
        ...{ outcome: "ACCEPTED" as const, name: by, reason: null, chosen: taken.chosen ?? null },
        ...{ consent_text: before.words.consent, consent_hash: sha256(before.words.consent) },
      };
      const said = `Accepted by ${by}`;
      return answered(open, before, answer, said, (beside) =>
        open.subject.accept(open.offer.record_id, { name: by, ...taken }, beside),
      );
    }),
);

export const reject = fn(z.object({ token, reason: text(2000).trim().min(1) }), ({ token: given, reason }) =>
  through(given, async (open): Promise<Answered> => {
    await takeAnswer(open);
    const before = await lookOf(open);
    if (before.state !== "open") return ended(open, before, "REJECTED");
    const nothing = { name: null, chosen: null, consent_text: null, consent_hash: null };
    const answer = { outcome: "REJECTED" as const, reason, ...nothing };
    return answered(open, before, answer, reason, (beside) => open.subject.reject(open.offer.record_id, reason, beside));
  }),
);

type Given = Omit<NonNullable<OfferRecord["answer"]>, "at" | "document_hash" | "language" | "ip_address" | "user_agent">;

/** The answer, and what is kept of it, in one transaction: both are there or neither. */
async function answered(
  open: Opened,
  before: Look,
  given: Given,
  description: string,
  act: (beside: Beside) => Promise<void>,
): Promise<Answered> {
  const { offer } = open;
  const { ip = null, user_agent = null } = useRequest();
  const { shown: document_hash, document, owner_id, about: told = offer } = before;
  let isKept = false;
  const beside = async (tx: Transaction): Promise<void> => {
    isKept = true;
    const current = (await Records.load(Offers, offer.id)) ?? offer;
    const about = { at: Clock.now(), document_hash, language: document.language };
    const answer = { ...given, ...about, ip_address: ip, user_agent: user_agent?.slice(0, 256) ?? null };
    tx.replace(Offers, current, Records.nextVersion(current, { ...current, answer, reminder_at: null }));
    const subject = `${offer.name} was ${given.outcome.toLowerCase()} by the customer`;
    await tell(tx, told, { subject, description, owner_id });
  };
  try {
    await act(beside);
  } catch (error) {
    if (!isFailure(error, "CONFLICT") && !isFailure(error, "RULE_VIOLATION")) throw error;
    const now = await lookOf(open);
    return now.state === "open" ? { outcome: "impossible", look: now } : ended(open, now, given.outcome);
  }
  if (!isKept) throw new Error(`${offer.record_kind} keeps nothing of what its customer answers`);
  return { outcome: given.outcome === "ACCEPTED" ? "accepted" : "rejected", look: await lookOf(open) };
}

/** The same answer once more, or one behind another. */
async function ended({ offer }: Opened, look: Look, wanted: Given["outcome"]): Promise<Answered> {
  const own = (await Records.load(Offers, offer.id))?.answer?.outcome;
  return { outcome: own === wanted ? "repeated" : "ended", look };
}

/** So many questions are kept with what was sent. */
const MOST_QUESTIONS = 50;

const Question = z.object({ token, request_id: text(64), name: name(100), question: text(2000).trim().min(1) });

/** Asks the owner, who finds it among what is to be done and answers by mail. */
export const ask = fn(Question, ({ token: given, request_id, name: by, question }) =>
  through(given, async (open): Promise<Answered> => {
    await takeAnswer(open);
    const before = await lookOf(open);
    if (before.state !== "open") return { outcome: "ended", look: before };
    const outcome = await retryOnConflict(async (): Promise<Answered["outcome"]> => {
      const current = (await Records.load(Offers, open.offer.id)) ?? open.offer;
      const { questions, name: what, to } = current;
      if (questions.some((each) => each.request_id === request_id)) return "repeated";
      if (questions.length >= MOST_QUESTIONS) return "impossible";
      const asked = { request_id, at: Clock.now(), name: by, text: question };
      const tx = transaction();
      tx.replace(Offers, current, Records.nextVersion(current, { ...current, questions: [...questions, asked] }));
      const subject = `${by} asks about ${what}`;
      const description = `${question}\n\nAnswer by mail to ${to}`;
      await tell(tx, before.about ?? current, { subject, description, isDue: true, owner_id: before.owner_id });
      return tx.commit("asked");
    });
    return { outcome, look: before };
  }),
);

export * as OfferPage from "./page.ts";
