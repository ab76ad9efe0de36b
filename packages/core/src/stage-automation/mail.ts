import { Throttle } from "../auth/throttle.ts";
import { addressOf, recipientsOf } from "../invitation/recipients.ts";
import { Clock } from "../kernel/clock.ts";
import { usePorts, useTenant } from "../kernel/context.ts";
import { isFailure } from "../kernel/error.ts";
import { Master } from "../masters/master.ts";
import { valuesOf } from "../message-template/around.ts";
import { MessageTemplate } from "../message-template/message-template.ts";
import { OPPORTUNITY_STAGES } from "../opportunity/opportunity.masters.ts";
import { get } from "../storage/table/database.ts";
import { type Key, recordKey } from "../storage/table/key.ts";
import { Moved, transaction } from "../storage/write/transaction.ts";
import { Tenant } from "../tenant/tenant.ts";
import { Directory } from "../user/directory.ts";
import { KEPT } from "./decided.ts";
import type { Doing, OpportunityRecord, Outcome } from "./doing.ts";
import { leadingUser, reached } from "./reached.ts";
import type { Action } from "./stage-automation.kind.ts";

/**
 * The mail of an action. That it is about to go out is written down before, with what its template said then: who is killed behind that
 * sends the same message again, under the same id; who comes at the same moment sends nothing.
 */

type Mailing = Doing<Extract<Action, { action: "mail" }>>;

const held = (reason: string): Outcome => ({ result: "HELD_BACK", reason });
const failed = (reason: string): Outcome => ({ result: "FAILED", reason });

export async function sendMail(doing: Mailing): Promise<Outcome> {
  const { id, opportunity, plan, action } = doing;
  const before = await claimOf(doing);
  const template = await MessageTemplate.load(action.template_id);
  const named = { template_id: action.template_id, template_revision: template?.revision ?? null };
  if (!before) {
    if (!template) return { ...failed("The template is gone"), template_id: action.template_id };
    if (!template.is_active) return { ...held("The template is not active"), ...named };
  }
  if ((await Tenant.get({})).status === "SUSPENDED") return { ...held("The tenant is suspended"), ...named };
  const to = await recipientOf(doing);
  if ("reason" in to) return { ...to.outcome, ...named };
  const texts = before ? await MessageTemplate.loadRevision(before) : template;
  if (!texts) return { ...failed("The template is gone"), ...named };
  const stage = (await Master.labelOf(OPPORTUNITY_STAGES, plan.to)) ?? null;
  const values = { ...(await valuesOf("opportunity", opportunity, texts)), "opportunity.stage": stage };
  const { subject, html, text, missing } = MessageTemplate.filledIn(texts, values);
  const told = { template_id: action.template_id, template_revision: texts.revision, recipient_ids: [to.id] };
  if (missing.length > 0) return { ...held(`Nothing stands for ${missing.join(", ")}`), ...told, recipient_ids: [] };
  const counted = before || !template ? undefined : await counting(to.email);
  if (counted === "spent") return { ...held("The address, or the tenant, has had too many mails in this hour"), ...named };
  if (!before && template) await claim(doing, MessageTemplate.revisionOf(template), counted);
  const owner = opportunity.owner_id ? await Directory.active(opportunity.owner_id) : undefined;
  await usePorts()
    .mail.send({
      id,
      to: to.email,
      subject: subject ?? "",
      text,
      ...(html === null ? {} : { html }),
      ...(owner ? { reply_to: owner.email } : {}),
    })
    .catch(async (error) => {
      await counted?.forgive();
      throw error;
    });
  return told;
}

type Recipient = { id: string; email: string } | { reason: true; outcome: Outcome };

const unreached = { NO_ADDRESS: failed("The contact has no address"), REFUSED: held("The contact refuses mails of service") };

async function recipientOf({ opportunity, action }: Mailing): Promise<Recipient> {
  if (action.to === "contact") return ofContact(opportunity);
  const { user, reason } = await reached(
    action.to === "owner" ? opportunity.owner_id : await leadingUser(opportunity),
    opportunity,
  );
  return user ? { id: user.id, email: user.email } : { reason: true, outcome: failed(reason) };
}

/** Whom they told us not to write to, we do not. */
async function ofContact({ contact_id }: OpportunityRecord): Promise<Recipient> {
  if (!contact_id) return { reason: true, outcome: failed("The opportunity has no contact") };
  const to = (await recipientsOf([contact_id])).get(contact_id) ?? "NO_ADDRESS";
  return typeof to === "string" ? { reason: true, outcome: unreached[to] } : { id: contact_id, email: to.email };
}

/** Mails of stages in an hour to one address, and of one tenant. */
const [MOST_TO_ONE, MOST_OF_TENANT] = [10, 3000];

async function counting(email: string): Promise<Throttle.Attempt | "spent"> {
  try {
    return await Throttle.attempt(
      "mail",
      [`stage ${useTenant()} to ${addressOf(email)}`, MOST_TO_ONE],
      [`stage of ${useTenant()}`, MOST_OF_TENANT],
    );
  } catch (error) {
    if (isFailure(error, "RATE_LIMITED")) return "spent";
    throw error;
  }
}

const keyOf = ({ id, opportunity }: Mailing): Key => ({ ...recordKey(useTenant(), opportunity.id), sk: `~stage-mail#${id}` });

/** What its template said when it was about to go out, by the id of that. */
const claimOf = async (doing: Mailing): Promise<string | undefined> => {
  const item = await get(keyOf(doing));
  return item && String(item.revision_id);
};

async function claim(doing: Mailing, revision_id: string, counted: Throttle.Attempt | undefined): Promise<void> {
  try {
    await transaction()
      .put(
        { ...keyOf(doing), revision_id, ttl: Clock.epoch(Clock.after(KEPT)) },
        { condition: "attribute_not_exists(pk)", refused: () => new Moved("Somebody else is about to send it") },
      )
      .commit(undefined);
  } catch (error) {
    if (error instanceof Moved) await counted?.forgive();
    throw error;
  }
}
