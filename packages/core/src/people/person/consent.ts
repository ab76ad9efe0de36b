import { Clock } from "../../kernel/clock.ts";
import { invalid } from "../../kernel/error.ts";
import { collectionOwner, isId, type Kind } from "../../kernel/id.ts";
import { Visibility } from "../../storage/read/visibility.ts";
import type { BaseRecord, Collection, MigrationTransaction } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import type { optOutFields } from "../consent/opt-out.schema.ts";
import { isLimited, type PersonDisclosure } from "./disclosure.ts";
import { resolveAllMerged, resolveMerged } from "./identity.ts";
import { People, type PersonRecord, type Preference } from "./person.entity.ts";
import { PERSON } from "./person.kind.ts";
import { findAnswer, mergeAnswers, hasRefused as refusesFor } from "./preferences.ts";

/**
 * Consent is stored only on the person, as answers (docs/people/persons.md). Leads and contacts pass an opt-out to the person in
 * the transaction that writes them, and show the person's answers. If the user does not see the person, the record keeps the user's
 * input as evidence, and shows only that.
 */

type OptOutFlag = keyof typeof optOutFields;
type OptOutInput = { [F in OptOutFlag]?: boolean | null | undefined };

/** The fields of a record that tell who its person is and whether it shows them. */
export interface PersonReference {
  personal_key_id: string;
  person_sight: PersonDisclosure;
}

/** A record with opt-out flags for its person. */
interface OptOutRecord extends PersonReference, Record<OptOutFlag, boolean | null> {
  id: string;
  consent_due?: boolean | null | undefined;
}

const channelByFlag: Readonly<Record<OptOutFlag, string>> = { email_opt_out: "email", phone_opt_out: "phone" };
const optOutFlags = Object.keys(channelByFlag) as OptOutFlag[];

const hasRefusedChannel = (person: PersonRecord, channel: string): boolean => refusesFor(person, channel, "any");

/** Consent that a stranger gave for a person, by a form. */
export interface UnprovedConsent extends Pick<Preference, "channel" | "source" | "at" | "text"> {
  /** `any`, or the subscription type. */
  purpose: string;
  /** Whether it counts only after the owner of the address has confirmed it. */
  isPending: boolean;
}

/**
 * Returns the person after another person agreed on their behalf to messages on a channel. An existing refusal stays, because the
 * agreement is not proved. Pending consent changes no answer of the person.
 */
export function addConsent(person: PersonRecord, { purpose, isPending, ...answer }: UnprovedConsent): PersonRecord {
  const { channel } = answer;
  if (hasRefusedChannel(person, channel) || refusesFor(person, channel, purpose)) return person;
  if (purpose !== "any" && refusesFor(person, channel, "marketing")) return person;
  const current = findAnswer(person, channel, purpose) ?? "NOT_ASKED";
  if (isPending && current !== "NOT_ASKED") return person;
  const consent = isPending ? "NOT_ASKED" : "ALLOWED";
  return { ...person, preferences: mergeAnswers(person.preferences, [{ ...answer, purpose, consent }]) };
}

const pickRefusals = (input: OptOutInput): OptOutInput =>
  Object.fromEntries(optOutFlags.filter((flag) => input[flag]).map((flag) => [flag, true]));

/** Returns the person after a record changed its opt-outs. Withdrawing a refusal is not consent. */
function applyOptOuts(person: PersonRecord, source: string, input: OptOutInput, time: string): PersonRecord {
  const answers = optOutFlags.flatMap((flag): Preference[] => {
    const channel = channelByFlag[flag];
    if (typeof input[flag] !== "boolean" || input[flag] === hasRefusedChannel(person, channel)) return [];
    return [{ channel, purpose: "any", consent: input[flag] ? "REFUSED" : "NOT_ASKED", source, at: time }];
  });
  return answers.length === 0 ? person : { ...person, preferences: mergeAnswers(person.preferences, answers) };
}

/** Removes withdrawals of refusals from the input of imports and PUTs, which repeat earlier values and must not withdraw anything. */
export const omitWithdrawals = <S extends OptOutInput>(input: S): S => ({
  ...input,
  ...Object.fromEntries(optOutFlags.filter((flag) => input[flag] === false).map((flag) => [flag, null])),
});

type ConsentEdit = (person: PersonRecord) => PersonRecord;
const formatSource = (kind: Kind, { id }: OptOutRecord): string => `${kind.name} ${id}`;
const buildPersonEdit =
  (kind: Kind, record: OptOutRecord, input: OptOutInput): ConsentEdit =>
  (person) =>
    applyOptOuts(person, formatSource(kind, record), input, Clock.now());

/** Builds the edit of the person for a new record: only refusals, because a flag that is not set withdraws nothing. */
export const buildInitialEdit = (kind: Kind, record: OptOutRecord): ConsentEdit =>
  buildPersonEdit(kind, record, pickRefusals(record));

interface OptOutEffect {
  /** The change of the person, if any. */
  edit?: ConsentEdit;
  /** The flags to store on the record: input of users who do not see the person. */
  evidence: Record<OptOutFlag, boolean | null> & { consent_due: null };
}

/** Resolves the effects of changed opt-out flags. Only users who see the person can withdraw a refusal. */
export async function resolveOptOuts(kind: Kind, record: OptOutRecord, input: OptOutInput): Promise<OptOutEffect> {
  const { email_opt_out, phone_opt_out } = record;
  const evidence = { email_opt_out, phone_opt_out, consent_due: null };
  const flagEntries = optOutFlags.filter((flag) => typeof input[flag] === "boolean").map((flag) => [flag, input[flag]] as const);
  const optOuts: OptOutInput = { ...(record.consent_due ? pickRefusals(record) : {}), ...Object.fromEntries(flagEntries) };
  if (Object.keys(optOuts).length === 0) return { evidence };
  if (await canSeePerson(record)) return { edit: buildPersonEdit(kind, record, optOuts), evidence };
  const lifted = optOutFlags.find((flag) => optOuts[flag] === false && record[flag]);
  if (lifted) throw invalid(lifted, "Only users who can see the person can withdraw the refusal: ask an administrator");
  return {
    edit: buildPersonEdit(kind, record, pickRefusals(optOuts)),
    evidence: { ...evidence, ...Object.fromEntries(flagEntries) },
  };
}

/** Returns whether the caller, who sees the record, sees its person. */
export const canSeePerson = async (record: PersonReference): Promise<boolean> =>
  !isLimited(record) || (await Visibility.filterVisibleIds(PERSON, [record.personal_key_id])).size > 0;

export type OptOutView<R extends OptOutRecord> = Omit<R, "consent_due"> & Record<OptOutFlag, boolean>;

/** Returns the further fields that records of a kind show of their person; undefined stands for a person whom the caller does not see. */
type PersonPresenter<P extends object> = (person: PersonRecord | undefined) => P | Promise<P>;

const presentNoMore = <P extends object>(): P => ({}) as P;

/**
 * Returns records with the flags that the caller may see, and with what `show` adds of their persons. Reads all persons in one batch, or
 * uses `loadedPerson`, the person of a single record.
 */
export async function presentAll<R extends OptOutRecord, P extends object = object>(
  records: readonly R[],
  loadedPerson?: PersonRecord,
  show: PersonPresenter<P> = presentNoMore,
): Promise<(OptOutView<R> & P)[]> {
  const personFields = await presentPersons(records, loadedPerson, show);
  return records.map(({ consent_due: _due, ...record }, index) => ({ ...record, ...(personFields[index] as PersonFields<P>) }));
}

type PersonFields<P> = Record<OptOutFlag, boolean> & P;

/** Returns the fields of the persons that the records show, in the order of the records. */
async function presentPersons<P extends object>(
  records: readonly OptOutRecord[],
  loadedPerson: PersonRecord | undefined,
  show: PersonPresenter<P>,
): Promise<PersonFields<P>[]> {
  const limited = records.filter(isLimited).map(({ personal_key_id }) => personal_key_id);
  const [persons, seen] = await Promise.all([
    loadedPerson ? undefined : resolveAllMerged(records.map(({ personal_key_id }) => personal_key_id)),
    Visibility.filterVisibleIds(PERSON, limited),
  ]);
  const presented = records.map(async (record) => {
    const isSeen = !isLimited(record) || seen.has(record.personal_key_id);
    const person = isSeen ? (loadedPerson ?? persons?.get(record.personal_key_id)) : undefined;
    const isOut = (flag: OptOutFlag): boolean =>
      (person ? hasRefusedChannel(person, channelByFlag[flag]) : false) ||
      ((!isSeen || record.consent_due === true) && record[flag] === true);
    return { email_opt_out: isOut("email_opt_out"), phone_opt_out: isOut("phone_opt_out"), ...(await show(person)) };
  });
  return Promise.all(presented);
}

/** Does the same as `presentAll` for one record. */
export async function present<R extends OptOutRecord, P extends object = object>(
  record: R,
  loadedPerson?: PersonRecord,
  show: PersonPresenter<P> = presentNoMore,
): Promise<OptOutView<R> & P> {
  const [view] = await presentAll([record], loadedPerson, show);
  return view as OptOutView<R> & P;
}

/** Reads a record for an answer. The id contains its person, so both are read concurrently. */
export async function read<R extends OptOutRecord & BaseRecord, P extends object = object>(
  collection: Collection<R>,
  id: string,
  show: PersonPresenter<P> = presentNoMore,
): Promise<OptOutView<R> & P> {
  const ownerPromise = isId(id, collection.kind) ? resolveMerged(collectionOwner(id)) : undefined;
  const [record, person] = await Promise.all([Records.read(collection, id), ownerPromise]);
  return present(record, person, show);
}

/** Set by an edit: the person after the change, if it was read. */
interface EditContext {
  person?: PersonRecord | undefined;
}

export type Edit<R> = (current: R, tx: Transaction, context: EditContext) => R | Promise<R>;

/** Changes a record like Records.change. The answer has the flags that the caller may see after the change, and what `show` adds. */
export async function change<R extends OptOutRecord & BaseRecord, A, P extends object = object>(
  collection: Collection<R>,
  id: string,
  edit: Edit<R>,
  {
    answer,
    show = presentNoMore,
    ...options
  }: { deleted?: boolean; answer: (record: OptOutView<R> & P) => A; show?: PersonPresenter<P> },
): Promise<A> {
  let after: Partial<PersonFields<P>> = {};
  const edited = async (current: R, tx: Transaction): Promise<R> => {
    const context: EditContext = {};
    const next = await edit(current, tx, context);
    [after = {}] = await presentPersons([next], context.person, show);
    return next;
  };
  return Records.change(collection, id, edited, {
    ...options,
    answer: ({ consent_due, email_opt_out, phone_opt_out, ...record }) => answer({ ...record, ...after } as OptOutView<R> & P),
  });
}

/** Copies opt-outs that an earlier release stored only on the record to the person, unless the person has a later answer. */
export async function migrateRecord<R extends OptOutRecord & { updated_at: string }>(
  kind: Kind,
  record: R,
  tx: MigrationTransaction,
): Promise<R> {
  if (!record.consent_due) return record;
  const person = await resolveMerged(record.personal_key_id);
  const next = person && applyOptOuts(person, formatSource(kind, record), pickRefusals(record), record.updated_at);
  if (person && next && next !== person) tx.replace(People, person, Records.nextVersion(person, next));
  return { ...record, consent_due: null };
}

export * as Consent from "./consent.ts";
