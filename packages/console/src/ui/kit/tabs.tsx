import { createContext, type ReactNode, useEffect, useRef } from "react";
import { Tabs as AriaTabs, type TabsProps as AriaTabsProps, Tab, TabList, TabPanel } from "react-aria-components/Tabs";
import { followTab } from "./follow-tab.ts";
import { useIsPhone } from "./use-media.ts";

interface TabEntry {
  readonly id: string;
  readonly label: string;
  readonly count?: string;
  readonly isDisabled?: boolean;
  readonly content?: ReactNode;
}

interface TabsProps extends Omit<AriaTabsProps, "children" | "className" | "style"> {
  readonly label: string;
  readonly tabs: readonly TabEntry[];
}

/** Whether the content is in a tab. A second row of tabs would look like the first one. */
export const WithinTabs = createContext(false);

/** Parts of one page. Many tabs scroll in their own frame. */
export function Tabs({ label, tabs, ...props }: TabsProps) {
  const list = useRef<HTMLDivElement>(null);
  const isPhone = useIsPhone();
  // biome-ignore lint/correctness/useExhaustiveDependencies: it follows the chosen tab, also when the window becomes narrow
  useEffect(() => followTab(list.current, "[data-selected]"), [props.selectedKey, isPhone, tabs.length]);
  return (
    <AriaTabs {...props} className="flex min-w-0 flex-col gap-4">
      <TabList ref={list} aria-label={label} className="flex gap-4 overflow-x-auto overflow-y-hidden border-b border-border pt-1">
        {tabs.map((tab) => (
          <Tab
            key={tab.id}
            id={tab.id}
            isDisabled={tab.isDisabled}
            className="-mb-px flex h-control min-w-target max-w-menu shrink-0 justify-center cursor-default items-center gap-1 border-b-2 border-transparent text-control font-medium text-text-muted transition-colors focus-ring data-disabled:opacity-50 data-focus-visible:ring-inside data-hovered:text-text data-selected:border-accent data-selected:text-text print:not-data-selected:hidden"
          >
            <span dir="auto" className="truncate" title={tab.label}>
              {tab.label}
            </span>
            {tab.count === undefined ? null : (
              <span className="text-meta font-normal tabular-nums text-text-muted">{tab.count}</span>
            )}
          </Tab>
        ))}
      </TabList>
      {tabs.map((tab) =>
        tab.content === undefined ? null : (
          <TabPanel key={tab.id} id={tab.id} className="min-w-0 rounded-small focus-ring">
            {tab.content}
          </TabPanel>
        ),
      )}
    </AriaTabs>
  );
}
