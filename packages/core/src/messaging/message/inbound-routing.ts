import { Directory } from "../../platform/user/directory.ts";
import { TEAM } from "../../platform/user/user.kind.ts";
import { Records } from "../../storage/write/records.ts";
import type { InboundTarget } from "../channel-provider/inbound-routing.fields.ts";
import { InboundAddress } from "../inbound-mail/address.ts";
import type { MailAccountRecord } from "../mail-account/mail-account.entity.ts";
import { MailAccounts } from "../mail-account/mail-account.entity.ts";
import { SmsNumbers } from "../sms-account/number.entity.ts";
import type { MessageRecord } from "./message.entity.ts";

/** Loads the inbound rule of the number or mail account of a message. */

export interface InboundRule {
  /** An active user. Users who have left are ignored. */
  owner_id: string | undefined;
  team_id: string | null;
  source_id: string | null;
}

export async function loadForMessage({
  sender_phone_number_id,
  mail_account_id,
}: Pick<MessageRecord, "sender_phone_number_id" | "mail_account_id">): Promise<InboundRule> {
  const origin = sender_phone_number_id
    ? await Records.load(SmsNumbers, sender_phone_number_id)
    : mail_account_id
      ? await Records.load(MailAccounts, mail_account_id)
      : undefined;
  return resolveRule(origin);
}

type RuleFields = Partial<Pick<MailAccountRecord, "inbound_owner_id" | "inbound_team_id" | "inbound_source_id">>;

/** Loads the inbound rule and the account for a mail; undefined for a mail to the support address. */
export async function loadForMail(
  recipients: readonly string[],
): Promise<(InboundRule & { target: InboundTarget; account: MailAccountRecord }) | undefined> {
  const id = await InboundAddress.findReceiver(recipients);
  const account = id === undefined ? undefined : await Records.load(MailAccounts, id, { live: true });
  return account && { ...(await resolveRule(account)), target: account.inbound_makes ?? "conversation", account };
}

async function resolveRule(fields: RuleFields | undefined): Promise<InboundRule> {
  const { inbound_owner_id, inbound_team_id, inbound_source_id } = fields ?? {};
  return {
    owner_id: inbound_owner_id && (await Directory.findActive(inbound_owner_id)) ? inbound_owner_id : undefined,
    team_id: inbound_team_id && (await Records.exists(TEAM, inbound_team_id)) ? inbound_team_id : null,
    source_id: inbound_source_id ?? null,
  };
}

export * as InboundRule from "./inbound-routing.ts";
