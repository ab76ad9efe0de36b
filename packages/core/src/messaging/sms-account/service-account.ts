import { usePorts } from "../../kernel/context.ts";
import { invalid, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { isId } from "../../kernel/id.ts";
import { id as idOf, oneOf } from "../../kernel/schema.ts";
import type { AccountRequirements } from "../../platform/provider-account/provider-account.rules.ts";
import { createAccountVerbs } from "../../platform/provider-account/provider-account.ts";
import { PROJECT } from "../../projects/project/project.kind.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import { type BaseRecord, rowSchema } from "../../storage/table/collection.ts";
import { Vault } from "../../storage/vault/vault.ts";
import { Records } from "../../storage/write/records.ts";
import { requireUnreferenced } from "../../storage/write/references.ts";
import { type SmsProvider, type SmsProviderName, smsProviders } from "../channel-provider/sms-provider.ts";
import { INBOUND_WEBHOOK } from "../inbound-webhook/inbound-webhook.kind.ts";
import {
  fields,
  type ServiceAccountRecord,
  SmsServiceAccounts,
  Stored,
  secretFields,
  secrets,
} from "./service-account.entity.ts";
import { SMS_NUMBER, SMS_SENDER, SMS_SERVICE_ACCOUNT } from "./sms-account.kind.ts";

/** Accounts with text message providers. Keys are stored encrypted, and decrypted only for a request to the provider. */

export const Info = Stored.omit({ sealed: true });
export const Row = rowSchema(Info, SmsServiceAccounts.definition.row);

const Query = listSchema(SmsServiceAccounts, {
  sender: idOf(SMS_SENDER).optional(),
  provider: oneOf(smsProviders).optional(),
});

export const list = fn(Query, (input) => listRecords(SmsServiceAccounts, buildListQuery(SmsServiceAccounts, input)));

export { AccountCheck } from "../../lib/provider-http/provider-client.ts";

export const { create, get, update, remove, check } = createAccountVerbs({
  ...{ collection: SmsServiceAccounts, fields, secretFields, createProvider },
  providerField: "provider",
  immutableFields: ["sender_id"],
  requirements: {
    twilio: { fields: ["account_sid"], secret: "auth_token", foreignFields: ["api_key"] },
    telnyx: { fields: [], secret: "api_key", foreignFields: ["account_sid", "auth_token"] },
  } satisfies Record<SmsProviderName, AccountRequirements>,
  async beforeWrite(_tx, before, after) {
    if (after.deleted_at) await requireUnreferenced(SMS_SERVICE_ACCOUNT, [after.id], [SMS_NUMBER]);
    else {
      if (after.webhook_id && after.webhook_id !== before?.webhook_id)
        await requireWebhookProvider(after.provider, after.webhook_id);
      if (after.linked_project_id && after.linked_project_id !== before?.linked_project_id)
        await requireProject(after.linked_project_id);
    }
  },
});

/** Returns the adapter of an account, without a check of rights: for sending. */
export async function createProvider({ id, provider, account_sid, sealed }: ServiceAccountRecord): Promise<SmsProvider> {
  const { web } = usePorts();
  const { auth_token, api_key } = await Vault.open(id, sealed, secrets);
  if (provider === "telnyx") {
    if (!api_key) throw ruleViolation("The account has no API key");
    return (await import("../channel-provider/telnyx.ts")).createTelnyx(web, { api_key });
  }
  if (!auth_token || !account_sid) throw ruleViolation("The account has no auth token or no account SID");
  return (await import("../channel-provider/twilio.ts")).createTwilio(web, { account_sid, auth_token });
}

/** Requires that the webhook, if it exists, is of the same provider. */
async function requireWebhookProvider(provider: SmsProviderName, webhook_id: string): Promise<void> {
  const webhook = (await Records.findVisible(INBOUND_WEBHOOK, webhook_id)) as (BaseRecord & { provider: string }) | undefined;
  if (webhook && webhook.provider !== provider)
    throw invalid("webhook_id", `This ${INBOUND_WEBHOOK.name} is for ${webhook.provider}, not for the provider of the account`);
}

/** Requires that a project exists, and that the caller sees it. Ids of other systems are stored as they are. */
async function requireProject(projectId: string): Promise<void> {
  if (isId(projectId, PROJECT) && !(await Records.isVisible(PROJECT, projectId)))
    throw invalid("linked_project_id", "No such project");
}

export * as SmsServiceAccount from "./service-account.ts";
