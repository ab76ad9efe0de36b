import { randomUUID } from "node:crypto";
import { inputSchema } from "@crm/functions/http/operation.ts";
import type { App } from "@crm/local/app.ts";
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
  inputs: {
    createCustomField: async (_, world) => customFieldInput(world, "createCustomField"),
    replaceCustomField: async (app, world) => customFieldChangeInput(app, world, "replaceCustomField"),
    updateCustomField: async (app, world) => customFieldChangeInput(app, world, "updateCustomField"),
    listCustomFields: async () => ({ entity_type: "lead" }),
  },
};

/** A valid input of a custom field: its options match its type, and its name is unique. */
function customFieldInput({ seeds: fillings }: World, name: string): Input {
  const emptyFields = { picklist_values: undefined, decimal_places: undefined, reference_kind: undefined, validation: undefined };
  const values = {
    ...emptyFields,
    entity_type: ++fieldCount % 2 === 0 ? "lead" : "person",
    field_name: `f_${randomUUID().slice(0, 8)}`,
    is_required: false,
    is_unique: false,
    is_filterable: false,
    is_sortable: false,
    visible_to: [],
    editable_by: [],
    default_value: `${fillings.mark}-default`,
  };
  return generateValue(inputSchema(findOperation(name)), { ...fillings, values: { ...fillings.values, ...values } }) as Input;
}

async function customFieldChangeInput(app: App, world: World, name: string): Promise<Input> {
  const { entity_type: _entity, field_name: _name, ...input } = customFieldInput(world, name);
  return { ...input, id: await makeTarget(app, world, "/custom-fields") };
}

let fieldCount = 0;
