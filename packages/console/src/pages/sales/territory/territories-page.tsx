import { useQueries, useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { crm, read } from "../../../api/client.ts";
import { masterPath, readMasterName } from "../../../api/master-values.ts";
import { useScope, useSession } from "../../../api/session.ts";
import { useNavigate } from "../../../api/use-navigate.ts";
import { ListState } from "../../../frame/shell/list-state.tsx";
import { Section } from "../../../frame/shell/section.tsx";
import { readErrors } from "../../../input/form/form-state.ts";
import { useBulkJobs } from "../../../records/bulk/use-bulk-jobs.ts";
import type { BulkChange } from "../../../records/rows/bulk-rules.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { joinClasses } from "../../../ui/kit/classes.ts";
import { Dialog } from "../../../ui/kit/dialog.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { Select } from "../../../ui/kit/select.tsx";
import { Switch } from "../../../ui/kit/switch.tsx";
import { Tag } from "../../../ui/kit/tag.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";
import { SettingsFrame } from "../../platform/settings/settings-frame.tsx";
import { useSettingList } from "../../platform/settings/use-setting-list.ts";
import { describeConditions, listConditionIds, type TerritoryRule } from "./territory-rules.ts";

interface Territory {
  readonly id: string;
  readonly name: string;
  readonly is_active?: boolean;
}

interface Member {
  readonly id: string;
  readonly display_name: string;
  readonly team_name: string;
  readonly is_manager: boolean;
}

const MAX_TERRITORIES = 100;
const MASTERS_PAGE = "/crm/settings/masters/territories";
const RULE_PAGE = "/crm/settings/rules/territory_assignment";
const NO_RULE: TerritoryRule = { rules: [], otherwise: null };

/** Territories with their members, and the rule that puts records into them. */
export function TerritoriesPage() {
  const t = useText();
  const scope = useScope();
  const navigate = useNavigate();
  const { permissions } = useSession();
  const [isAssigning, setAssigning] = useState(false);
  const { list, rows } = useSettingList<Territory>("master territories", masterPath("territories"), { limit: MAX_TERRITORIES });
  const { data: rule } = useQuery({
    queryKey: [...scope, "rule", "territory_assignment", "settings"],
    queryFn: async () =>
      (await read<{ in_force: { definition: unknown } }>("/api/v1/rules/territory_assignment")).data.in_force
        .definition as TerritoryRule,
  });
  const nameTerritory = (id: string): string =>
    rows.find((territory) => territory.id === id)?.name ?? t("A territory that was removed");
  const names = useConditionNames(rule ?? NO_RULE);
  const canAssign = permissions.includes("territory:assign");
  const edit = permissions.includes("master:manage") ? (
    <Button onPress={() => void navigate({ to: MASTERS_PAGE })}>{t("Add or rename territories")}</Button>
  ) : undefined;
  const create = permissions.includes("master:manage") ? (
    <Button variant="primary" onPress={() => void navigate({ to: MASTERS_PAGE })}>
      {t("Add a territory")}
    </Button>
  ) : undefined;
  return (
    <SettingsFrame
      title={t("Territories")}
      description={t("Regions or markets, who works in them, and how records get into them.")}
      isLoading={list.isPending}
      actions={list.isPending || rows.length > 0 ? edit : undefined}
    >
      <ListState
        query={list}
        isEmpty={rows.length === 0}
        empty={
          <EmptyState kind="empty" title={t("No territories yet")} action={create}>
            {t("A territory brings leads and customers of a region to the team that works there.")}
          </EmptyState>
        }
      />
      {rows.length > 0 ? (
        <ul className="flex flex-col rounded-card border border-border bg-surface">
          {rows.map((territory) => (
            <TerritoryEntry key={territory.id} territory={territory} />
          ))}
        </ul>
      ) : null}
      {list.isPending || rule === undefined ? null : (
        <Section
          title={t("How records get into territories")}
          description={t("The first line that fits a new lead or customer counts. A person may choose another territory.")}
        >
          {rule ? (
            <ol className="flex flex-col gap-2">
              {rule.rules.map((entry, index) => (
                <li
                  key={entry.name}
                  className="flex flex-col gap-1 rounded-card border border-border bg-surface px-4 py-3 text-control"
                >
                  <span className="font-medium">
                    {t("{number}. {name}: {territory}", {
                      number: index + 1,
                      name: entry.name,
                      territory: nameTerritory(entry.territory),
                    })}
                  </span>
                  <span className="text-text-muted">{describeConditions(entry.when, names, t).join(" · ")}</span>
                </li>
              ))}
              <li className={joinClasses("text-control text-text-muted", rule.rules.length > 0 && "px-4")}>
                {rule.otherwise === null
                  ? t("All other records: no territory")
                  : t("All other records: {territory}", { territory: nameTerritory(rule.otherwise) })}
              </li>
            </ol>
          ) : null}
          <span className="flex flex-wrap items-center gap-3">
            {permissions.includes("rule:manage") ? (
              <Link variant="action" href={RULE_PAGE}>
                {t("Change the rule")}
              </Link>
            ) : null}
            {canAssign && rows.length > 0 ? (
              <Button onPress={() => setAssigning(true)}>{t("Apply to existing records…")}</Button>
            ) : null}
          </span>
        </Section>
      )}
      {isAssigning ? <AssignDialog onClose={() => setAssigning(false)} /> : null}
    </SettingsFrame>
  );
}

/** The members are read when the user asks for them. */
function TerritoryEntry({ territory }: { readonly territory: Territory }) {
  const t = useText();
  const scope = useScope();
  const [isOpen, setOpen] = useState(false);
  const query = useQuery({
    queryKey: [...scope, "territory-members", territory.id],
    queryFn: async () => (await read<{ members: Member[] }>(`/api/v1/territories/${territory.id}/members`)).data.members,
    enabled: isOpen,
  });
  return (
    <li className="flex flex-col gap-2 border-b border-border px-4 py-2 text-control last:border-b-0">
      <span className="flex flex-wrap items-center gap-2">
        <span dir="auto" className="min-w-0 flex-1 font-medium wrap-anywhere">
          {territory.name}
        </span>
        {territory.is_active === false ? <Tag label={t("Not in use")} /> : null}
        <Button isSmall variant="quiet" aria-expanded={isOpen} onPress={() => setOpen(!isOpen)}>
          {isOpen ? t("Hide the members") : t("Show the members")}
        </Button>
      </span>
      {isOpen ? (
        <>
          <ListState
            query={query}
            isEmpty={query.data?.length === 0}
            empty={<p className="text-text-muted">{t("No members. Give the territory to a team.")}</p>}
          />
          <ul className="flex flex-col">
            {(query.data ?? []).map((member) => (
              <li key={member.id} className="flex flex-wrap items-center gap-2 py-1">
                <Link variant="value" href={`/crm/users/view/${member.id}`}>
                  {member.display_name}
                </Link>
                <span className="text-text-muted">{member.team_name}</span>
                {member.is_manager ? <Tag label={t("Manager")} /> : null}
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </li>
  );
}

/** Runs the rule on records that exist, as a bulk change that can be undone. */
function AssignDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useText();
  const { track } = useBulkJobs();
  const [kind, setKind] = useState("lead");
  const [overwrites, setOverwrites] = useState(false);
  const [isPending, setPending] = useState(false);
  const run = async (): Promise<void> => {
    setPending(true);
    try {
      const body = { kind, query: {}, overwrite: overwrites };
      track(
        await crm.request<BulkChange>("POST", "/api/v1/territories/assign", { body }).then((change) => change),
        { kind },
        true,
      );
      onClose();
    } catch (error) {
      const { form, fields } = readErrors(error, t);
      showToast({ text: form ?? Object.values(fields)[0] ?? t("That did not work. Try again."), isError: true });
      setPending(false);
    }
  };
  return (
    <Dialog
      title={t("Apply the rule to existing records?")}
      isOpen
      onOpenChange={onClose}
      actions={(close) => (
        <>
          <Button onPress={close}>{t("Cancel")}</Button>
          <Button variant="primary" isPending={isPending} onPress={() => void run()}>
            {t("Apply the rule")}
          </Button>
        </>
      )}
    >
      <div className="flex flex-col gap-4">
        <p className="text-control text-text-muted">
          {t("The rule runs in the background, shows its progress, and can be undone.")}
        </p>
        <Select
          label={t("Records")}
          options={[
            { id: "lead", label: t("Leads") },
            { id: "customer", label: t("Customers") },
            { id: "opportunity", label: t("Opportunities") },
          ]}
          value={kind}
          onChange={(key) => setKind(String(key))}
        />
        <Switch isSelected={overwrites} onChange={setOverwrites} help={t("Otherwise only records without a territory get one.")}>
          {t("Also records that have a territory")}
        </Switch>
      </div>
    </Dialog>
  );
}

function useConditionNames(rule: TerritoryRule): ReadonlyMap<string, string> {
  const scope = useScope();
  const ids = useMemo(() => [...new Map(listConditionIds(rule).map((value) => [value.id, value])).values()], [rule]);
  return useQueries({
    queries: ids.map(({ id, master }) => ({
      queryKey: [...scope, "name", id],
      queryFn: () => readMasterName(master, id),
      retry: false,
    })),
    combine: (results) =>
      new Map(results.flatMap(({ data }, index) => (data === undefined ? [] : [[ids[index]?.id ?? "", data] as const]))),
  });
}
