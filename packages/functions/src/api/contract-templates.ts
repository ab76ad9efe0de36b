import { Clauses } from "@crm/core/contract-template/clause.entity.ts";
import { ContractClause } from "@crm/core/contract-template/clause.ts";
import { contractTemplateGrants } from "@crm/core/contract-template/contract-template.domain.ts";
import { ContractTemplates } from "@crm/core/contract-template/template.entity.ts";
import { ContractTemplate } from "@crm/core/contract-template/template.ts";
import { ContractWording } from "@crm/core/contract-template/wording.ts";
import { operation, recordOf, rowOf } from "../http/operation.ts";
import { crud } from "./crud.ts";
import { clauseRevisionLinks, contractTemplateRevisionLinks, linksOf } from "./links.ts";

const rights = {
  read: contractTemplateGrants.read,
  write: contractTemplateGrants.write,
  remove: contractTemplateGrants.write,
} as const;

const templating = { tag: "Contract templates", access: contractTemplateGrants.read } as const;
const clausing = { tag: "Contract clauses", access: contractTemplateGrants.read } as const;

const template = recordOf("ContractTemplate", ContractTemplate.Info);

const templates = [
  ...crud({
    noun: "ContractTemplate",
    plural: "ContractTemplates",
    tag: "Contract templates",
    path: "/contracts/templates",
    ...rights,
    domain: ContractTemplate,
    output: template,
    row: recordOf("ContractTemplateRow", ContractTemplate.Row),
    links: linksOf(ContractTemplates),
  }),
  operation({
    name: "retireContractTemplate",
    method: "POST",
    path: "/contracts/templates/{id}/retire",
    tag: "Contract templates",
    access: contractTemplateGrants.write,
    summary: "Retire a contract template",
    description: "No further contract is made of it; `status: ACTIVE` brings it back.",
    verb: ContractTemplate.retire,
    output: template,
    kind: "record",
    links: linksOf(ContractTemplates),
  }),
  operation({
    name: "previewContractTemplate",
    method: "POST",
    path: "/contracts/templates/{id}/preview",
    summary: "See what a contract of a template would say",
    description: "By facts, or by a contract that the caller sees. Nothing is stored.",
    verb: ContractWording.preview,
    output: ContractWording.Preview,
    onlyReads: true,
    keyed: false,
    ...templating,
  }),
  operation({
    name: "listContractTemplateRevisions",
    method: "GET",
    path: "/contracts/templates/{id}/revisions",
    summary: "List what a contract template has said",
    verb: ContractTemplate.revisions,
    output: rowOf("ContractTemplateRevision", ContractTemplate.Revision),
    kind: "list",
    links: contractTemplateRevisionLinks,
    ...templating,
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
    output: recordOf("ContractClause", ContractClause.Info),
    row: recordOf("ContractClauseRow", ContractClause.Row),
    links: linksOf(Clauses),
  }),
  operation({
    name: "listContractClauseRevisions",
    method: "GET",
    path: "/contracts/clauses/{id}/revisions",
    summary: "List what a contract clause has said",
    verb: ContractClause.revisions,
    output: rowOf("ContractClauseRevision", ContractClause.Revision),
    kind: "list",
    links: clauseRevisionLinks,
    ...clausing,
  }),
] as const;

export const contractTemplateOperations = [...templates, ...clauses] as const;
