import * as z from "zod";
import { name, oneOf, outputInstant, signedUrl, toStoredShape } from "../../kernel/schema.ts";
import { textSearchWords } from "../../kernel/text.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { Sealed } from "../../storage/vault/vault.ts";
import { INBOUND_WEBHOOK } from "./inbound-webhook.kind.ts";
import { providers } from "./providers.ts";

/** The fields of a webhook that users write, except provider and secrets. */
export const fields = {
  name: name(100).nullish(),
  public_url: signedUrl(500)
    .meta({ format: "uri", "x-type": "url", examples: ["https://hooks.acme.example/docusign"] })
    .nullish()
    .describe("The complete URL that the provider calls, if it differs from `url`. Some providers sign it"),
};

export const Stored = z.object({
  ...toStoredShape(fields),
  provider: oneOf(providers),
  secret_count: z.number().int().describe("Two during a rotation"),
  secret_set_at: outputInstant(),
  sealed: Sealed.nullable(),
});

export type WebhookRecord = z.output<typeof Stored> & BaseRecord;

export const Webhooks = new Collection<WebhookRecord>({
  kind: INBOUND_WEBHOOK,
  schema: Stored,
  personalData: {
    purpose: "Let services of the tenant send data.",
    sharedFields: { sealed: "credential" },
    sealedValues: { "*": "credential" },
  },
  row: ["name", "provider", "public_url", "secret_count", "secret_set_at"],
  indexes: { by_time: indexBy(), by_class: indexBy("provider") },
  filters: { provider: { index: "by_class", field: "provider" } },
  searchWords: (webhook) => textSearchWords(webhook.name),
  sealed: "sealed",
  sensitivity: "confidential",
});
