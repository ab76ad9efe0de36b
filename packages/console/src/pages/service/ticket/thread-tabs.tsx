import type { ReactNode } from "react";
import { useRecordTab } from "../../../records/record/record-tabs.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Tabs } from "../../../ui/kit/tabs.tsx";
import { useIsDesktop } from "../../../ui/kit/use-media.ts";

interface ThreadTabsProps {
  /** The name of the first tab. */
  readonly label: string;
  readonly thread: ReactNode;
  readonly context: ReactNode;
  /** What the page of any record has. */
  readonly details: ReactNode;
}

/** The page of a record that is a thread: the thread with its context, which has a tab where there is no room, and the details of every record. */
export function ThreadTabs({ label, thread, context, details }: ThreadTabsProps) {
  const t = useText();
  const isDesktop = useIsDesktop();
  const [tab, openTab] = useRecordTab();
  const tabs = [
    {
      id: "overview",
      label,
      content: isDesktop ? (
        <div className="grid min-w-0 grid-cols-(--builder-columns) items-start gap-6">
          <div className="min-w-0">{thread}</div>
          {context}
        </div>
      ) : (
        thread
      ),
    },
    ...(isDesktop ? [] : [{ id: "context", label: t("Details"), content: context }]),
    { id: "details", label: t("All details"), content: <div className="-mx-4 tablet:-mx-6">{details}</div> },
  ];
  return (
    <div className="mx-auto w-full max-w-page min-w-0 px-4 pb-8 tablet:px-6">
      <Tabs
        label={t("Parts of the record")}
        selectedKey={tabs.some(({ id }) => id === tab) ? tab : "overview"}
        onSelectionChange={(key) => openTab(String(key))}
        tabs={tabs}
      />
    </div>
  );
}
