import { inputSchema } from "@crm/functions/http/operation.ts";
import { generateValue } from "../../invariants/registry/input-generator.ts";
import { type DomainFactory, findOperation, type Input, type World } from "../../invariants/registry/operation-input.ts";

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  // Only its author can change a comment.
  privatePaths: ["/comments"],
  inputs: {
    createComment: async (_, world) => ({ ...commentInput(world), reply_to_id: undefined }),
    readFeed: async (_, { seeds }) => ({ record_id: seeds.ids.lead }),
  },
};

const commentInput = ({ seeds }: World): Input => generateValue(inputSchema(findOperation("createComment")), seeds) as Input;
