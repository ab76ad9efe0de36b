import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone, leaders } from "../../kernel/permission.ts";

export const CONTRACT = kind("contract", "ctr", {
  path: "/contracts",
  load: () => import("./contract.entity.ts"),
  shape: 2,
  display: { menu: "agreements", icon: "scroll-text", title: "{contract_number}" },
});

/** A deliverable is stored inside its contract. */
export const CONTRACT_DELIVERABLE = kind("contract_deliverable", "cdl");

/** One renewal record for each ended term: the history of a contract's terms. */
export const CONTRACT_RENEWAL = kind("contract_renewal", "crn", {
  isStandalone: true,
  load: () => import("../renewal/renewal.entity.ts"),
});

/** A wording of a contract. Wordings are immutable; a change creates a new record. */
export const CONTRACT_TEXT = kind("contract_text", "ctx", { derived: true, load: () => import("./text.entity.ts") });

export const CONTRACT_AMENDMENT = kind("contract_amendment", "cam", {
  load: () => import("../amendment/amendment.entity.ts"),
  isStandalone: true,
});

export const contractGrants = declarePermissions(
  "contract",
  {
    read: everyone,
    write: [...leaders, "SALES_REP", "USER"],
    delete: [...leaders, "SALES_REP"],
    terminate: [...leaders, "SALES_REP"],
    assign: leaders,
    /** Allows recording that the customer signed on paper. */
    record_signature: leaders,
  },
  { checkedByVerbs: ["assign", "record_signature"] },
);
