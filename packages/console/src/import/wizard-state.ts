import { useNavigate, useSearch } from "@tanstack/react-router";
import type { ColumnMapping, ImportOptions, ValueMap } from "./mapping-rules.ts";
import { useStoredState } from "./stored-state.ts";

/** The steps of an import before it starts. */
export const steps = ["file", "columns", "values", "check"] as const;
export type Step = (typeof steps)[number];

/** What the user has decided about a file. Undefined: the suggestion of the server. */
interface WizardState {
  readonly mapping: ColumnMapping | undefined;
  readonly values: ValueMap;
  readonly options: ImportOptions;
  /** The check that was started, and what it checks. */
  readonly check: { readonly id: string; readonly request: string } | undefined;
  /** The saved mapping that was used. */
  readonly used: string | undefined;
}

const initial: WizardState = {
  mapping: undefined,
  values: {},
  options: { mode: "create" },
  check: undefined,
  used: undefined,
};

interface WizardAddress {
  readonly kind: string | undefined;
  readonly upload: string | undefined;
  readonly step: Step;
}

/** The address holds the kind, the upload and the step; the tab keeps the decisions. So a reload loses nothing. */
export function useWizard() {
  const navigate = useNavigate();
  const { kind, upload, step } = useSearch({ strict: false }) as Readonly<Record<string, string | undefined>>;
  const [state, change] = useStoredState(`wizard ${upload ?? ""}`, initial);
  const address: WizardAddress = {
    kind,
    upload,
    step: upload === undefined ? "file" : (steps.find((name) => name === step) ?? "columns"),
  };
  /** `isReplaced`: the way back does not lead to the present step. */
  const open = (next: Partial<WizardAddress>, isReplaced = false): void => {
    const search = Object.fromEntries(Object.entries({ ...address, ...next }).filter(([, value]) => value !== undefined));
    void navigate({ to: ".", search: search as never, replace: isReplaced });
  };
  return { address, state, change: (next: Partial<WizardState>): void => change({ ...state, ...next }), open };
}
