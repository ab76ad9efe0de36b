import { randomUUID } from "node:crypto";
import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useRequest, useSettings } from "../../kernel/context.ts";
import { isFailure, notFound } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { name, text } from "../../kernel/schema.ts";
import { sha256 } from "../../kernel/sha256.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction } from "../../storage/write/transaction.ts";
import { type Translations, translationsFor } from "./i18n.ts";
import { type OfferRecord, Offers } from "./offer.entity.ts";
import { computeDigest } from "./offer.rules.ts";
import type { Offer, RequestOutcome, TransactionHook } from "./offerable.ts";
import { type LinkVisit, limitAnswers, withLink } from "./resolve-token.ts";
import { recordActivity } from "./timeline.ts";
import { ViewTracking } from "./view-tracking.ts";

/** The page of a link: the customer reads, accepts, rejects or asks. An answer applies only to what the page has shown. */

export interface PageView extends Offer {
  token: string;
  organisation: string;
  /** The time zone of the tenant, in which the last day ends. */
  timezone: string;
  words: Translations;
  /** Hash of the offer with its options, independent of the choice; an acceptance must send it back. */
  digest: string;
  /** Hash of the document with the choice: what an acceptance agrees to. */
  document_hash: string;
  /** Part of the picture's address. Its request counts as a view. */
  viewMark: { at: string; mark: string };
  /** Id of the question form. A repeated submit with the same id has no effect. */
  request_id: string;
}

/** The result of an answer. */
export const outcomes = ["accepted", "rejected", "asked", "repeated", "changed", "ended", "impossible"] as const;
export interface AnswerResult {
  outcome: (typeof outcomes)[number];
  view: PageView;
}

const token = text(200);

/** Ids of options as form checkboxes send them: a bundle is one value with its ids separated by blanks. */
const chosenField = z
  .array(text(20_000))
  .max(300)
  .transform((boxes) => boxes.flatMap((box) => box.split(" ").filter(Boolean)));

const PageInput = z.object({ token, chosen: chosenField.optional() });

/** Renders the page and changes nothing. With `chosen` it shows the offer with that choice. */
export const render = fn(PageInput, ({ token: linkToken, chosen: chosenIds }) =>
  withLink(linkToken, (open) => buildView(open, chosenIds)),
);

async function buildView(
  { token: linkToken, offer, subject, language, organisation }: LinkVisit,
  chosenIds?: readonly string[],
): Promise<PageView> {
  const currentOffer = await subject.read(offer.record_id, { language, ...(chosenIds ? { chosen: chosenIds } : {}) });
  if (!currentOffer) throw notFound();
  // Without a choice the offer has one hash, whichever options the customer ticks.
  const plainOffer =
    currentOffer.options.length === 0 ? currentOffer : await subject.read(offer.record_id, { language, chosen: [] });
  if (!plainOffer) throw notFound();
  return {
    ...currentOffer,
    ...{ token: linkToken, organisation, timezone: useSettings().timezone, words: translationsFor(language) },
    digest: computeDigest(plainOffer),
    document_hash: computeDigest(currentOffer),
    viewMark: await ViewTracking.createMark(offer),
    request_id: randomUUID(),
  };
}

/** Renders the PDF of what is shown. */
export const renderPdf = fn(z.object({ token }), ({ token: linkToken }) =>
  withLink(linkToken, async ({ offer, subject, language }) => {
    const file = await subject.renderPdf(offer.record_id, language);
    if (!file) throw notFound();
    return file;
  }),
);

export const accept = fn(
  PageInput.extend({ name: name(100), shown: text(64) }),
  ({ token: linkToken, chosen: chosenIds, name: signerName, shown }) =>
    withLink(linkToken, async (open): Promise<AnswerResult> => {
      await limitAnswers(open);
      const before = await buildView(open, chosenIds);
      if (before.state !== "open") return endedResult(open, before, "ACCEPTED");
      // The offer has changed since the customer opened the page. The choice of options is theirs.
      if (before.digest !== shown) return { outcome: "changed", view: before };
      const choice = before.options.length > 0 ? { chosen: chosenIds ?? [] } : {};
      const answer = {
        ...{ outcome: "ACCEPTED" as const, name: signerName, reason: null, chosen: choice.chosen ?? null },
        ...{ consent_text: before.words.consent, consent_hash: sha256(before.words.consent) },
      };
      const summary = `Accepted by ${signerName}`;
      return recordAnswer(open, before, answer, summary, (addWrites) =>
        open.subject.accept(open.offer.record_id, { name: signerName, ...choice }, addWrites),
      );
    }),
);

export const reject = fn(z.object({ token, reason: text(2000).trim().min(1) }), ({ token: linkToken, reason }) =>
  withLink(linkToken, async (open): Promise<AnswerResult> => {
    await limitAnswers(open);
    const before = await buildView(open);
    if (before.state !== "open") return endedResult(open, before, "REJECTED");
    const emptyFields = { name: null, chosen: null, consent_text: null, consent_hash: null };
    const answer = { outcome: "REJECTED" as const, reason, ...emptyFields };
    return recordAnswer(open, before, answer, reason, (addWrites) =>
      open.subject.reject(open.offer.record_id, reason, addWrites),
    );
  }),
);

type AnswerContent = Omit<NonNullable<OfferRecord["answer"]>, "at" | "document_hash" | "language" | "ip_address" | "user_agent">;

/** Writes the answer and its evidence in one transaction. */
async function recordAnswer(
  open: LinkVisit,
  before: PageView,
  content: AnswerContent,
  description: string,
  act: (hook: TransactionHook) => Promise<void>,
): Promise<AnswerResult> {
  const { offer } = open;
  const { ip = null, user_agent = null } = useRequest();
  const { document_hash, document, owner_id, timelineSubject = offer } = before;
  let isKept = false;
  const writeAnswer = async (tx: Transaction): Promise<void> => {
    isKept = true;
    const current = (await Records.load(Offers, offer.id)) ?? offer;
    const answerContext = { at: Clock.now(), document_hash, language: document.language };
    const answer = { ...content, ...answerContext, ip_address: ip, user_agent: user_agent?.slice(0, 256) ?? null };
    tx.replace(Offers, current, Records.nextVersion(current, { ...current, answer, reminder_at: null }));
    const subject = `${offer.name} was ${content.outcome.toLowerCase()} by the customer`;
    await recordActivity(tx, timelineSubject, { subject, description, owner_id });
  };
  try {
    await act(writeAnswer);
  } catch (error) {
    if (!isFailure(error, "CONFLICT") && !isFailure(error, "RULE_VIOLATION")) throw error;
    const now = await buildView(open);
    return now.state === "open" ? { outcome: "impossible", view: now } : endedResult(open, now, content.outcome);
  }
  if (!isKept) throw new Error(`${offer.record_kind} did not store the customer's answer`);
  return { outcome: content.outcome === "ACCEPTED" ? "accepted" : "rejected", view: await buildView(open) };
}

/** Returns the result for an offer that has ended: `repeated` if it has the same answer, otherwise `ended`. */
async function endedResult({ offer }: LinkVisit, look: PageView, outcome: AnswerContent["outcome"]): Promise<AnswerResult> {
  const recordedOutcome = (await Records.load(Offers, offer.id))?.answer?.outcome;
  return { outcome: recordedOutcome === outcome ? "repeated" : "ended", view: look };
}

/** Maximum questions that an offer stores. */
const MAX_QUESTIONS = 50;

const QuestionInput = z.object({ token, request_id: text(64), name: name(100), question: text(2000).trim().min(1) });

/** Asks the owner a question: creates an activity for the owner, who answers by mail. */
export const ask = fn(QuestionInput, ({ token: linkToken, request_id, name: askerName, question }) =>
  withLink(linkToken, async (open): Promise<AnswerResult> => {
    await limitAnswers(open);
    const before = await buildView(open);
    if (before.state !== "open") return { outcome: "ended", view: before };
    const outcome = await retryOnConflict(async (): Promise<AnswerResult["outcome"]> => {
      const current = (await Records.load(Offers, open.offer.id)) ?? open.offer;
      const { questions, name: offerName, to } = current;
      if (questions.some((each) => each.request_id === request_id)) return "repeated";
      if (questions.length >= MAX_QUESTIONS) return "impossible";
      const newQuestion = { request_id, at: Clock.now(), name: askerName, text: question };
      const tx = transaction();
      tx.replace(Offers, current, Records.nextVersion(current, { ...current, questions: [...questions, newQuestion] }));
      const subject = `${askerName} asks about ${offerName}`;
      const description = `${question}\n\nReply by email to ${to}`;
      await recordActivity(tx, before.timelineSubject ?? current, {
        subject,
        description,
        isDue: true,
        owner_id: before.owner_id,
      });
      return tx.commit("asked");
    });
    return { outcome, view: before };
  }),
);

const RequestInput = z.object({
  token,
  request_id: text(64),
  type: text(100),
  reason: text(100),
  details: text(2000),
  quantities: z.map(z.string().max(64), z.string().max(40)),
});

/** Does what the customer asks for with the form of the page. */
export const request = fn(RequestInput, ({ token: linkToken, ...input }) =>
  withLink(linkToken, async (open): Promise<{ outcome: RequestOutcome; view: PageView }> => {
    await limitAnswers(open);
    const { language } = open;
    if (!open.subject.submitRequest) throw notFound();
    const outcome = await open.subject.submitRequest(open.offer.record_id, { ...input, language });
    return { outcome, view: await buildView(open) };
  }),
);

export * as OfferPage from "./page.ts";
