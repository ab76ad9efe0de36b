import { useNavigate } from "@tanstack/react-router";
import { Gauge } from "lucide-react";
import { useText } from "../i18n/use-text.ts";
import { IconButton } from "../kit/icon-button.tsx";
import { Menu, MenuItem } from "../kit/menu.tsx";
import { listSellingPages } from "./selling-pages.ts";

/** Leads from the list of opportunities to the forecast, and to the won and lost ones. */
export function PageMenu() {
  const t = useText();
  const navigate = useNavigate();
  return (
    <Menu
      placement="bottom end"
      trigger={<IconButton label={t("Forecast, won and lost")} icon={<Gauge />} />}
      onAction={(href) => void navigate({ to: String(href) as never })}
    >
      {listSellingPages(t).map(({ id, label, href }) => (
        <MenuItem key={id} id={href} label={label} />
      ))}
    </Menu>
  );
}
