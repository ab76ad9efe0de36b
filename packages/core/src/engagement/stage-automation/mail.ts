import { Clock } from "../../kernel/clock.ts";
import { usePorts, useTenant } from "../../kernel/context.ts";
import { isFailure } from "../../kernel/error.ts";
import { MessageTemplate } from "../../messaging/template/message-template.ts";
import { buildRecordValues } from "../../messaging/template/record-values.ts";
import { Throttle } from "../../platform/auth/throttle.ts";
import { Master } from "../../platform/master-data/master.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { Directory } from "../../platform/user/directory.ts";
import { OPPORTUNITY_STAGES } from "../../sales/opportunity/opportunity.masters.ts";
import { normalizeAddress, resolveRecipients } from "../../scheduling/invitation/recipients.ts";
import { readItem } from "../../storage/table/database.ts";
import { type Key, recordKey } from "../../storage/table/key.ts";
import { transaction, WriteConflict } from "../../storage/write/transaction.ts";
import type { ActionContext, OpportunityRecord, Outcome } from "./action-context.ts";
import { PLAN_RETENTION_SECONDS } from "./claim.ts";
import type { Action } from "./stage-automation.rule-kind.ts";
import { findManager, resolveUser } from "./user-recipients.ts";

/**
 * The mail of an action. A claim with the template revision is stored before sending. A retry after a crash sends the same message under the same
 * id. A parallel worker finds the claim and sends nothing.
 */

type MailContext = ActionContext<Extract<Action, { action: "mail" }>>;

const buildHeldBack = (reason: string): Outcome => ({ result: "HELD_BACK", reason });
const buildFailed = (reason: string): Outcome => ({ result: "FAILED", reason });

export async function sendMail(doing: MailContext): Promise<Outcome> {
  const { id, opportunity, plan, action } = doing;
  const before = await readClaim(doing);
  const template = await MessageTemplate.load(action.template_id);
  const templateReference = { template_id: action.template_id, template_revision: template?.revision ?? null };
  if (!before) {
    if (!template) return { ...buildFailed("The template no longer exists"), template_id: action.template_id };
    if (!template.is_active) return { ...buildHeldBack("The template is not active"), ...templateReference };
  }
  if ((await Tenant.get({})).status === "SUSPENDED") return { ...buildHeldBack("The tenant is suspended"), ...templateReference };
  const to = await resolveRecipient(doing);
  if ("reason" in to) return { ...to.outcome, ...templateReference };
  const texts = before ? await MessageTemplate.loadRevision(before) : template;
  if (!texts) return { ...buildFailed("The template no longer exists"), ...templateReference };
  const stage = (await Master.findLabel(OPPORTUNITY_STAGES, plan.to)) ?? null;
  const values = { ...(await buildRecordValues("opportunity", opportunity, texts)), "opportunity.stage": stage };
  const { subject, html, text, missing } = MessageTemplate.renderTemplate(texts, values);
  const mailDetails = { template_id: action.template_id, template_revision: texts.revision, recipient_ids: [to.id] };
  if (missing.length > 0) return { ...buildHeldBack(`No value for ${missing.join(", ")}`), ...mailDetails, recipient_ids: [] };
  const quotaAttempt = before || !template ? undefined : await takeMailQuota(to.email);
  if (quotaAttempt === "spent")
    return { ...buildHeldBack("The address or the tenant has reached its hourly email limit"), ...templateReference };
  if (!before && template) await claimMail(doing, MessageTemplate.revisionId(template), quotaAttempt);
  const owner = opportunity.owner_id ? await Directory.findActive(opportunity.owner_id) : undefined;
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
      await quotaAttempt?.refund();
      throw error;
    });
  return mailDetails;
}

type Recipient = { id: string; email: string } | { reason: true; outcome: Outcome };

const unreachedOutcomes = {
  NO_ADDRESS: buildFailed("The contact has no address"),
  REFUSED: buildHeldBack("The contact refuses service emails"),
};

async function resolveRecipient({ opportunity, action }: MailContext): Promise<Recipient> {
  if (action.to === "contact") return resolveContact(opportunity);
  const { user, reason } = await resolveUser(
    action.to === "owner" ? opportunity.owner_id : await findManager(opportunity),
    opportunity,
  );
  return user ? { id: user.id, email: user.email } : { reason: true, outcome: buildFailed(reason) };
}

/** Returns the contact as recipient, unless they have no address or refuse service mails. */
async function resolveContact({ contact_id }: OpportunityRecord): Promise<Recipient> {
  if (!contact_id) return { reason: true, outcome: buildFailed("The opportunity has no contact") };
  const to = (await resolveRecipients([contact_id])).get(contact_id) ?? "NO_ADDRESS";
  return typeof to === "string" ? { reason: true, outcome: unreachedOutcomes[to] } : { id: contact_id, email: to.email };
}

/** Maximum number of automation mails per hour: to one address, and of one tenant. */
const [MAX_MAILS_PER_ADDRESS, MAX_MAILS_PER_TENANT] = [10, 3000];

async function takeMailQuota(email: string): Promise<Throttle.Attempt | "spent"> {
  try {
    return await Throttle.attempt(
      "mail",
      [`stage ${useTenant()} to ${normalizeAddress(email)}`, MAX_MAILS_PER_ADDRESS],
      [`stage of ${useTenant()}`, MAX_MAILS_PER_TENANT],
    );
  } catch (error) {
    if (isFailure(error, "RATE_LIMITED")) return "spent";
    throw error;
  }
}

const mailClaimKey = ({ id, opportunity }: MailContext): Key => ({
  ...recordKey(useTenant(), opportunity.id),
  sk: `~stage-mail#${id}`,
});

/** Returns the template revision id that the claim stored. */
const readClaim = async (doing: MailContext): Promise<string | undefined> => {
  const item = await readItem(mailClaimKey(doing));
  return item && String(item.revision_id);
};

async function claimMail(doing: MailContext, revision_id: string, attempt: Throttle.Attempt | undefined): Promise<void> {
  try {
    await transaction()
      .put(
        { ...mailClaimKey(doing), revision_id, ttl: Clock.toEpochSeconds(Clock.addSeconds(PLAN_RETENTION_SECONDS)) },
        {
          condition: "attribute_not_exists(pk)",
          rejection: () => new WriteConflict("Another process is about to send this email"),
        },
      )
      .commit(undefined);
  } catch (error) {
    if (error instanceof WriteConflict) await attempt?.refund();
    throw error;
  }
}
