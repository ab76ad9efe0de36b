import type { DomainFactory } from "../../invariants/registry/operation-input.ts";
import { createVerificationToken } from "../suppression/factory.ts";

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  inputs: {
    verificationPage: async (app, world) => ({ token: await createVerificationToken(app, world) }),
    sendVerificationPage: async (app, world) => ({ token: await createVerificationToken(app, world) }),
  },
};
