import { type QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import { crm, type ReadQuery, read } from "../../../api/client.ts";
import { usePreferences } from "../../../api/preferences.ts";
import { ME_KEY, useScope, useSession } from "../../../api/session.ts";
import { tenantQuery } from "../../../api/tenant.ts";
import {
  type CompletedImport,
  countImports,
  isChecklistShown,
  listSteps,
  type SampleImport,
  type SetupFacts,
  type SetupPreferences,
  type SetupStep,
  type TenantRecord,
} from "./setup-steps.ts";

const PREFERENCES_KEY = "setup";

/** Most stages that the checklist names. */
const MAX_STAGES = 20;
/** Sample data is three imports, so the fourth row shows whether there is another one. */
const MAX_IMPORTS = 4;

export interface Setup {
  readonly steps: readonly SetupStep[];
  readonly tenant: TenantRecord;
  readonly preferences: SetupPreferences;
  /** The names of the stages, in their order. */
  readonly stages: readonly string[];
  readonly sampleStatus: "none" | "loading" | "loaded" | "removing";
}

type SetupData = Omit<SetupFacts & Setup, "steps" | "preferences">;

const get = async <T>(path: string, query: ReadQuery = {}): Promise<T> => (await read<T>(`/api/v1${path}`, query)).data;

/** Reads a few rows of each list. None of these requests counts a list. */
async function readSetup(client: QueryClient, scope: readonly unknown[]): Promise<SetupData> {
  const [tenant, users, imports, mailAccounts, senders, stages, sample, secondFactor] = await Promise.all([
    client.fetchQuery(tenantQuery(scope)),
    get<unknown[]>("/users", { limit: "2" }),
    get<CompletedImport[]>("/imports", { limit: String(MAX_IMPORTS), status: "completed", fields: "id,created,updated" }),
    get<unknown[]>("/mail-accounts", { limit: "1" }),
    get<unknown[]>("/sms/senders", { limit: "1" }),
    get<{ name: string }[]>("/masters/opportunity_stages", { limit: String(MAX_STAGES), sort: "sequence" }),
    get<{ status: Setup["sampleStatus"]; imports: SampleImport[] }>("/sample-data"),
    get<{ is_on: boolean }>("/me/second-factor"),
  ]);
  return {
    tenant,
    users: users.length,
    imports: countImports(imports, sample.imports),
    channels: mailAccounts.length + senders.length,
    hasSecondFactor: secondFactor.is_on,
    stages: stages.map(({ name }) => name),
    sampleStatus: sample.status,
  };
}

/** While sample data comes or goes, the checklist looks again after this time. */
const REFRESH_MS = 2000;

/**
 * The checklist of the user's tenant. `undefined`: it is not known yet. `null`: there is none, because the user is no administrator, has closed it, or
 * everything is done.
 */
export function useSetup(): Setup | null | undefined {
  const scope = useScope();
  const { permissions } = useSession();
  const isAdministrator = permissions.includes("tenant:manage");
  const { data: stored } = usePreferences();
  const preferences = (stored?.ui?.[PREFERENCES_KEY] ?? {}) as SetupPreferences;
  const { data, isError } = useQuery({
    queryKey: [...scope, "setup"],
    queryFn: ({ client }) => readSetup(client, scope),
    enabled: isAdministrator,
    // The steps are taken on other pages.
    refetchOnMount: ({ state: { data: known } }) =>
      known && isChecklistShown(listSteps({ ...known, preferences }), preferences) ? "always" : true,
    refetchInterval: ({ state }) => (["loading", "removing"].includes(state.data?.sampleStatus ?? "") ? REFRESH_MS : false),
  });
  if (!isAdministrator || isError) return null;
  if (!data || !stored) return undefined;
  const steps = listSteps({ ...data, preferences });
  const isBusy = data.sampleStatus === "loading" || data.sampleStatus === "removing";
  const isShown = isChecklistShown(steps, preferences) || (isBusy && !preferences.isDismissed);
  return isShown ? { ...data, preferences, steps } : null;
}

/** Returns a function that sends a change, and then reads the checklist again. */
export function useSetupChange(): (method: "POST" | "PATCH" | "DELETE", path: string, body?: object) => Promise<void> {
  const queries = useQueryClient();
  const scope = useScope();
  return async (method, path, body) => {
    await crm.request(method, `/api/v1${path}`, body === undefined ? {} : { body });
    // New records are in lists, and the name of the tenant is in the top bar.
    await Promise.all([scope, ME_KEY].map((queryKey) => queries.invalidateQueries({ queryKey })));
  };
}

/** Returns the change of the user's preferences that stores these. */
export const buildPreferences = (preferences: SetupPreferences): object => ({ ui: { [PREFERENCES_KEY]: preferences } });
