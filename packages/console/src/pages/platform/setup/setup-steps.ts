/** The first steps of a new tenant, and which of them are done, from what the API says about the tenant. */

export interface TenantRecord {
  readonly name: string;
  readonly settings: {
    readonly timezone: string;
    readonly brand_color: string | null;
  };
}

/** What the user said about the checklist. It is a part of `ui` in the preferences. */
export interface SetupPreferences {
  readonly isDismissed?: boolean;
  /** Steps that the user has looked at: what they ask for may be right as it was, such as the time zone UTC. */
  readonly reviewed?: readonly StepName[];
}

export interface SetupFacts {
  readonly tenant: TenantRecord;
  /** Users of the tenant, at most two. */
  readonly users: number;
  /** Completed imports. They include sample data until it is removed. */
  readonly imports: number;
  /** Accounts that send mails and senders of text messages, at most one of each. */
  readonly channels: number;
  /** Whether the user signs in with a second factor. */
  readonly hasSecondFactor: boolean;
  readonly preferences: SetupPreferences;
}

export interface SampleImport {
  readonly id: string;
  readonly status: string;
}

export interface CompletedImport {
  readonly id: string;
  readonly created: number;
  readonly updated: number;
}

/** Counts the completed imports that brought records. Lists lag a write by moments, so those of sample data count as `GET /sample-data` says. */
export const countImports = (completed: readonly CompletedImport[], sample: readonly SampleImport[]): number =>
  completed.filter(({ id, created, updated }) => created + updated > 0 && sample.every((other) => other.id !== id)).length +
  sample.filter(({ status }) => status === "completed").length;

export type StepName = "company" | "colleagues" | "records" | "stages" | "channels" | "sign-in";

export interface SetupStep {
  readonly name: StepName;
  readonly isDone: boolean;
}

/** The time zone of a tenant that has not set one. */
const DEFAULT_TIME_ZONE = "UTC";

export function listSteps({ tenant, users, imports, channels, hasSecondFactor, preferences }: SetupFacts): SetupStep[] {
  const { reviewed = [] } = preferences;
  const done: Readonly<Record<StepName, boolean>> = {
    company: tenant.settings.timezone !== DEFAULT_TIME_ZONE || reviewed.includes("company"),
    colleagues: users > 1,
    records: imports > 0,
    stages: reviewed.includes("stages"),
    channels: channels > 0,
    "sign-in": hasSecondFactor,
  };
  return Object.entries(done).map(([name, isDone]) => ({ name: name as StepName, isDone }));
}

/** Returns the preferences after the user has looked at a step. */
export const addReviewed = (preferences: SetupPreferences, step: StepName): SetupPreferences => ({
  ...preferences,
  reviewed: [...new Set([...(preferences.reviewed ?? []), step])],
});

/** Whether the checklist is of use: something is open, and the user has not closed it. */
export const isChecklistShown = (steps: readonly SetupStep[], { isDismissed = false }: SetupPreferences): boolean =>
  !isDismissed && steps.some(({ isDone }) => !isDone);
