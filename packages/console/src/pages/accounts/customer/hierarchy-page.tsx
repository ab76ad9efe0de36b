import { useSearch } from "@tanstack/react-router";
import { createRecordSearch } from "../../../api/option-search.ts";
import { useKindIndex } from "../../../api/schema.ts";
import { useNavigate } from "../../../api/use-navigate.ts";
import { PageFrame } from "../../../frame/shell/page-frame.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { Reference } from "../../../ui/kit/reference.tsx";
import { AccountTreeView } from "./account-tree.tsx";

/** The groups of customers. The address holds the customer whose group is shown: `?customer=cus_1`. */
export function HierarchyPage() {
  const t = useText();
  const navigate = useNavigate();
  const { customer } = useSearch({ strict: false }) as { customer?: string };
  const { data: kinds = [] } = useKindIndex();
  const customers = kinds.find(({ kind }) => kind === "customer");
  const choose = (id: string | undefined): void => void navigate({ to: ".", search: id === undefined ? {} : { customer: id } });
  return (
    <PageFrame
      title={t("Account hierarchy")}
      description={t("Groups of companies: who belongs to whom, and what each branch is worth with all customers below it.")}
      bar={
        <div className="flex flex-wrap items-end gap-2">
          <div className="w-full tablet:w-field">
            <Reference
              label={t("Find a customer")}
              placeholder={t("Search by name")}
              value={null}
              onChange={(option) => choose(option?.id)}
              search={createRecordSearch(customers)}
            />
          </div>
          {customer === undefined ? null : <Button onPress={() => choose(undefined)}>{t("Show all groups")}</Button>}
        </div>
      }
    >
      <AccountTreeView focus={customer} onFocus={choose} />
    </PageFrame>
  );
}
