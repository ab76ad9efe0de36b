import { domain } from "../../kernel/domain.ts";
import {
  CONTRACT_CLAUSE,
  CONTRACT_CLAUSE_REVISION,
  CONTRACT_TEMPLATE,
  CONTRACT_TEMPLATE_REVISION,
  contractTemplateGrants,
} from "./contract-template.kind.ts";

export const contractTemplate = domain({
  name: "contract-template",
  kinds: [CONTRACT_CLAUSE, CONTRACT_CLAUSE_REVISION, CONTRACT_TEMPLATE, CONTRACT_TEMPLATE_REVISION],
  grants: [contractTemplateGrants],
  bulk: {
    contract_clause: {
      write: contractTemplateGrants.write,
      remove: contractTemplateGrants.write,
      load: async () => (await import("./clause.ts")).ContractClause,
    },
    contract_template: {
      write: contractTemplateGrants.write,
      remove: contractTemplateGrants.write,
      load: async () => (await import("./template.ts")).ContractTemplate,
    },
  },
});
