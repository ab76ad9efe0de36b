import { useSearch } from "@tanstack/react-router";
import { type ReactNode, Suspense } from "react";
import { useNavigate } from "../../api/use-navigate.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Skeleton } from "../../ui/kit/skeleton.tsx";
import { Tabs, WithinTabs } from "../../ui/kit/tabs.tsx";

interface RecordTabsProps {
  readonly label: string;
  /** What the page of any record has. It is the first tab. */
  readonly details: ReactNode;
  readonly tabs: readonly { readonly id: string; readonly label: string; readonly count?: string; readonly content: ReactNode }[];
}

const OVERVIEW = "overview";

/** The tabs of a record whose kind has more than the overview. The address holds the open tab: `?tab=members`. Each tab loads when it is opened. */
export function RecordTabs({ label, details, tabs }: RecordTabsProps) {
  const t = useText();
  const [chosen, choose] = useRecordTab();
  const isKnown = tabs.some(({ id }) => id === chosen);
  return (
    <div className="mx-auto w-full max-w-page min-w-0 px-4 pb-8 tablet:px-6">
      <Tabs
        label={label}
        selectedKey={isKnown ? chosen : OVERVIEW}
        onSelectionChange={(key) => choose(String(key))}
        tabs={[
          {
            id: OVERVIEW,
            label: t("Overview"),
            content: (
              <WithinTabs value={true}>
                <div className="-mx-4 tablet:-mx-6">{details}</div>
              </WithinTabs>
            ),
          },
          ...tabs.map(({ content, ...tab }) => ({
            ...tab,
            content: <Suspense fallback={<Skeleton shape="block" />}>{content}</Suspense>,
          })),
        ]}
      />
    </div>
  );
}

/** The open tab of the record, and a function that opens another one. */
export function useRecordTab(): [tab: string, open: (tab: string) => void] {
  const navigate = useNavigate();
  const { tab = OVERVIEW } = useSearch({ strict: false }) as { tab?: string };
  const open = (next: string): void =>
    void navigate({
      to: ".",
      search: ({ tab: _open, ...search }: Readonly<Record<string, string>>) =>
        next === OVERVIEW ? search : { ...search, tab: next },
      replace: true,
    });
  return [tab, open];
}
