import { useQueries, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { crm, read } from "../../../api/client.ts";
import { useKindIndex } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import type { TestInterval, TestPair } from "../email-send/ab-test-rules.ts";
import type { AbTest } from "./ab-test.ts";

/** What the API answers about A/B tests, as far as the console shows it. */

/** The counts of a variant, in persons. */
interface VariantFigures extends TestInterval {
  readonly share: number;
  readonly assigned: number;
  readonly delivered: number;
  readonly opened: number | null;
  readonly clicked: number | null;
  readonly responded: number;
  readonly converted: number;
}

interface TestResults {
  readonly variants: readonly VariantFigures[];
  readonly pairs: readonly TestPair[];
  readonly warnings: readonly string[];
  /** The mails of the winner to the others. */
  readonly rest: {
    readonly written: number;
    readonly sent: number;
    readonly opened: number | null;
    readonly clicked: number | null;
  } | null;
}

const POLL_MS = 10_000;
const isRunning = ({ status }: Pick<AbTest, "status">): boolean => status === "RUNNING";

/** Reads a test with its figures. They are read again while it runs. */
export function useAbTest(campaign: string, id: string) {
  const scope = useScope();
  const path = `/api/v1/campaigns/${campaign}/ab-tests/${id}`;
  return useQuery({
    queryKey: [...scope, "related", "campaign", "ab-test", campaign, id],
    queryFn: async ({ signal }) => {
      const [test, results] = await Promise.all([
        read<AbTest>(path).then(({ data }) => data),
        // A batch of reads takes records and lists only.
        crm.request<TestResults>("GET", `${path}/results`, { signal }).then((found) => found),
      ]);
      return { test, results };
    },
    refetchInterval: ({ state }) => (state.data && isRunning(state.data.test) ? POLL_MS : false),
  });
}

/** Names a record behind an id of a variant, such as a template. Undefined while it loads, and where the user may not see it. */
export function useRecordName(path: string | undefined, id: string | null) {
  const scope = useScope();
  const { data } = useQuery({
    queryKey: [...scope, "name", id],
    enabled: path !== undefined && id !== null,
    retry: false,
    queryFn: async () => {
      const { data: found } = await read<{ name?: string; address?: string }>(`${path}/${id}`);
      return found.name ?? found.address ?? "";
    },
  });
  return data;
}

/** Names the templates, accounts and segments of a test. Undefined while they load. */
export function useTestNames(test: AbTest | undefined): ReadonlyMap<string, string> | undefined {
  const t = useText();
  const scope = useScope();
  const { data: kinds } = useKindIndex();
  const wanted = useMemo(() => {
    if (!test) return [];
    const parts = [test, ...test.variants];
    const listOf = (kind: string, ids: readonly (string | null)[]) =>
      [...new Set(ids)].flatMap((id) => (id === null ? [] : [{ kind, id }]));
    return [
      ...listOf(
        "message_template",
        parts.map(({ template_id }) => template_id),
      ),
      ...listOf(
        "mail_account",
        parts.map(({ sender_id }) => sender_id),
      ),
      ...listOf("segment", [test.segment_id, ...test.exclude_segment_ids]),
      ...listOf("contact_list", [test.contact_list_id]),
    ];
  }, [test]);
  const unknown = t("not visible to you");
  const names = useQueries({
    queries: wanted.map(({ kind, id }) => {
      const path = kinds?.find((candidate) => candidate.kind === kind)?.path;
      return {
        queryKey: [...scope, "name", id],
        enabled: kinds !== undefined,
        retry: false,
        queryFn: async () => {
          if (path === undefined) return unknown;
          const { data } = await read<{ name?: string; address?: string }>(`${path}/${id}`);
          return data.name ?? data.address ?? "";
        },
      };
    }),
    combine: (results) => results.map(({ data, isError }) => data ?? (isError ? unknown : undefined)),
  });
  return useMemo(
    () =>
      test === undefined || names.includes(undefined)
        ? undefined
        : new Map(wanted.map(({ id }, index) => [id, names[index] ?? ""] as const)),
    [test, wanted, names],
  );
}
