import { BookOpenText, CircleQuestionMark, Code, Keyboard } from "lucide-react";
import { useText } from "../../ui/i18n/use-text.ts";
import { IconButton } from "../../ui/kit/icon-button.tsx";
import { Menu, MenuDivider, MenuItem } from "../../ui/kit/menu.tsx";
import { showKeys } from "../shortcuts/use-shortcut.ts";

/** Where the user guide is served. */
const GUIDE_PATH = "/crm/guide";
const API_DOCS_PATH = "/api/v1/docs";

/** Where users find help: the guide, the keys, and the documentation of the API. */
export function HelpMenu({ onShortcuts }: { readonly onShortcuts: () => void }) {
  const t = useText();
  const outside = { target: "_blank", rel: "noreferrer" };
  return (
    <Menu
      placement="bottom end"
      trigger={<IconButton label={t("Help")} icon={<CircleQuestionMark />} />}
      onAction={(key) => {
        if (key === "shortcuts") onShortcuts();
      }}
    >
      <MenuItem id="guide" href={GUIDE_PATH} {...outside} label={t("User guide")} icon={<BookOpenText />} />
      <MenuItem id="shortcuts" label={t("Keyboard shortcuts")} icon={<Keyboard />} shortcut={showKeys("help")} />
      <MenuDivider />
      <MenuItem id="api" href={API_DOCS_PATH} {...outside} label={t("API documentation")} icon={<Code />} />
    </Menu>
  );
}
