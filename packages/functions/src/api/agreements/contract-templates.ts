import { Clauses } from "@crm/core/agreements/contract-template/clause.entity.ts";
import { ContractClause } from "@crm/core/agreements/contract-template/clause.ts";
import { contractTemplateGrants } from "@crm/core/agreements/contract-template/contract-template.kind.ts";
import { ContractTemplates } from "@crm/core/agreements/contract-template/template.entity.ts";
import { ContractTemplate } from "@crm/core/agreements/contract-template/template.ts";
import { ContractWording } from "@crm/core/agreements/contract-template/wording.ts";
import { operation, recordSchema } from "../../http/operation.ts";
import { crud } from "../shared/crud.ts";
import { linksFor, linksFrom } from "../shared/links.ts";
import { buildRevisionOperation } from "../shared/revision-operation.ts";

const rights = {
  read: contractTemplateGrants.read,
  write: contractTemplateGrants.write,
  remove: contractTemplateGrants.write,
} as const;

const templateOptions = { tag: "Contract templates", access: contractTemplateGrants.read } as const;
const clauseOptions = { tag: "Contract clauses", access: contractTemplateGrants.read } as const;

const template = recordSchema("ContractTemplate", ContractTemplate.Info);

const templates = [
  ...crud({
    noun: "ContractTemplate",
    plural: "ContractTemplates",
    tag: "Contract templates",
    path: "/contracts/templates",
    ...rights,
    domain: ContractTemplate,
    output: template,
    row: recordSchema("ContractTemplateRow", ContractTemplate.Row),
    links: linksFor(ContractTemplates),
  }),
  operation({
    name: "retireContractTemplate",
    method: "POST",
    path: "/contracts/templates/{id}/retire",
    tag: "Contract templates",
    access: contractTemplateGrants.write,
    summary: "Retire a contract template",
    description: "No more contracts can be created from it; `status: ACTIVE` activates it again.",
    verb: ContractTemplate.retire,
    output: template,
    kind: "record",
    links: linksFor(ContractTemplates),
  }),
  operation({
    name: "previewContractTemplate",
    method: "POST",
    path: "/contracts/templates/{id}/preview",
    summary: "Preview a contract of a template",
    description: "From given facts, or from a contract that the caller can see. Nothing is stored.",
    verb: ContractWording.preview,
    output: ContractWording.Preview,
    onlyReads: true,
    keyed: false,
    ...templateOptions,
  }),
  buildRevisionOperation("ContractTemplate", ContractTemplate, {
    path: "/contracts/templates",
    links: linksFrom({
      self: "/contracts/templates/{contract_template_id}/revisions",
      template: "/contracts/templates/{contract_template_id}",
    }),
    ...templateOptions,
  }),
] as const;

const clauses = [
  ...crud({
    noun: "ContractClause",
    plural: "ContractClauses",
    tag: "Contract clauses",
    path: "/contracts/clauses",
    ...rights,
    domain: ContractClause,
    output: recordSchema("ContractClause", ContractClause.Info),
    row: recordSchema("ContractClauseRow", ContractClause.Row),
    links: linksFor(Clauses),
  }),
  buildRevisionOperation("ContractClause", ContractClause, {
    path: "/contracts/clauses",
    links: linksFrom({
      self: "/contracts/clauses/{contract_clause_id}/revisions",
      clause: "/contracts/clauses/{contract_clause_id}",
    }),
    ...clauseOptions,
  }),
] as const;

export const contractTemplateOperations = [...templates, ...clauses] as const;
