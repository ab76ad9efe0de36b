import type { DecryptCommandOutput, GenerateDataKeyCommandOutput } from "@aws-sdk/client-kms";
import { Clock } from "@crm/core/kernel/clock.ts";
import type { Keys } from "@crm/core/kernel/ports.ts";
import type { Client } from "./client.ts";

/** The format of a wrapped key: `k1.<milliseconds at which it was wrapped>.<KMS ciphertext in base64url>`. */
const WRAPPED_KEY = /^k1\.(\d+)\.([\w-]+)$/;

/**
 * Generates and unwraps data keys with a KMS key. When KMS rotates the key material, neither the key's name nor a wrapped key
 * shows it. So a generation is an instant, and each wrapped key holds the instant at which it was wrapped; KMS authenticates that
 * instant as part of the encryption context. A key that was wrapped after the last rotation was wrapped with the newest key
 * material.
 */
export function kmsKeys(client: Client, KeyId: string): Keys {
  return {
    async generate(context) {
      const { GenerateDataKeyCommand } = await import("./kms.ts");
      const createdAt = String(Clock.ms());
      const EncryptionContext = { ...context, at: createdAt };
      const command = new GenerateDataKeyCommand({ KeyId, KeySpec: "AES_256", EncryptionContext });
      const { Plaintext, CiphertextBlob } = (await client.send(command)) as GenerateDataKeyCommandOutput;
      if (!Plaintext || !CiphertextBlob) throw new Error("KMS returned no key");
      return { key: Plaintext, wrapped: `k1.${createdAt}.${Buffer.from(CiphertextBlob).toString("base64url")}` };
    },
    async unwrap(wrapped, context) {
      const { DecryptCommand } = await import("./kms.ts");
      const [, createdAt, text] = WRAPPED_KEY.exec(wrapped) ?? [];
      if (createdAt === undefined || text === undefined) throw new Error("The key was not wrapped by KMS");
      const EncryptionContext = { ...context, at: createdAt };
      const command = new DecryptCommand({ KeyId, CiphertextBlob: Buffer.from(text, "base64url"), EncryptionContext });
      const { Plaintext } = (await client.send(command)) as DecryptCommandOutput;
      if (!Plaintext) throw new Error("KMS returned no key");
      return Plaintext;
    },
    startGeneration: async () => Clock.ms(),
    isCurrent: (wrapped, generation) => Number(WRAPPED_KEY.exec(wrapped)?.[1] ?? 0) >= generation,
  };
}
