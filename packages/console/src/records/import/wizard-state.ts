import { useSearch } from "@tanstack/react-router";
import { createContext, use } from "react";
import { useNavigate } from "../../api/use-navigate.ts";
import type { ColumnMapping, CreatedValues, ImportOptions, ValueMap } from "./mapping-rules.ts";
import { useStoredState } from "./stored-state.ts";

/** The steps of an import before it starts. */
export const steps = ["file", "columns", "values", "check"] as const;
export type Step = (typeof steps)[number];

/** What the user has decided about a file. Undefined: the suggestion of the server. */
interface WizardState {
  readonly mapping: ColumnMapping | undefined;
  readonly values: ValueMap;
  /** Values of the file that become new values of a list. */
  readonly created: CreatedValues;
  readonly options: ImportOptions;
  /** The check that was started, and what it checks. */
  readonly check: { readonly id: string; readonly request: string } | undefined;
  /** The saved mapping that was used. */
  readonly used: string | undefined;
}

const initial: WizardState = {
  mapping: undefined,
  values: {},
  created: {},
  options: { mode: "create" },
  check: undefined,
  used: undefined,
};

interface WizardAddress {
  readonly kind: string | undefined;
  readonly upload: string | undefined;
  readonly step: Step;
}

interface Wizard {
  readonly address: WizardAddress;
  readonly state: WizardState;
  readonly change: (next: Partial<WizardState>) => void;
  /** Opens a step. `isReplaced`: the way back does not lead to the present step. */
  readonly open: (next: Partial<WizardAddress>, isReplaced?: boolean) => void;
}

export const WizardContext = createContext<Wizard | undefined>(undefined);

/**
 * Creates the wizard of a page, once. The address holds the kind, the upload and the step, and the browser keeps the decisions about the upload: a reload,
 * the way back and a second tab lose nothing.
 */
export function useNewWizard(): Wizard {
  const navigate = useNavigate();
  const { kind, upload, step } = useSearch({ strict: false }) as Readonly<Record<string, string | undefined>>;
  const [state, change] = useStoredState(`wizard ${upload ?? ""}`, initial);
  const address: WizardAddress = {
    kind,
    upload,
    step: upload === undefined ? "file" : (steps.find((name) => name === step) ?? "columns"),
  };
  const open = (next: Partial<WizardAddress>, isReplaced = false): void => {
    const search = Object.fromEntries(Object.entries({ ...address, ...next }).filter(([, value]) => value !== undefined));
    void navigate({ to: ".", search: search, replace: isReplaced });
  };
  return { address, state, change: (next) => change((before) => ({ ...before, ...next })), open };
}

/** The wizard of the page. Its parts share one. */
export function useWizard(): Wizard {
  const wizard = use(WizardContext);
  if (!wizard) throw new Error("A part of the import wizard is outside of its page");
  return wizard;
}
