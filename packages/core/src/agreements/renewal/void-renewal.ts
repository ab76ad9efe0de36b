import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { type RenewalRecord, Renewals } from "./renewal.entity.ts";

/** Voids a planned or proposed renewal. One that has begun stays. */
export function voidRenewal(tx: Transaction, record: RenewalRecord): void {
  if (record.status === "VOID" || record.status === "BEGUN") return;
  tx.replace(Renewals, record, Records.nextVersion(record, { ...record, status: "VOID" }));
}
