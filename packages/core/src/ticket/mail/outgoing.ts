import { Throttle } from "../../auth/throttle.ts";
import { speechOf } from "../../document/speech.ts";
import { ABOVE } from "../../inbound-mail/answer.rules.ts";
import { InboundMail } from "../../inbound-mail/inbound-mail.ts";
import { MAILBOX, messageIdOf, replyAddress } from "../../inbound-mail/thread.rules.ts";
import { addressOf } from "../../invitation/recipients.ts";
import { Clock } from "../../kernel/clock.ts";
import { usePorts, useSettings, useTenant } from "../../kernel/context.ts";
import { isFailure } from "../../kernel/error.ts";
import type { DomainEvent } from "../../kernel/event.ts";
import { derivedId, timeOf } from "../../kernel/id.ts";
import { spoken } from "../../kernel/mail-text.ts";
import type { MailMessage } from "../../kernel/ports.ts";
import { email } from "../../kernel/schema.ts";
import { dayIn } from "../../kernel/zone.ts";
import { Answering } from "../../message/answering.ts";
import { MESSAGE } from "../../message/message.domain.ts";
import { Person } from "../../person/person.ts";
import { isLimited } from "../../person/person-sight.ts";
import { Preferences } from "../../person/preferences.ts";
import { list, queryOf } from "../../storage/read/list.ts";
import { Records } from "../../storage/write/records.ts";
import { Outward } from "../../suppression/outward.ts";
import { Tenant } from "../../tenant/tenant.ts";
import { Directory } from "../../user/directory.ts";
import { type CommentRecord, Comments } from "../comment.entity.ts";
import { TextThread } from "../text/thread.ts";
import { type TicketRecord, Tickets } from "../ticket.entity.ts";
import type { Delivery, reasons } from "./fields.ts";
import { htmlOf, type Letter, type Said, subjectOf, textOf, wordsIn } from "./letter.rules.ts";

/**
 * Answers go out by mail behind the comment that they are: it is written as waiting, mailed, and then says so. Whoever is killed between
 * sends the same message again, whose id is the comment's, so that a mail port that can sends it once (docs/tickets.md, Mail).
 */
export const sendOut = ({ record_id }: DomainEvent): Promise<void> => Tenant.asConfigured(() => sent(record_id));

type Reason = (typeof reasons)[number];

async function sent(id: string): Promise<void> {
  const comment = await Records.load(Comments, id, { live: true });
  if (comment?.delivery?.status !== "QUEUED") return;
  const ticket = await Records.load(Tickets, comment.ticket_id, { live: true });
  if (!ticket) return;
  const { inboundDomain: domain } = usePorts();
  const tenant = await Tenant.get({});
  const conversation = ticket.channel === "SMS" && !ticket.mail ? await TextThread.conversationOf(ticket.id) : undefined;
  if (conversation !== undefined) return settle(id, await texted(conversation, comment, tenant.status === "SUSPENDED"));
  const to = await routeOf(ticket);
  if (!useSettings().support_mail) return settle(id, notSent("OFF"));
  if (domain === undefined) return settle(id, notSent("NO_DOMAIN"));
  if (tenant.status === "SUSPENDED") return settle(id, notSent("SUSPENDED"));
  if (typeof to === "string") return settle(id, notSent(to));
  const counted = await counting(comment, to.email);
  if (!counted) return settle(id, notSent("TOO_MANY", to.shown));
  const letter = await letterOf(ticket, comment, tenant.name);
  const message = await messageOf(ticket, comment, { to, letter, name: tenant.name, host: `${tenant.slug}.${domain}` });
  await usePorts()
    .mail.send(message)
    .catch(async (error) => {
      await counted.forgive();
      throw error;
    });
  await settle(id, { status: "SENT", because: null, to: to.shown, at: Clock.now() });
}

/** By text message to whoever asked so: what becomes of it, and whether it may go out, is known of the message. */
async function texted(conversation: string, { id, body }: CommentRecord, isSuspended: boolean): Promise<Delivery> {
  if (isSuspended) return notSent("SUSPENDED");
  const answered = await Answering.inConversation(conversation, { id: derivedId(MESSAGE, timeOf(id), id), body });
  return "to" in answered ? { status: "SENT", because: null, to: answered.to, at: Clock.now() } : notSent(answered.because);
}

const notSent = (because: Reason, to: string | null = null): Delivery => ({
  status: "NOT_SENT",
  because,
  to,
  at: Clock.now(),
});

/** What became of it, said once. */
const settle = (id: string, delivery: Delivery): Promise<void> =>
  Records.unlessGone(
    Records.change(Comments, id, (current) => (current.delivery?.status === "QUEUED" ? { ...current, delivery } : current)),
  );

interface Route {
  email: string;
  /** The same, if whoever sees the ticket may know it: another address of a person whom it does not show is not told. */
  shown: string | null;
  cc: readonly string[];
}

/** Where the requester is reached, who may have refused to be written to about what they asked. */
async function routeOf({ personal_key_id, person_sight, mail }: TicketRecord): Promise<Route | Reason> {
  const person = personal_key_id === null ? undefined : await Person.living(personal_key_id);
  if (!person || person.deleted_at) return "NO_ADDRESS";
  if (Preferences.refuses(person, "email", "service")) return "REFUSED";
  const to = email().safeParse(mail?.email ?? person.emails[0]).data;
  if (to === undefined) return "NO_ADDRESS";
  if (await Outward.refuses(to)) return "REFUSED";
  return { email: to, shown: mail || !isLimited({ person_sight }) ? to : null, cc: await Outward.open(mail?.cc ?? []) };
}

/** Mails in an hour to one address, and those of programs in a day. */
const [MOST, MOST_OF_PROGRAMS] = [60, 5];

/** Undefined where an address has had enough: of what programs write sooner, so that two of them do not go on for ever. */
async function counting({ is_automatic }: CommentRecord, to: string): Promise<Throttle.Attempt | undefined> {
  const name = `support of ${useTenant()} to ${addressOf(to)}`;
  try {
    return await (is_automatic ? Throttle.attempt("program", [name, MOST_OF_PROGRAMS]) : Throttle.attempt("mail", [name, MOST]));
  } catch (error) {
    if (!isFailure(error, "RATE_LIMITED")) throw error;
    return undefined;
  }
}

interface Sending {
  to: Route;
  letter: Letter;
  /** What the tenant is called. */
  name: string;
  host: string;
}

async function messageOf(
  { id, subject, ticket_number, mail }: TicketRecord,
  comment: CommentRecord,
  { to, letter, name, host }: Sending,
): Promise<MailMessage> {
  const signing = await InboundMail.signing();
  const [own, thread] = [comment.id, "thread"].map((each) => `<${messageIdOf(id, each, host, signing)}>`);
  const asked = mail?.message_id ? [`<${mail.message_id}>`] : [];
  return {
    id: comment.id,
    from: `${spoken(name) || "Support"} <${MAILBOX}@${host}>`,
    to: to.email,
    ...(comment.is_automatic || to.cc.length === 0 ? {} : { cc: to.cc }),
    reply_to: replyAddress(id, host, signing),
    subject: subjectOf(subject, ticket_number),
    text: textOf(letter),
    html: htmlOf(letter),
    headers: {
      "Message-ID": `${own}`,
      // Servers on the way may give the mail another id: who answers names these all the same.
      References: [thread, ...asked, own].join(" "),
      "In-Reply-To": asked[0] ?? `${thread}`,
      ...(comment.is_automatic ? { "Auto-Submitted": "auto-replied" } : {}),
    },
  };
}

/** Earlier messages that are quoted, and comments that are looked through for them. */
const [MOST_QUOTED, MOST_LOOKED] = [3, 20];

async function letterOf(ticket: TicketRecord, comment: CommentRecord, tenant: string): Promise<Letter> {
  const { letterhead } = useSettings();
  const { rows } = await list(Comments, { ...queryOf(Comments, { limit: MOST_LOOKED }), parent: ticket.id });
  const earlier = rows
    .filter(({ id, is_public, is_automatic }) => id < comment.id && is_public && !is_automatic)
    .slice(0, MOST_QUOTED);
  const said = await Records.loadMany(
    Comments,
    earlier.map(({ id }) => id),
    { live: true },
  );
  const known = said.filter((each) => each !== undefined);
  const names = await Directory.namesOf(known.map(({ created_by }) => created_by));
  const asker = ticket.mail?.email ?? "";
  const isWhole = comment.is_automatic || known.length < MOST_QUOTED;
  const first = { from: "REQUESTER", created_by: "", created_at: ticket.created_at, body: ticket.description } as const;
  return {
    above: `${ABOVE}${wordsIn(letterhead.language).above} -##`,
    body: comment.body,
    before: [...(comment.is_automatic ? [] : known), ...(isWhole ? [first] : [])].map(
      ({ from, created_by, created_at, body }): Said => ({
        who: from === "REQUESTER" ? asker || tenant : spoken(names.get(created_by) ?? "") || tenant,
        day: speechOf(letterhead.language).day(dayIn(useSettings().timezone, created_at)),
        body,
      }),
    ),
  };
}
