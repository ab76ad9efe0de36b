import { useTenant } from "../../kernel/context.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";
import type { SendRecord } from "./email-send.entity.ts";

/**
 * Returns the key of the claim of a claimant, which is a person's id or the keyed hash of an address. The two sends of an A/B test share their claims, so
 * a person gets one message of the test.
 */
export const claimKey = ({ id, ab_test_id }: Pick<SendRecord, "id" | "ab_test_id">, claimant: string): Key => ({
  pk: tenantKey(useTenant(), "EMAILSEND", ab_test_id ?? id),
  sk: claimant,
});
