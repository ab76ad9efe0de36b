import { Clock } from "../kernel/clock.ts";
import { invalid } from "../kernel/error.ts";
import { isId, type Kind, ownerOf } from "../kernel/id.ts";
import { Visible } from "../storage/read/visibility.ts";
import type { BaseRecord, Carrying, Collection } from "../storage/table/collection.ts";
import { Records } from "../storage/write/records.ts";
import type { Transaction } from "../storage/write/transaction.ts";
import type { optOuts } from "./consent.schema.ts";
import { living, livingAll } from "./identity.ts";
import { PERSON } from "./person.domain.ts";
import { People, type PersonRecord, type Preference } from "./person.entity.ts";
import { isLimited, type PersonSight } from "./person-sight.ts";
import { refuses as refusesFor, withAnswers } from "./preferences.ts";

/**
 * Consent has one truth, the person's answers (docs/persons.md). Leads and contacts pass on what they are told in the
 * transaction in which they are written, and show how the person stands. What who does not see the person tells a record stays
 * on it as evidence, and is all of it that they are shown.
 */

type Flag = keyof typeof optOuts;
type Said = { [F in Flag]?: boolean | null | undefined };

/** A record that says how its person may not be reached. */
interface Telling extends Record<Flag, boolean | null> {
  id: string;
  personal_key_id: string;
  person_sight: PersonSight;
  consent_due?: boolean | null | undefined;
}

const channels: Readonly<Record<Flag, string>> = { email_opt_out: "email", phone_opt_out: "phone" };
const flags = Object.keys(channels) as Flag[];

const refuses = (person: PersonRecord, channel: string): boolean => refusesFor(person, channel, "any");

/**
 * The person after somebody agreed, in their name, to be written to on a channel for any purpose. A refusal stands: it
 * was theirs, and of this one nothing proves it.
 */
export function consented(person: PersonRecord, said: Pick<Preference, "channel" | "source" | "at">): PersonRecord {
  if (refuses(person, said.channel)) return person;
  return { ...person, preferences: withAnswers(person.preferences, [{ ...said, purpose: "any", consent: "ALLOWED" }]) };
}

const refusals = (said: Said): Said => Object.fromEntries(flags.filter((flag) => said[flag]).map((flag) => [flag, true]));

/** The person after a record told of them: a refusal that is taken back is no consent. */
function told(person: PersonRecord, source: string, said: Said, at: string): PersonRecord {
  const answers = flags.flatMap((flag): Preference[] => {
    const channel = channels[flag];
    if (typeof said[flag] !== "boolean" || said[flag] === refuses(person, channel)) return [];
    return [{ channel, purpose: "any", consent: said[flag] ? "REFUSED" : "NOT_ASKED", source, at }];
  });
  return answers.length === 0 ? person : { ...person, preferences: withAnswers(person.preferences, answers) };
}

/** As a file or a PUT means it, which repeat what held when they were made: they take nothing back. */
export const takingNothingBack = <S extends Said>(said: S): S => ({
  ...said,
  ...Object.fromEntries(flags.filter((flag) => said[flag] === false).map((flag) => [flag, null])),
});

type Told = (person: PersonRecord) => PersonRecord;
const sourceOf = (kind: Kind, { id }: Telling): string => `${kind.name} ${id}`;
const telling =
  (kind: Kind, record: Telling, said: Said): Told =>
  (person) =>
    told(person, sourceOf(kind, record), said, Clock.now());

/** What a new record tells its person: refusals alone, because what it does not say takes nothing back. */
export const toldAtBirth = (kind: Kind, record: Telling): Told => telling(kind, record, refusals(record));

interface Heard {
  /** Of the person, if anything. */
  edit?: Told;
  /** Of the record: what was told by who does not see the person. */
  evidence: Record<Flag, boolean | null> & { consent_due: null };
}

/** What comes of what a change says; taking a refusal back is for who sees whose it is. */
export async function heardIn(kind: Kind, record: Telling, said: Said): Promise<Heard> {
  const { email_opt_out, phone_opt_out } = record;
  const evidence = { email_opt_out, phone_opt_out, consent_due: null };
  const given = flags.filter((flag) => typeof said[flag] === "boolean").map((flag) => [flag, said[flag]] as const);
  const heard: Said = { ...(record.consent_due ? refusals(record) : {}), ...Object.fromEntries(given) };
  if (Object.keys(heard).length === 0) return { evidence };
  if (await seesPerson(record)) return { edit: telling(kind, record, heard), evidence };
  const lifted = flags.find((flag) => heard[flag] === false && record[flag]);
  if (lifted) throw invalid(lifted, "Taken back by who sees the person: ask an administrator");
  return { edit: telling(kind, record, refusals(heard)), evidence: { ...evidence, ...Object.fromEntries(given) } };
}

const seesPerson = async (record: Telling): Promise<boolean> =>
  !isLimited(record) || (await Visible.idsSeen(PERSON, [record.personal_key_id])).size > 0;

export type Shown<R extends Telling> = Omit<R, "consent_due"> & Record<Flag, boolean>;

/** Records as the caller is shown them, by one batch of persons, or by one that was read for the only record. */
export async function showing<R extends Telling>(records: readonly R[], known?: PersonRecord): Promise<Shown<R>[]> {
  const limited = records.filter(isLimited).map(({ personal_key_id }) => personal_key_id);
  const [persons, seen] = await Promise.all([
    known ? undefined : livingAll(records.map(({ personal_key_id }) => personal_key_id)),
    Visible.idsSeen(PERSON, limited),
  ]);
  return records.map(({ consent_due, ...record }) => {
    const isSeen = !isLimited(record) || seen.has(record.personal_key_id);
    const person = isSeen ? (known ?? persons?.get(record.personal_key_id)) : undefined;
    const isOut = (flag: Flag): boolean =>
      (person ? refuses(person, channels[flag]) : false) || ((!isSeen || consent_due === true) && record[flag] === true);
    return { ...record, email_opt_out: isOut("email_opt_out"), phone_opt_out: isOut("phone_opt_out") };
  });
}

/** As `showing`, of one. */
export async function shown<R extends Telling>(record: R, known?: PersonRecord): Promise<Shown<R>> {
  const [only] = await showing([record], known);
  return only as Shown<R>;
}

/** As Records.read, and as it is shown: its id tells whose it is, so that both are read side by side. */
export async function read<R extends Telling & BaseRecord>(collection: Collection<R>, id: string): Promise<Shown<R>> {
  const whose = isId(id, collection.kind) ? living(ownerOf(id)) : undefined;
  const [record, person] = await Promise.all([Records.read(collection, id), whose]);
  return shown(record, person);
}

/** What a change has found out beside the record: the person after it, where they were read. */
interface About {
  person?: PersonRecord | undefined;
}

export type Edit<R> = (current: R, tx: Transaction, about: About) => R | Promise<R>;

/** As Records.change; the answer is made of the record as the caller is shown it after the change. */
export async function change<R extends Telling & BaseRecord, A>(
  collection: Collection<R>,
  id: string,
  edit: Edit<R>,
  { answer, ...options }: { deleted?: boolean; answer: (record: Shown<R>) => A },
): Promise<A> {
  let after: Partial<Record<Flag, boolean>> = {};
  const edited = async (current: R, tx: Transaction): Promise<R> => {
    const about: About = {};
    const next = await edit(current, tx, about);
    const { email_opt_out, phone_opt_out } = await shown(next, about.person);
    after = { email_opt_out, phone_opt_out };
    return next;
  };
  return Records.change(collection, id, edited, {
    ...options,
    answer: ({ consent_due, email_opt_out, phone_opt_out, ...record }) => answer({ ...record, ...after } as Shown<R>),
  });
}

/** What an earlier release kept on a record alone reaches its person, unless they have said something since. */
export async function carried<R extends Telling & { updated_at: string }>(kind: Kind, record: R, tx: Carrying): Promise<R> {
  if (!record.consent_due) return record;
  const person = await living(record.personal_key_id);
  const next = person && told(person, sourceOf(kind, record), refusals(record), record.updated_at);
  if (person && next && next !== person) tx.replace(People, person, Records.nextVersion(person, next));
  return { ...record, consent_due: null };
}

export * as Consent from "./consent.ts";
