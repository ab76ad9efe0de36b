import * as z from "zod";
import { useRequest, useSettings } from "../../kernel/context.ts";
import { type ErrorDetail, isFailure } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { type Language, matchLanguage } from "../../kernel/language.ts";
import { isProgram } from "../../kernel/user-agent.ts";
import { buildBrand } from "../../platform/tenant/brand.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { fields } from "./form.entity.ts";
import { resolveHoneypot, resolveMapping, type Target } from "./form.rules.ts";
import type { Form } from "./form.ts";
import { withForm } from "./form-session.ts";
import { translationsFor } from "./i18n.ts";
import { OutcomeCounts } from "./outcome-counts.ts";
import { type DisplayedQuestion, Questions } from "./questions.ts";
import { isTooSoon, Submission, takeSubmission } from "./submission.ts";
import { SubmissionLog } from "./submission-log.ts";
import { IntakeToken } from "./token.ts";
import { VisitOrigins } from "./visit-origin.ts";

/**
 * The page of a form, which the system hosts or a page of the tenant shows in a frame. Its token shows that the visitor opened it, so another
 * page cannot send it in their name.
 */

const pageKinds = ["web_form", "download"] as const;

export interface PageQuestion extends DisplayedQuestion {
  label: string;
  type: NonNullable<DisplayedQuestion["type"]>;
}

export interface FormPageView {
  key: string;
  language: Language;
  title: string;
  introduction: string | null;
  questions: PageQuestion[];
  consent: { text: string; is_required: boolean } | undefined;
  honeypot: string | null;
  submit_label: string | null;
  thank_you_text: string | null;
  redirect_url: string | null;
  /** Whether a person who consents gets a mail with a link that confirms it. */
  confirms_by_mail: boolean;
  allowed_origins: readonly string[];
  /** Empty in a preview. */
  token: string;
}

type DisplayedForm = Pick<
  Form.Form,
  | "name"
  | "title"
  | "introduction"
  | "questions"
  | "field_mapping"
  | "makes_lead"
  | "consent_text"
  | "is_consent_required"
  | "consent_channel"
  | "confirms_by_mail"
  | "honeypot_field"
  | "language"
  | "submit_label"
  | "thank_you_text"
  | "redirect_url"
  | "allowed_origins"
>;

const typeByTarget: Partial<Record<Target, PageQuestion["type"]>> = {
  ...{ email: "email", phone: "phone", mobile: "phone" },
  ...{ description: "textarea", notes: "textarea", need: "textarea" },
};

async function buildView(form: DisplayedForm, key: string, token: string): Promise<FormPageView> {
  const language = matchLanguage(form.language ?? useRequest().language ?? "") ?? "en";
  const mapping = resolveMapping(form);
  const { fields: labels } = translationsFor(language);
  const questions = (await Questions.listDisplayed(form)).map((question) => {
    const target = mapping[question.name];
    return {
      ...question,
      label: question.label ?? (target === undefined ? question.name : labels[target]),
      type: question.type ?? (target === undefined ? undefined : typeByTarget[target]) ?? "text",
    };
  });
  return {
    ...{ key, language, title: form.title ?? form.name, introduction: form.introduction, questions, token },
    consent: form.consent_text === null ? undefined : { text: form.consent_text, is_required: form.is_consent_required === true },
    ...{ honeypot: resolveHoneypot(form) ?? null, submit_label: form.submit_label, thank_you_text: form.thank_you_text },
    ...{ redirect_url: form.redirect_url, allowed_origins: form.allowed_origins },
    confirms_by_mail: form.confirms_by_mail === true,
  };
}

const key = Submission.shape.key;

/** Where the visitor came from. The page sends it with the form. */
export const Visit = z.object({ key, t: Submission.shape.t, page_url: z.unknown().optional(), ...VisitOrigins.utmFields });

/** Opens the page. A view counts if a person opened it. */
export const open = fn(Visit, (visit) =>
  withForm(
    visit.key,
    pageKinds,
    async (form) => {
      const { user_agent, prefetch } = useRequest();
      if (!prefetch && !isProgram(user_agent)) await OutcomeCounts.add(form.id, "views");
      return buildView(form, visit.key, await IntakeToken.issueFormToken(form.id));
    },
    { isOwnPage: true },
  ),
);

export type SentForm =
  | { view: FormPageView; outcome: "received"; isConsentGiven: boolean }
  /** The page was open for longer than its token is valid. */
  | { view: FormPageView; outcome: "expired" }
  /** The page was sent sooner than a person can, which a browser that fills it in may do. Its token stays, so the next attempt passes. */
  | { view: FormPageView; outcome: "too_soon" }
  | { view: FormPageView; outcome: "invalid"; details: readonly ErrorDetail[] };

/** Sends the page. An outcome that the visitor can do nothing about looks like success. */
export const send = fn(Submission, (input) =>
  withForm(
    input.key,
    pageKinds,
    async (form): Promise<SentForm> => {
      const { token = "" } = input;
      const shownAt = await IntakeToken.readShownAt(form.id, token);
      if (shownAt === undefined)
        return { view: await buildView(form, input.key, await IntakeToken.issueFormToken(form.id)), outcome: "expired" };
      const view = await buildView(form, input.key, token);
      if (isTooSoon(form, shownAt)) {
        await SubmissionLog.addRefused(form.id, "spam");
        return { view, outcome: "too_soon" };
      }
      try {
        await takeSubmission(form, input);
        return { view, outcome: "received", isConsentGiven: input.consent !== undefined };
      } catch (error) {
        if (!isFailure(error, "VALIDATION_ERROR")) throw error;
        return { view, outcome: "invalid", details: error.details };
      }
    },
    { isOwnPage: true },
  ),
);

/** Returns what a browser sees that has sent a form of the tenant's own page. */
export const showReceipt = fn(z.object({ key }), (input) =>
  withForm(input.key, pageKinds, async (form) => buildView(form, input.key, ""), { isOwnPage: true }),
);

/** Returns what a script on a page of the tenant needs to show the form in a frame. */
export const describeEmbedding = fn(z.object({ key }), (input) =>
  withForm(input.key, pageKinds, async (form) => ({ title: form.title ?? form.name }), { isOwnPage: true }),
);

const { name, title, introduction, questions, field_mapping, makes_lead, consent_text, language } = fields;
const { is_consent_required, submit_label, thank_you_text } = fields;

export const PreviewInput = z.strictObject({
  ...{ name, title, introduction, questions, field_mapping, makes_lead, consent_text, language },
  ...{ is_consent_required, submit_label, thank_you_text },
});

/** Returns the page of a form that is not stored yet. */
export const preview = fn(PreviewInput, async (input) => {
  const { settings, ...tenant } = await Tenant.get({});
  useRequest().brand = buildBrand({ ...tenant, settings });
  useRequest().language = input.language ?? useSettings().letterhead.language;
  await Questions.requireAskable({ questions: input.questions ?? null, makes_lead: false }, undefined);
  const unsaved = {
    ...{ title: null, introduction: null, questions: null, consent_text: null, language: null, submit_label: null },
    ...{ is_consent_required: null, thank_you_text: null },
    ...Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)),
  };
  const others = { redirect_url: null, allowed_origins: [], honeypot_field: null, consent_channel: null, confirms_by_mail: null };
  return buildView({ ...input, ...unsaved, ...others } as DisplayedForm, "", "");
});

export * as FormPage from "./form-page.ts";
