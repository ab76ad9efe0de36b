import type { DomainEvent } from "../../kernel/ports.ts";
import { ignoreLeaseLoss } from "../../storage/write/job.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import { Contracts } from "../contract/contract.entity.ts";
import { Renewals } from "./renewal.entity.ts";
import { voidRenewal } from "./void-renewal.ts";

/** Listener for `contract.terminated`. Voids the planned or proposed renewal. */
export const onContractTerminated = ({ record_id }: DomainEvent): Promise<void> =>
  ignoreLeaseLoss(() =>
    retryOnConflict(async () => {
      const contract = await Records.load(Contracts, record_id, { live: true });
      const history = contract?.renewal?.renewal_id;
      const renewal = history ? await Records.load(Renewals, history, { live: true }) : undefined;
      // The contract is in force again, or the renewal is gone.
      if (!contract || contract.status === "ACTIVE" || !renewal) return;
      const tx = transaction().requireUnchanged(contract);
      voidRenewal(tx, renewal);
      if (tx.size > 1) await tx.commit(undefined);
    }),
  );
