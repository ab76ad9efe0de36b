import { inputSchema } from "@crm/functions/http/operation.ts";
import { generateValue } from "../../invariants/registry/input-generator.ts";
import {
  type DomainFactory,
  findOperation,
  type Input,
  makeTarget,
  type World,
} from "../../invariants/registry/operation-input.ts";

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  ids: {
    contract_clause: async ({ tenant, mark }) => {
      const clause = { name: `${mark} clause`, texts: [{ language: "en", body: `${mark} words` }] };
      return (await tenant.admin.createContractClause(clause)).data.id;
    },
    contract_template: async ({ tenant, mark, id }) => {
      const template = { name: `${mark} template`, status: "ACTIVE", clauses: [{ clause_id: await id("contract_clause") }] };
      return (await tenant.admin.createContractTemplate(template)).data.id;
    },
  },
  inputs: {
    createContractTemplate: async (_, world) => contractTemplateInput(world, "createContractTemplate"),
    replaceContractTemplate: async (app, world) => ({
      ...contractTemplateInput(world, "replaceContractTemplate"),
      id: await makeTarget(app, world, "/contracts/templates"),
    }),
    updateContractTemplate: async (app, world) => ({
      ...contractTemplateInput(world, "updateContractTemplate"),
      id: await makeTarget(app, world, "/contracts/templates"),
    }),
    previewContractTemplate: async (app, world) => ({
      ...(generateValue(inputSchema(findOperation("previewContractTemplate")), world.seeds) as Input),
      id: await makeTarget(app, world, "/contracts/templates"),
      contract_id: undefined,
    }),
  },
};

/** Input for the operations that write a contract template. */
/** Each place in a template is a library clause or has its own text. */
function contractTemplateInput({ seeds: fillings }: World, name: string): Input {
  const input = generateValue(inputSchema(findOperation(name)), fillings) as { clauses: [{ texts: unknown; when: unknown }] };
  const [{ texts, when }] = input.clauses;
  const places = [
    { clause_id: fillings.ids.contract_clause, clause_revision: 1, when },
    { key: "own", texts, level: 2 },
  ];
  return { ...input, clauses: places };
}
