import { INTERACTION_TYPES } from "../../interaction/interaction.masters.ts";
import { Interaction } from "../../interaction/interaction.ts";
import { Clock } from "../../kernel/clock.ts";
import { parse } from "../../kernel/fn.ts";
import { Master } from "../../masters/master.ts";
import { Person } from "../../person/person.ts";
import { Clocks, onClock } from "../../storage/jobs/clocks.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { Tenant } from "../../tenant/tenant.ts";
import { type MessageRecord, Messages } from "../message.entity.ts";
import { sentOf } from "../opened.ts";
import { countsOf, FINAL, type Hit, mayBePersons } from "./count.rules.ts";
import { Hits } from "./hits.ts";
import { judgedAfter } from "./judging.ts";

/**
 * Writes down that a person has opened a message, and followed a link of it, once nothing that comes changes who it was: in the message,
 * from which results of mails to many are counted, and as an interaction of the person, which scores, segments and re-engagement hear of
 * (docs/mail-tracking.md). At `message.judge_due`, twice and late too.
 */
export const onJudge = onClock((id, due_at) =>
  Tenant.asConfigured(() => Clocks.attend(Messages, id, "judge", due_at, judgement)),
);

async function judgement(message: MessageRecord, tx: Transaction): Promise<MessageRecord> {
  const [hits, sent] = await Promise.all([Hits.hitsOf(message.id), sentOf(message)]);
  const final = Clock.after(-FINAL);
  const counts = countsOf(hits, sent, { until: final });
  const opened_at = message.opened_at ?? counts.opened_at;
  const clicked_at = message.clicked_at ?? counts.clicked_at;
  if (message.opened_at === null && opened_at !== null) await happened(tx, message, "email_opened", opened_at);
  if (message.clicked_at === null && clicked_at !== null) await happened(tx, message, "email_clicked", clicked_at);
  const next = { ...message, opened_at, clicked_at };
  return { ...next, judge_at: again(next, { hits, final, isDelivered: sent.delivered_at !== null }) };
}

/** Seconds. For so long it may be told that a mail was delivered, before which nobody can have opened it. */
const [HOUR, GIVEN_UP] = [60 * 60, 3 * 24 * 60 * 60];

interface Known {
  hits: readonly Hit[];
  /** Up to when it is known who they were. */
  final: string;
  /** Whether that was told, or never is. */
  isDelivered: boolean;
}

/** When it is judged next: behind what came too late for this time, and while it may be told yet that it was delivered. */
function again({ opened_at, clicked_at, tried_at }: MessageRecord, { hits, final, isDelivered }: Known): string | null {
  const open = hits.filter((hit) => mayBePersons(hit) && (hit.kind === "open" ? opened_at : clicked_at) === null);
  const last = open.filter(({ at }) => at > final).at(-1);
  if (last) return judgedAfter(last.at);
  if (open.length === 0 || isDelivered || tried_at === null) return null;
  const age = (Clock.ms() - Date.parse(tried_at)) / 1000;
  return age > GIVEN_UP ? null : Clock.after(Math.max(HOUR, age));
}

/** An interaction of the person, whoever they are by now. It says nothing of the message's words: those are for who sees it. */
async function happened(
  tx: Transaction,
  { id, person_id }: MessageRecord,
  type: "email_opened" | "email_clicked",
  at: string,
): Promise<void> {
  const person = await Person.living(person_id);
  if (!person || person.deleted_at) return;
  const input = parse(Interaction.Input, {
    // Also where the tenant has put the type out of use.
    interaction_type_id: await Master.resolve(INTERACTION_TYPES, type, "interaction_type_id", type),
    interaction_date: at,
    subject: type === "email_opened" ? "Opened a mail" : "Followed a link of a mail",
    metadata: { message_id: id },
    ...(type === "email_clicked" ? { direction: "INBOUND" } : {}),
  });
  Interaction.add(tx, { ...(await Interaction.prepare(input, Person.idsOf(person))), channel: "email" });
}
