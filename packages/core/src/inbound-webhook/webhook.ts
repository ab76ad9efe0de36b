import * as z from "zod";
import { Clock } from "../kernel/clock.ts";
import { usePorts } from "../kernel/context.ts";
import { type Detail, invalidAll } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { unguessableId } from "../kernel/id.ts";
import { Page } from "../kernel/page.ts";
import { filled, oneOf, patched, patchOf, text } from "../kernel/schema.ts";
import { list as listRecords, listSchema, queryOf } from "../storage/read/list.ts";
import { rowOf } from "../storage/table/collection.ts";
import { type Sealed, Vault } from "../storage/vault/vault.ts";
import { Records } from "../storage/write/records.ts";
import { transaction } from "../storage/write/transaction.ts";
import { wrongWithSecret } from "./check.rules.ts";
import { Doorway } from "./doorway.ts";
import { INBOUND_WEBHOOK } from "./inbound-webhook.domain.ts";
import { type Provider, providers } from "./providers.ts";
import { Refused } from "./refused.ts";
import { fields, Stored, type WebhookRecord, Webhooks } from "./webhook.entity.ts";

/** Webhooks in, as administrators see them: where providers tell of what happens. */

const address = z.string().describe("What the provider is to call");

export const Info = Stored.omit({ sealed: true }).extend({ url: address });
export const One = Info.extend({
  refused_count: z.number().int().describe("Calls of the last 30 days whose signature was wrong, missing or stale"),
});
export const Row = rowOf(Stored.omit({ sealed: true }), Webhooks.definition.row).extend({ url: address });

const Named = z.strictObject({ id: text(64) });

const key = text(500).refine((value) => value.trim() !== "", "Must not be blank");
const secret = z
  .union([key, z.array(key).min(1).max(2)])
  .describe(
    "Never shown again. Twilio's or Plivo's auth token, Telnyx's public key, the HMAC key of DocuSign Connect, Dropbox Sign's API key, " +
      "a secret of Standard Webhooks, the ARN of the topic by which SES tells; during a rotation a list of two",
  )
  .meta({ examples: ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"], writeOnly: true });

export const list = fn(listSchema(Webhooks, { provider: oneOf(providers).optional() }), async (input) => {
  const { rows, meta } = await listRecords(Webhooks, queryOf(Webhooks, input));
  return new Page(rows.map(shown), meta);
});

export const get = fn(Named, async ({ id }) => {
  const webhook = await Records.read(Webhooks, id);
  return { ...shown(webhook), refused_count: await Refused.counted(id) };
});

export const create = fn(
  z.strictObject({ ...fields, provider: oneOf(providers), secret }),
  async ({ provider, secret: given, ...input }) => {
    const known = checked({ ...filled(fields, input), provider }, given);
    const id = unguessableId(INBOUND_WEBHOOK);
    const webhook = Records.born(Webhooks, { ...known, ...(await kept(id, given, null)) }, { id });
    return transaction().create(Webhooks, webhook).put(Doorway.itemOf(id)).commit(shown(webhook));
  },
);

/** With other secrets, those before are good no more: here at once, elsewhere within a minute. */
export const update = fn(
  patchOf(fields).extend({ secret: secret.optional(), ...Named.shape }),
  ({ id, secret: given, ...patch }) =>
    forgotten(
      Records.change(
        Webhooks,
        id,
        async (current) => {
          const next = checked({ ...current, ...patched(fields, patch) }, given);
          return given === undefined ? next : { ...next, ...(await kept(id, given, current.sealed)) };
        },
        { answer: shown },
      ),
    ),
);

export const remove = fn(Named, ({ id }) => forgotten(Records.change(Webhooks, id, gone, { answer: shown })));

const gone = (current: WebhookRecord): WebhookRecord => ({ ...current, deleted_at: Clock.now() });

export const restore = fn(Named, ({ id }) =>
  forgotten(Records.change(Webhooks, id, (current) => ({ ...current, deleted_at: null }), { deleted: true, answer: shown })),
);

/** Where a provider calls a webhook, as far as it was not told otherwise. */
export const urlOf = (id: string): string => `${usePorts().origin}/hooks/${id}`;

type Shown = Omit<WebhookRecord, "sealed"> & { url: string };

const shown = ({ sealed: _sealed, ...webhook }: WebhookRecord): Shown => ({ ...webhook, url: urlOf(webhook.id) });

async function forgotten<T>(written: Promise<T>): Promise<T> {
  const answer = await written;
  Doorway.forget();
  return answer;
}

type Given = string | readonly string[];

function checked<T extends { provider: Provider }>(webhook: T, given: Given | undefined): T {
  const details: Detail[] = [];
  for (const [at, each] of [given ?? []].flat().entries()) {
    const message = wrongWithSecret(webhook.provider, each);
    if (message !== undefined) details.push({ field: typeof given === "string" ? "secret" : `secret[${at}]`, message });
  }
  if (details.length > 0) throw invalidAll(details);
  return webhook;
}

const PLACES = ["first", "second"] as const;

/** What is kept of secrets: they themselves sealed for the webhook, and how many. */
async function kept(
  id: string,
  given: Given,
  before: Sealed | null,
): Promise<Pick<WebhookRecord, "sealed" | "secret_count" | "secret_set_at">> {
  const secrets = [given].flat();
  const changes = Object.fromEntries(PLACES.map((place, at) => [place, secrets[at] ?? null]));
  return { sealed: await Vault.seal(id, before, changes), secret_count: secrets.length, secret_set_at: Clock.now() };
}

/** In the clear, for who checks a signature. */
export async function secretsOf({ id, sealed }: Pick<WebhookRecord, "id" | "sealed">): Promise<string[]> {
  const opened = await Vault.open(id, sealed);
  return PLACES.flatMap((place) => opened[place] ?? []);
}

export type Record = WebhookRecord;

export * as InboundWebhook from "./webhook.ts";
