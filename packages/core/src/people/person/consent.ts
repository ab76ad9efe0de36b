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
import { PERSON } from "./person.domain.ts";
import { People, type PersonRecord, type Preference } from "./person.entity.ts";
import { mergeAnswers, hasRefused as refusesFor } from "./preferences.ts";

/**
 * Consent has one truth, the person's answers (docs/people/persons.md). Leads and contacts pass on what they are told in the
 * transaction in which they are written, and show how the person stands. What who does not see the person tells a record stays
 * on it as evidence, and is all of it that they are shown.
 */

type OptOutFlag = keyof typeof optOutFields;
type OptOutInput = { [F in OptOutFlag]?: boolean | null | undefined };

/** A record that says how its person may not be reached. */
interface OptOutRecord extends Record<OptOutFlag, boolean | null> {
  id: string;
  personal_key_id: string;
  person_sight: PersonDisclosure;
  consent_due?: boolean | null | undefined;
}

const channelByFlag: Readonly<Record<OptOutFlag, string>> = { email_opt_out: "email", phone_opt_out: "phone" };
const optOutFlags = Object.keys(channelByFlag) as OptOutFlag[];

const hasRefusedChannel = (person: PersonRecord, channel: string): boolean => refusesFor(person, channel, "any");

/**
 * The person after somebody agreed, in their name, to be written to on a channel for any purpose. A refusal stands: it
 * was theirs, and of this one nothing proves it.
 */
export function addConsent(person: PersonRecord, said: Pick<Preference, "channel" | "source" | "at">): PersonRecord {
  if (hasRefusedChannel(person, said.channel)) return person;
  return { ...person, preferences: mergeAnswers(person.preferences, [{ ...said, purpose: "any", consent: "ALLOWED" }]) };
}

const pickRefusals = (said: OptOutInput): OptOutInput =>
  Object.fromEntries(optOutFlags.filter((flag) => said[flag]).map((flag) => [flag, true]));

/** The person after a record told of them: a refusal that is taken back is no consent. */
function applyOptOuts(person: PersonRecord, source: string, said: OptOutInput, at: string): PersonRecord {
  const answers = optOutFlags.flatMap((flag): Preference[] => {
    const channel = channelByFlag[flag];
    if (typeof said[flag] !== "boolean" || said[flag] === hasRefusedChannel(person, channel)) return [];
    return [{ channel, purpose: "any", consent: said[flag] ? "REFUSED" : "NOT_ASKED", source, at }];
  });
  return answers.length === 0 ? person : { ...person, preferences: mergeAnswers(person.preferences, answers) };
}

/** As a file or a PUT means it, which repeat what held when they were made: they take nothing back. */
export const omitWithdrawals = <S extends OptOutInput>(said: S): S => ({
  ...said,
  ...Object.fromEntries(optOutFlags.filter((flag) => said[flag] === false).map((flag) => [flag, null])),
});

type PersonEdit = (person: PersonRecord) => PersonRecord;
const formatSource = (kind: Kind, { id }: OptOutRecord): string => `${kind.name} ${id}`;
const buildPersonEdit =
  (kind: Kind, record: OptOutRecord, said: OptOutInput): PersonEdit =>
  (person) =>
    applyOptOuts(person, formatSource(kind, record), said, Clock.now());

/** What a new record tells its person: refusals alone, because what it does not say takes nothing back. */
export const buildInitialEdit = (kind: Kind, record: OptOutRecord): PersonEdit =>
  buildPersonEdit(kind, record, pickRefusals(record));

interface OptOutEffect {
  /** Of the person, if anything. */
  edit?: PersonEdit;
  /** Of the record: what was told by who does not see the person. */
  evidence: Record<OptOutFlag, boolean | null> & { consent_due: null };
}

/** What comes of what a change says; taking a refusal back is for who sees whose it is. */
export async function resolveOptOuts(kind: Kind, record: OptOutRecord, said: OptOutInput): Promise<OptOutEffect> {
  const { email_opt_out, phone_opt_out } = record;
  const evidence = { email_opt_out, phone_opt_out, consent_due: null };
  const given = optOutFlags.filter((flag) => typeof said[flag] === "boolean").map((flag) => [flag, said[flag]] as const);
  const heard: OptOutInput = { ...(record.consent_due ? pickRefusals(record) : {}), ...Object.fromEntries(given) };
  if (Object.keys(heard).length === 0) return { evidence };
  if (await canSeePerson(record)) return { edit: buildPersonEdit(kind, record, heard), evidence };
  const lifted = optOutFlags.find((flag) => heard[flag] === false && record[flag]);
  if (lifted) throw invalid(lifted, "Taken back by who sees the person: ask an administrator");
  return { edit: buildPersonEdit(kind, record, pickRefusals(heard)), evidence: { ...evidence, ...Object.fromEntries(given) } };
}

const canSeePerson = async (record: OptOutRecord): Promise<boolean> =>
  !isLimited(record) || (await Visibility.filterVisibleIds(PERSON, [record.personal_key_id])).size > 0;

export type OptOutView<R extends OptOutRecord> = Omit<R, "consent_due"> & Record<OptOutFlag, boolean>;

/** Records as the caller is shown them, by one batch of persons, or by one that was read for the only record. */
export async function presentAll<R extends OptOutRecord>(records: readonly R[], known?: PersonRecord): Promise<OptOutView<R>[]> {
  const limited = records.filter(isLimited).map(({ personal_key_id }) => personal_key_id);
  const [persons, seen] = await Promise.all([
    known ? undefined : resolveAllMerged(records.map(({ personal_key_id }) => personal_key_id)),
    Visibility.filterVisibleIds(PERSON, limited),
  ]);
  return records.map(({ consent_due, ...record }) => {
    const isSeen = !isLimited(record) || seen.has(record.personal_key_id);
    const person = isSeen ? (known ?? persons?.get(record.personal_key_id)) : undefined;
    const isOut = (flag: OptOutFlag): boolean =>
      (person ? hasRefusedChannel(person, channelByFlag[flag]) : false) ||
      ((!isSeen || consent_due === true) && record[flag] === true);
    return { ...record, email_opt_out: isOut("email_opt_out"), phone_opt_out: isOut("phone_opt_out") };
  });
}

/** As `showing`, of one. */
export async function present<R extends OptOutRecord>(record: R, known?: PersonRecord): Promise<OptOutView<R>> {
  const [only] = await presentAll([record], known);
  return only as OptOutView<R>;
}

/** As Records.read, and as it is shown: its id tells whose it is, so that both are read side by side. */
export async function read<R extends OptOutRecord & BaseRecord>(collection: Collection<R>, id: string): Promise<OptOutView<R>> {
  const whose = isId(id, collection.kind) ? resolveMerged(collectionOwner(id)) : undefined;
  const [record, person] = await Promise.all([Records.read(collection, id), whose]);
  return present(record, person);
}

/** What a change has found out beside the record: the person after it, where they were read. */
interface EditContext {
  person?: PersonRecord | undefined;
}

export type Edit<R> = (current: R, tx: Transaction, about: EditContext) => R | Promise<R>;

/** As Records.change; the answer is made of the record as the caller is shown it after the change. */
export async function change<R extends OptOutRecord & BaseRecord, A>(
  collection: Collection<R>,
  id: string,
  edit: Edit<R>,
  { answer, ...options }: { deleted?: boolean; answer: (record: OptOutView<R>) => A },
): Promise<A> {
  let after: Partial<Record<OptOutFlag, boolean>> = {};
  const edited = async (current: R, tx: Transaction): Promise<R> => {
    const about: EditContext = {};
    const next = await edit(current, tx, about);
    const { email_opt_out, phone_opt_out } = await present(next, about.person);
    after = { email_opt_out, phone_opt_out };
    return next;
  };
  return Records.change(collection, id, edited, {
    ...options,
    answer: ({ consent_due, email_opt_out, phone_opt_out, ...record }) => answer({ ...record, ...after } as OptOutView<R>),
  });
}

/** What an earlier release kept on a record alone reaches its person, unless they have said something since. */
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
