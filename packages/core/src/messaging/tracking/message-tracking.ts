import * as z from "zod";
import { usePorts } from "../../kernel/context.ts";
import { fn } from "../../kernel/fn.ts";
import { IdInput, instant } from "../../kernel/schema.ts";
import { Records } from "../../storage/write/records.ts";
import { type MailAccountRecord, MailAccounts } from "../mail-account/mail-account.entity.ts";
import { type MessageRecord, Messages } from "../message/message.entity.ts";
import { isTracked, type TrackedMessage } from "../message/tracking-choice.rules.ts";
import type { DeliveryFacts } from "./hit-classification.rules.ts";
import { Hits } from "./hits.ts";
import { countLinks } from "./link-rewriting.rules.ts";

/** The opens and clicks of a message, by people and separately by programs (docs/messaging/mail-tracking.md). */

const countField = (description: string) => z.number().int().min(0).nullable().describe(description);

/** Why the opens and clicks of a message are not counted. */
export const untrackedReasons = ["not_requested", "no_html", "tracking_off"] as const;

export const Info = z.object({
  is_tracked: z.boolean().describe("Whether opens and clicks are counted. If they are not, all counts are null"),
  untracked_reason: z
    .enum(untrackedReasons)
    .nullable()
    .describe(
      "Why they are not counted. `not_requested`: it is no marketing mail, and its author did not ask for it; `no_html`: the mail is text only; `tracking_off`: by its send or its account",
    ),
  opened_at: instant().nullable().describe("When a person first opened it, by loading its picture or following a link"),
  clicked_at: instant().nullable().describe("When a person first followed a link in it"),
  opens: countField("By people, as far as can be determined"),
  clicks: countField("By people, as far as can be determined"),
  machine_opens: countField("By proxies, scanners and other programs; these do not mean that a person read the mail"),
  machine_clicks: countField("By proxies, scanners and other programs"),
});

/** Returns the tracking of a message that the caller sees. Hits are classified on each read, because later ones may change the result. */
export const get = fn(IdInput, async ({ id }): Promise<z.output<typeof Info>> => {
  const message = await Records.read(Messages, id);
  const account = await loadAccount(message);
  const counts = await Hits.loadCounts(id, toDeliveryFacts(account, message));
  const hasHits = Object.values(counts).some((count) => count !== 0 && count !== null);
  const untracked_reason = hasHits ? null : findUntrackedReason(message, account?.tracks ?? false);
  if (untracked_reason === null) return { is_tracked: true, untracked_reason, ...counts };
  return { is_tracked: false, untracked_reason, ...noCounts };
});

const noCounts = {
  ...{ opened_at: null, clicked_at: null, opens: null, clicks: null, machine_opens: null, machine_clicks: null },
} satisfies Partial<z.output<typeof Info>>;

/**
 * Returns a message that the caller sees. Until a detection that is scheduled has run, its opens and clicks are those of the present
 * classification, as `get` returns them.
 */
export const getMessage = fn(IdInput, async ({ id }): Promise<MessageRecord> => {
  const message = await Records.read(Messages, id);
  if (message.judge_at === null) return message;
  const counts = await Hits.loadCounts(id, await loadDeliveryFacts(message));
  return {
    ...message,
    opened_at: message.opened_at ?? counts.opened_at,
    clicked_at: message.clicked_at ?? counts.clicked_at,
  };
});

const loadAccount = async ({ mail_account_id }: MessageRecord): Promise<MailAccountRecord | undefined> =>
  mail_account_id === null ? undefined : Records.load(MailAccounts, mail_account_id);

/** Returns the delivery data for classification. SMTP servers never report a delivery. */
const toDeliveryFacts = (account: MailAccountRecord | undefined, { delivered_at, body_html }: MessageRecord): DeliveryFacts => ({
  delivered_at: account?.way === "smtp" ? undefined : delivered_at,
  linkCount: countLinks(body_html ?? "", usePorts().origin),
});

export const loadDeliveryFacts = async (message: MessageRecord): Promise<DeliveryFacts> =>
  toDeliveryFacts(await loadAccount(message), message);

/** Returns why a message is not tracked; null if it is. */
function findUntrackedReason(message: TrackedMessage, isAccountTracking: boolean): (typeof untrackedReasons)[number] | null {
  const { direction, purpose, tracks, body_html, is_tracked } = message;
  if (is_tracked ?? isTracked(message, isAccountTracking)) return null;
  if (direction !== "out" || (purpose !== "marketing" && tracks !== true)) return "not_requested";
  return body_html === null ? "no_html" : "tracking_off";
}

export * as MessageTracking from "./message-tracking.ts";
