import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone, leaders } from "../../kernel/permission.ts";

export const PROPOSAL = kind("proposal", "pro", {
  path: "/proposals",
  load: () => import("./proposal.entity.ts"),
  display: { menu: "agreements", icon: "book-open", title: "{proposal_number}" },
});

/** A section is stored inside its proposal. It keeps its id in later versions. */
export const PROPOSAL_SECTION = kind("proposal_section", "pse");

/** The snapshot of a submission: values of merge fields, letterhead and quote. */
export const PROPOSAL_ISSUE = kind("proposal_issue", "pis", {
  derived: true,
  load: () => import("./issue.entity.ts"),
});

export const PROPOSAL_TEMPLATE = kind("proposal_template", "ptm", {
  path: "/proposals/templates",
  load: () => import("./template.entity.ts"),
  display: { menu: "settings", icon: "book-copy" },
});

export const PROPOSAL_TEMPLATE_REVISION = kind("proposal_template_revision", "ptr", {
  derived: true,
  load: () => import("./template.entity.ts"),
});

export const proposalGrants = declarePermissions(
  "proposal",
  {
    read: everyone,
    write: [...leaders, "SALES_REP", "USER"],
    delete: [...leaders, "SALES_REP"],
    assign: leaders,
  },
  { checkedByVerbs: ["assign"] },
);

/** Every user reads templates, because every proposal can use them. */
export const proposalTemplateGrants = declarePermissions("proposal_template", { read: everyone, write: leaders });
