import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useRequest, useSettings } from "../../kernel/context.ts";
import { type ErrorDetail, Failure, isFailure } from "../../kernel/error.ts";
import { fn, parse } from "../../kernel/fn.ts";
import { expandFullName, requireIdentifyingField } from "../../kernel/person-name.ts";
import { isOneLine, text } from "../../kernel/schema.ts";
import { hasLineEnd, toSingleLine } from "../../kernel/text-content.ts";
import { isCrawler } from "../../kernel/user-agent.ts";
import { Interaction } from "../../people/interaction/interaction.ts";
import { normalizeUtm, utmNames } from "../../people/interaction/utm.rules.ts";
import { parsePoints } from "../../people/person/contact-point-parser.ts";
import { Person } from "../../people/person/person.ts";
import { GENERAL_TYPE } from "../../people/suppression/subscription-type.masters.ts";
import { type SubscriptionType, SubscriptionTypes } from "../../people/suppression/subscription-type.ts";
import { customPath } from "../../storage/table/custom-field-values.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import { Lead } from "../lead/lead.ts";
import {
  isTicked,
  listIdentifyingFields,
  type Mapping,
  questionTypes,
  resolveCustomMapping,
  resolveHoneypot,
  resolveMapping,
  splitPayload,
  type Target,
  targets,
  toBoxText,
} from "./form.rules.ts";
import type { Form } from "./form.ts";
import {
  addIdempotencyKeys,
  buildInteraction,
  DuplicateSubmission,
  findPersonByToken,
  resolveOwner,
  toInteractionPersons,
} from "./form-interaction.ts";
import { withForm } from "./form-session.ts";
import { type Outcome, OutcomeCounts } from "./outcome-counts.ts";
import { Questions } from "./questions.ts";
import { SubmissionLog } from "./submission-log.ts";
import { IntakeToken } from "./token.ts";
import { type VisitOrigin, VisitOrigins } from "./visit-origin.ts";

/**
 * Submissions of public forms. The response is the same for every outcome, so that a sender does not learn whether a person is known, and a
 * bot does not learn that it was detected. Only invalid input is refused, before any look-up.
 */

const key = text(100).describe("The form's public key");
const submittableKinds = ["web_form", "download"] as const;

const FieldView = z.object({
  name: z.string(),
  required: z.boolean(),
  label: z.string().nullable(),
  type: z.enum(questionTypes).nullable(),
  help: z.string().nullable(),
  choices: z.array(z.object({ value: z.string(), label: z.string() })),
});

export const FormView = z.object({
  name: z.string(),
  fields: z.array(FieldView).describe("Label, type and help are null for a form without questions"),
  consent_text: z.string().nullable(),
  token: z.string().describe("Send it back with the form, once"),
});

/** Returns what a page needs to show the form. */
export const show = fn(z.strictObject({ key }), (input) =>
  withForm(input.key, submittableKinds, async (form) => {
    const fields = (await Questions.listDisplayed(form)).map(({ is_required, ...question }) => ({
      ...question,
      required: is_required,
    }));
    return { name: form.name, fields, consent_text: form.consent_text, token: await IntakeToken.issueFormToken(form.id) };
  }),
);

/** Values of form fields: texts, numbers, checkboxes, and several values of one name. */
const value = z.union([text(10_000), z.number(), z.boolean(), z.null(), z.array(text(1000)).max(50)], "Must be a form value");

export const Submission = z
  .object({
    key,
    submission_id: text(100).optional().describe("Chosen by the sender; a repeated id has no second effect"),
    token: text(200).optional().describe("From the response that showed the form; required if the form has minimum_seconds"),
    t: text(500)
      .optional()
      .describe("Identifies the person on pages linked from a mail; the values that they enter take precedence"),
    consent: value.optional().describe("Agreement to the form's consent text"),
    ...VisitOrigins.utmFields,
  })
  .catchall(value);

type SubmissionInput = z.output<typeof Submission>;

export const submit = fn(Submission, (input) =>
  withForm(input.key, submittableKinds, async (form) => {
    await takeSubmission(form, input);
    return null;
  }),
);

/** Receives a submission, counts its outcome, and lists it. */
export async function takeSubmission(form: Form.Form, input: z.output<typeof Submission>): Promise<void> {
  try {
    const outcome = await receiveSubmission(form, input);
    if (outcome === "accepted") await OutcomeCounts.add(form.id, outcome);
    else await SubmissionLog.addRefused(form.id, outcome);
  } catch (error) {
    if (error instanceof ConsentMissing) await SubmissionLog.addRefused(form.id, "no_consent");
    else if (isFailure(error, "VALIDATION_ERROR")) await SubmissionLog.addRefused(form.id, "refused");
    throw error;
  }
}

/** A submission lacks the consent that its form requires. */
class ConsentMissing extends Failure {
  constructor() {
    super("VALIDATION_ERROR", "Some fields are invalid", { details: [{ field: "consent", message: "Consent is required" }] });
  }
}

async function receiveSubmission(
  form: Form.Form,
  { key: _key, submission_id, token, t, consent, ...input }: SubmissionInput,
): Promise<Outcome> {
  const { user_agent, prefetch } = useRequest();
  if (prefetch || isCrawler(user_agent)) return "bot";
  const mapping = resolveMapping(form);
  const payload = pickPayload(input, mapping);
  const { [resolveHoneypot(form) ?? ""]: trap, ...boxes } = payload;
  if (toBoxText(trap) !== "") return "spam";
  const shownAt = token === undefined ? undefined : await IntakeToken.readShownAt(form.id, token);
  if (shownAt === undefined ? token !== undefined || form.minimum_seconds > 0 : isTooSoon(form, shownAt)) return "spam";

  const agreed =
    form.consent_text && isTicked(consent) ? { text: form.consent_text, at: Clock.now(), version: form.version } : undefined;
  if (form.is_consent_required && form.consent_text && !agreed) throw new ConsentMissing();
  Questions.requireAnswers(await Questions.listOwn(form.questions ?? []), boxes);
  const { mapped, rest } = splitPayload(boxes, mapping);
  const leadInput = parseLeadInput(form, mapping, mapped);
  const names = { emails: [leadInput.email], phones: [leadInput.phone, leadInput.mobile] };
  const isTold = (await parsePoints(names, useSettings().default_country)).length > 0;
  const person = isTold ? undefined : await findPersonByToken(form, t);
  if (!isTold && !person) return "anonymous";

  const times = [...(submission_id ? [["submission", submission_id]] : []), ...(token ? [["token", token]] : [])];
  const metadata = { submission_id, consent: agreed, fields: { ...mapped, ...rest } };
  const consentGiven = agreed && (await buildConsent(form, agreed));
  const origin = await VisitOrigins.loadOrigin(form, input, [input.page_url, input.url, input.referrer]);
  let writtenPerson: PersonRecord;
  try {
    writtenPerson = await writeSubmission(form, leadInput, {
      ...{ person: person?.id, idempotencyKeys: times, metadata, consent: consentGiven?.answer, origin },
      custom_fields: await Questions.buildCustomFields(form, boxes),
      consent_version: agreed?.version ?? null,
    });
  } catch (error) {
    if (error instanceof DuplicateSubmission) return "repeated";
    throw renameToBoxes(error, mapping, resolveCustomMapping(form));
  }
  if (consentGiven?.answer.isPending) await requestConfirmation(consentGiven, writtenPerson, leadInput.email);
  return "accepted";
}

/** Returns the fields of the page. UTM parameters are stored apart, and are fields only if the form maps them. */
function pickPayload(input: Readonly<Record<string, unknown>>, mapping: Mapping): Parameters<typeof splitPayload>[0] {
  const isField = (name: string) => !(utmNames as readonly string[]).includes(name);
  const fields = Object.entries(input).flatMap(([name, field]) =>
    isField(name) ? [[name, field]] : Object.hasOwn(mapping, name) ? [[name, normalizeUtm(field) ?? null]] : [],
  );
  return Object.fromEntries(fields) as Parameters<typeof splitPayload>[0];
}

type PersonRecord = Parameters<typeof Person.addConsent>[0];

interface GivenConsent {
  answer: Parameters<typeof Person.addConsent>[1];
  type: SubscriptionType;
}

/** Builds the answer of a person who agreed to the text of a form; undefined if the form names no channel. */
async function buildConsent(form: Form.Form, { text, at }: { text: string; at: string }): Promise<GivenConsent | undefined> {
  if (!form.consent_channel) return undefined;
  const type = await SubscriptionTypes.load(form.subscription_type);
  const isPending = type.needs_double_opt_in || form.confirms_by_mail === true;
  const purpose = type.code === GENERAL_TYPE && !isPending ? "any" : type.code;
  return { answer: { channel: form.consent_channel, purpose, source: `form:${form.id}`, text, at, isPending }, type };
}

/** Asks the owner of the address to confirm the consent, by mail. Consent for another channel stays pending. */
async function requestConfirmation({ answer, type }: GivenConsent, person: PersonRecord, typedEmail: string | undefined) {
  const address = typedEmail ?? person.emails[0];
  if (answer.channel !== "email" || address === undefined) return;
  const { source, text = null, at } = answer;
  // Loaded with the first such consent, because of its texts in all languages.
  const { DoubleOptIn } = await import("../../people/suppression/double-opt-in.ts");
  await DoubleOptIn.requestConfirmation({ address, type, person_id: person.id, source: source ?? "", text: text ?? "", at });
}

export const isTooSoon = ({ minimum_seconds }: Form.Form, shownAt: number): boolean =>
  Clock.ms() - shownAt < minimum_seconds * 1000;

interface Receipt {
  /** The person of a token. Set only if the typed values identify no person. */
  person: string | undefined;
  idempotencyKeys: readonly (readonly string[])[];
  metadata: Record<string, unknown>;
  consent: GivenConsent["answer"] | undefined;
  consent_version: number | null;
  custom_fields: Awaited<ReturnType<typeof Questions.buildCustomFields>>;
  origin: VisitOrigin;
}

/** Writes the person, the lead and the interaction in one transaction, at most once. Returns the person. */
async function writeSubmission(
  form: Form.Form,
  leadInput: LeadInput,
  { person, idempotencyKeys, metadata, consent, consent_version, custom_fields, origin }: Receipt,
): Promise<PersonRecord> {
  const owner = await resolveOwner(form);
  const agree = (personRecord: PersonRecord) => (consent ? Person.addConsent(personRecord, consent) : personRecord);
  const logConsent = {
    consent: consent?.isPending ? ("pending" as const) : consent_version === null ? ("none" as const) : ("given" as const),
    consent_version,
  };
  return retryOnConflict(async () => {
    const tx = addIdempotencyKeys(transaction(), form, ...idempotencyKeys);
    const interactionInput = { subject: form.name, metadata, owner, origin };
    const personReference = person === undefined ? {} : { personal_key_id: person };
    if (form.makes_lead) {
      const utm = Object.keys(origin.utm).length === 0 ? {} : { metadata: origin.utm };
      // The source and the campaign of the form's settings stay, even if they are no longer in use.
      const draft = await Lead.prepare(
        { ...leadInput, ...utm, ...personReference, owner_id: owner, custom_fields },
        { unproved: true, overrides: origin.lead, byRule: form.assigns_by_rule === true },
      );
      await Lead.add(tx, draft.lead, draft.choice);
      const writtenPerson = await draft.person.write(tx, draft.lead.id, agree);
      const interaction = await buildInteraction(form, toInteractionPersons(draft.person), interactionInput);
      const ids = { lead_id: draft.lead.id, personal_key_id: writtenPerson.id, interaction_id: interaction.id };
      SubmissionLog.addAccepted(tx, form.id, { ...ids, ...logConsent });
      return Interaction.add(tx, { ...interaction, lead_id: draft.lead.id }).commit(writtenPerson);
    }
    const { first_name = null, last_name = null } = expandFullName(leadInput);
    const claim = {
      first_name,
      last_name,
      emails: [leadInput.email],
      phones: [leadInput.phone, leadInput.mobile],
      ...personReference,
    };
    const resolved = await Person.resolve({ ...claim, unproved: true });
    const writtenPerson = await resolved.write(tx, null, agree);
    const interaction = await buildInteraction(form, toInteractionPersons(resolved), interactionInput);
    const ids = { lead_id: null, personal_key_id: writtenPerson.id, interaction_id: interaction.id };
    SubmissionLog.addAccepted(tx, form.id, { ...ids, ...logConsent });
    return Interaction.add(tx, interaction).commit(writtenPerson);
  });
}

const { shape } = Lead.Create;
const LeadInput = z.strictObject(
  Object.fromEntries(targets.map((target) => [target, shape[target]])) as Pick<typeof shape, Target>,
);
type LeadInput = { [K in Target]?: string | undefined };

/** A visitor may type several lines into a box for a field of one line. They are joined, so that the lead is not lost. */
const joinLines = (mapped: LeadInput): LeadInput =>
  Object.fromEntries(
    Object.entries(mapped).map(([target, value]) => {
      const isBroken = value !== undefined && isOneLine(shape[target as Target]) && hasLineEnd(value);
      return [target, isBroken ? toSingleLine(value) : value];
    }),
  );

/** Validates the typed values as fields of a lead, before any person is looked up. Errors name the fields of the page. */
function parseLeadInput(form: Form.Form, mapping: Mapping, mapped: LeadInput): LeadInput {
  let leadInput: LeadInput;
  try {
    leadInput = parse(LeadInput, joinLines(mapped)) as LeadInput;
  } catch (error) {
    throw renameToBoxes(error, mapping);
  }
  if (form.makes_lead) requireIdentifyingField(expandFullName(leadInput), listIdentifyingFields(mapping));
  return leadInput;
}

/** Replaces names of lead fields in a failure by the fields of the page that fill them. */
function renameToBoxes(error: unknown, mapping: Mapping, customMapping: Readonly<Record<string, string>> = {}): unknown {
  if (!isFailure(error, "VALIDATION_ERROR")) return error;
  const boxes = [...Object.entries(mapping), ...Object.entries(customMapping).map(([box, name]) => [box, customPath(name)])];
  const findBox = (field: string): string => boxes.find(([, target]) => target === field)?.[0] ?? field;
  const details: ErrorDetail[] = error.details.map(({ field, message }) => ({ field: findBox(field), message }));
  return new Failure("VALIDATION_ERROR", error.message, { details });
}

/** Answers the CORS preflight of a browser, before a page of another origin sends JSON. */
export const preflight = fn(z.strictObject({ key }), (input) => withForm(input.key, submittableKinds, async () => null));

export * as Submissions from "./submission.ts";
