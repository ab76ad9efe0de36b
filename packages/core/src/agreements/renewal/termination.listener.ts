import type { DomainEvent } from "../../kernel/ports.ts";
import { ignoreLeaseLoss } from "../../storage/write/job.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import { Contracts } from "../contract/contract.entity.ts";
import { Renewals } from "./renewal.entity.ts";
import { voidRenewal } from "./void-renewal.ts";

/** At `contract.terminated`: what was planned or proposed for its next term holds no more. */
export const onContractTerminated = ({ record_id }: DomainEvent): Promise<void> =>
  ignoreLeaseLoss(() =>
    retryOnConflict(async () => {
      const contract = await Records.load(Contracts, record_id, { live: true });
      const history = contract?.renewal?.renewal_id;
      const renewal = history ? await Records.load(Renewals, history, { live: true }) : undefined;
      // It was restored to life, or never ended.
      if (!contract || contract.status === "ACTIVE" || !renewal) return;
      const tx = transaction().requireUnchanged(contract);
      voidRenewal(tx, renewal);
      if (tx.size > 1) await tx.commit(undefined);
    }),
  );
