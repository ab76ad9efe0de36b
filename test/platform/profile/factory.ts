import type { DomainFactory, InputBuilder } from "../../invariants/registry/operation-input.ts";

const recordInput: InputBuilder = async (_, { seeds }) => ({ record_id: String(seeds.ids.lead) });

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  inputs: {
    visitRecord: recordInput,
    addMyFavorite: recordInput,
    removeMyFavorite: recordInput,
    reportPresence: recordInput,
    listPresence: recordInput,
    endPresence: recordInput,
    replaceMyFavorites: async (_, { seeds }) => ({ record_ids: [String(seeds.ids.lead)] }),
    replaceMyPreferences: async () => ({ language: "de-CH", columns: { lead: [{ name: "company", width: 120 }] } }),
    updateMyPreferences: async () => ({ theme: "dark", ui: { panel: "open" } }),
    getLayout: async () => ({ kind: "lead" }),
    replaceLayout: async () => ({ kind: "lead", columns: ["company", "lead_status_id"] }),
    resetLayout: async () => ({ kind: "lead" }),
  },
};
