import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone, leaders } from "../../kernel/permission.ts";

export const CONTRACT_CLAUSE = kind("contract_clause", "ccl", {
  path: "/contracts/clauses",
  load: () => import("./clause.entity.ts"),
  display: { menu: "settings", icon: "pilcrow" },
});

/** The history of a clause: one entry for each change of its content. */
export const CONTRACT_CLAUSE_REVISION = kind("contract_clause_revision", "ccr", {
  derived: true,
  load: () => import("./clause.entity.ts"),
});

export const CONTRACT_TEMPLATE = kind("contract_template", "ctm", {
  path: "/contracts/templates",
  load: () => import("./template.entity.ts"),
  display: { menu: "settings", icon: "file-stack" },
});

/** The history of a template: one entry for each change of its content. */
export const CONTRACT_TEMPLATE_REVISION = kind("contract_template_revision", "ctv", {
  derived: true,
  load: () => import("./template.entity.ts"),
});

/** Every user reads clauses and templates, because every contract uses them. */
export const contractTemplateGrants = declarePermissions("contract_template", { read: everyone, write: leaders });
