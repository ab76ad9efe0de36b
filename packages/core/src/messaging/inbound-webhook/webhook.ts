import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { usePorts } from "../../kernel/context.ts";
import { type ErrorDetail, invalidAll } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { unguessableId } from "../../kernel/id.ts";
import { Page } from "../../kernel/page.ts";
import { IdInput, oneOf, patchSchema, text, toStoredFields, toStoredPatch } from "../../kernel/schema.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { type Sealed, Vault } from "../../storage/vault/vault.ts";
import { Records } from "../../storage/write/records.ts";
import { transaction } from "../../storage/write/transaction.ts";
import { INBOUND_WEBHOOK } from "./inbound-webhook.kind.ts";
import { type Provider, providers } from "./providers.ts";
import { RejectionCount } from "./rejection-count.ts";
import { findSecretProblem } from "./signature-check.rules.ts";
import { TenantLookup } from "./tenant-lookup.ts";
import { fields, Stored, type WebhookRecord, Webhooks } from "./webhook.entity.ts";

/** Inbound webhooks, as administrators manage them. */

const urlField = z.string().describe("The URL for the provider to call");

export const Info = Stored.omit({ sealed: true }).extend({ url: urlField });
export const Details = Info.extend({
  refused_count: z.number().int().describe("Calls in the last 30 days with a wrong, missing or expired signature"),
});
export const Row = rowSchema(Stored.omit({ sealed: true }), Webhooks.definition.row).extend({ url: urlField });

const secretText = text(500).refine((value) => value.trim() !== "", "Must not be blank");
const secretField = z
  .union([secretText, z.array(secretText).min(1).max(2)])
  .describe(
    "Never shown again. Twilio's or Plivo's auth token, Telnyx's public key, the HMAC key of DocuSign Connect, Dropbox Sign's API key, " +
      "the signing secret of Stripe's endpoint, a Standard Webhooks secret, the ARN of the SNS topic for SES events; during a rotation, a list of two",
  )
  .meta({ examples: ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"], writeOnly: true });

export const list = fn(listSchema(Webhooks, { provider: oneOf(providers).optional() }), async (input) => {
  const { rows, meta } = await listRecords(Webhooks, buildListQuery(Webhooks, input));
  return new Page(rows.map(present), meta);
});

export const get = fn(IdInput, async ({ id }) => {
  const webhook = await Records.read(Webhooks, id);
  return { ...present(webhook), refused_count: await RejectionCount.read(id) };
});

export const create = fn(
  z.strictObject({ ...fields, provider: oneOf(providers), secret: secretField }),
  async ({ provider, secret, ...input }) => {
    const storedFields = requireValidSecrets({ ...toStoredFields(fields, input), provider }, secret);
    const id = unguessableId(INBOUND_WEBHOOK);
    const webhook = Records.init(Webhooks, { ...storedFields, ...(await sealSecrets(id, secret, null)) }, { id });
    return transaction().create(Webhooks, webhook).put(TenantLookup.buildItem(id)).commit(present(webhook));
  },
);

/** Changes a webhook. Replaced secrets are no longer valid: in this process at once, in others within a minute. */
export const update = fn(
  patchSchema(fields).extend({ secret: secretField.optional(), ...IdInput.shape }),
  ({ id, secret, ...patch }) =>
    invalidateCacheAfter(
      Records.change(
        Webhooks,
        id,
        async (current) => {
          const next = requireValidSecrets({ ...current, ...toStoredPatch(fields, patch) }, secret);
          return secret === undefined ? next : { ...next, ...(await sealSecrets(id, secret, current.sealed)) };
        },
        { answer: present },
      ),
    ),
);

export const remove = fn(IdInput, ({ id }) =>
  invalidateCacheAfter(Records.change(Webhooks, id, markDeleted, { answer: present })),
);

const markDeleted = (current: WebhookRecord): WebhookRecord => ({ ...current, deleted_at: Clock.now() });

export const restore = fn(IdInput, ({ id }) =>
  invalidateCacheAfter(
    Records.change(Webhooks, id, (current) => ({ ...current, deleted_at: null }), { deleted: true, answer: present }),
  ),
);

/** Returns the URL of a webhook, unless it has a `public_url`. */
export const webhookUrl = (id: string): string => `${usePorts().origin}/hooks/${id}`;

type PresentedWebhook = Omit<WebhookRecord, "sealed"> & { url: string };

const present = ({ sealed: _sealed, ...webhook }: WebhookRecord): PresentedWebhook => ({
  ...webhook,
  url: webhookUrl(webhook.id),
});

async function invalidateCacheAfter<T>(write: Promise<T>): Promise<T> {
  const answer = await write;
  TenantLookup.invalidate();
  return answer;
}

type SecretInput = string | readonly string[];

function requireValidSecrets<T extends { provider: Provider }>(webhook: T, input: SecretInput | undefined): T {
  const details: ErrorDetail[] = [];
  for (const [index, secret] of [input ?? []].flat().entries()) {
    const message = findSecretProblem(webhook.provider, secret);
    if (message !== undefined) details.push({ field: typeof input === "string" ? "secret" : `secret[${index}]`, message });
  }
  if (details.length > 0) throw invalidAll(details);
  return webhook;
}

const SECRET_SLOTS = ["first", "second"] as const;

/** Returns the stored fields of secrets: the encrypted values, and their number. */
async function sealSecrets(
  id: string,
  input: SecretInput,
  before: Sealed | null,
): Promise<Pick<WebhookRecord, "sealed" | "secret_count" | "secret_set_at">> {
  const secrets = [input].flat();
  const changes = Object.fromEntries(SECRET_SLOTS.map((place, index) => [place, secrets[index] ?? null]));
  return { sealed: await Vault.seal(id, before, changes), secret_count: secrets.length, secret_set_at: Clock.now() };
}

/** Decrypts the secrets, for checking signatures. */
export async function openSecrets({ id, sealed }: Pick<WebhookRecord, "id" | "sealed">): Promise<string[]> {
  const secretBySlot = await Vault.open(id, sealed);
  return SECRET_SLOTS.flatMap((place) => secretBySlot[place] ?? []);
}

export type Record = WebhookRecord;

export * as InboundWebhook from "./webhook.ts";
